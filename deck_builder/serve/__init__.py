"""Decks that are being written -> pages that follow: HTTP and websockets, for one author and whoever looks on."""

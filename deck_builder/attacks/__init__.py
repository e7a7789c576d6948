"""Attacks on the wall around slide code, and what tries them: whether a wall holds is seen from outside of it."""

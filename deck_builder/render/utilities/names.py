"""Utility class -> CSS declarations, for those that are one word and no rule. Pure."""

from __future__ import annotations

NAMES = {
    **{
        word: f"display:{word}"
        for word in (
            "grid",
            "flex",
            "block",
            "inline",
            "inline-block",
            "inline-flex",
            "inline-grid",
            "contents",
            "table",
        )
    },
    **{word: f"position:{word}" for word in ("static", "relative", "absolute", "fixed", "sticky")},
    **{word: f"text-transform:{word}" for word in ("uppercase", "lowercase", "capitalize")},
    "hidden": "display:none",
    "visible": "visibility:visible",
    "invisible": "visibility:hidden",
    "italic": "font-style:italic",
    "not-italic": "font-style:normal",
    "underline": "text-decoration-line:underline",
    "line-through": "text-decoration-line:line-through",
    "no-underline": "text-decoration-line:none",
    "antialiased": "-webkit-font-smoothing:antialiased",
    "truncate": "overflow:hidden;text-overflow:ellipsis;white-space:nowrap",
    "transform": "transform:none",
    "tabular-nums": "font-variant-numeric:tabular-nums",
    "grayscale": "filter:grayscale(100%)",
    "text-wrap": "text-wrap:wrap",
    "text-balance": "text-wrap:balance",
    "border-collapse": "border-collapse:collapse",
    "abs-tl": "position:absolute;top:0;left:0",
    "abs-t": "position:absolute;top:0;left:0;right:0",
    "abs-tr": "position:absolute;top:0;right:0",
    "abs-l": "position:absolute;left:0;top:0;bottom:0",
    "abs-r": "position:absolute;right:0;top:0;bottom:0",
    "abs-b": "position:absolute;bottom:0;left:0;right:0",
    "abs-bl": "position:absolute;bottom:0;left:0",
    "abs-br": "position:absolute;bottom:0;right:0",
    "bg-main": "background-color:var(--deck-background)",
    "bg-active": "background-color:var(--deck-lit)",
    "border-main": "border-color:var(--deck-rule)",
    "slidev-glass-effect": (
        "backdrop-filter:blur(8px);background:color-mix(in srgb,var(--deck-background) 80%,transparent)"
    ),
    "slidev-icon-btn": "opacity:.7;padding:.25rem;font-size:1.25rem;border:0;background:none;color:inherit",
    "icon-btn": "opacity:.7;padding:.25rem;font-size:1.25rem;border:0;background:none;color:inherit",
}

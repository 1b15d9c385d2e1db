"""Technical terms the report can't do without, by the area that uses them."""

from __future__ import annotations

from typing import Final

GLOSSARY: Final = {
    "pagespeed": {
        "CLS": "Cumulative Layout Shift: how much the page jumps about while it loads.",
        "FCP": "First Contentful Paint: when the first text or picture appears.",
        "INP": "Interaction to Next Paint: how long real visitors wait for an answer to a tap.",
        "LCP": "Largest Contentful Paint: when the main picture or text has appeared.",
        "TBT": "Total Blocking Time: how long the page was too busy to react while loading.",
    },
    "security": {
        "CSP": "Content Security Policy: a list of places a page may load scripts from.",
        "HSTS": "HTTP Strict Transport Security: browsers never visit the site unencrypted.",
        "TLS certificate": "The site's proof of identity; without one, browsers warn visitors.",
    },
    "gbp": {
        "NAP": "Name, address, phone: where they differ, customers and Google get lost.",
    },
    "semrush": {
        "Authority": "SEMrush's figure, 0 to 100, for how much a site's links and visitors count.",
        "Organic": "Unpaid: what comes from search without advertising.",
    },
    "visual": {
        "Above the fold": "What is visible before scrolling.",
        "Call to action": "The button or line that says what to do next: ring, book, buy.",
    },
}

"""Technical terms the report can't do without, by the area that uses them."""

from __future__ import annotations

from typing import Final

GLOSSARY: Final = {
    "speed": {
        "CLS": "Cumulative Layout Shift: how much the page moves while it loads.",
        "FCP": "First Contentful Paint: when the first text or picture appears.",
        "INP": "Interaction to Next Paint: how long real visitors wait for a response to a tap.",
        "LCP": "Largest Contentful Paint: when the main picture or text has appeared.",
        "TBT": "Total Blocking Time: how long the page was too busy to react while loading.",
    },
    "security": {
        "CSP": "Content Security Policy: a list of places a page may load scripts from.",
        "HSTS": "HTTP Strict Transport Security: tells browsers to use HTTPS only.",
        "TLS certificate": "The site's proof of identity; without one, browsers warn visitors.",
    },
    "google_profile": {
        "NAP": "Name, address, phone: they should be the same everywhere.",
    },
    "search_visibility": {
        "Authority": "SEMrush's figure, 0 to 100, for how much a site's links and visitors count.",
        "Organic": "Unpaid: what comes from search without advertising.",
    },
    "first_impression": {
        "Above the fold": "What is visible before scrolling.",
        "Call to action": "The button or line that says what to do next: call, book, buy.",
    },
}

"""A page as the browser's visit describes it, and what the visual check makes of it."""

from __future__ import annotations

import copy

from lfassess.checks.base import Judgement, Severity
from lfassess.checks.visual import CHECK


def button(text: str, **more) -> dict:
    """A filled button on the first screen, as measure.js tells it."""
    seen = {"look": "filled", "place": "page", "width": 160, "height": 48, "reached": True}
    return {"text": text, "href": "/book", **seen, **more}


def device() -> dict:
    """A page without fault, as fetch describes it."""
    return {
        "url": "https://shop.test/",
        "title": "Bakery in Halifax: Harbour Bakery",
        "status": 200,
        "load_finished": True,
        "requests": 5,
        "received_bytes": 90_000,
        "refused": [],
        "script_errors": [],
        "failed_requests": [],
        "uniform_share": 0.4,
        "vitals": {"load_ms": 900, "layout_shift": 0.01, "dialogs": 0, "first_paint_ms": 300},
        "page": {"lang": "en", "viewport": "width=device-width", "h1": ["Bread"]},
        "width": {"page_width": 390, "page_height": 3000, "sideways_px": 0, "wide_elements": []},
        "targets": {
            "taps": {"count": 10, "under_24": 0, "under_48": 1, "examples": []},
            "fold_form": False,
        },
        "actions": [button("Call us", href="tel:+19025550114")],
        "phones": {"links": 1, "in_fold": True, "reached": True, "numbers": ["(902) 555-0114"]},
        "overlay": {"share": 0, "layers": []},
        "dead_links": {"count": 0, "examples": []},
        "failed_parts": [],
        "placeholders": [],
        "preloader": None,
        "old": {"obsolete_tags": 0, "flash": 0},
        "text_chars": 2000,
        "text_start": "Bread worth getting up for",
        "text": {
            "chars": 2000,
            "smallest_px": 14,
            "common_px": 17,
            "small_share": 0.0,
            "contrast": {"checked_chars": 1800, "low_share": 0.0, "examples": []},
        },
        "placeholder": False,
        "copyright_year": 2026,
        "phone_numbers": ["(902) 555-0114"],
        "phone_numbers_in_fold": ["(902) 555-0114"],
        "images": {"count": 3, "broken_count": 0, "broken": [], "alt_missing": 0},
    }


def judged(when: str = "2026-03-01T00:00:00+00:00", **changes) -> Judgement:
    """Judge the good page with changes; a double underscore goes one level down."""
    both = {"desktop": device(), "mobile": device()}
    for one in both.values():
        for name, value in changes.items():
            part, _, key = name.partition("__")
            if key:
                one[part] = {**(one[part] or {}), key: value}
            else:
                one[part] = copy.deepcopy(value)
    return CHECK.judge({"url": "https://shop.test/", "fetched_at": when, **both})


def blemishes(judgement: Judgement) -> list[str]:
    return [f.code for f in judgement.findings if f.severity != Severity.PASSED]

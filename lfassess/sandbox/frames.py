"""The frames of a real Lighthouse run over each demo site, as PageSpeed Insights tells them."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from lfassess.sandbox.site_answers import page_text
from lfassess.sandbox.sites import Site

Json = dict[str, Any]

FOLDER: Final = Path(__file__).with_name("frames")
_COUNT, _MIN_MS = 8, 3000  # Lighthouse's: so many frames, of so long a time at least


def frame_audits(site: Site) -> dict[str, Json]:
    """Return the audits screenshot-thumbnails, final-screenshot and metrics, as far as they hold.

    {} for a site that doesn't load. scripts/record_frames.py made the pictures.
    """
    recorded = _times().get(site.name)
    if recorded is None:
        return {}
    pictures = {int(p.stem): _uri(p) for p in (FOLDER / site.name).glob("*.jpg")}
    strip = [
        {"timing": when, "timestamp": 1000 * when, "data": pictures[at]}
        for when, at in sampled(list(pictures)).items()
    ]
    last = {"timing": max(pictures), "timestamp": 1000 * max(pictures)}
    times = {
        "observedFirstContentfulPaint": recorded["first"],
        "observedLargestContentfulPaint": recorded["main"],
    }
    shown = {"score": 1, "scoreDisplayMode": "informative"}
    return {
        "screenshot-thumbnails": {
            **shown,
            "id": "screenshot-thumbnails",
            "title": "Screenshot Thumbnails",
            "details": {"type": "filmstrip", "scale": max(_MIN_MS, *pictures), "items": strip},
        },
        "final-screenshot": {
            **shown,
            "id": "final-screenshot",
            "title": "Final Screenshot",
            "details": {"type": "screenshot", **last, "data": pictures[max(pictures)]},
        },
        "metrics": {
            **shown,
            "id": "metrics",
            "title": "Metrics",
            "details": {"type": "debugdata", "items": [times]},
        },
    }


def sampled(times: Sequence[int]) -> dict[int, int]:
    """Return {when: of which frame} as Lighthouse samples frames of these times, in ms."""
    scale, first = max(_MIN_MS, *times), min(times)
    targets = (scale * n // _COUNT for n in range(1, _COUNT + 1))
    return {when: max([t for t in times if t <= when], default=first) for when in targets}


def drawn_from(site: Site) -> str:
    """Return what changes with the page that was photographed."""
    text = (page_text(site, "index.html") or "").replace(str(datetime.now(UTC).year), "")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _times() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "times.toml").read_text(encoding="utf-8"))


@cache
def _uri(picture: Path) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.read_bytes()).decode('ascii')}"

"""What a phone shows one, three and five seconds after a page was opened.

Lighthouse loads a page on the fast line at hand and calculates when a mid-range phone with a slow
one would have painted it ("simulated throttling"). Its frames carry the fast line's times, so each
is looked up by how far the page had come: blank, its first content, its main content.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lfassess.clients.chromium.pixels import reduced

Json = dict[str, Any]

SECONDS: Final = (1, 3, 5)
# The audits whose details hold the frames and the times of the fast line.
THUMBNAILS: Final = "screenshot-thumbnails"
TIMES: Final = "metrics"
WIDTH, HEIGHT = 250, 560  # pixels at most
_LAG_MS: Final = 100  # that a frame may be older than what is painted by then
_MAX_BYTES: Final = 1_000_000  # of a frame as it comes
_PREFIX: Final = "data:image/jpeg;base64,"


@dataclass(frozen=True, slots=True)
class _Frame:
    at: float  # ms on the fast line
    data: str


@dataclass(frozen=True, slots=True)
class _Paints:
    """When the first and the main content came, in ms."""

    first: float
    main: float


def frames(result: Json) -> list[Json]:
    """Return [{second, webp}] of a whole Lighthouse result of a phone; webp is base64.

    A second is left out where no frame shows how far the page had come by then; pictures are no
    larger than WIDTH by HEIGHT.
    """
    audits = _mapping(result.get("audits"))
    config = _mapping(result.get("configSettings"))
    strip = _strip(_mapping(audits.get(THUMBNAILS)))
    said = _paints(
        _mapping(audits.get("first-contentful-paint")).get("numericValue"),
        _mapping(audits.get("largest-contentful-paint")).get("numericValue"),
    )
    times = _first(_mapping(_mapping(audits.get(TIMES)).get("details")).get("items"))
    seen = _paints(
        times.get("observedFirstContentfulPaint"), times.get("observedLargestContentfulPaint")
    )
    if config.get("formFactor") != "mobile" or not strip or said is None or seen is None:
        return []
    shown = {second: _shown(1000 * second, strip, said, seen) for second in SECONDS}
    return [
        {"second": second, "webp": picture}
        for second, frame in shown.items()
        if frame and (picture := _small(frame.data))
    ]


def _shown(ms: float, strip: Sequence[_Frame], said: _Paints, seen: _Paints) -> _Frame | None:
    """Return the frame that shows what had been painted by then."""
    if ms < said.first:
        return next((f for f in reversed(strip) if f.at < seen.first), None)
    if ms < said.main:
        part = (ms - said.first) / (said.main - said.first)
        until = seen.first + part * (seen.main - seen.first)
        fitting = [f for f in strip if seen.first + _LAG_MS <= f.at < seen.main]
    else:
        slower = said.main / seen.main if seen.main > 0 else 1.0
        until = seen.main + (ms - said.main) / slower
        fitting = [f for f in strip if f.at >= seen.main + _LAG_MS] or list(strip[-1:])
    before = [f for f in fitting if f.at <= until]
    return before[-1] if before else next(iter(fitting), None)


def _small(data: str) -> str | None:
    try:
        picture = base64.b64decode(data, validate=True)
        return base64.b64encode(reduced(picture, WIDTH, HEIGHT)).decode("ascii")
    except (binascii.Error, ValueError):
        return None


def _strip(audit: Mapping[str, Any]) -> list[_Frame]:
    items = _mapping(audit.get("details")).get("items")
    found = [
        _Frame(at, data.removeprefix(_PREFIX))
        for item in (items if isinstance(items, list) else [])
        if (at := _number(_mapping(item).get("timing"))) is not None
        and isinstance(data := item.get("data"), str)
        and data.startswith(_PREFIX)
        and len(data) <= _MAX_BYTES
    ]
    return sorted(found, key=lambda frame: frame.at)


def _paints(first: object, main: object) -> _Paints | None:
    begun, done = _number(first), _number(main)
    return None if begun is None or done is None else _Paints(begun, max(begun, done))


def _number(value: object) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9  # noqa: PLR2004 - ms
    return float(value) if fits else None  # type: ignore[arg-type]


def _first(items: object) -> Mapping[str, Any]:
    return _mapping(items[0]) if isinstance(items, list) and items else {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

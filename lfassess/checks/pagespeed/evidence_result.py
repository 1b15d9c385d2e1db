"""Reads the figures out of one device's Lighthouse result and Google's field data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared import walls
from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.quantities import apart, data_size, duration, number

_MAX_CHARS: Final = 200
_SAVING: Final = re.compile(
    r"(?:est|potential|estimated) savings? of (\d[\d,.]*) ?(ms|s|KiB|MiB|KB|MB|bytes|B)\.?",
    re.IGNORECASE,
)
_UNITS: Final = {
    "kib": 1024,
    "mib": 1024**2,
    "kb": 1000,
    "mb": 1000**2,
    "bytes": 1,
    "b": 1,
}


def shown(name: str, value: float, more_digits: int = 0) -> str:
    """Return a measure for reading: "5.4 s", "740 ms", "0.31"."""
    if name == "cls":
        return number(value, 2 + more_digits)
    return duration(value, more_digits)


def poor(name: str, value: float, bound: float, joint: str = "; ") -> str:
    """Return a poor measure with its bound: "5.4 s; above 4.0 s is poor"."""
    figure = apart(value, bound, lambda v, digits: shown(name, v, digits))
    return f"{figure}{joint}above {shown(name, bound)} is poor"


def in_words(figure: str) -> str | None:
    """Return a displayed figure in plain words; None where it says that nothing would be saved.

    Lighthouse's "Est savings of 290 ms" becomes "could save about 290 ms", its KiB become KB. The
    words are those of English, in which results are requested; others stay as they are.
    """
    text = " ".join(figure.replace("`", "").split())
    found = _SAVING.fullmatch(text)
    if not found:
        return text
    try:
        amount = float(found[1].replace(",", ""))
    except ValueError:
        return text
    if amount <= 0:
        return None
    unit = found[2].lower()
    if unit in _UNITS:
        saved = data_size(amount * _UNITS[unit])
    else:
        saved = duration(amount if unit == "ms" else amount * 1000)
    return f"could save {saved}" if saved.startswith("under") else f"could save about {saved}"


def clipped(text: str) -> str:
    """Return the text in 200 characters at most, cut between words."""
    if len(text) <= _MAX_CHARS:
        return text
    return text[: _MAX_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A measure is good up to ``good``, poor above ``poor``; milliseconds but for layout shift."""

    good: float
    poor: float


# https://web.dev/articles/vitals; TBT and Speed Index: Lighthouse's scoring for phones
BOUNDS: Final = {
    "fcp": Bounds(1800, 3000),
    "lcp": Bounds(2500, 4000),
    "tbt": Bounds(200, 600),
    "cls": Bounds(0.1, 0.25),
    "si": Bounds(3400, 5800),
    "inp": Bounds(200, 500),
    "ttfb": Bounds(800, 1800),
}
_LAB: Final = {
    "fcp": "first-contentful-paint",
    "lcp": "largest-contentful-paint",
    "tbt": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "si": "speed-index",
    "ttfb": "server-response-time",
}
_FIELD: Final = {
    "lcp": ("LARGEST_CONTENTFUL_PAINT_MS", 1),
    "inp": ("INTERACTION_TO_NEXT_PAINT", 1),
    "cls": ("CUMULATIVE_LAYOUT_SHIFT_SCORE", 100),  # 16 means 0.16
    "fcp": ("FIRST_CONTENTFUL_PAINT_MS", 1),
    "ttfb": ("EXPERIMENTAL_TIME_TO_FIRST_BYTE", 1),
}
# Lighthouse 12's opportunities: their figure is a saving in milliseconds. Version 13 has dropped
# them or gives their savings as those of its insights, by metric.
OPPORTUNITIES_12: Final = frozenset(
    {
        "duplicated-javascript",
        "efficient-animated-content",
        "legacy-javascript",
        "modern-image-formats",
        "offscreen-images",
        "prioritize-lcp-image",
        "redirects",
        "render-blocking-resources",
        "unminified-css",
        "unminified-javascript",
        "unused-css-rules",
        "unused-javascript",
        "uses-http2",
        "uses-optimized-images",
        "uses-responsive-images",
        "uses-text-compression",
    }
)
VITALS: Final = ("lcp", "inp", "cls")
_FAILS_BELOW: Final = 0.9  # Lighthouse's own threshold of green
_MAX_OPPORTUNITIES: Final = 5


_STATUS_WARNING: Final = re.compile(r"Status code: (\d{3})")
_STATUS: Final = re.compile(r"\b([45]\d\d)\b")
# An outage to a browser; but to Google's browser and ours it may be a wall.


@dataclass(frozen=True, slots=True)
class Device:
    """The figures of one device; times are milliseconds, layout shift has no unit.

    ``field`` is empty where Google knows too few visitors, which is usual for small businesses.
    """

    categories: dict[str, int | None]  # scores, 0-100
    lab: dict[str, float | None]
    field: dict[str, float]  # of real visitors, at the 75th percentile
    field_scope: str | None  # page or site
    core_web_vitals: str | None  # passed or failed
    opportunities: list[Json]  # {audit, title, said, saving_ms}

    @classmethod
    def of(cls, result: Json) -> Device:
        field, scope = field_data(result)
        return cls(
            categories=scores(result),
            lab={name: measured(result, audit) for name, audit in _LAB.items()},
            field=field,
            field_scope=scope,
            core_web_vitals=core_web_vitals(field),
            opportunities=opportunities(result),
        )

    def to_json(self) -> Json:
        return asdict(self)


def scores(result: Json) -> dict[str, int | None]:
    """Return each category's score, 0-100; None is "not measured" and never 0."""
    categories = get_object(result, "categories")
    return {name: _percent(get_object(categories, name)) for name in CATEGORIES}


def _percent(category: Json) -> int | None:
    score = get_number(category, "score")
    return round(score * 100) if score is not None and 0 <= score <= 1 else None


def audit(result: Json, name: str) -> Json:
    """Return one audit, or {}."""
    return get_object(get_object(result, "audits"), name)


def error_status(result: Json) -> str | None:
    """Return the page's status ("404", or "unknown") if an error page was measured, else None."""
    for warning in get_texts(result, "runWarnings"):
        if found := _STATUS_WARNING.search(warning):
            return found[1]
    entry = audit(result, "http-status-code")
    if get_number(entry, "score") == 0:
        found = _STATUS.search(get_text(entry, "displayValue") or "")
        return found[1] if found else "unknown"
    return None


def is_refusal(status: str) -> bool:
    """Whether the status may be meant for robots only, whatever customers see."""
    number = int(status) if status.isdecimal() else 0
    return number == HTTPStatus.SERVICE_UNAVAILABLE or walls.refused(number, rendered=True)


def measured(result: Json, name: str) -> float | None:
    """Return an audit's figure where there is one that makes sense."""
    value = get_number(audit(result, name), "numericValue")
    return round(value, 3) if value is not None and value >= 0 else None


def fails(entry: Json) -> bool:
    """Whether an audit applied and was not passed."""
    score = get_number(entry, "score")
    return score is not None and score < _FAILS_BELOW


def saving_ms(name: str, entry: Json) -> float | None:
    """Return the most that fixing would save of FCP, LCP or TBT, or None where unknown.

    Lighthouse 12's opportunities give it as the audit's own figure.
    """
    savings = get_object(entry, "metricSavings")
    savings_ms = [s for key in ("FCP", "LCP", "TBT") if (s := get_number(savings, key)) is not None]
    if savings_ms:
        return max(savings_ms)
    return get_number(entry, "numericValue") if name in OPPORTUNITIES_12 else None


def opportunities(result: Json) -> list[Json]:
    """Return the failed audits that would save most time: audit, title, said, saving_ms."""
    entries = get_object(result, "audits")
    worth = [
        (saving, name)
        for name in entries
        if fails(entry := get_object(entries, name)) and (saving := saving_ms(name, entry) or 0) > 0
    ]
    return [
        {
            "audit": name,
            "title": (get_text(entries[name], "title") or name)[:200],
            "said": clipped(in_words(get_text(entries[name], "displayValue") or "") or ""),
            "saving_ms": round(saving),
        }
        for saving, name in sorted(worth, reverse=True)[:_MAX_OPPORTUNITIES]
    ]


def core_web_vitals(field: Mapping[str, float]) -> str | None:
    """Return "passed", "failed", or None where Google has too few figures.

    A page passes if all it has of LCP, INP and CLS are good at the 75th percentile; INP may be
    missing, the other two may not (https://web.dev/articles/vitals).
    """
    judged = vital(field)
    if any(value > bounds_for(name).good for name, value in judged.items()):
        return "failed"
    return "passed" if {"lcp", "cls"} <= judged.keys() else None


def vital(field: Mapping[str, float]) -> dict[str, float]:
    """Return LCP, INP and CLS where there are any; a late FCP substitutes a missing LCP.

    A page's main content never comes before its first, so that FCP is the least that LCP can be:
    an FCP above LCP's bound says that LCP is above it, too, while a good one says nothing.
    """
    first = field.get("fcp")
    substitute = "lcp" not in field and first is not None and first > BOUNDS["lcp"].good
    names = ("fcp", *VITALS) if substitute else VITALS
    return {name: field[name] for name in names if name in field}


def bounds_for(name: str) -> Bounds:
    """Return the bounds of one of vital()'s measures."""
    return BOUNDS["lcp" if name == "fcp" else name]


def field_data(result: Json) -> tuple[dict[str, float], str | None]:
    """Return real visitors' 75th percentiles by measure, and their scope, "page" or "site"."""
    page = get_object(result, "loadingExperience")
    if found := _percentiles(page):
        return found, "site" if page.get("origin_fallback") is True else "page"
    if found := _percentiles(get_object(result, "originLoadingExperience")):
        return found, "site"
    return {}, None


def _percentiles(experience: Json) -> dict[str, float]:
    metrics = get_object(experience, "metrics")
    found = {}
    for name, (key, scale) in _FIELD.items():
        value = get_number(get_object(metrics, key), "percentile")
        if value is not None and value >= 0:
            found[name] = value / scale
    return found

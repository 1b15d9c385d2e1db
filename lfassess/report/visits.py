"""What the visits met where no website of the business was seen, in an owner's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.visit import JUDGED, Kind, Met, met_in, overall
from lfassess.findings import no_site_code
from lfassess.language import Language
from lfassess.report.model import Visit
from lfassess.report.text import clean, clean_or_none, is_technical

# Audits that stored no visit have a finding that says it.
_BY_FINDING: Final = {
    "visual-error-page": "error_page",
    "visual-parked-page": "parked",
    "visual-default-page": "default_page",
    "visual-coming-soon": "coming_soon",
    "page-not-found": "error_page",
}
_NO_WEBSITE: Final = frozenset({Kind.NO_SITE, Kind.PLATFORM})
_NO_WORDS: Final = frozenset({"empty", "error_page", "platform_page"})  # shown is no quotation
_QUOTES: Final = "\"'\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK} "
_CHECK, _GOOGLE, _MONITOR = "check", "google", "monitor"


def met(
    metrics: Mapping[str, Any], found: Mapping[str, Sequence[Any]], say: Language
) -> Visit | None:
    """Return what the visits met, or None where it was a website or nothing is known of it.

    Args:
        metrics: of the check runs, by check name.
        found: their findings as stored, likewise.
        say: the report's language.
    """
    seen, code = overall(metrics), no_site_code(found)
    if seen is None and code in _BY_FINDING:
        seen = Met(Kind.NO_SITE, _BY_FINDING[code])
    if seen is None or seen.kind in JUDGED:
        return None
    url = next((get_object(m, "visit") for m in metrics.values() if met_in(m) == seen), {})
    return Visit(
        kind=seen.kind.value,
        code=clean(seen.code, 40),
        shown=clean(seen.shown, 200),
        url=clean_or_none(get_text(url, "url"), 300),
        sentence=_sentence(seen, say),
    )


def words(visit: Visit) -> str | None:
    """Return the words that customers read there, or None where there are none to quote."""
    quoted = visit.kind == Kind.NO_SITE and visit.code not in _NO_WORDS
    shown = visit.shown.strip(_QUOTES)
    return shown if quoted and shown and not is_technical(shown) else None


def steps(visit: Visit, say: Language, *, linked: bool) -> tuple[str, ...]:
    """Return what to do about it, first things first; ``linked``: Google's profile leads there."""
    first = say.find(f"no_site.steps.{visit.code}") or say("no_site.steps.other")
    later = (_CHECK, _GOOGLE, _MONITOR) if linked else (_CHECK, _MONITOR)
    return (first, *(say(f"no_site.steps.{key}") for key in later))


def _sentence(seen: Met, say: Language) -> str:
    if seen.kind in _NO_WEBSITE:
        return say.find(f"no_site.codes.{seen.code}") or say("no_site.other")
    return say(f"visit.{seen.kind.value}")

"""What the address showed, by a glance before the audit and by where Lighthouse ended."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Json, Judgement
from lfassess.checks.pagespeed.reasons import REASONS
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.visit import NOT_SEEN, Kind, Met, Visit, meet, met_in

# Kinds that are not measured, by the reason that says so.
UNMEASURED: Final = {Kind.NO_SITE: "pagespeed.no_site", Kind.PLATFORM: "pagespeed.platform_page"}


def met_by(evidence: Json) -> tuple[Met, str | None]:
    """Return what was met, and at which address.

    Lighthouse is a browser: where it came through, a wall or a shell that the glance met is none.
    """
    result = get_object(evidence, "mobile")
    final = get_text(result, "finalDisplayedUrl") or get_text(result, "finalUrl")
    asked = get_text(result, "requestedUrl") or final
    glanced = met_in(evidence)
    at = get_text(get_object(evidence, "visit"), "url")
    if final is None or asked is None:
        return glanced or Met(Kind.SITE), at
    ended = meet(Visit(asked, final, None, rendered=True))
    if ended.kind in UNMEASURED or glanced is None or glanced.kind in NOT_SEEN:
        return ended, final
    return glanced, final


def not_judged(met: Met, url: str | None) -> Judgement | None:
    """Return the judgement where there is no website to measure, or None where there is one."""
    code = UNMEASURED.get(met.kind)
    if code is None:
        return None
    return Judgement(
        metrics={"visit": met.as_json(url), "reason": as_json(code, REASONS)},
        inconclusive=f"{REASONS[code].wording} ({met.shown})",
    )

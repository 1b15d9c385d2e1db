"""What the address showed, by a glance before the audit and by where Lighthouse ended."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Json, Judgement
from lfassess.checks.loose import dict_in, text_in
from lfassess.checks.pagespeed_rules.reasons import REASONS
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.visit import NOT_SEEN, Kind, Met, Visit, meet, met_in

# Kinds that are not measured, by the reason that says so.
UNMEASURED: Final = {Kind.NO_SITE: "pagespeed.no_site", Kind.PLATFORM: "pagespeed.platform_page"}


def met_by(evidence: Json) -> tuple[Met, str | None]:
    """Return what was met, and at which address.

    Lighthouse is a browser: where it came through, a wall or a shell that the glance met is none.
    """
    result = dict_in(evidence, "mobile")
    final = text_in(result, "finalDisplayedUrl") or text_in(result, "finalUrl")
    asked = text_in(result, "requestedUrl") or final
    glanced = met_in(evidence)
    at = text_in(dict_in(evidence, "visit"), "url")
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

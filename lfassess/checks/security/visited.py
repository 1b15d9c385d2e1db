"""What is said where no website of the business was met: nothing about headers and encryption."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.security.kinds import finding
from lfassess.checks.security.observatory import Answer
from lfassess.checks.security.reasons import REASONS
from lfassess.checks.shared.json_access import get_text
from lfassess.checks.shared.visit import SITE, Kind, Met, Visit, meet, met_in

_REASONS: Final = {
    Kind.NO_SITE: "security.no_site",
    Kind.PLATFORM: "security.platform_page",
    Kind.WALL: "security.bot_wall",
    Kind.REFUSED: "security.refused",
}
_UNREADABLE: Final = "encoding"
_FINDINGS: Final = {Kind.NO_SITE: "no-site", Kind.PLATFORM: "platform-page"}


def met_by(evidence: Json, answer: Answer | None) -> Met:
    """Return what the visit met; of an audit that did not note it, as far as its answer tells.

    What forwards, frames or waits for scripts is a site here: its headers and its encryption are
    the address's own.
    """
    if met := met_in(evidence):
        shell = met.kind is Kind.UNREAD and met.code != _UNREADABLE
        return replace(met, kind=Kind.SITE) if shell else met
    if answer is None:
        return SITE
    asked = get_text(evidence, "url") or answer.url
    return meet(Visit(asked, answer.url, answer.status or None, answer.headers))


def not_judged(met: Met, url: str | None) -> Judgement | None:
    """Return the judgement where there is no website to judge, or None where there is one."""
    code = _REASONS.get(met.kind)
    if code is None:
        return None
    seen = f" ({met.shown})" if met.shown and met.kind is not Kind.NO_SITE else ""
    found = _FINDINGS.get(met.kind)
    return Judgement(
        (finding(found, met.shown or met.code),) if found else (),
        metrics={"visit": met.as_json(url), "reason": as_json(code, REASONS)},
        inconclusive=REASONS[code].wording + seen,
    )


def findings(met: Met) -> list[Finding]:
    """Return what is to be said of a website that is judged, but stands at another domain."""
    return [finding("other-domain", met.shown)] if met.kind is Kind.ELSEWHERE else []

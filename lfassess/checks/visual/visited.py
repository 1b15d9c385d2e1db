"""What is said where the browser met no website of the business."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.checks.shared.visit import NOT_SEEN as UNSEEN
from lfassess.checks.shared.visit import Kind, Met, Visit, meet, met_in
from lfassess.checks.visual.finding import finding
from lfassess.checks.visual.metrics import metrics
from lfassess.checks.visual.reasons import NOT_SEEN

BLANK_SHARE: Final = 0.9999  # of the first screen in one colour
_BLANK: Final = "blank"
_ERROR: Final = 400
_HARDLY_A_WORD: Final = 40  # characters
_WORD: Final = " word"

_REASONS: Final = {
    Kind.NO_SITE: "visual.no_site",
    Kind.PLATFORM: "visual.platform_page",
    Kind.WALL: "visual.bot_wall",
    Kind.REFUSED: "visual.turned_away",
    Kind.UNREAD: "visual.unread",
}
_FINDINGS: Final = {
    "parked": "visual-parked-page",
    "for_sale": "visual-parked-page",
    "default_page": "visual-default-page",
    "directory_listing": "visual-default-page",
    "installer": "visual-default-page",
    "error_page": "visual-error-page",
    "soft_404": "visual-error-page",
    "coming_soon": "visual-coming-soon",
    "maintenance": "visual-coming-soon",
    "not_published": "visual-coming-soon",
    "suspended": "visual-suspended-site",
    "expired": "visual-suspended-site",
    "login": "visual-login-page",
    "empty": "visual-empty-page",
    "template": "visual-template-page",
    "platform_page": "visual-platform-page",
}


def not_seen(device: Json, met: Met) -> bool:
    """Return whether the page did not get to be seen: a wall, a refusal, a blank screen."""
    return met.kind in UNSEEN or _blank(device, met)


def met_on(device: Json, asked: str | None) -> Met:
    """Return what a device met; of an audit that did not note it, as far as its evidence tells."""
    if met := met_in(device):
        return met
    text, chars = get_text(device, "text_start") or "", get_number(device, "text_chars") or 0
    # Only the text's beginning was kept: words in place of the rest make bounds count it.
    rest = _WORD * min(5_000, max(0, round(chars - len(text)) // len(_WORD)))
    status, url = get_number(device, "status"), get_text(device, "url") or asked or ""
    visit = Visit(
        requested_url=asked or url,
        url=url,
        status=None if status is None else round(status),
        title=get_text(device, "title") or "",
        text=text + rest,
        rendered=True,
    )
    return meet(visit)


def both(evidence: Json) -> tuple[Met, str | None]:
    """Return what both devices met together, and at which address.

    What either did not get to see counts first, then what a phone was shown.
    """
    asked = get_text(evidence, "url")
    devices = [d for name in ("desktop", "mobile") if (d := get_object(evidence, name))]
    met = [(met_on(device, asked), get_text(device, "url")) for device in devices]
    unseen = [each for each in met if each[0].kind in UNSEEN]
    return (unseen or met[-1:])[0]


def not_judged(evidence: Json) -> Judgement | None:
    """Return the judgement where there is no website to judge, or None where there is one."""
    asked = get_text(evidence, "url")
    devices = [d for name in ("desktop", "mobile") if (d := get_object(evidence, name))]
    if not devices:
        return _unjudged("visual.nothing", evidence)
    met, url = both(evidence)
    shown = {"visit": met.as_json(url)}
    if met.kind not in UNSEEN and any(_blank(d, met_on(d, asked)) for d in devices):
        return _unjudged("visual.blank", evidence)
    code = _REASONS.get(met.kind)
    if code is None:
        return None
    if found := _FINDINGS.get(met.code):
        return _unjudged(code, evidence, shown, said=finding(found, met.shown or met.code))
    return _unjudged(code, evidence, shown, seen=f" ({met.shown})" if met.shown else "")


def _unjudged(
    code: str,
    evidence: Json,
    shown: Json | None = None,
    *,
    said: Finding | None = None,
    seen: str = "",
) -> Judgement:
    """Return a judgement without a score, for a reason."""
    return Judgement(
        (said,) if said else (),
        metrics={**metrics(evidence), **(shown or {}), "reason": as_json(code, NOT_SEEN)},
        inconclusive=NOT_SEEN[code].wording + seen,
    )


def _blank(device: Json, met: Met) -> bool:
    """Return whether the first screen has one colour only, and nothing follows or says why."""
    status = get_number(device, "status") or 0
    if (get_number(device, "text_chars") or 0) >= _HARDLY_A_WORD:
        return False  # it begins further down
    one_colour = (get_number(device, "uniform_share") or 0) >= BLANK_SHARE
    return one_colour and status < _ERROR and (met.judged or met.code == "empty")

"""Reads what a visit of both devices stored."""

from __future__ import annotations

from typing import Final, Literal, get_args

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.checks.shared.visit import NOT_SEEN, Met, Visit, meet, met_in

Aspect = Literal["offer", "hierarchy", "readability", "trust", "action", "imagery", "age"]
Device = Literal["desktop", "mobile"]

ASPECTS: Final[tuple[Aspect, ...]] = get_args(Aspect)
DEVICES: Final[tuple[Device, ...]] = get_args(Device)
SCREENS: Final = {"desktop": (1366, 768), "mobile": (390, 844)}  # in CSS pixels

BLANK_SHARE: Final = 0.9999  # of the first screen in one colour
_ERROR: Final = 400
_HARDLY_A_WORD: Final = 40  # characters
_WORD: Final = " word"


def not_seen(device: Json, met: Met) -> bool:
    """Return whether the page did not get to be seen: a wall, a refusal, a blank screen."""
    return met.kind in NOT_SEEN or is_blank(device, met)


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
    unseen = [each for each in met if each[0].kind in NOT_SEEN]
    return (unseen or met[-1:])[0]


def is_blank(device: Json, met: Met) -> bool:
    """Return whether the first screen has one colour only, and nothing follows or says why."""
    status = get_number(device, "status") or 0
    if (get_number(device, "text_chars") or 0) >= _HARDLY_A_WORD:
        return False  # it begins further down
    one_colour = (get_number(device, "uniform_share") or 0) >= BLANK_SHARE
    return one_colour and status < _ERROR and (met.judged or met.code == "empty")

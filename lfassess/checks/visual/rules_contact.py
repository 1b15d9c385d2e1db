"""Whether a visitor sees how to reach the business and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.first_screen import Asks, clearest
from lfassess.checks.visual.rules_overlays import covered
from lfassess.quantities import plural

Json = dict[str, Any]

_MANY_DEAD: Final = 3  # one or two may be an oversight, or a script's that we don't see


def findings(desktop: Json, mobile: Json) -> Iterator[Finding]:
    """Yield what stands between a visitor and a call, a booking or a visit."""
    yield from _telephone(desktop, mobile)
    yield from _action(desktop, mobile)
    yield from _dead_links(get_object(desktop, "dead_links"))
    yield from _left_behind(desktop, mobile)


def measured(device: Json, *parts: str) -> bool:
    """Return whether all these parts of a device's evidence were measured without failure."""
    failed = set(get_texts(device, "failed_parts"))
    return all(isinstance(device.get(part), dict) and part not in failed for part in parts)


def _telephone(desktop: Json, mobile: Json) -> Iterator[Finding]:
    if not isinstance(mobile.get("phones"), dict):
        return
    links = get_object(mobile, "phones")
    can_tap = (get_number(links, "links") or 0) > 0
    numbers = [*get_texts(mobile, "phone_numbers"), *get_texts(desktop, "phone_numbers")]
    others = get_texts(links, "others")
    if not can_tap and not numbers and not others:
        if any(map(_is_number, get_texts(mobile, "placeholders"))):
            return  # that it is a template's is one matter with having none
        yield finding("visual-no-phone-number", "no number in the text, no link that calls one")
        return
    number = next(iter(numbers or get_texts(links, "numbers")), "")
    if not can_tap:
        plain = f"{quoted(number)} is plain text" if number else f"only {quoted(others[0])}"
        yield finding("visual-no-tap-to-call", plain)
    if covered(mobile) or not (number or can_tap):
        return
    in_fold = links.get("in_fold") is True
    if not in_fold and not get_texts(mobile, "phone_numbers_in_fold"):
        named = quoted(number) if number else "a call button"
        yield finding("visual-phone-out-of-sight", f"{named} shows only after scrolling")
    elif in_fold and links.get("reached") is not False and measured(mobile, "phones", "overlay"):
        yield finding("visual-easy-to-call", f"{quoted(number)} on the first screen")


def _left_behind(desktop: Json, mobile: Json) -> Iterator[Finding]:
    """Yield a template's details; they weigh more where they are the only number."""
    left = dict.fromkeys([*get_texts(mobile, "placeholders"), *get_texts(desktop, "placeholders")])
    if not left:
        return
    found = finding("visual-placeholder-contact", ", ".join(map(quoted, left)))
    links = get_object(mobile, "phones")
    real = (
        get_texts(mobile, "phone_numbers")
        or get_number(links, "links")
        or get_texts(links, "others")
    )
    alone = not real and any(map(_is_number, left))
    yield replace(found, severity=Severity.HIGH) if alone else found


def _is_number(text: str) -> bool:
    return "@" not in text


def _action(desktop: Json, mobile: Json) -> Iterator[Finding]:
    devices = [d for d in (mobile, desktop) if isinstance(d.get("targets"), dict)]
    if not devices:
        return
    seen = [clearest(device, reach=False) for device in devices]
    if all(asks <= Asks.LEFT for asks, _ in seen):
        left = next((text for asks, text in seen if asks is Asks.LEFT), None)
        said = f"its button says {quoted(left)}" if left else "no button, form or number to tap"
        yield finding("visual-no-call-to-action", f"on the first screen, {said}")
        return
    reached = [clearest(device, reach=True) for device in devices]
    whole = all(measured(d, "targets", "overlay") and not covered(d) for d in devices)
    if whole and len(devices) > 1 and all(asks is Asks.CLEARLY for asks, _ in reached):
        yield finding("visual-clear-action", f"for example {quoted(reached[0][1])}")


def _dead_links(dead: Json) -> Iterator[Finding]:
    count = get_number(dead, "count") or 0
    if count >= _MANY_DEAD:
        named = (get_text(one, "text") for one in get_objects(dead, "examples"))
        shown = list(dict.fromkeys(quoted(text) for text in named if text))[:3]
        at = f", for example {', '.join(shown)}" if shown else ""
        yield finding("visual-dead-links", f"{plural(count, 'link')}{at}")

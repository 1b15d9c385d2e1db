"""Whether a visitor sees how to reach the business and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import DeadLinks, Device, Phones
from lfassess.checks.visual.first_screen import CallToAction, clearest
from lfassess.quantities import plural

_MANY_DEAD: Final = 3  # one or two may be an oversight, or a script's that we don't see


def findings(desktop: Device, mobile: Device) -> Iterator[Finding]:
    """Yield what stands between a visitor and a call, a booking or a visit."""
    yield from _telephone(desktop, mobile)
    yield from _action(desktop, mobile)
    yield from _dead_links(desktop.dead_links)
    yield from _left_behind(desktop, mobile)


def _telephone(desktop: Device, mobile: Device) -> Iterator[Finding]:
    links = mobile.phones
    if links is None:
        return
    numbers = [*mobile.phone_numbers, *desktop.phone_numbers]
    if not links.links and not numbers and not links.others:
        if any(map(_is_number, mobile.placeholders)):
            return  # that it is a template's is one matter with having none
        yield finding("visual-no-phone-number", "no number in the text, no link that calls one")
        return
    number = next(iter(numbers or links.numbers), "")
    if not links.links:
        plain = f"{quoted(number)} is plain text" if number else f"only {quoted(links.others[0])}"
        yield finding("visual-no-tap-to-call", plain)
    if mobile.covered or not (number or links.links):
        return
    if not links.in_fold and not mobile.phone_numbers_in_fold:
        named = quoted(number) if number else "a call button"
        yield finding("visual-phone-out-of-sight", f"{named} shows only after scrolling")
    elif links.in_fold and links.reached is not False and mobile.measured("phones", "overlay"):
        yield finding("visual-easy-to-call", f"{quoted(number)} on the first screen")


def _left_behind(desktop: Device, mobile: Device) -> Iterator[Finding]:
    """Yield a template's details; they weigh more where they are the only number."""
    left = dict.fromkeys([*mobile.placeholders, *desktop.placeholders])
    if not left:
        return
    found = finding("visual-placeholder-contact", ", ".join(map(quoted, left)))
    links = mobile.phones or Phones()
    real = mobile.phone_numbers or links.links or links.others
    alone = not real and any(map(_is_number, left))
    yield replace(found, severity=Severity.HIGH) if alone else found


def _is_number(text: str) -> bool:
    return "@" not in text


def _action(desktop: Device, mobile: Device) -> Iterator[Finding]:
    devices = [device for device in (mobile, desktop) if device.targets]
    if not devices:
        return
    seen = [clearest(device, reach=False) for device in devices]
    if all(strength <= CallToAction.TEMPLATE for strength, _ in seen):
        left = next((text for strength, text in seen if strength is CallToAction.TEMPLATE), None)
        said = f"its button says {quoted(left)}" if left else "no button, form or number to tap"
        yield finding("visual-no-call-to-action", f"on the first screen, {said}")
        return
    reached = [clearest(device, reach=True) for device in devices]
    whole = all(d.measured("targets", "overlay") and not d.covered for d in devices)
    if (
        whole
        and len(devices) > 1
        and all(strength is CallToAction.CLEAR for strength, _ in reached)
    ):
        yield finding("visual-clear-action", f"for example {quoted(reached[0][1])}")


def _dead_links(dead: DeadLinks) -> Iterator[Finding]:
    if dead.count >= _MANY_DEAD:
        shown = list(dict.fromkeys(quoted(one.text) for one in dead.examples if one.text))[:3]
        at = f", for example {', '.join(shown)}" if shown else ""
        yield finding("visual-dead-links", f"{plural(dead.count, 'link')}{at}")

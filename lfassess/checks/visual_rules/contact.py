"""Whether a visitor sees how to reach the business and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.loose import dict_in, dicts_in, number_in, text_in, texts_in
from lfassess.checks.visual_rules.make import finding, quoted

Json = dict[str, Any]

_ACTION: Final = re.compile(
    r"\b(book|call|ring|phone us|order|buy|shop|quote|estimate|reserve|reservations?|schedule"
    r"|appointments?|get started|start (now|here|your)|enquir\w+|inquir\w+|request|contact us"
    r"|get in touch|email us|message us|talk to|speak to|sign up|join|subscribe|donate|apply"
    r"|free (trial|consultation|demo)|directions|visit us|find us|see (the |our )?menu|view menu"
    r"|buchen|anrufen|termin|anfrage|anfragen|bestellen|angebot|kontaktieren|kaufen"
    r"|réserver|appele[rz]|devis|commander|rendez-vous|acheter|contactez"
    r"|reservar|ll[aá]m(a|ar|anos|enos)|cita|presupuesto|pedir|comprar|cont[aá]ct(a|e)nos)\b",
    re.IGNORECASE,
)


def findings(desktop: Json, mobile: Json) -> Iterator[Finding]:
    """Yield what stands between a visitor and a call, a booking or a visit."""
    yield from _telephone(desktop, mobile)
    yield from _action(desktop, mobile)


def _telephone(desktop: Json, mobile: Json) -> Iterator[Finding]:
    if not isinstance(mobile.get("phones"), dict):
        return
    links = dict_in(mobile, "phones")
    can_tap = (number_in(links, "links") or 0) > 0
    numbers = [*texts_in(mobile, "phone_numbers"), *texts_in(desktop, "phone_numbers")]
    if not can_tap and not numbers:
        yield finding("visual-no-phone-number", "no number in the text, no link that rings one")
        return
    number = next(iter(numbers or texts_in(links, "numbers")), "")
    if not can_tap:
        yield finding("visual-no-tap-to-call", f"{quoted(number)} is plain text")
    in_fold = links.get("in_fold") is True
    if not in_fold and not texts_in(mobile, "phone_numbers_in_fold"):
        yield finding("visual-phone-out-of-sight", f"{quoted(number)} shows only after scrolling")
    elif in_fold:
        yield finding("visual-easy-to-call", f"{quoted(number)} on the first screen")


def _action(desktop: Json, mobile: Json) -> Iterator[Finding]:
    devices = [d for d in (mobile, desktop) if isinstance(d.get("targets"), dict)]
    if not devices:
        return
    actions = [_first_action(dict_in(device, "targets")) for device in devices]
    if not any(actions):
        yield finding(
            "visual-no-call-to-action",
            "on the first screen no form, and no link that says call, book, order or the like",
        )
    elif all(actions):
        yield finding("visual-clear-action", f"for example {quoted(str(actions[0]))}")


def _first_action(targets: Json) -> str | None:
    if targets.get("fold_form") is True:
        return "a form"
    for action in dicts_in(targets, "fold_actions"):
        text, href = text_in(action, "text") or "", text_in(action, "href") or ""
        if _ACTION.search(text) or href.lower().startswith(("tel:", "mailto:", "sms:")):
            return text or href
    return None

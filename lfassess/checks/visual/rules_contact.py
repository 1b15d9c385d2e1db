"""Whether a visitor sees how to reach the business and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.phones import is_placeholder, link_phone, shown_phone
from lfassess.checks.shared.templates import template_mail
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import Action, DeadLinks, Device, Phones
from lfassess.quantities import plural

_MIN_HEIGHT, _MIN_WIDTH = 28, 60  # CSS pixels; below that it is a badge or an icon
_MAX_HEIGHT: Final = 140  # above it is a card or a picture
_LOW: Final = 18  # a line of text with some colour around it
_MENU_FROM: Final = 3  # buttons in one menu are its entries
_FLAGS: Final = re.IGNORECASE


class CallToAction(IntEnum):
    """How clearly a part of the page asks its visitor to act."""

    NONE = 0
    TEMPLATE = 1  # a template's words on a button
    WEAK = 2  # it can be tapped, but does not stand out, or leads nowhere
    CLEAR = 3


# What any page has, whatever its purpose.
_ORDINARY: Final = re.compile(
    r"^\W*(?:"
    r"(?:i |yes,? )?(?:accept|agree|allow|reject|decline|deny|refuse|dismiss|got it|ok(?:ay)?)"
    r"(?: (?:all|and|&|only|necessary|essential|terms|optional|non-essential)\b.*)?"
    r"|.*\b(?:cookies?|consent|privacy|datenschutz|preferences|einstellungen)\b.*"
    r"|(?:alle[sn]? )?(?:akzeptieren|annehmen|ablehnen|zustimmen|verstanden)"
    r"|(?:tout )?(?:accepter|refuser)(?: tout)?|(?:aceptar|rechazar)(?: tod[ao]s?)?"
    r"|search|suchen?|recherch\w+|buscar|go|submit search"
    r"|(?:log|sign)[ -]?(?:in|out|on)|(?:my )?account"
    r"|anmelden|einloggen|(?:mein )?konto|connexion"
    r"|(?:toggle |open |close |show |main )?(?:menu|menü|navigation|nav|sidebar)\b.*"
    r"|close|schließen|fermer|skip\b.*|zum inhalt\b.*|jump to\b.*"
    r"|previous|next|prev|weiter|zurück|back|slide \d+|play|pause|\d+"
    r"|share|tweet|like|follow|print|edit|history|dark|light|theme|toggle\b.*|powered by\b.*"
    r"|english|deutsch|fran[cç]ais|espa[nñ]ol|italiano|nederlands|português|polski|türkçe"
    r"|русский|中文|日本語|[a-z]{2}(?:[-_/ |]+[a-z]{2})*"
    r")?\W*$",
    _FLAGS,
)
_TEMPLATE: Final = re.compile(
    r"^\W*(?:(?:your )?call to action|cta|button(?: text)?|click me|link text|label|placeholder"
    r"|your (?:text|button|link)\b.*|(?:lorem|sample|example)\b.*)\W*$",
    _FLAGS,
)
_MAIL: Final = re.compile(r"^\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*$")
_ANYWHERE: Final = "US"  # templates come with numbers of its plan
_DIALS: Final = re.compile(
    r"^\s*(?:(?:tel|sms):|(?:https?:)?//(?:www\.)?wa\.me/)\D*\d(?:\D*\d){4}", _FLAGS
)
_STORES: Final = re.compile(
    r"//(?:(?:apps|itunes)\.apple\.com/|play\.google\.com/store/|apps\.microsoft\.com/)"
)
_SOCIAL: Final = re.compile(
    r"//(?:[\w-]+\.)?(?:facebook|twitter|x|instagram|linkedin|youtube|tiktok|pinterest|github"
    r"|mastodon)\.\w+/",
    _FLAGS,
)
_NOWHERE: Final = re.compile(
    r"^\s*(?:#!?/?|javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?\s*;?)\s*$", _FLAGS
)


def clearest(device: Device, *, reach: bool) -> tuple[CallToAction, str]:
    """Return how clearly a device's first screen asks, and the words of what asks most clearly.

    Args:
        device: what was measured; early audits stored texts and links alone, which show that
            there is something, not how clearly.
        reach: count only what a finger would hit.
    """
    targets, phones, listed = device.targets, device.phones, device.actions
    if targets and targets.fold_form:
        return CallToAction.CLEAR, "a form"
    if phones and (phones.reached if reach else phones.in_fold) and not listed:  # in a frame
        return CallToAction.CLEAR, next(iter(phones.numbers), "a number to call")
    menus = [one for one in listed if one.place == "nav" and _stands_out(one)]
    quiet = [one for one in listed if _set_apart(one)]
    rated = [
        (
            _strength(one, in_menu=len(menus) >= _MENU_FROM, one_of_many=len(quiet) > _MENU_FROM),
            one.text or _where(one.href, device),
        )
        for one in listed
        if not reach or one.reached
    ]
    rated += [(CallToAction.WEAK, one.text) for one in (targets.fold_actions if targets else ())]
    return max(rated, key=lambda pair: pair[0], default=(CallToAction.NONE, ""))


def _where(href: str, device: Device) -> str:
    """Return in words where a link without words leads: a number, a mail address, a host."""
    if phone := link_phone(href, ""):
        known = (*device.phone_numbers, *(device.phones or Phones()).numbers)
        return next((k for k in known if _same_digits(k, phone.e164)), shown_phone(phone.e164, ""))
    if href.lower().startswith("mailto:"):
        return href.partition(":")[2].partition("?")[0]
    return (host_of(href) if "//" in href else None) or shown_phone(href, "")


def _same_digits(shown: str, e164: str) -> bool:
    """Return whether a number in its reader's form is the one that is dialled."""
    digits = re.sub(r"\D", "", shown).lstrip("0")
    return len(digits) >= _FEWEST and e164.endswith(digits)


def _strength(action: Action, *, in_menu: bool, one_of_many: bool) -> CallToAction:
    text, href, place = action.text, action.href, action.place
    if place in {"over", "footer"}:
        return CallToAction.NONE
    if left := _template_text(text, href):
        return left
    if _DIALS.match(href) or _STORES.search(href):
        return CallToAction.CLEAR
    if _SOCIAL.search(href) or action.submits in {"search", "login"}:
        return CallToAction.NONE
    mail = href.lower().startswith("mailto:")
    ordinary = not text or _ORDINARY.match(text) is not None
    button = _stands_out(action) and not ordinary and not (place == "nav" and in_menu)
    if button and not _MAIL.match(text) and not _NOWHERE.match(href):
        return CallToAction.CLEAR
    quiet = _set_apart(action) and not ordinary and not one_of_many
    return (
        CallToAction.WEAK
        if mail or button or quiet or action.submits == "form"
        else CallToAction.NONE
    )


def _template_text(text: str, href: str) -> CallToAction | None:
    """Return TEMPLATE for a template's button, mail address or number."""
    phone = link_phone(href, _ANYWHERE)
    mail = href if href.lower().startswith("mailto:") else text
    left = _TEMPLATE.match(text) or template_mail(mail) or (phone and is_placeholder(phone.e164))
    return CallToAction.TEMPLATE if left else None


def _stands_out(action: Action) -> bool:
    """Return whether it looks like a button: filled or framed, and of a button's size."""
    sized = action.width >= _MIN_WIDTH and _MIN_HEIGHT <= action.height <= _MAX_HEIGHT
    return sized and action.look in {"filled", "framed"}


def _set_apart(action: Action) -> bool:
    """Return whether it is meant as the thing to do here, though it is less than a button.

    Low buttons, coloured boxes, pictures, and larger or bold links on a line of their own. Many of
    them are tags, a list or a menu.
    """
    height, look = action.height, action.look
    if action.place != "page" or action.width < _MIN_WIDTH:
        return False
    if not _LOW <= height <= _MAX_HEIGHT:
        return False
    if look in {"filled", "framed"}:
        return height < _MIN_HEIGHT
    return look in {"boxed", "alone"} or (look == "picture" and height >= _MIN_HEIGHT)


_FEWEST: Final = 5  # digits that tell a number from another
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
        other = shown_phone(next(iter(links.others), ""), "")
        plain = f"{quoted(number)} is plain text" if number else f"{quoted(other)} opens an app"
        yield finding("visual-no-tap-to-call", plain)
    if mobile.covered or not (number or links.links):
        return
    if not links.in_fold and not mobile.phone_numbers_in_fold:
        named = quoted(number) if number else "a call button"
        yield finding("visual-phone-out-of-sight", f"{named} shows only after scrolling")
    elif links.in_fold and links.reached is not False and mobile.measured("phones", "overlay"):
        named = quoted(number) if number else "a call button"
        yield finding("visual-easy-to-call", f"{named} on the first screen")


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

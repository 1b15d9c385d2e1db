"""Whether the first screen has a call to action, judged by looks and place; words only exclude."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from lfassess.checks.shared.phones import is_placeholder, link_phone
from lfassess.checks.shared.templates import template_mail
from lfassess.checks.visual.evidence import Action, Device

_LEAST_HEIGHT, _LEAST_WIDTH = 28, 60  # CSS pixels; below that it is a badge or an icon
_MOST_HEIGHT: Final = 140  # above it is a card or a picture
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
            one.text or one.href,
        )
        for one in listed
        if not reach or one.reached
    ]
    rated += [(CallToAction.WEAK, one.text) for one in (targets.fold_actions if targets else ())]
    return max(rated, key=lambda pair: pair[0], default=(CallToAction.NONE, ""))


def _strength(action: Action, *, in_menu: bool, one_of_many: bool) -> CallToAction:
    text, href, place = action.text, action.href, action.place
    if place in {"over", "footer"}:
        return CallToAction.NONE
    if left := _left_behind(text, href):
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


def _left_behind(text: str, href: str) -> CallToAction | None:
    """Return TEMPLATE for a template's button, mail address or number."""
    phone = link_phone(href, _ANYWHERE)
    mail = href if href.lower().startswith("mailto:") else text
    left = _TEMPLATE.match(text) or template_mail(mail) or (phone and is_placeholder(phone.e164))
    return CallToAction.TEMPLATE if left else None


def _stands_out(action: Action) -> bool:
    """Return whether it looks like a button: filled or framed, and of a button's size."""
    sized = action.width >= _LEAST_WIDTH and _LEAST_HEIGHT <= action.height <= _MOST_HEIGHT
    return sized and action.look in {"filled", "framed"}


def _set_apart(action: Action) -> bool:
    """Return whether it is meant as the thing to do here, though it is less than a button.

    Low buttons, coloured boxes, pictures, and larger or bold links on a line of their own. Many of
    them are tags, a list or a menu.
    """
    height, look = action.height, action.look
    if action.place != "page" or action.width < _LEAST_WIDTH:
        return False
    if not _LOW <= height <= _MOST_HEIGHT:
        return False
    if look in {"filled", "framed"}:
        return height < _LEAST_HEIGHT
    return look in {"boxed", "alone"} or (look == "picture" and height >= _LEAST_HEIGHT)

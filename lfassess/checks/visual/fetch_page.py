"""What is read from a page's text, links and frames: telephone numbers, placeholders, copyright."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_objects, get_text, get_texts
from lfassess.checks.shared.phones import find_phones, is_placeholder, link_phone, shown_phone
from lfassess.checks.shared.templates import template_mail

Json = dict[str, Any]

_MAX_TEXT: Final = 41_000  # characters; measure.js returns a long page's two ends
_MAX_LISTED: Final = 3
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_MARK: Final = r"(?:©|\(c\)|copyright|&copy;)"
_YEAR: Final = r"(?:19|20)\d\d"
_AFTER: Final = re.compile(rf"{_MARK}(.{{0,60}})", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"({_YEAR})\s*{_MARK}", re.IGNORECASE)
_YEARS: Final = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_SHORT_RANGE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-\u2013/]\s*(\d\d)(?!\d)")
_STILL: Final = re.compile(rf"{_YEAR}\s*(?:-|\u2013|to)\s*(?:present|today|now)", re.IGNORECASE)


def phone_numbers(text: str, country: str) -> list[str]:
    """Return up to three telephone numbers, as written; a template's placeholders are left out."""
    found = find_phones(text[:_MAX_TEXT], country)
    real = (phone.written for phone in found if not is_placeholder(phone.e164))
    return list(islice(real, _MAX_LISTED))


def contacts(seen: Json, framed: list[Json], country: str) -> Json:
    """Return the telephone numbers of a device's evidence.

    Args:
        seen: what measure.js measured.
        framed: what frame.js found in each frame, with the frame's own ``top`` and ``fold``.
        country: ISO 3166 alpha-2, of numbers written without their country.
    """
    text = seen.get("text")
    everything, fold = (get_text(text, key) or "" for key in ("all", "fold"))
    inside = "\n".join(get_text(frame, "text") or "" for frame in framed)
    near = "\n".join(get_text(f, "text") or "" for f in framed if f.get("fold") is True)
    return {
        "phones": _links(seen.get("phones"), framed, country),
        "phone_numbers": phone_numbers(f"{everything[:_MAX_TEXT]}\n{inside}", country),
        "phone_numbers_in_fold": phone_numbers(f"{fold}\n{near}", country),
        "placeholders": _placeholders(everything, seen.get("phones"), country),
    }


def _links(phones: object, framed: list[Json], country: str) -> Json | None:
    """Return {links, in_fold, reached, numbers, others} of what dials; None if not measured.

    ``links`` counts those for tel:, a template's aside; ``others`` are the numbers of callto: and
    chat links.
    """
    if not isinstance(phones, dict):
        return None
    found = [*get_objects(phones, "found"), *(link for f in framed for link in _from_frame(f))]
    dialled = [(one, link_phone(get_text(one, "href") or "", country)) for one in found]
    real = [(one, phone) for one, phone in dialled if phone and not is_placeholder(phone.e164)]
    calls = [(one, phone) for one, phone in real if _is_call(one)]
    others = [shown_phone(phone.e164, country) for one, phone in real if not _is_call(one)]
    seen = [shown_phone(phone.e164, country) for one, phone in calls if one.get("shown") is True]
    return {
        "links": len(calls),
        "in_fold": any(one.get("fold") is True for one, _ in calls),
        "reached": any(one.get("reached") is True for one, _ in calls),
        "numbers": list(dict.fromkeys(seen))[:_MAX_LISTED],
        "others": list(dict.fromkeys(others))[:_MAX_LISTED],
    }


def _is_call(link: Json) -> bool:
    return (get_text(link, "href") or "").lower().startswith("tel:")


def _from_frame(frame: Json) -> list[Json]:
    """Return a frame's links as measure.js describes the page's own."""
    height = get_number(frame, "height") or 0
    return [
        {
            "href": get_text(link, "href"),
            "shown": True,
            "fold": frame.get("fold") is True and (get_number(link, "top") or 0) < height,
            "reached": frame.get("reached") is True,
        }
        for link in get_objects(frame, "links")
    ]


def _placeholders(text: str, phones: object, country: str) -> list[str]:
    """Return the telephone numbers and mail addresses that a template came with."""
    written = [p.written for p in find_phones(text[:_MAX_TEXT], country) if is_placeholder(p.e164)]
    hrefs = [get_text(one, "href") or "" for one in get_objects(phones, "found")]
    dialled = [p.written for h in hrefs if (p := link_phone(h, country)) and is_placeholder(p.e164)]
    mails = [*_MAIL.findall(text[:_MAX_TEXT]), *get_texts(phones, "mails")]
    left = [mail.removeprefix("mailto:") for mail in mails if template_mail(mail)]
    return list(dict.fromkeys([*(written or dialled), *left]))[:_MAX_LISTED]


def copyright_year(text: str) -> int | None:
    """Return the latest year of a copyright notice; None without one, or if it says "present"."""
    years: list[int] = []
    for match in _AFTER.finditer(text):
        notice = match[1]
        if _STILL.search(notice):
            return None
        years += [int(year) for year in _YEARS.findall(notice)]
        years += [int(f"{first[:2]}{last}") for first, last in _SHORT_RANGE.findall(notice)]
    years += [int(year) for year in _BEFORE.findall(text)]
    return max(years, default=None)

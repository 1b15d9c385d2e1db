"""Phone numbers: finding them in text and links, comparing them, showing them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final
from urllib.parse import unquote

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

from lfassess.checks.shared.not_phones import labelled, without_others

_MAX_TRIES: Final = 2_000
_SURELY: Final = 9  # digits of a number that is possible, but not known to be in use
_NANP: Final = 1  # the North American Numbering Plan's calling code
_NANP_DIGITS: Final = 10
_FEW_WORDS: Final = 3  # beside a number that stands alone in its line

# As designers write them. One character each, so that places in the text stay the same.
_SAME: Final = str.maketrans(
    {"·": ".", "•": ".", "∙": ".", "⋅": ".", "\u2027": ".", "\u30fb": ".", "\u2024": "."}
    | dict.fromkeys("\u00a0\u202f\u2007\u2009", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2212", "-")
    | dict.fromkeys("\u200e\u200f\u202a\u202c\u2060\u200b\ufeff", " ")
)
_TOLL_FREE: Final = r"8(?:00|33|44|55|66|77|88)"
_VANITY: Final = re.compile(
    rf"(?<![\w.-])(?:(?:\+?1[-. ]+\(?{_TOLL_FREE}\)?[-. ]+|\({_TOLL_FREE}\) ?|{_TOLL_FREE}[-.])"
    r"(?=[\dA-Z-]*[A-Z]{3})[\dA-Z](?:-?[\dA-Z]){6,11}"
    r"|(?:\+?1[-. ]+)?\(?[2-9]\d\d\)?[-. ]+[2-9]\d\d[-.][A-Z]{4}"
    r"|0800[- ](?=[\d-]*[A-Z]{3})[\dA-Z](?:-?[\dA-Z]){5,8})(?![\w-])"
)
_GROUPED_NANP: Final = re.compile(
    r"(?:\+?1[-. ]{1,2})?(?:\(\d{3}\)[-. ]{0,2}|\d{3}[-./ ]{1,3})\d{3}[-. ]{1,3}\d{4}"
)
_GROUPED: Final = re.compile(r"\d[^\d]{1,3}\d")
_GOES_ON: Final = re.compile(r"[-.]\d|/\d{5}")
_WENT_BEFORE: Final = re.compile(r"\d[-./]\Z|[A-Za-z]\d*\Z")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_PLACEHOLDER: Final = re.compile(
    r"\+1(?:(\d)\1{9}|1234567890|0123456789|555\d{7}|[2-9]\d\d(?:1234567|0000000))"
)
_ABROAD: Final = re.compile(r"\s*\(?00(?=\s*[1-9])")
_CONTEXT: Final = re.compile(r";\s*phone-context=(\+\d{1,15})\b", re.IGNORECASE)
_SCHEMES: Final = re.compile(r"\s*(tel|callto|sms|skype):", re.IGNORECASE)
_WHATSAPP: Final = re.compile(
    r"\s*(?:https?:)?//(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send/?\?(?:.*&)?phone=)\+?(\d{7,15})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as somebody wrote it, and as it is dialled."""

    written: str
    e164: str  # +13125550142
    start: int = 0  # of ``written`` in the text


# What stands between the digits of one number, before and after `_SAME`: no word, colon or comma.
_BETWEEN: Final = (
    r"[- ().\[\]/~#;\t\xa0\xad\xb7\u2000-\u206f\u2212\u2219\u223c\u22c5\u3000\u30fb\u30fc\ufeff"
    r"\uff03\uff08\uff09\uff0d-\uff0f\uff3b\uff3d\uff5e]"
)
# A line may hold a number where five digits stand close together, or a word follows an 800.
_MAY_HOLD: Final = re.compile(
    rf"\d(?:{_BETWEEN}{{0,8}}\d){{4}}|{_TOLL_FREE}[\W\dA-Z]{{0,20}}[A-Z]{{3}}"
)
_ISO_DATE: Final = re.compile(r"(?<![\d./-])(?:19|20)\d\d-[01]\d-[0-3]\d(?![./-]?\d)")
_RUN: Final = re.compile(r"\d++(?:[^\w\n]{0,8}+\d++)*+")
_FEWEST: Final = 5  # digits of a number that somebody can dial from afar
_MAX_BLOCKS: Final = 500
_LONGEST_KNOWN: Final = 1_000  # characters


def find_phones(text: str, country: str) -> Iterator[Phone]:
    """Yield the phone numbers in a text, each once, as they come.

    Words as numbers (1-800-PLUMBER) count, and so does a number that no plan knows, if it is
    written as its country writes phone numbers: made-up ones of sample pages are. Dates, prices,
    ids, licences, accounts and fax numbers don't.

    Args:
        text: line breaks part what doesn't belong together.
        country: ISO 3166 alpha-2, of numbers written without their country.
    """
    blocks = [(at, _read(block, country)) for at, block in islice(_blocks(text), _MAX_BLOCKS)]
    known = any(block.valid for _, block in blocks)
    seen: set[str] = set()
    for at, block in blocks:
        numbers = (*block.words, *(block.valid if known else block.possible))
        for phone in sorted(numbers, key=lambda phone: phone.start):
            if phone.e164 not in seen:
                seen.add(phone.e164)
                start = at + phone.start
                written = text[start : start + len(phone.written)]
                yield Phone(" ".join(written.split()), phone.e164, start)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield where lines begin that may hold a number, and those next to each other as one text.

    Most lines of most texts hold none, and looking into them costs milliseconds.
    """
    begin, end, at = 0, -1, 0
    for line in text.split("\n"):
        if _may_hold(line):
            if at != end + 1:
                if end >= 0:
                    yield begin, text[begin:end]
                begin = at
            end = at + len(line)
        at += len(line) + 1
    if end >= 0:
        yield begin, text[begin:end]


def _may_hold(line: str) -> bool:
    return _MAY_HOLD.search(line) is not None and (
        "-" not in line or _MAY_HOLD.search(_ISO_DATE.sub("\x1f", line)) is not None
    )


def _read(text: str, country: str) -> _Block:
    return _known(text, country) if len(text) <= _LONGEST_KNOWN else _Block(text, country)


class _Block:
    """Lines that may hold numbers, and those that are found in them when they are asked for."""

    def __init__(self, text: str, country: str) -> None:
        self._text = without_others(text.translate(_SAME))
        self._country = country

    @cached_property
    def words(self) -> tuple[Phone, ...]:
        """Words as numbers."""
        return tuple(_words_as_numbers(self._text, self._country))

    @cached_property
    def valid(self) -> tuple[Phone, ...]:
        """Numbers of a plan."""
        return tuple(self._matched(Leniency.VALID))

    @cached_property
    def possible(self) -> tuple[Phone, ...]:
        """Numbers that have as many digits as those of a plan."""
        return tuple(self._matched(Leniency.POSSIBLE))

    def _matched(self, leniency: int) -> Iterator[Phone]:
        text = self._text
        long = _RUN.sub(_hide_short, text)  # most candidates are too short, and each takes time
        for m in PhoneNumberMatcher(long, self._country, leniency=leniency, max_tries=_MAX_TRIES):
            if _is_phone(text, m.start, m.end, m.number):
                yield Phone(m.raw_string, e164(m.number), m.start)


_known = lru_cache(maxsize=512)(_Block)  # headers and footers are on every page


def _hide_short(run: re.Match[str]) -> str:
    digits = sum(c.isdecimal() for c in run[0])
    return run[0] if digits >= _FEWEST else "\x1f" * len(run[0])


def _is_phone(text: str, start: int, end: int, number: PhoneNumber) -> bool:
    """Return whether a number that could be a phone's is meant as one, by form and label."""
    raw, label = text[start:end], labelled(text, start, end)
    if label is False or _GOES_ON.match(text, end):
        return False
    if _WENT_BEFORE.search(text[max(0, start - 12) : start]):
        return False
    international, grouped = raw.startswith("+"), _GROUPED.search(raw) is not None
    if phonenumbers.is_valid_number(number):
        return grouped or international or label is True or _stands_alone(text, start, end)
    digits = len(phonenumbers.national_significant_number(number))
    if number.country_code == _NANP:
        return digits == _NANP_DIGITS and _GROUPED_NANP.fullmatch(raw) is not None
    dialled = international or label is True or raw.startswith(("0", "(0"))
    return digits >= _SURELY and grouped and dialled


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether the number's line says little else."""
    begin, close = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    rest = text[begin:start] + " " + text[end : close if close >= 0 else len(text)]
    return len(_WORD.findall(rest)) <= _FEW_WORDS and not re.search(r"\d{4}", rest)


def _words_as_numbers(text: str, country: str) -> Iterator[Phone]:
    for match in _VANITY.finditer(text):
        digits = phonenumbers.convert_alpha_characters_in_number(match[0])
        only = re.sub(r"\D", "", digits)
        if not match[0].startswith("0"):  # what goes beyond the last digit is never dialled
            only = only.removeprefix("1")[:_NANP_DIGITS]
        region = country if match[0].startswith("0") else "US"
        number = _parsed(only, region)
        if number and phonenumbers.is_possible_number(number):
            yield Phone(match[0], e164(number), match.start())


def has_vanity(text: str) -> bool:
    """Return whether a text has a number whose digits are a word (1-800-PLUMBER)."""
    return _VANITY.search(text.translate(_SAME)) is not None


def link_phone(href: str, country: str) -> Phone | None:
    """Return the number of a tel: (RFC 3966), callto:, sms: or WhatsApp link, or None."""
    if chat := _WHATSAPP.match(href):
        number = phone_e164(f"+{chat[1]}", country)
        return Phone(f"+{chat[1]}", number) if number else None
    if not _SCHEMES.match(href):
        return None
    dialled = unquote(html.unescape(href.partition(":")[2])).translate(_SAME)
    written = re.split("[;?,]", dialled)[0].replace("//", "").strip()
    abroad = _CONTEXT.search(dialled)
    if abroad and not written.startswith("+"):
        written = f"{abroad[1]} {written}"
    number = phone_e164(written, country)
    return Phone(written, number) if number else None


def phone_e164(phone: str | None, country: str) -> str | None:
    """Return the number as +15551234567, or None where it is none."""
    number = _parsed(phone, country)
    return e164(number) if number and phonenumbers.is_possible_number(number) else None


def same_phone(one: str | None, other: str | None, country: str) -> bool | None:
    """Return whether both are the same number; None where one is missing or unreadable."""
    a, b = phone_e164(one, country), phone_e164(other, country)
    return None if a is None or b is None else a == b


def is_placeholder(number: str) -> bool:
    """Return whether a number (E.164) is a template's: 123-456-7890, (555) 123-4567, 000 0000.

    555-0100 to 555-0199 below a real area code, which films and examples use, are not counted.
    """
    return _PLACEHOLDER.fullmatch(number) is not None


def shown_phone(number: str, country: str) -> str:
    """Return a number in its reader's form: (312) 555-0142 in its country, else +1 312-555-0142.

    What can't be read as a number is returned as it is, but for a link's "tel:".
    """
    link = link_phone(number, country)
    text = link.e164 if link else _without_scheme(number)
    parsed = _parsed(text, country)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return text
    at_home = phonenumbers.country_code_for_region(country) == parsed.country_code
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _without_scheme(text: str) -> str:
    scheme = _SCHEMES.match(text)
    return unquote(text[scheme.end() :]).strip() if scheme else text


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parsed(phone: str | None, country: str) -> PhoneNumber | None:
    """Return a number as the country dials it; 00 stands for + wherever that makes a number."""
    text = (phone or "").translate(_SAME)
    found = _as_dialled(text, country)
    if _ABROAD.match(text) and not (found and phonenumbers.is_possible_number(found)):
        abroad = _as_dialled(_ABROAD.sub("+", text, count=1), country)
        return abroad if abroad and phonenumbers.is_valid_number(abroad) else found
    return found


def _as_dialled(text: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None

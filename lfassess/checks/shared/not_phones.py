"""Hides what looks like a phone number and is none: dates, hours, prices, ids, coordinates."""

from __future__ import annotations

import re
from typing import Final

_DASH: Final = r"[-\u2010-\u2015]"
_TO: Final = rf"\s*(?:{_DASH}|to|until|bis|à|au|hasta)\s*"
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_SHORT_YEAR: Final = rf"(?:{_YEAR}|\d\d)"
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]\d|\d)"
_HOUR: Final = r"(?:[01]?\d|2[0-4])[:.h][0-5]\d"
_DEGREES: Final = r"\d{1,3}\.\d{3,}"
_MONTH_NAME: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil"
    r"|août|déc|ene|abr|ago|dic)\w*\.?"
)
# A date is whole: no further digits on either side, or it is a part of a longer number. A year
# alone may follow a word and a blank.
_ALONE: Final = r"(?<![\d])(?<!\d[./\-])"
_END: Final = r"(?![./\-]?\d)"

# A VAT id is its country's letters and so many digits. Source: ec.europa.eu/taxation_customs/vies,
# "VAT identification number structure"; CHE: the Swiss UID.
_VAT_DIGITS: Final = (
    ("DE|PT|EL|EE|XI|LT|GB", 9),
    ("GB|LT|SE", 12),
    ("FR|IT|HR|LV", 11),
    ("BE|PL|SK|BG|CZ|RO", 10),
    ("DK|FI|LU|HU|MT|SI|ATU", 8),
    ("NL|CHE", 9),
)
_VAT: Final = "|".join(rf"(?:{at})[ -]?(?:\d[ .-]?){{{n - 1}}}\d" for at, n in _VAT_DIGITS)

_NO_PHONES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # ranges first: 03/2015 - 03/2016, 03.07 - 17.07.15, 05.10-09.10.2015, 2015-2016
        rf"{_ALONE}{_MONTH}[./]{_YEAR}{_TO}(?:{_MONTH}[./])?{_YEAR}{_END}",
        rf"{_ALONE}{_YEAR}{_TO}{_MONTH}[./]{_YEAR}{_END}",
        rf"{_ALONE}{_DAY}([./]){_DAY}\.?(?:\1{_SHORT_YEAR})?{_TO}{_DAY}\1{_DAY}\.?(?:\1?{_SHORT_YEAR})?{_END}",
        rf"(?<!\d[ ).]){_ALONE}{_YEAR}{_TO}(?:{_YEAR}|\d\d){_END}",
        # 2026-03-01, 3/12/2026, 01.02.26
        rf"{_ALONE}{_YEAR}([-/.]){_MONTH}\1{_DAY}{_END}",
        rf"{_ALONE}{_DAY}([-/.]){_DAY}\1{_SHORT_YEAR}{_END}",
        rf"{_ALONE}{_MONTH}/{_YEAR}{_END}",
        rf"{_MONTH_NAME}\s+{_DAY}(?:[snrt][tdh])?,?\s+{_YEAR}",
        rf"{_ALONE}{_DAY}\.?\s+{_MONTH_NAME}\s+{_YEAR}",
        # hours: 08.00-12.00, 9:00 to 17:30
        rf"{_ALONE}{_HOUR}{_TO}{_HOUR}{_END}",
        rf"{_ALONE}{_HOUR}(?::[0-5]\d)?\s*(?:am|pm|uhr|h)\b",
        # prices
        r"[$€£¥]\s?\d[\d.,\s]*",
        r"(?<![\d.,])\d[\d.,]*\s?(?:[$€£¥]|(?:EUR|USD|GBP|CHF)\b)",
        # 17.253.34.253
        rf"(?<![\d.]){_BYTE}(?:\.{_BYTE}){{3}}(?![\d.])",
        # 40.712776, -74.005974
        rf"(?<!\d){_DEGREES}\s*°?\s*[NSEW]?\s*[,;/ ]\s*{_DASH}?{_DEGREES}",
        r"\d{1,3}\s?°\s?\d{1,2}\s?['\u2032]\s?[\d.]+",
        # IBAN (ISO 13616), ISBN-13, a German tax number
        r"(?-i:\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,4})?\b)",
        r"(?<!\d)97[89](?:[- ]?\d){10}(?!\d)",
        rf"{_ALONE}\d{{2,3}}/\d{{3,4}}/\d{{4,5}}{_END}",
        rf"(?-i:\b(?:{_VAT}))(?:B\d\d)?(?![ .-]?\d)",
        # four years in a row: 2012 2013 2014
        rf"(?<!\d){_YEAR}(?:[ ,]+{_YEAR})+(?!\d)",
    )
)
_HIDDEN: Final = "\x1f"  # a control character: it parts numbers and stands in no text


def without_others(text: str) -> str:
    """Return the text, of the same length, with everything in it hidden that is no phone number.

    Hidden are dates and their ranges, opening hours, prices, IP addresses, coordinates, IBAN, ISBN,
    VAT ids and German tax numbers. Numbers that only a word tells from a phone are for `labelled`.
    """
    for pattern in _NO_PHONES:
        text = pattern.sub(lambda found: _HIDDEN * len(found[0]), text)
    return text


_PHONE_WORDS: Final = (
    r"tel|telephone\w*|telefon\w*|phones?|ph|call\w*|cell|mobiles?|mobil|text|sms|what[s]\s?app|handy"
    r"|fon|hotline|anruf\w*|dial|ring|tél|téléphone\w*|appel\w*|teléfono\w*|ll[aá]m\w*|contact"
)
# What can be nothing but the name of another number; short ones as capitals, since "ein", "tin"
# and "bar" are words.
_OTHERS: Final = (
    r"fax|telefax|licen[sc]e|lic|licencia|vat\s?(?:no|number|id|reg\w*)|ust\.?-?id\w*|steuer-?(?:nummer"
    r"|nr|id\w*)|st\.?-?nr|tax\s?(?:id|no|number)|kontonummer|konto(?:-?nr)?|sort\s?code"
    r"|rechnungs-?(?:nummer|nr)|bestell-?(?:nummer|nr)|artikel-?(?:nummer|nr)|kunden-?(?:nummer|nr)"
    r"|handelsregister\w*|register-?(?:nummer|nr)|siret|siren|ref|reg"
    r"|(?-i:VAT|TVA|IVA|MwSt|EIN|FEIN|TIN|SSN|NIF|CIF|RCS|A[BC]N|IBAN|BIC|SWIFT|BLZ|ISBN|ISSN|EAN"
    r"|GTIN|UPC|SKU|HRB|HRA|NPI|NMLS|DUNS|USDOT|CSLB|ROC)"
)
_WITH_NUMBER: Final = (
    r"account|acct|policy|permit|order|invoice|item|model|part|serial|reference|case|ticket|tracking"
    r"|registration|registered|company|charity|bar|bond|insurance|member(?:ship)?|customer|client"
    r"|cert(?:ificate)?|contractor|dot|mc"
)
_LABEL: Final = re.compile(
    rf"(?P<both>\btel\w*\.?\s*(?:/|&|\+|und|and|,)\s*(?:tele)?fax\b)"
    rf"|(?P<phone>\b(?:{_PHONE_WORDS})\b|[☎☏📞📱✆]|\b[TPM][:.])"
    rf"|(?P<other>\b(?:{_OTHERS})\b|\b(?:{_WITH_NUMBER})\.?\s?(?:no|nr|number|id|\#)"
    r"|\bF[:.]|\baccount\s*$)"
    r"|(?P<weak>(?:\b(?:no|nr)\b\.?|\#)\s?:?\s*$)",
    re.IGNORECASE,
)
_BEFORE: Final = 40  # characters looked at
_SPENT: Final = re.compile(r"\d[\d .\-/]{3,}|[\n\x1f]")  # a number that the label spoke of
_FAX_AFTER: Final = re.compile(r"\s*[(\[]?\s*(?:tele)?fax\b(?!\W*[\d(+])", re.IGNORECASE)


def labelled(text: str, start: int, end: int) -> bool | None:
    """Return whether a number's label says phone (True) or something else (False); None without.

    The label is the last word before the number, in its line, that says what a number is, with no
    other number between. "No." alone says nothing after a word for phone.
    """
    if _FAX_AFTER.match(text, end):
        return False
    before = text[max(0, start - _BEFORE) : start]
    for spent in _SPENT.finditer(before):
        before = " " * spent.end() + before[spent.end() :]
    said: bool | None = None
    for found in _LABEL.finditer(before):
        if found["both"] or found["phone"]:
            said = True
        elif found["other"] or said is None:
            said = False
    return said

"""Details that templates and plug-ins come with, and that somebody forgot to replace."""

from __future__ import annotations

import re
from typing import Final

from lfassess.checks.shared.phones import is_placeholder, phone_e164

_ADDRESS: Final = re.compile(
    r"\b(?:your|my|street|company|business) (?:street|address|city|town|state|zip|name)\b"
    r"|\bany ?(?:town|city|street)\b|\b\d+ (?:street name|any street|example (?:st|street|road))\b"
    r"|\bmuster(?:stra(?:ß|ss)e|str\.|stadt|weg)|\blorem\b|\bexample (?:city|town)\b"
    r"|^\s*123 (?:main|any|fake) (?:st|street|ave|road)\.?\s*$"
    r"|\b123 (?:main|any|fake) (?:st|street|ave|road)\b.*\b(?:any ?town|city|12345|00000)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"^\s*(?:(?:your|my|the)? ?(?:business|company|organi[sz]ation|store|restaurant|site|brand)"
    r"(?: name)?(?: here)?|name|firma|firmenname|(?:max )?mustermann|acme(?: inc\.?)?|lorem.*)\s*$",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(
    r"^\s*(?:mailto:)?(?:[\w.+-]*@(?:example|domain|yourdomain|yoursite|mysite|company|yourcompany)"
    r"|(?:your\.?)?(?:name|you|e?mail|user|someone|test)@e?mail)\.(?:com|org|net)\b",
    re.IGNORECASE,
)
_URL: Final = re.compile(
    r"^(?:https?:)?//(?:www\.)?(?:example|yourdomain|yoursite|your-?website|mysite|domain)\.(?:com|org|net)",
    re.IGNORECASE,
)


def template_phone(phone: str, country: str) -> bool:
    number = phone_e164(phone, country)
    return number is not None and is_placeholder(number)


def template_address(address: str) -> bool:
    """Return whether an address is a template's; a 123 Main Street with its town may be real."""
    return _ADDRESS.search(address) is not None


def template_name(name: str) -> bool:
    return _NAME.match(name) is not None


def template_mail(address: str) -> bool:
    """Return whether a mail address, or a link to it, is a template's."""
    return _MAIL.match(address) is not None


def template_url(url: str) -> bool:
    return _URL.match(url) is not None

"""The parts of a row's address, of which a row may have several."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from lfassess.assessment.intake.lead_row import clean, join_address
from lfassess.assessment.intake.lists import wording
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.notes import Notes
from lfassess.assessment.intake.lists.cells.texts import read_text

_MEMBERS: Final = ("street", "city", "region", "postcode")  # of an address in JSON
PO_BOX: Final = re.compile(
    r"\W*(?:p\.?\s?o\.?\s?box|post(?:al)? (?:office )?box|postfach|postbus|apartado|apdo"
    r"|caixa postal|casella postale|(?:boite|bo\u00eete) postale|b\.?p\.? \d+)\b",
    re.IGNORECASE,
)
# Where the house's number stands before the street's name.
NUMBER_FIRST: Final = frozenset({"US", "CA", "GB", "IE", "AU", "NZ", "FR", "LU", "IN", "ZA"})
_ADDRESS: Final = ("address", "street", "house", "street2", "city", "region", "postcode")
Values = Mapping[str, Sequence[str]]  # field -> its filled cells, the best column's first


def key_of(field: str, place: int) -> str:
    """Return under which key a field's cells are; an address has one for each set of columns."""
    return f"{field} {place}" if place else field


def parts_of(
    values: Values, place: int, notes: Notes, *, number_first: bool = False
) -> dict[str, str]:
    """Return the filled parts of one of a row's addresses."""
    parts = {
        name: text
        for name in _ADDRESS
        if (texts := values.get(key := key_of(name, place)))
        and (text := _first(texts, name, notes, key))
    }
    street, house = parts.get("street", ""), parts.get("house", "")
    if "address" not in parts:
        if text := f"{house} {street}" if number_first else f"{street} {house}".strip():
            parts["address"] = text.strip()
    elif house and not any(map(str.isdigit, parts["address"])):
        road, comma, rest = parts["address"].partition(",")
        parts["address"] = f"{road} {house}{comma}{rest}"
    return parts


def _first(texts: Sequence[str], name: str, notes: Notes, key: str) -> str:
    """Return the first text that says something; of addresses, one that is no JSON object."""
    filled = (text for text in notes.each(name, texts, key) if not says_nothing(text))
    if name == "house":  # a number and what is added to it: "5 A"
        return " ".join(dict.fromkeys(read_text(text, name, notes) for text in filled))
    objects = []
    for text in filled:
        if name != "address" or not text.startswith("{"):
            return read_text(text, name, notes)
        objects.append(text)
    return next((joined for text in objects if (joined := _from_json(text))), "")


def _from_json(text: str) -> str:
    """Return the address that a JSON object's members make up; "" where there is none."""
    try:
        members = json.loads(text)
    except ValueError:
        return ""
    parts: dict[str, str] = {}
    for key, value in members.items():
        tags = wording.read(key).tags
        field = next((tag for tag in _MEMBERS if tag in tags), None)
        if field is not None and isinstance(value, str | int) and not isinstance(value, bool):
            parts.setdefault("address" if field == "street" else field, clean(str(value)))
    return join_address(parts) or ""

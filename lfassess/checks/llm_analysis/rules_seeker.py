"""Who may look for a business: people of its town, who compare its trade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import get_object, get_objects, get_text
from lfassess.language import Language
from lfassess.trades import trade_called

_LONGEST: Final = 40  # letters of a town's name
_TOWN: Final = r"(?P<town>[^\W\d_][^\d,;/<>{}@]*?)"
# What stands between commas of an address: "Toledo" before "OH 43612", "10115 Berlin",
# "Leeds LS1 4AB".
_BEHIND_CODE: Final = re.compile(rf"(?:[A-Z]{{1,2}}-)?\d{{4,5}} {_TOWN}")
_BEFORE_CODE: Final = re.compile(rf"{_TOWN} [A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}")
_REGION: Final = re.compile(r"[A-Z]{2,3} (?:\d{4,5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)")
_PLAIN: Final = re.compile(_TOWN)


def seeker(
    prior: Mapping[str, Json], say: Language, trade: str | None = None, address: str | None = None
) -> str | None:
    """Return words for somebody who looks for the business, or None where nothing is known.

    Args:
        prior: stored results by check name; Google's word on the trade goes before the record's.
        say: the language to write in.
        trade: in the record, as lfassess.trades names it.
        address: in the record.
    """
    metrics = get_object(prior.get("gbp", {}), "metrics")
    kind = trade_called(get_text(metrics, "category")) or trade
    named = say.find(f"one.{kind}") if kind and "." not in kind else None
    rows = [row for row in get_objects(metrics, "nap") if row.get("field") == "address"]
    stated = [address, *(get_text(row, "record") or get_text(row, "google") for row in rows)]
    town = next(filter(None, map(town_in, stated)), None)
    known = "both" if named and town else "trade" if named else "town" if town else None
    return say(f"insights.seeker.{known}", trade=named, town=town) if known else None


def town_in(address: str | None) -> str | None:
    """Return the town an address names beyond doubt, or None."""
    parts = [part.strip() for part in (address or "").split(",")]
    for before, part in pairwise(parts):  # the first is the street
        found = _BEHIND_CODE.fullmatch(part) or _BEFORE_CODE.fullmatch(part)
        if found is None and _REGION.fullmatch(part):
            found = _PLAIN.fullmatch(before)
        if found and len(found["town"]) <= _LONGEST:
            return found["town"]
    return None

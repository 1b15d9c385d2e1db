"""What a column's name and its cells say for each field of a lead, in points from 0 to 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lfassess.assessment.intake.lists.content import Content
from lfassess.assessment.intake.lists.wording import Wording

LEAST: Final = 3.0  # points from which a column is taken for a field
BUSINESS: Final = 7.0  # points from which a name is surely the business's, not a person's
SURE: Final = 10.0  # points of a name that says it surely
SOME, MOST = 0.3, 0.6  # shares of a column's cells
PLACES: Final = frozenset({"address", "street", "city", "region", "postcode", "country", "house"})
TOWN: Final = frozenset({"city", "region", "postcode"})
_UNSURE_PHONE: Final = 3.5
_STATES_CODE: Final = 3.5  # "St" may be a street
_NO_LEAD: Final = frozenset({"other", "fax", "job"})
_NO_NAME: Final = frozenset(
    {"site", "link", "phone", "mobile", "owner", "person", "social", "maps", "number", "code"}
)
_SITE_OF_NO_BUSINESS: Final = frozenset({"email", "phone", "social", "maps", "owner", "mobile"})


def points(said: Wording, holds: Content) -> dict[str, float]:
    """Return a column's points by field, the field it suits best alone."""
    by_field = {f: _by_content(f, rule(said), holds) for f, rule in _RULES.items()}
    for field, value in _unnamed(said, holds).items():
        by_field[field] = max(by_field[field], value)
    best = max(by_field, key=lambda field: by_field[field])
    return {best: by_field[best]} if by_field[best] >= LEAST else {}


def named_surely(said: Wording) -> bool:
    """Whether a column's name alone says which field it is."""
    return any(rule(said) >= LEAST + 1 for rule in _RULES.values())


# --- by name: points from 0 to 10 -----------------------------------------------------------------


def _website(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | _SITE_OF_NO_BUSINESS | {"title"}) - {"maps"} or (
        "person" in tags and "contact" not in tags
    ):
        return 0
    if "site" in tags and "maps" in tags:  # a map's page, or the website that a profile names
        return 0 if "link" in tags else 6 - said.unknown
    if "site" in tags:
        return 10 - min(said.unknown, 2) - 2 * ("location" in tags) - ("other_name" in tags)
    if "link" not in tags or "maps" in tags:
        return 0
    sure = tags & {"business", "main"}  # "Pricing Page" is none
    return 7 - said.unknown if sure else 5 - 2.5 * said.unknown


def _name(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_NAME | _NO_LEAD) or (
        tags & (PLACES | {"location"}) and "business_name" not in tags
    ):
        return 0
    if "email" in tags:
        return 6 if {"business", "name", "other_name"} <= tags else 0
    points = 0.0
    if "business_name" in tags:
        points = 10 + 0.5 * ("known_as" in tags)
    elif tags & {"customer"} and "name" in tags:  # a customer may be a person
        points = 7.5
    elif tags >= {"trading", "name"}:
        points = 10 if "other_name" in tags else 7.5
    elif "business" in tags:
        points = 10 if "name" in tags else 8 - 1.5 * ("title" in tags) - 0.5 * ("customer" in tags)
    elif "name" in tags and "formatted" not in tags:  # a full name is a person's
        points = 6
    elif "title" in tags:
        points = 4
    odd = 2.5 * ("other_name" in tags) + (2.5 if points < SURE else 1) * min(said.unknown, 3)
    return points - odd if points else 0


def _phone(said: Wording) -> float:
    tags = said.tags
    if tags & (
        (_NO_LEAD - {"fax"})
        | {"email", "link", "site", "country", "address", "name", "social", "maps"}
    ) or ("fax" in tags and ("phone" not in tags or "number" in tags)):
        return 0
    if "phone" in tags and "mobile" not in tags:
        points = 8.0 + bool(tags & {"main", "business", "formatted"}) - 2 * bool(tags & {"person"})
        points -= "fax" in tags  # "Tel./Fax" may have both
    elif tags & {"mobile"} or ("number" in tags and tags & {"main", "person"}):
        points = 5
    elif "number" in tags and "business" in tags:  # or one by which it is registered
        points = _UNSURE_PHONE + 0.5
    else:
        return 0
    points += 0.25 * ("international" in tags)
    return points - 0.5 * (said.number or 1) - min(said.unknown, 2)


def _address(said: Wording) -> float:
    tags = said.tags
    if tags & (
        _NO_LEAD | {"email", "link", "site", "phone", "social", "maps", "name", "street", "unit"}
    ):
        return 0
    if "address" in tags:
        if said.number is not None and "formatted" not in tags:
            return 0
        if tags & {"line", "city", "country", "region", "house"}:
            return 0
        if "postcode" in tags and ("postal" not in tags or "code" in tags):
            return 0
        return 8 + 2 * ("formatted" in tags) - min(said.unknown, 3)
    return 4 - said.unknown if "location" in tags and "number" not in tags else 0


def _street(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone", "maps", *TOWN, "country"}):
        return 0
    if tags & {"unit", "formatted"} or (tags & {"name", "house"} and "street" not in tags):
        return 0
    first = said.number in {None, 1}
    if "street" in tags:
        return 8 if first else 0
    return 8 if tags & {"address"} and (said.number == 1 or ("line" in tags and first)) else 0


def _street2(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone", "name", "house"}):
        return 0
    if "unit" in tags:
        return 7 - min(said.unknown, 3)
    if not tags & {"address", "street"}:
        return 0
    return 7 if said.number in {2, 3} else 0


def _one(tag: str, *others: str) -> Callable[[Wording], float]:
    """Return the rule of a part of an address: its word, and none that says otherwise."""
    refused = _NO_LEAD | {"email", "link", "site", "phone", "mobile", "social", "maps", *others}

    def rule(said: Wording) -> float:
        if tag not in said.tags or said.tags & refused:
            return 0
        return 8 - min(said.unknown, 3)

    return rule


def _house(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone", "name", "unit", *TOWN}):
        return 0
    if "house" in tags:
        return 8.5 - min(said.unknown, 3)
    return 8.5 if tags >= {"street", "number"} and not said.unknown else 0


def _region(said: Wording) -> float:
    if said.tags == {"state"}:
        return _STATES_CODE
    return _one("region", "country", "city")(said)


def _email(said: Wording) -> float:
    tags = said.tags
    if "email" not in tags or tags & (_NO_LEAD | {"name", "link", "phone", "business_name"}):
        return 0
    return 8 + bool(tags & {"business", "main"}) - 2 * bool(tags & {"person"}) - said.unknown


def _profile(said: Wording) -> float:
    tags = said.tags
    if "social" not in tags or tags & (_NO_LEAD | {"person", "number", "business_name", "email"}):
        return 0
    return 8 if not said.unknown and ("name" not in tags) else 0


def _map(said: Wording) -> float:
    tags = said.tags
    if "maps" not in tags or not tags & {"link", "site"} or tags & _NO_LEAD:
        return 0
    return 7


_RULES: Final[Mapping[str, Callable[[Wording], float]]] = {
    "name": _name,
    "website": _website,
    "email": _email,
    "phone": _phone,
    "address": _address,
    "street": _street,
    "house": _house,
    "street2": _street2,
    "city": _one("city", "name"),
    "region": _region,
    "postcode": _one("postcode", "city"),
    "country": _one("country", "number", "number"),
    "profile": _profile,
    "map": _map,
}


# --- by content -----------------------------------------------------------------------------------


def _by_content(field: str, points: float, holds: Content) -> float:
    """Return a name's points after a look at the cells; a column without cells keeps them."""
    rule = _CONTENT.get(field)
    return points if points <= 0 or not holds.filled or rule is None else rule(points, holds)


def _site_points(points: float, holds: Content) -> float:
    if holds.sites < SOME:
        return points - 6 if holds.emails < SOME else 0
    return points - 6 if holds.profiles > MOST and points < SURE else points


def _name_points(points: float, holds: Content) -> float:
    jobs = 2 * holds.jobs if points < BUSINESS else 0
    wrong = max(
        holds.sites,
        holds.emails,
        holds.numbers,
        holds.flags,
        holds.salutations,
        holds.resources,
        jobs,
    )
    return 0 if wrong > MOST else points


def _phone_points(points: float, holds: Content) -> float:
    if points <= _UNSURE_PHONE:  # digits alone are any number
        return points if holds.phones > MOST and holds.numbers < 1 else 0
    return points if holds.phones > 0 or holds.numbers < SOME else 0


_CONTENT: Final[Mapping[str, Callable[[float, Content], float]]] = {
    "website": _site_points,
    "name": _name_points,
    "phone": _phone_points,
    "region": lambda points, holds: points if points > _STATES_CODE or holds.codes > MOST else 0,
    "house": lambda points, holds: points if holds.short else 0,
    "map": lambda points, holds: points if holds.profiles > 0 else 0,
    "country": lambda points, holds: points if holds.countries >= SOME else 0,
    "email": lambda points, holds: points if holds.emails > 0 else 0,
}


def _unnamed(said: Wording, holds: Content) -> dict[str, float]:
    """Return what the cells alone suggest, where the name says nothing."""
    if said.tags - {"neutral", "link", "code"} or not holds.filled:
        return {}
    if holds.sites > MOST and holds.profiles < SOME:
        return {"website": LEAST}
    if holds.profiles > MOST:
        return {"profile": LEAST}
    if holds.emails > MOST:
        return {"email": LEAST}
    return {"phone": LEAST} if holds.phones > MOST and holds.numbers < 1 else {}

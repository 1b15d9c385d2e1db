"""What can be asked of leads, and the values there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

from lfassess.assessment.intake.lead_row import known_country
from lfassess.checks import all_checks
from lfassess.checks.base import Area, Severity
from lfassess.checks.shared.technologies import technologies
from lfassess.db.queries.lead_filter import NONE
from lfassess.errors import UsageError
from lfassess.scoring import load_rules
from lfassess.trades import trade_called

_LONGEST_ID: Final = 18  # digits, for what Postgres counts with
_MIN_SAID: Final = 3  # characters that a value may be looked for by
_ALIASES: Final = {
    "search": "q",
    "batch_id": "batch",
    "findings": "finding",
    "code": "finding",
    "technology": "tech",
    "technologies": "tech",
    "trade": "industry",
}
_VALUE_ALIASES: Final = {"not_submitted": NONE}


class InvalidFilterError(UsageError):
    """A filter asks for something there is not."""

    code = "invalid_filter"


@dataclass(frozen=True, slots=True)
class Key:
    """What can be asked of a lead."""

    name: str
    label: str  # on a form
    kind: str  # text, ids, words, numbers, codes, technologies, field, country, industry
    about: str  # one sentence
    example: str
    words: Callable[[], Sequence[str]] = tuple  # the values there are


def _grades() -> tuple[str, ...]:
    return (*(grade for grade, _ in load_rules().grades), NONE)


@cache
def findings() -> Mapping[str, str]:
    """Return {code: title} of the findings that somebody can fix, in order of their titles."""
    found = {
        code: kind.title
        for check in all_checks().values()
        for code, kind in check.kinds.items()
        if kind.severity not in {Severity.INFO, Severity.PASSED}
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


@cache
def technology_names() -> tuple[str, ...]:
    """Return what technologies are called, in order."""
    return tuple(sorted({each.name for each in technologies().values()}, key=str.casefold))


def _words(*values: str) -> Callable[[], Sequence[str]]:
    return lambda: values


_KEYS: Final = (
    Key("q", "Find", "text", "Has this in name, website, phone or address.", "q=bakery"),
    Key("batch", "Batch", "ids", "Is in the batch with this id.", "batch=7"),
    Key(
        "status",
        "Status",
        "words",
        "How its newest assessment stands.",
        "status=completed,partial",
        _words("pending", "in_progress", "completed", "partial", "failed", "cancelled", NONE),
    ),
    Key("grade", "Grade", "words", "Of its last completed audit.", "grade=D,F", _grades),
    Key("score", "Score", "numbers", "Overall, 0 to 100.", "score=<40"),
    *(
        Key(
            area.value,
            area.label,
            "numbers",
            f"The area's score: {area.label}.",
            f"{area.value}=<50",
        )
        for area in Area
    ),
    Key(
        "finding",
        "Finding",
        "codes",
        "Has these findings: with commas all, with | any of them.",
        "finding=no-https,gbp-few-reviews",
        lambda: tuple(findings()),
    ),
    Key(
        "tech",
        "Technology",
        "technologies",
        "Its website uses these: with commas all, with | any.",
        "tech=WordPress|Wix",
        technology_names,
    ),
    Key(
        "field",
        "Own column",
        "field",
        "A column of your list: its value, a number's bounds, or that it is filled in.",
        "field=Tier=gold",
    ),
    Key(
        "change",
        "Change",
        "numbers",
        "How the score changed since the audit before: in points, or by 5 and more.",
        "change=worse",
        _words("worse", "better", "same", NONE),
    ),
    Key(
        "review",
        "Review",
        "words",
        "Whether a person has looked at the audit.",
        "review=needs_review",
        _words("needs_review", "approved", "issued", NONE),
    ),
    Key(
        "opportunity",
        "Opportunity",
        "numbers",
        "What ranking made of it, 0 to 100.",
        "opportunity=>30",
    ),
    Key("need", "Need", "numbers", "What should be fixed, 0 to 100.", "need=>50"),
    Key("worth", "Worth", "numbers", "Customers and spending, 0 to 100.", "worth=>50"),
    Key("reach", "Reach", "numbers", "Known ways to the owner, 0 to 100.", "reach=>50"),
    Key("country", "Country", "country", "Its country: two letters or a name.", "country=US"),
    Key("industry", "Trade", "industry", "Its trade, as in plumber.", "industry=plumber"),
    Key(
        "do_not_contact",
        "Do not contact",
        "words",
        "Whether it is on the do-not-contact list.",
        "do_not_contact=no",
        _words("yes", "no"),
    ),
)
KEYS: Final[Mapping[str, Key]] = {key.name: key for key in _KEYS}


def key_called(name: str) -> Key:
    """Return what is asked for by this name; raises InvalidFilterError."""
    name = name.lower()
    key = KEYS.get(_ALIASES.get(name, name))
    if key is None:
        meant = _meant(name, {word: _ALIASES.get(word, word) for word in (*KEYS, *_ALIASES)})
        raise InvalidFilterError(
            f"There is no filter {name!r}.", hint=f"{meant}Filters: {', '.join(KEYS)}."
        )
    return key


def stored(key: Key, item: str) -> str:
    """Return a value as leads have it; raises InvalidFilterError where none is like it."""
    if (own := _READERS.get(key.kind)) is not None:
        return own(key, item)
    words = key.words()
    folded = {word.casefold(): word for word in words}
    said = item.casefold()
    if (found := folded.get(_VALUE_ALIASES.get(said, said))) is not None:
        return found
    meant = _meant(said, folded)
    if key.kind == "codes":
        raise InvalidFilterError(
            f"No check has a finding {item!r}.",
            hint=meant.strip() or "docs/reference/checks lists them.",
        )
    if key.kind == "technologies":
        raise InvalidFilterError(
            f"No technology is called {item!r}.",
            hint=meant.strip() or "configs/technologies.toml lists them.",
        )
    if key.kind == "numbers":
        more = f", or {_listed(words)}" if words else ""
        raise InvalidFilterError(
            f"{key.name} takes a number, as in <40, 40..60 or 50{more}; not {item!r}.",
            hint=meant.strip() or None,
        )
    raise InvalidFilterError(
        f"{key.name} is {_listed(words)}; not {item!r}.", hint=meant.strip() or None
    )


def _id(key: Key, item: str) -> str:
    if not (item.isascii() and item.isdigit() and len(item) <= _LONGEST_ID):
        raise InvalidFilterError(f"{key.name} is a number, as in {key.example}, not {item!r}.")
    return str(int(item))


def _country(_key: Key, item: str) -> str:
    if (country := known_country(item)) is None:
        raise InvalidFilterError(f"{item!r} is not a country; use its two letters, as in US.")
    return country


def _industry(key: Key, item: str) -> str:
    if (trade := trade_called(item)) is None:
        raise InvalidFilterError(f"{item!r} names no trade; as in {key.example}.")
    return trade


_READERS: Final = {"ids": _id, "country": _country, "industry": _industry}


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _meant(said: str, known: Mapping[str, str]) -> str:
    """Return "Did you mean …? ", or "", from words and what each stands for."""
    near = [word for word in known if len(said) >= _MIN_SAID and said in word][:2]
    near += get_close_matches(said, list(known), n=3, cutoff=0.5)
    shown = list(dict.fromkeys(known[word] for word in near))[:3]
    return f"Did you mean {' or '.join(shown)}? " if shown else ""

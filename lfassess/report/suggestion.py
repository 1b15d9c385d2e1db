"""A title and a text for search results, put together from known facts alone; pure.

Nothing is made up: the name, the town, the telephone number, Google's category, and the page's own
headline and description. Where they don't suffice there is no suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lfassess.checks.onpage.catalogue_words import GENERIC_HEADING
from lfassess.checks.onpage.rules_title import DESCRIPTION, TITLE

# Of addresses as people of the country write them, by country: the town.
_TOWNS: Final = {
    "US": re.compile(r",\s*([^,\d]+,\s*[A-Z]{2}),?\s+\d{5}(?:-\d{4})?\s*(?:,\s*USA?)?$"),
    "CA": re.compile(r",\s*([^,\d]+,\s*[A-Z]{2}),?\s+[A-Z]\d[A-Z] ?\d[A-Z]\d\s*(?:,\s*Canada)?$"),
    "GB": re.compile(r",\s*([^,\d]+?),?\s+[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\s*(?:,\s*UK)?$"),
    "DE": re.compile(r",\s*(?:D-)?\d{5}\s+([^,\d]+?)\s*(?:,\s*(?:Germany|Deutschland))?$"),
    "AT": re.compile(r",\s*(?:A-)?\d{4}\s+([^,\d]+?)\s*(?:,\s*(?:Austria|Österreich))?$"),
    "CH": re.compile(r",\s*(?:CH-)?\d{4}\s+([^,\d]+?)\s*(?:,\s*(?:Switzerland|Schweiz))?$"),
}
_GLUED: Final = re.compile(r"(?<=[a-z][.!?])(?=[A-Z])")  # by a line break in the HTML
_SENTENCE: Final = re.compile(r".+?[.!?](?=\s|$)")
_ENDS: Final = (".", "!", "?", "…")
_BAD_TITLE: Final = frozenset(
    {"onpage-no-title", "onpage-generic-title", "onpage-title-length", "onpage-title-unrelated"}
)
_BAD_TEXT: Final = frozenset({"onpage-no-description", "onpage-description-length"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the business and of its home page."""

    name: str
    town: str | None
    phone: str | None
    category: str | None  # Google's, in English; None where the page isn't English
    headline: str | None  # the page's first h1
    description: str | None
    faults: frozenset[str]  # codes of the on-page check's findings


def town_of(address: str | None, country: str) -> str | None:
    """Return "Portland, OR" of an address in the country's usual form, else None."""
    form = _TOWNS.get(country)
    found = form.search(address.strip()) if address and form else None
    return re.sub(r",\s*", ", ", found[1].strip()) if found else None


def title(facts: Facts) -> str | None:
    """Return a title where the page's own is at fault and the facts make a better one."""
    if not facts.faults & _BAD_TITLE:
        return None
    return _first_within(TITLE, _titles(facts))


def description(facts: Facts) -> str | None:
    """Return a text where the page's own is at fault and the facts make a better one."""
    if not facts.faults & _BAD_TEXT:
        return None
    return _first_within(DESCRIPTION, _texts(facts))


def _titles(facts: Facts) -> Iterator[str]:
    trade = facts.category if facts.category not in {None, facts.name} else None
    headline = _headline(facts)
    if trade and facts.town:
        yield f"{trade} in {facts.town} | {facts.name}"
        yield f"{trade} in {facts.town.partition(',')[0]} | {facts.name}"
    if trade:
        yield f"{trade} | {facts.name}"
    if headline and facts.name.casefold() not in headline.casefold():
        yield f"{headline} | {facts.name}"
    if facts.town:
        yield f"{facts.name} | {facts.town}"
    yield facts.name


def _texts(facts: Facts) -> Iterator[str]:
    """Yield texts: the page's own with what is known, as much of it as fits, the rest without."""
    own, headline, who = facts.description or "", _headline(facts) or "", _who(facts)
    parts = [_sentence(part) for part in (own, headline) if part]
    if own:
        for beginning in (" ".join(parts), _sentence(own)):
            yield f"{beginning} {who}"
            yield beginning
        sentences = _SENTENCE.findall(own)
        for count in range(len(sentences) - 1, 0, -1):
            yield "".join(sentences[:count])
    if headline:
        yield f"{_sentence(headline)} {who}"
    yield who


def _who(facts: Facts) -> str:
    """Return "Brightwater Plumbing, Plumber in Portland, OR. (503) 555-0142."."""
    place = f"{facts.category} in {facts.town}" if facts.category and facts.town else facts.town
    said = f"{facts.name}, {place}" if place else facts.name
    return " ".join(filter(None, (_sentence(said), facts.phone and _sentence(facts.phone))))


def _headline(facts: Facts) -> str | None:
    if facts.headline is None or GENERIC_HEADING.fullmatch(facts.headline):
        return None
    return _GLUED.sub(" ", facts.headline)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith(_ENDS) else f"{text}."


def _first_within(bounds: tuple[int, int], texts: Iterable[str]) -> str | None:
    least, most = bounds
    return next((text for text in texts if least <= len(text) <= most), None)

"""What a site's visibility in search lacks, and what it does well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.semrush.catalogue import finding
from lfassess.checks.semrush.evidence import CompetitiveRank, Evidence, Keyword
from lfassess.plain_text import cut
from lfassess.quantities import number

_FEW_KEYWORDS: Final = 50
_LITTLE_TRAFFIC: Final = 100
_FIRST_PAGE: Final = 10
_SECOND_PAGE: Final = 20
_FAR_AHEAD: Final = 3
_FEW_DOMAINS: Final = 20
_MANY_DOMAINS: Final = 100
_LOW_AUTHORITY: Final = 20
_SEVERAL: Final = 3
_NAMED: Final = 3
_MAX_SHOWN: Final = 60  # characters
_MIN_NAME: Final = 4  # letters; shorter ones are in every other word
_WORD: Final = re.compile(r"\w+")
_APOSTROPHE: Final = re.compile("['`\u2019]")


def findings(seen: Evidence, rank: CompetitiveRank) -> Iterator[Finding]:
    """Yield all findings about a site and its competitors."""
    if seen.ranked:
        yield from _visibility(seen)
        yield from _positions(seen.top)
        yield from _own_name(seen)
        yield from _competitors(seen, rank)
    else:
        yield finding("semrush-no-rankings", f"0 keywords in SEMrush's database “{seen.database}”")
    yield from _links(seen)


def _visibility(seen: Evidence) -> Iterator[Finding]:
    keywords = f"{number(seen.keywords)} keywords in SEMrush's database “{seen.database}”"
    traffic = f"about {number(seen.traffic)} visitors a month from unpaid search"
    few, little = seen.keywords < _FEW_KEYWORDS, seen.traffic < _LITTLE_TRAFFIC
    if few:
        yield finding("semrush-few-keywords", keywords)
    if little:
        yield finding("semrush-little-traffic", traffic)
    if not few and not little:
        yield finding("semrush-visible", f"{keywords}, {traffic}")


def _positions(top: tuple[Keyword, ...]) -> Iterator[Finding]:
    if top and all(keyword.position > _FIRST_PAGE for keyword in top):
        best = min(top, key=lambda keyword: keyword.position)
        yield finding("semrush-no-first-page", f"best: {_named(best)}")
    near = [k for k in top if _FIRST_PAGE < k.position <= _SECOND_PAGE and k.volume]
    if near:
        named = ", ".join(_named(keyword) for keyword in near[:_NAMED])
        yield finding("semrush-near-first-page", f"{len(near)} of the top {len(top)}: {named}")
    fallen = sum(k.previous is not None and k.position > k.previous for k in top)
    risen = sum(k.previous is None or k.position < k.previous for k in top)
    if fallen > risen and fallen >= _SEVERAL:
        yield finding(
            "semrush-positions-lost", f"of the top {len(top)} keywords {fallen} fell, {risen} rose"
        )


def _named(keyword: Keyword) -> str:
    phrase = cut(" ".join(keyword.phrase.split()), _MAX_SHOWN)
    return f"“{phrase}” at {keyword.position} ({number(keyword.volume)} searches a month)"


def _own_name(seen: Evidence) -> Iterator[Finding]:
    """Yield a finding if only searches for the business's name lead to the first page.

    Whoever searches by name would find the site anyway.
    """
    first = [keyword for keyword in seen.top if keyword.position <= _FIRST_PAGE]
    names = [name for name in (seen.name, seen.domain) if name]
    if first and all(names_the_business(keyword.phrase, names) for keyword in first):
        named = ", ".join(_named(keyword) for keyword in first[:_NAMED])
        yield finding("semrush-only-own-name", f"on the first page: {named}")


def names_the_business(phrase: str, names: Iterable[str]) -> bool:
    """Return whether the phrase holds one of the names whole, or is the beginning of one.

    Spaces, accents and case don't count: "dons garage toledo" holds "Don's Garage", and
    "pistonheads" and "piston heads" are one. A domain stands for its first label.
    """
    search = _letters(phrase)
    known = {_letters(name.partition(".")[0] if _is_domain(name) else name) for name in names}
    return any(
        len(name) >= _MIN_NAME
        and (name in search or (len(search) >= _MIN_NAME and name.startswith(search)))
        for name in known
    )


def _is_domain(name: str) -> bool:
    return "." in name and " " not in name


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.casefold()))
    return "".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def _competitors(seen: Evidence, rank: CompetitiveRank) -> Iterator[Finding]:
    ahead = rank.strongest
    if ahead is None:
        return
    standing = f"place {rank.rank} of {rank.size} by visitors from unpaid search"
    if ahead.traffic > _FAR_AHEAD * max(seen.traffic, 1):
        yield finding(
            "semrush-competitor-ahead",
            f"{ahead.domain[:_MAX_SHOWN]}: about {number(ahead.traffic)} visitors a month, "
            f"against {number(seen.traffic)}; {standing}",
        )
    elif rank.rank == 1 and seen.traffic > ahead.traffic:
        yield finding(
            "semrush-leads-competitors",
            f"about {number(seen.traffic)} visitors a month; next: {ahead.domain[:_MAX_SHOWN]} "
            f"with {number(ahead.traffic)}",
        )


def _links(seen: Evidence) -> Iterator[Finding]:
    if seen.linking_domains is None:
        return
    linking = f"{number(seen.linking_domains)} linking websites"
    if not seen.linking_domains:
        yield finding("semrush-no-backlinks", linking)
    elif seen.linking_domains < _FEW_DOMAINS:
        yield finding("semrush-few-backlinks", linking)
    elif seen.linking_domains >= _MANY_DOMAINS:
        yield finding("semrush-well-linked", linking)
    if seen.authority is not None and seen.authority < _LOW_AUTHORITY:
        yield finding("semrush-low-authority", f"{seen.authority} of 100")

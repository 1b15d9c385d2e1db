"""What a site's visibility in search lacks, and what it does well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lfassess.checks.base import Finding, Source, findings_from
from lfassess.checks.semrush.branded_keywords import names_the_business
from lfassess.checks.semrush.competitors import contest
from lfassess.checks.semrush.kinds import KINDS
from lfassess.checks.semrush.visibility import Keyword, Visibility
from lfassess.checks.shared.truncate import cut

_make: Final = findings_from(KINDS)
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
_SHOWN: Final = 60


def finding(code: str, evidence: str) -> Finding:
    return _make(code, evidence, source=Source.API)


def findings(seen: Visibility, database: str, names: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield all findings about a site.

    Args:
        seen: what SEMrush knows of it.
        database: of which country.
        names: the business's name and the site's domain, to tell searches for it by name.
    """
    if seen.ranked:
        yield from _visibility(seen, database)
        yield from _positions(seen.top)
        yield from _own_name(seen.top, names)
        yield from _competitors(seen)
    else:
        yield finding("semrush-no-rankings", f"0 keywords in SEMrush's database “{database}”")
    yield from _links(seen)


def _visibility(seen: Visibility, database: str) -> Iterator[Finding]:
    keywords = f"{seen.keywords:,} keywords in SEMrush's database “{database}”"
    traffic = f"about {seen.traffic:,} visitors a month from unpaid search"
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
    phrase = cut(" ".join(keyword.phrase.split()), _SHOWN)
    return f"“{phrase}” at {keyword.position} ({keyword.volume:,} searches a month)"


def _own_name(top: tuple[Keyword, ...], names: Sequence[str]) -> Iterator[Finding]:
    """Yield whether strangers find the site; those who search by name would find it anyway."""
    first = [keyword for keyword in top if keyword.position <= _FIRST_PAGE]
    if first and all(names_the_business(keyword.phrase, names) for keyword in first):
        named = ", ".join(_named(keyword) for keyword in first[:_NAMED])
        yield finding("semrush-only-own-name", f"on the first page: {named}")


def _competitors(seen: Visibility) -> Iterator[Finding]:
    against = contest(seen)
    ahead = against.strongest
    if ahead is None:
        return
    standing = f"place {against.place} of {against.size} by visitors from unpaid search"
    if ahead.traffic > _FAR_AHEAD * max(seen.traffic, 1):
        yield finding(
            "semrush-competitor-ahead",
            f"{ahead.domain[:_SHOWN]}: about {ahead.traffic:,} visitors a month, "
            f"against {seen.traffic:,}; {standing}",
        )
    elif against.place == 1 and seen.traffic > ahead.traffic:
        yield finding(
            "semrush-leads-competitors",
            f"about {seen.traffic:,} visitors a month; next: {ahead.domain[:_SHOWN]} with "
            f"{ahead.traffic:,}",
        )


def _links(seen: Visibility) -> Iterator[Finding]:
    if seen.linking_domains is None:
        return
    linking = f"{seen.linking_domains:,} linking websites"
    if not seen.linking_domains:
        yield finding("semrush-no-backlinks", linking)
    elif seen.linking_domains < _FEW_DOMAINS:
        yield finding("semrush-few-backlinks", linking)
    elif seen.linking_domains >= _MANY_DOMAINS:
        yield finding("semrush-well-linked", linking)
    if seen.authority is not None and seen.authority < _LOW_AUTHORITY:
        yield finding("semrush-low-authority", f"{seen.authority} of 100 (SEMrush)")

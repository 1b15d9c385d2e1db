"""Crawls a website for the on-page check: home page, some others, files, links, mail records."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

from lfassess.checks.base import CheckContext, Fetched, Target
from lfassess.checks.onpage import evidence_mail, evidence_robots, fetch_sitemaps
from lfassess.checks.onpage.catalogue_words import JAPANESE
from lfassess.checks.onpage.evidence import HOME, Evidence, Lead, Mail, Page, Robots, Sitemap
from lfassess.checks.onpage.evidence_addresses import same_site
from lfassess.checks.onpage.evidence_page import Answered, facts
from lfassess.checks.onpage.evidence_signs import signs_in_addresses
from lfassess.checks.onpage.fetch_frontier import Frontier
from lfassess.checks.onpage.fetch_links import try_links
from lfassess.checks.shared import page_text
from lfassess.checks.shared.domains import own_domain, platform_of, registrable_domain
from lfassess.checks.shared.json_access import sanitise_for_jsonb
from lfassess.checks.shared.platforms import CLOSED
from lfassess.checks.shared.visit import Kind, Met, Visit, dropped, meet
from lfassess.checks.shared.walls import wall
from lfassess.clients import dns, website
from lfassess.clients.crawl import AS_SEARCH_ENGINE, AT_ONCE, GAP_S, Reader
from lfassess.errors import CheckError, InvalidTargetError, ProviderUnavailableError

_ALL_S: Final = 30.0
_DNS_S: Final = 5.0
_FOR_LINKS_S: Final = 8.0  # left of the time when no further page is begun
_FILE_BYTES: Final = 5_000_000
_LOOKED_AT: Final = 50_000  # of a web page that comes in a file's place
_PAGES_BEGIN: Final = (b"<!doctype html", b"<html", b"<head", b"<title", b"<script", b"<meta")
_LISTED: Final = 500  # addresses of a sitemap that are stored
_CHILDREN: Final = 3  # sitemaps of an index that are read
_NOTHING_NEW: Final = 10  # pages in a row
_NEW_LINKS: Final = 80  # of a page besides the home page that are stored
_REFUSALS: Final = (503, 999)
_SURE: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)  # whether there is such a file
_FORWARD: Final = "forward"  # by <meta http-equiv="refresh">
_MAX_FORWARDS: Final = 2
_LOOKED_INTO: Final = frozenset({Kind.SITE, Kind.ELSEWHERE})
_SHELLS: Final = frozenset({"script_shell"})


def fetch_pages(target: Target, ctx: CheckContext, *, gap_s: float = GAP_S) -> Fetched:
    """Read the home page, up to ``settings.crawl_pages`` more, and what is asked of the domain.

    Args:
        target: whose website it is.
        ctx: of the check.
        gap_s: seconds between two requests to one host.

    Raises:
        CheckError: the home page did not come.
        ProviderUnavailableError: the server failed; it may not do so the next time.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="website")
    evidence = Evidence(
        url=target.url,
        fetched_at=datetime.now(UTC).isoformat(),
        lead=Lead(target.name, target.phone, target.address, target.country),
        closed=_closed(target.url),
    )
    if evidence.closed is None:
        evidence = _Crawl(target, ctx, gap_s).run(evidence)
    return Fetched(sanitise_for_jsonb(evidence.to_json()))


@dataclass(slots=True)
class _Gathered:
    """What a crawl has found so far."""

    pages: list[Page] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    ended: str = "done"
    shown: set[object] = field(default_factory=set)
    stale: int = 0


class _Crawl:
    def __init__(self, target: Target, ctx: CheckContext, gap_s: float) -> None:
        self._target = target
        self._ctx = ctx
        deadline = min(ctx.deadline, time.monotonic() + _ALL_S)
        self._reader = Reader(ctx.settings, deadline, gap_s)

    def run(self, evidence: Evidence) -> Evidence:
        """Return the evidence with all that could be read."""
        with self._reader, ThreadPoolExecutor(1, thread_name_prefix="dns") as pool:
            home_page, met = self._home()
            home = facts(_answered(home_page), self._target.country, found=HOME)
            home = replace(home, shell=home.shell or met.code in _SHELLS)
            evidence = replace(evidence, home=home, visit=met.as_json(home.url))
            if met.kind not in _LOOKED_INTO and met.code not in _SHELLS:
                return replace(evidence, requests=self._reader.requests)
            mail = self._mail(pool, home.url)
            made = self._site(evidence, home)
            return replace(
                made, mail=mail.result() if mail else None, requests=self._reader.requests
            )

    def _home(self) -> tuple[website.Page, Met]:
        """Return the home page, and what it is; one that only forwards within the site is left."""
        assert self._target.url
        page, met = self._look(self._target.url)
        for _ in range(_MAX_FORWARDS):
            if met.code != _FORWARD or not same_site(met.shown, page.url):
                break
            page, met = self._look(met.shown)
        return page, met

    def _look(self, url: str) -> tuple[website.Page, Met]:
        page = self._reader.ask(url)
        if isinstance(page, CheckError):
            if type(page) is ProviderUnavailableError:
                return _nothing(url), dropped()
            raise page
        visit = Visit.from_html(
            url, page.url, page.status, page.headers, page.text, unread=page.unread
        )
        met = meet(visit, self._target.name)
        if (
            met.kind is Kind.REFUSED
            and page.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            and page.status not in _REFUSALS
        ):
            raise ProviderUnavailableError(
                f"The website answers {page.status} instead of a page.",
                provider="website",
                status=page.status,
            )
        return page, met

    def _mail(self, pool: ThreadPoolExecutor, url: str) -> Future[Mail] | None:
        domain = own_domain(url)
        if domain is None or domain != registrable_domain(domain):
            return None
        resolver = dns.Resolver(self._ctx.settings, min(_DNS_S, self._reader.left()))
        return pool.submit(evidence_mail.ask_for, domain, resolver.ask)

    def _site(self, evidence: Evidence, home: Page) -> Evidence:
        said, rules = self._robots(home.url)
        sitemap = self._sitemap(home, said)
        gathered = self._pages(home, rules, sitemap)
        made_up = self._made_up(home.url)
        evidence = replace(
            evidence,
            pages=tuple(_each_link_once(home, gathered.pages)),
            robots=said,
            sitemap=sitemap,
            refused=gathered.refused,
            failed=gathered.failed,
            ended=gathered.ended,
            made_up_status=made_up.status if made_up else None,
            made_up_title=next(iter(made_up.titles), "") if made_up else "",
            for_search_engine=self._as_search_engine(home.url),
        )
        if not self._ctx.settings.crawl_links:
            return evidence
        resolver = dns.Resolver(self._ctx.settings, min(_DNS_S, self._reader.left()))
        own = registrable_domain(home.url)
        may_exist = _may_exist(resolver, own)
        return try_links(
            evidence, self._reader, rules, exists=may_exist, hurry=self._ctx.is_awaited
        )

    def _robots(self, home: str) -> tuple[Robots, evidence_robots.Rules]:
        answer = self._file(urljoin(home, "/robots.txt"), _FILE_BYTES // 10)
        if answer is None:
            return evidence_robots.read(None, "", home)
        text = answer.body.decode("utf-8", "replace")
        return evidence_robots.read(answer.status, text, home)

    def _file(self, url: str, max_bytes: int) -> website.Page | None:
        """Return the answer for a file; one that fails is asked for twice.

        None where there was none, or a bot check came in the file's place.
        """
        answer = self._reader.ask(url, max_bytes=max_bytes)
        if isinstance(answer, website.Page) and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = self._reader.ask(url, max_bytes=max_bytes)
        if isinstance(answer, CheckError) or _is_wall(answer):
            return None
        return answer

    def _sitemap(self, home: Page, said: Robots) -> Sitemap | None:
        """Return the first sitemap there is, with what those list that it names.

        Where nobody can say that there is none, that is the first that gave no sure answer.
        """
        named = [url for url in said.sitemaps if same_site(url, home.url)]
        tried = named or [urljoin(home.url, f"/{n}.xml") for n in ("sitemap", "sitemap_index")]
        first = None
        for url in tried[:_CHILDREN]:
            found, listed = self._listed(url)
            found = replace(found, named=bool(named))
            first = first or (found if named or found.status not in _SURE else None)
            if found.status == HTTPStatus.OK and (named or found.fault != fetch_sitemaps.NOT_XML):
                return self._with_children(found, listed, home)
        return first

    def _listed(self, url: str) -> tuple[Sitemap, fetch_sitemaps.Listed]:
        answer = self._file(url, _FILE_BYTES)
        if answer is None:
            return Sitemap(url), fetch_sitemaps.Listed()
        if answer.status != HTTPStatus.OK:
            return Sitemap(url, answer.status), fetch_sitemaps.Listed()
        listed = fetch_sitemaps.read(answer.body, truncated=answer.truncated)
        return Sitemap(url, answer.status, listed.fault, len(listed.urls), cut=listed.cut), listed

    def _with_children(self, found: Sitemap, listed: fetch_sitemaps.Listed, home: Page) -> Sitemap:
        urls = list(listed.urls)
        if listed.index:
            children = [url for url in urls if same_site(url, home.url)][:_CHILDREN]
            inner = [self._listed(url)[1] for url in children]
            urls = [url for one in inner for url in one.urls]
        japanese = JAPANESE.search(" ".join(home.titles)) is not None
        return replace(
            found,
            entries=len(urls),
            cut=found.cut or (listed.index and len(listed.urls) > _CHILDREN),
            listed=tuple(urls[:_LISTED]),
            foreign=tuple(u for u in urls if not same_site(u, home.url))[:_CHILDREN],
            signs=tuple(signs_in_addresses(urls[: fetch_sitemaps.MOST], japanese=japanese)),
        )

    def _pages(
        self, home: Page, rules: evidence_robots.Rules, sitemap: Sitemap | None
    ) -> _Gathered:
        """Read pages two at a time until they are enough, tell nothing new, or time is up."""
        most = self._ctx.settings.crawl_pages
        frontier, gathered = Frontier(home.url), _Gathered()
        frontier.add_front_page()
        frontier.add_links(home)
        frontier.add_listed(sitemap.listed if sitemap else ())
        gathered.shown.add(_without_numbers(home))
        while len(gathered.pages) < most and gathered.ended == "done":
            chosen = self._choose(frontier, rules, gathered, most - len(gathered.pages))
            if not chosen:
                break
            for _, page in self._reader.side_by_side(self._read, chosen):
                gathered.failed += page is None
                if page is not None:
                    gathered.pages.append(page)
                    frontier.add_links(page)
                    said = _without_numbers(page)
                    gathered.stale = gathered.stale + 1 if said in gathered.shown else 0
                    gathered.shown.add(said)
            if self._reader.left() < _FOR_LINKS_S:
                gathered.ended = "time"
            elif gathered.stale >= _NOTHING_NEW:
                gathered.ended = "nothing_new"
        if len(gathered.pages) >= most and gathered.ended == "done" and frontier.next():
            gathered.ended = "pages"
        return gathered

    def _choose(
        self, frontier: Frontier, rules: evidence_robots.Rules, gathered: _Gathered, most: int
    ) -> list[tuple[str, str]]:
        chosen: list[tuple[str, str]] = []
        while len(chosen) < min(AT_ONCE, most) and (following := frontier.next()):
            if rules.may_read(following[0]):
                chosen.append(following)
            else:
                gathered.refused += 1
        return chosen

    def _read(self, chosen: tuple[str, str]) -> Page | None:
        url, found = chosen
        answer = self._reader.ask(url)
        if isinstance(answer, CheckError):
            return None
        return facts(_answered(answer), self._target.country, found=found)

    def _made_up(self, home: str) -> Page | None:
        """Ask for a page that can't exist; None where the answer says nothing of that."""
        page = self._headline(urljoin(home, f"/no-such-page-{secrets.token_hex(6)}"))
        return page if page and page.unread is None else None

    def _as_search_engine(self, home: str) -> Page | None:
        page = self._headline(home, headers=AS_SEARCH_ENGINE)
        return page if page and page.status == HTTPStatus.OK else None

    def _headline(self, url: str, headers: dict[str, str] | None = None) -> Page | None:
        answer = self._reader.ask(url, headers=headers)
        if isinstance(answer, CheckError):
            return None
        return facts(_answered(answer), self._target.country, headline=True)


def _each_link_once(home: Page, pages: list[Page]) -> Iterator[Page]:
    """Yield the pages with the links that none before them had: menus are on every page."""
    seen = {(link.url, link.navigation) for link in home.links}
    for page in pages:
        new = [link for link in page.links if (link.url, link.navigation) not in seen]
        seen.update((link.url, link.navigation) for link in page.links)
        yield replace(page, links=tuple(new[:_NEW_LINKS]))


def _is_wall(answer: website.Page) -> bool:
    """Return whether a bot check came in a file's place."""
    start = answer.body[:_LOOKED_AT].lstrip().lower()
    html = answer.text[:_LOOKED_AT] if start.startswith(_PAGES_BEGIN) else ""
    shown = page_text.read(html)
    return wall(answer.headers, shown.title, shown.text, html) is not None


def _closed(url: str) -> str | None:
    """Return the platform that an address is below, where it has closed for good."""
    found = platform_of(url)
    return found.domain if found and found.kind == CLOSED else None


def _may_exist(resolver: dns.Resolver, own: str | None) -> Callable[[str], bool]:
    """Return what tells names that surely don't exist from those that nobody could look up.

    A server that doesn't even know ``own``, the visited website's domain, is not believed.
    """

    def may_exist(host: str) -> bool:
        known = resolver.ask(own, "SOA") if own else None
        if known is None or not known.answered or not known.exists:
            return True
        answers = [resolver.ask(host, kind) for kind in ("A", "AAAA")]
        return any(answer.values or not answer.answered for answer in answers)

    return may_exist


def _without_numbers(page: Page) -> object:
    """Return what a page says, numbers left out: a calendar's days are all alike."""

    def without_numbers(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("".join(c for c in text if not c.isdigit()) for text in texts)

    headings = tuple(heading.text for heading in page.headings)
    return without_numbers(page.titles), without_numbers(headings), page.words


def _answered(page: website.Page) -> Answered:
    return Answered(
        page.requested_url,
        page.url,
        page.status,
        page.headers,
        page.text,
        hops=len(page.redirects),
        unread=page.unread,
    )


def _nothing(url: str) -> website.Page:
    return website.Page(url, url, 0, [], b"", (), None, 0.0, unread="the connection broke off")

"""What a crawl brings home: facts, no HTML. Reading stored JSON back is tolerant, here alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.shared.technologies import Seen, technologies

HOME: Final = "home"
NAVIGATION: Final = "navigation"
LINKED: Final = "link"
SITEMAP: Final = "sitemap"
_MISSING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_BUSY: Final = 503  # what bot walls and maintenance answer, too
_REFUSAL: Final = 999  # LinkedIn's to programs


@dataclass(frozen=True, slots=True)
class Link:
    """One link, as a visitor could follow it."""

    url: str = ""  # absolute, without fragment
    text: str = ""
    navigation: bool = False  # in the header or the navigation
    internal: bool = False  # to the same registrable domain


@dataclass(frozen=True, slots=True)
class Heading:
    level: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form that asks for something; searches and log-ins are left out."""

    action: str = ""  # absolute
    contact: bool = False  # asks for an e-mail address, a phone number or a message


@dataclass(frozen=True, slots=True)
class Alternate:
    """One ``hreflang``."""

    code: str = ""
    url: str = ""  # absolute


@dataclass(frozen=True, slots=True)
class Described:
    """One organization that structured data describes, as written."""

    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    area: bool = False  # names the area it serves
    hours: bool = False
    geo: bool = False
    rated: bool = False  # rates itself


@dataclass(frozen=True, slots=True)
class Sign:
    """One trace of what a site's owner hardly put there; ``kind`` is of `signs`."""

    kind: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says, read from its HTML as the server sent it."""

    url: str = ""  # after redirects
    asked: str = ""
    status: int = 0
    found: str = LINKED  # home, navigation, link or sitemap
    hops: int = 0  # redirects on the way
    unread: str | None = None  # why it is no page that could be read
    shell: bool = False  # without scripts there is next to nothing
    robots: tuple[str, ...] = ()  # of meta tags and X-Robots-Tag, in lower case
    canonicals: tuple[str, ...] = ()  # as written
    header_canonical: str | None = None
    titles: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    words: int = 0
    language: str | None = None  # as declared
    reads: str | None = None  # language its words are of; None where that isn't sure
    alternates: tuple[Alternate, ...] = ()
    share_title: str | None = None  # og:title
    share_picture: str | None = None  # og:image, absolute
    samples: tuple[str, ...] = ()  # text that a template left behind
    garbled: tuple[str, ...] = ()  # text in a wrong character set
    newest: str | None = None  # date of the newest dated entry, ISO 8601
    phones: tuple[str, ...] = ()  # E.164, in text, links and structured data
    sample_phones: tuple[str, ...] = ()  # a template's, as written, where ``phones`` has none
    phone_links: int = 0
    mails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # postal, in text and structured data
    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    vague: tuple[str, ...] = ()  # words of links that don't say where they lead
    contact: bool = False  # some link leads to a way to get in touch
    privacy: bool = False  # ... to a privacy policy
    imprint: bool = False  # ... to an imprint
    opens: tuple[
        str, ...
    ] = ()  # of the three those whose only link is a script's, or leads nowhere
    technologies: tuple[Seen, ...] = ()
    syntaxes: tuple[str, ...] = ()  # of structured data: JSON-LD, microdata, RDFa
    faults: tuple[str, ...] = ()  # in it
    types: tuple[str, ...] = ()
    described: tuple[Described, ...] = ()
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Robots:
    """robots.txt, as far as it was read; ``status`` None: no answer."""

    status: int | None = None
    text: bool = True  # whether it is a text file
    forbids_all: bool = False
    forbids_google: bool = False
    forbidden_bots: tuple[str, ...] = ()  # of AI, that may not read the home page
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One sitemap; ``status`` None: no answer."""

    url: str = ""
    status: int | None = None
    fault: str | None = None  # why it can't be read
    entries: int = 0
    named: bool = False  # in robots.txt
    cut: bool = False  # longer than is read
    listed: tuple[str, ...] = ()  # the first of them
    foreign: tuple[str, ...] = ()  # on other domains
    signs: tuple[Sign, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether there surely is no such file, or the server fails."""
        return Tried(self.url, self.status).is_broken


@dataclass(frozen=True, slots=True)
class Tried:
    """Where a link, a picture or a canonical address leads."""

    url: str = ""
    status: int | None = None
    gone: bool = False  # there is no such name
    hops: int = 0
    ends: str = ""  # the address after redirects
    width: int | None = None  # of a picture, pixels
    height: int | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it surely leads nowhere; refusals are meant for programs."""
        status = self.status or 0
        failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in {_BUSY, _REFUSAL}
        return self.gone or status in _MISSING or failed


@dataclass(frozen=True, slots=True)
class Mail:
    """A domain's mail records; None: nobody answered."""

    domain: str = ""
    mx: tuple[str, ...] | None = None
    spf: tuple[str, ...] | None = None  # TXT records that begin v=spf1
    lookups: int | None = None  # that SPF asks of whoever receives mail
    dmarc: tuple[str, ...] | None = None  # of the domain itself, else of its organization
    caa: tuple[str, ...] | None = None
    signed: bool | None = None  # DNSSEC: a DS record at the parent
    ipv6: bool | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """What a browser saw loaded on a home page that loads a tag manager."""

    technologies: tuple[str, ...] = ()  # that scripts asked for, by id
    others: tuple[str, ...] = ()  # hosts besides the page's own and those technologies'
    consent: bool = False  # the page may wait for its visitor's consent
    watched_s: float = 0  # from when it had loaded to the last look


@dataclass(frozen=True, slots=True)
class Lead:
    """What was known of the business before the visit."""

    name: str = ""
    phone: str | None = None
    address: str | None = None
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a crawl saw of a website."""

    url: str = ""
    fetched_at: str = ""  # RFC 3339
    lead: Lead = Lead()
    closed: str | None = None  # the platform that stood there and closed for good
    home: Page | None = None
    rendered: Page | None = None  # the home page as a browser showed it, where scripts build it
    tags: Tags | None = None  # None: no browser saw a tag manager at work
    pages: tuple[Page, ...] = ()  # the others
    robots: Robots = Robots()
    sitemap: Sitemap | None = None
    tried: tuple[Tried, ...] = ()
    untold: tuple[str, ...] = ()  # links of which nobody knows where they lead
    made_up_status: int | None = None  # of an address that can't exist
    made_up_title: str = ""
    for_search_engine: Page | None = None  # the home page as a search engine is shown it
    mail: Mail | None = None
    requests: int = 0
    refused: int = 0  # pages that robots.txt keeps programs from
    failed: int = 0  # pages that did not come
    ended: str = "done"  # done, time, pages, or nothing_new
    visit: Json = field(default_factory=dict)  # what the home page is: checks.shared.visit

    def to_json(self) -> Json:
        """Return the record as it is stored."""
        stored: Json = write_record(self)
        return stored

    @classmethod
    def from_json(cls, value: object) -> Evidence:
        """Return the record; what is missing or of another type counts as not seen."""
        return read_record(cls, value)

    @property
    def all_pages(self) -> tuple[Page, ...]:
        """Return every page that could be read, the home page first.

        Of the others those that wait for scripts are left out: what they will say is unknown.
        """
        others = (page for page in self.pages if not page.shell)
        every = (*((self.home,) if self.home else ()), *others)
        return tuple(page for page in every if page.status == HTTPStatus.OK and page.unread is None)

    @property
    def needs_scripts(self) -> bool:
        """Whether the home page is empty as the server sends it."""
        return self.home is not None and self.home.shell

    def as_shown(self) -> Evidence:
        """Return the evidence with the home page as a browser showed it, where that is known.

        What keeps search engines away, and what a stranger put there, counts from both.
        """
        home, shown = self.home, self.rendered
        if home is None or shown is None or not home.shell:
            return self
        both = replace(
            shown,
            hops=home.hops,
            robots=tuple(dict.fromkeys((*home.robots, *shown.robots))),
            header_canonical=home.header_canonical,
            technologies=tuple(dict.fromkeys((*home.technologies, *shown.technologies))),
            signs=tuple(dict.fromkeys((*home.signs, *shown.signs))),
        )
        return replace(self, home=both)


def seen(evidence: Evidence) -> dict[str, str | None]:
    """Return the version, or None, of every technology on any page, in the table's order."""
    found: dict[str, str | None] = {}
    for page in evidence.all_pages:
        for one in page.technologies:
            found[one.id] = found.get(one.id) or one.version
    return {key: found[key] for key in technologies() if key in found}


def of_categories(evidence: Evidence, *categories: str) -> list[str]:
    """Return the ids of technologies of these categories."""
    return [key for key in seen(evidence) if technologies()[key].category in categories]


def named(keys: Iterable[str]) -> list[str]:
    return [technologies()[key].name for key in keys]

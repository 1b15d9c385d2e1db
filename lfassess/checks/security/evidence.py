"""What the security check's fetch gathers. Reading stored JSON back is tolerant, and only here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.security.observatory import HttpResponse, Script, Site, Tls
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.shared.visit import SITE, Kind, Met, Visit, meet, met_in

ORIGIN: Final = "https://http-observatory.security.mozilla.org"  # asked as the Observatory does
SECURITY_TXT: Final = "/.well-known/security.txt"
ON_THE_WAY: Final = "on-the-way"  # the alternative was seen already, as a redirect
_ANSWERS: Final = frozenset({"http", "https", "https_error", "cors"})  # null is a result, too
_UNREADABLE: Final = "encoding"


@dataclass(frozen=True, slots=True)
class SeenLibrary:
    """A script with a version, and where it was seen."""

    name: str = ""
    version: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page's HTML says."""

    scripts: tuple[Script, ...] = ()  # different ones with a src
    script_tags: int = 0  # with and without src
    base: str | None = None  # href of the first base tag
    meta: Json = field(default_factory=dict)  # policies by http-equiv in lower case
    mixed: tuple[str, ...] = ()  # http:// addresses that browsers block or warn of
    mixed_pictures: tuple[str, ...] = ()  # ... and those they ask for over https instead
    generator: str | None = None  # the first; audits before generators stored it alone
    generators: tuple[str, ...] = ()
    core_version: str | None = None  # of the CMS, by its files: "WordPress 6.4"
    libraries: tuple[SeenLibrary, ...] = ()
    cut: bool = False  # larger than is read
    unread: str | None = None  # why the body can't be read


@dataclass(frozen=True, slots=True)
class OldTls:
    """Whether the server still speaks TLS 1.0 or 1.1."""

    accepted: tuple[str, ...] | None = None  # newest first
    error: str | None = None  # why there is no answer
    skipped: str | None = None  # a reason's code


@dataclass(frozen=True, slots=True)
class Preflight:
    """HttpResponse to an OPTIONS request from an origin that we made up."""

    status: int | None = None
    allow_origin: str = ""
    allow_credentials: str = ""
    error: str | None = None
    late: bool = False  # the error says nothing about the site
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class ContactFile:
    """HttpResponse to the request for security.txt."""

    url: str = ""  # after redirects
    status: int | None = None
    text: str = ""  # of an answer of 2xx
    error: str | None = None
    late: bool = False
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A visit to the alternative with or without www."""

    host: str = ""
    url: str = ""  # after redirects
    status: int | None = None
    nothing: str | None = None  # what shows that no website stands there
    route: tuple[str, ...] = ()  # URLs requested, first to last
    verified: bool = True
    tls_error: str | None = None
    error: str | None = None
    late: bool = False
    skipped: str | None = None  # a reason's code, or ON_THE_WAY


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a visit saw. None: not asked; of http, https and cors also: no usable answer."""

    url: str = ""  # the lead's
    host: str = ""
    fetched_at: str = ""  # ISO 8601, UTC
    visit: Json = field(default_factory=dict)  # what stands there: checks.shared.visit
    http: HttpResponse | None = None
    https: HttpResponse | None = None
    https_error: str | None = None
    old_tls: OldTls | None = None
    set_cookies: tuple[tuple[str, str], ...] = ()  # (URL, Set-Cookie value) of the whole visit
    page: PageFacts = PageFacts()
    elapsed_s: float | None = None
    cors: HttpResponse | None = None  # the preflight's, where its status is 2xx
    cors_answer: Preflight | None = None
    security_txt: ContactFile | None = None
    variant: Variant | None = None

    @classmethod
    def from_json(cls, value: object) -> Evidence:
        """Return the record; what is missing or malformed counts as not seen."""
        read = read_record(cls, value)
        http, https, cors = (
            answer if answer and answer.url else None
            for answer in (read.http, read.https, read.cors)
        )
        return replace(read, http=http, https=https, cors=cors)

    def to_json(self) -> Json:
        """Return the record as it is stored, without what was not asked."""
        stored = write_record(self).items()
        return {name: part for name, part in stored if part is not None or name in _ANSWERS}

    @property
    def main(self) -> HttpResponse | None:
        """The answer over https where there is one, else the one over http."""
        return self.https or self.http

    @property
    def tls(self) -> Tls | None:
        """What the handshake with the lead's own host showed."""
        return self.https.tls if self.https else None

    @property
    def day(self) -> date:
        """The day of the visit: what was still maintained then is judged as such."""
        try:
            return date.fromisoformat(self.fetched_at[:10])
        except ValueError:
            return date.today()  # noqa: DTZ011 - a day more or less makes no difference

    @property
    def days_left(self) -> int | None:
        """Days from the fetch to the certificate's end, trusted or not."""
        return days_between(self.fetched_at, self.tls.not_after) if self.tls else None

    @property
    def site(self) -> Site:
        """What the Observatory's tests read."""
        main, page = self.main, self.page
        return Site(
            host=self.host or host_of(main.url if main else None) or "",
            http=self.http,
            https=self.https,
            cors=self.cors,
            set_cookies=self.set_cookies,
            scripts=tuple(script for script in page.scripts if script.src),
            script_tags=page.script_tags,
            base=page.base,
            meta=_policies(page.meta) if main and main.is_html else {},
        )

    @property
    def met(self) -> Met:
        """What the visit met; audits that did not store it are judged by status and headers.

        A page that forwards, frames or waits for scripts is a site here: its headers and its
        encryption are the address's own.
        """
        if met := met_in({"visit": self.visit}):
            shell = met.kind is Kind.UNREAD and met.code != _UNREADABLE
            return replace(met, kind=Kind.SITE) if shell else met
        if self.main is None:
            return SITE
        url = self.main.url
        return meet(Visit(self.url or url, url, self.main.status or None, self.main.headers))


def days_between(start: str | None, end: str | None) -> int | None:
    """Return the whole days between two times (ISO 8601), or None where one is none."""
    try:
        return (datetime.fromisoformat(end or "") - datetime.fromisoformat(start or "")).days
    except (TypeError, ValueError):
        return None


def _policies(meta: Json) -> dict[str, tuple[str, ...]]:
    return {
        str(name).lower(): tuple(v for v in values if isinstance(v, str))
        for name, values in meta.items()
        if isinstance(values, list)
    }

"""What of a judgement the API and reports read: stable names, facts for whoever sells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.onpage.evidence import Evidence, Mail, seen
from lfassess.checks.onpage.evidence_addresses import path_of, same_site
from lfassess.checks.onpage.rules_data import networks
from lfassess.checks.onpage.rules_index import noindex
from lfassess.checks.onpage.rules_links import broken
from lfassess.checks.onpage.rules_mail import faulty_records, limits_senders, policy, receives
from lfassess.checks.onpage.rules_title import title_of
from lfassess.checks.shared.technologies import Technology, technologies

_MAX_LISTED: Final = 40  # broken links, profiles
# What businesses pay others for, or could.
_BOUGHT: Final = frozenset(
    {"shop", "advertising", "calls", "chat", "booking", "payment", "reviews", "mail"}
)


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page, as a list of pages shows it."""

    path: str
    title: str
    status: int
    words: int
    listed: bool  # search engines may list it


@dataclass(frozen=True, slots=True)
class Tool:
    """One technology; ``says`` is what it means for whoever sells to the business."""

    name: str
    category: str
    version: str | None
    says: str | None
    bought: bool = False  # a service that businesses pay for: advertising, booking, chat ...


@dataclass(frozen=True, slots=True)
class MailFacts:
    """The domain's mail records in short; None where nobody answered."""

    domain: str
    receives: bool | None
    spf: bool | None  # one valid record that names who may send, and not everyone
    dmarc: str | None  # none, quarantine, reject; missing: no valid record
    caa: bool | None
    dnssec: bool | None
    ipv6: bool | None
    faulty: tuple[str, ...] = ()  # "spf", "dmarc": there is a record, and it doesn't count


@dataclass(frozen=True, slots=True)
class Trust:
    """What customers look for before they get in touch, on any of the pages that were read."""

    phone: bool
    phone_link: bool  # one that can be tapped
    form: bool  # a contact form
    mail: bool  # an e-mail address
    address: bool  # a postal one
    privacy: bool | None  # None: its link is a script's, or leads nowhere
    imprint: bool | None
    profiles: tuple[str, ...]  # on social networks


@dataclass(frozen=True, slots=True)
class Metrics:
    """The facts beside the findings."""

    pages: tuple[PageRow, ...]
    links_tried: int
    broken: tuple[str, ...]  # addresses; paths where they are the site's own
    untold: tuple[str, ...]  # likewise, links of which nobody knows where they lead
    complete: bool  # every page that is linked or listed was read
    requests: int
    ended: str  # done, time, pages or nothing_new
    technologies: tuple[Tool, ...]
    mail: MailFacts | None
    trust: Trust | None  # None: the page has no text without scripts
    not_assessed: Mapping[str, str] = field(default_factory=dict)  # topic: reason's code

    def as_json(self) -> Json:
        return asdict(self)


def metrics_of(evidence: Evidence) -> Metrics:
    """Return the facts of a crawl."""
    home = evidence.home
    every = (*((home,) if home else ()), *evidence.pages)
    return Metrics(
        pages=tuple(
            PageRow(path_of(p.url), title_of(p), p.status, p.words, not noindex(p)) for p in every
        ),
        links_tried=len(evidence.tried),
        broken=_shown(evidence, (link.url for link, _ in broken(evidence))),
        untold=_shown(evidence, evidence.untold),
        complete=evidence.ended == "done" and not (evidence.refused or evidence.failed),
        requests=evidence.requests,
        ended=evidence.ended,
        technologies=tuple(
            _tool(technologies()[key], version) for key, version in seen(evidence).items()
        ),
        mail=_mail(evidence.mail) if evidence.mail else None,
        trust=None if home is None or home.shell else _trust(evidence),
        not_assessed=_gaps(evidence),
    )


def _shown(evidence: Evidence, urls: Iterable[str]) -> tuple[str, ...]:
    shown = (path_of(url) if same_site(url, evidence.url) else url for url in urls)
    return tuple(islice(shown, _MAX_LISTED))


def _tool(known: Technology, version: str | None) -> Tool:
    return Tool(known.name, known.category, version, known.says, known.category in _BOUGHT)


def _trust(evidence: Evidence) -> Trust:
    pages = evidence.all_pages
    return Trust(
        phone=any(page.phones for page in pages),
        phone_link=any(page.phone_links for page in pages),
        form=any(form.contact for page in pages for form in page.forms),
        mail=any(page.mails for page in pages),
        address=any(page.addresses for page in pages),
        privacy=_linked(evidence, "privacy"),
        imprint=_linked(evidence, "imprint"),
        profiles=tuple(networks(evidence)[0][:_MAX_LISTED]),
    )


def _linked(evidence: Evidence, what: str) -> bool | None:
    if any(getattr(page, what) for page in evidence.all_pages):
        return True
    return None if any(what in page.opens for page in evidence.all_pages) else False


def _mail(mail: Mail) -> MailFacts:
    return MailFacts(
        mail.domain,
        None if mail.mx is None else receives(mail),
        None if mail.spf is None else limits_senders(mail),
        None if mail.dmarc is None else policy(mail) or "missing",
        None if mail.caa is None else bool(mail.caa),
        mail.signed,
        mail.ipv6,
        faulty_records(mail),
    )


def _gaps(evidence: Evidence) -> dict[str, str]:
    """Return which topics nothing could be said of, and why."""
    gaps = {}
    if evidence.mail is None:
        gaps["mail"] = "onpage.no_domain"
    elif evidence.mail.spf is None and evidence.mail.dmarc is None:
        gaps["mail"] = "onpage.no_dns"
    if evidence.home and evidence.home.shell:
        gaps["text"] = "onpage.needs_scripts"
    return gaps

"""Evidence of made-up sites: a clean one, and what is wrong with others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lfassess.checks.base import Judgement
from lfassess.checks.onpage.evidence import HOME, Evidence, Lead, Mail, Page, Robots, Sitemap, Tried
from lfassess.checks.onpage.evidence_page import Answered, facts
from lfassess.checks.onpage.judge import judge

URL = "https://brightwater.example/"
LEAD = Lead("Brightwater Plumbing", "(319) 555-0142", "12 Mill Street, Cedar Falls, IA 50613", "US")
SAID = """We repair pipes and heaters for the people of Cedar Falls and the towns around it, and
we have done so with the same three vans since 1998. You can call us at any hour of the day, and
someone who knows your house will answer. """
DATA = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Plumber",
"name": "Brightwater Plumbing", "telephone": "+1 319-555-0142", "url": "https://brightwater.example/",
"openingHours": "Mo-Fr 08:00-17:00", "geo": {"latitude": 42.53, "longitude": -92.44},
"address": {"streetAddress": "12 Mill Street", "addressLocality": "Cedar Falls", "postalCode": "50613"}}</script>"""
HEAD = f"""<meta charset="utf-8"><title>Plumber in Cedar Falls - Brightwater Plumbing</title>
<meta name="description" content="Burst pipe or cold shower? Brightwater Plumbing has helped the people of Cedar Falls, Iowa, since 1998.">
<link rel="canonical" href="{URL}"><meta property="og:title" content="Brightwater Plumbing">
<meta property="og:image" content="/van.jpg"><script src="https://plausible.io/js/script.js"></script>{DATA}"""
BODY = f"""<header><nav><a href="/services">Services</a> <a href="/contact">Contact</a></nav></header>
<h1>Your plumber in Cedar Falls</h1><h2>What we do</h2><p>{SAID * 5}</p>
<footer><a href="tel:+13195550142">(319) 555-0142</a> 12 Mill Street, Cedar Falls, IA 50613
<a href="/privacy">Privacy policy</a></footer>"""


def html(head: str = HEAD, body: str = BODY, lang: str = ' lang="en"') -> str:
    return f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>"


def without(text: str, *pieces: str) -> str:
    for piece in pieces:
        assert piece in text
        text = text.replace(piece, "")
    return text


def page(
    text: str | None = None,
    url: str = URL,
    *,
    found: str = "link",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Page:
    sent = (("Content-Type", "text/html"), *headers)
    return facts(Answered(url, url, status, sent, text or html()), "US", found=found)


def inner(path: str, title: str, **changes: Any) -> Page:
    """Return a page of the clean site besides the home page."""
    head = f"<title>{title}</title><link rel=canonical href='{path}'>"
    made = page(
        html(head, f"<h1>{title}</h1><form><textarea name=m></textarea></form>"),
        URL + path.strip("/"),
    )
    return replace(made, **changes)


MAIL = Mail(
    "brightwater.example",
    mx=("10 mail.brightwater.example.",),
    spf=("v=spf1 include:_spf.mail.example -all",),
    lookups=1,
    dmarc=("v=DMARC1; p=reject",),
    caa=(),
    signed=False,
    ipv6=True,
)
OTHERS = (
    inner("/services", "What we repair in Cedar Falls"),
    inner("/contact", "Call Brightwater Plumbing"),
    inner("/privacy", "Privacy policy of Brightwater"),
)


def evidence(home: Page | str | None = None, **changes: Any) -> Evidence:
    """Return the evidence of a clean site, changed."""
    seen = home if isinstance(home, Page) else page(home, found=HOME)
    base = Evidence(
        url=URL,
        fetched_at="2026-11-28T10:00:00+00:00",
        lead=LEAD,
        home=replace(seen, found=HOME),
        pages=OTHERS,
        robots=Robots(200),
        sitemap=Sitemap(URL + "sitemap.xml", 200, entries=4, listed=(URL,)),
        tried=(Tried(URL + "van.jpg", 200, width=1200, height=630, ends=URL + "van.jpg"),),
        made_up_status=404,
        for_search_engine=seen,
        mail=MAIL,
        visit={"kind": "site", "code": "site", "shown": "", "url": URL},
    )
    return replace(base, **changes)


def judged(home: Page | str | None = None, **changes: Any) -> Judgement:
    return judge(evidence(home, **changes).to_json())


def said(home: Page | str | None = None, **changes: Any) -> dict[str, str]:
    """Return what is amiss, by code without its prefix, with the evidence."""
    found = judged(home, **changes).findings
    return {f.code.removeprefix("onpage-"): f.evidence for f in found if f.severity != "passed"}

"""Whatever a site or a database holds: judges neither fail nor stall."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfassess.checks.onpage import evidence_mail, evidence_robots, fetch_sitemaps
from lfassess.checks.onpage.catalogue_words import samples
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.evidence_page import Answered, facts
from lfassess.checks.onpage.judge import judge
from lfassess.clients.page import Page as Answer
from tests.checks.onpage.pages import DATA, URL, evidence, html, judged, page

pytestmark = pytest.mark.unmeasured

LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
BITS = (
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "'",
    "//",
    "/*",
    "<!--",
    "@type",
    '"@graph"',
    "null",
    "1e999",
    "\\u0000",
)
LINES = (
    "User-agent: *",
    "User-agent: Googlebot",
    "Disallow: /",
    "Disallow: /*a*$",
    "Allow: /",
    "Sitemap: http://[",
    "Crawl-delay: x",
    "\ufeff",
    "Disallow",
    ":",
    "User-agent:",
)
PIECES = st.sampled_from(
    ["<title>", "</title>", "<h1>", "<a href='", "'>", "</a>", "<form action=", "<input>", "<script>", DATA,
     "</script>", "<meta name=robots content=", "<meta name=description content='", "<link rel=canonical href=",
     "<svg>", "<style>", "<time datetime=2020-01-01>", "\x00", "\ud800", "\ufffd", "javascript:", "http://[",
     "https://", "//", "%", "mailto:a@b.example", "tel:", "lorem ipsum", "<!--", "]]>", "&#x0;", "<iframe src='",
     "<base href='", "<link rel=alternate hreflang=x href='", "<meta http-equiv=refresh content='0;url=", "3195550142",
     "eval(atob('", "String.fromCharCode(9999999999,1,2,3,4,5,6,7,8,9)", "\\x41" * 9, "\u30d6\u30e9"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=25))
def test_any_html_is_read_and_judged(pieces):
    text = "".join(pieces)
    made = facts(Answered(URL, URL, 200, [], text), "US")
    judgement = judged(made, pages=(made,), for_search_engine=made)
    json.dumps(judgement.metrics)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["X-Robots-Tag", "Link", "Set-Cookie", "Server", "Content-Type"]), st.text(max_size=60)), max_size=6))  # fmt: skip
def test_any_header_is_read(headers):
    judged(page(headers=tuple(headers)))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: f"<urlset>{t}</urlset>".encode("utf-8", "replace")))  # fmt: skip
def test_any_sitemap_is_read(body):
    fetch_sitemaps.read(body)


@settings(max_examples=150, deadline=None)
@given(JSON.map(json.dumps) | st.text(max_size=80) | st.lists(st.sampled_from(BITS), max_size=20).map("".join))  # fmt: skip
def test_any_structured_data_is_read(text):
    script = f'<script type="application/ld+json">{text}</script>'
    judged(page(html(f"<title>Bread</title>{script}")))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=20).map("\n".join))
def test_any_robots_txt_is_read(text):
    _, rules = evidence_robots.read(200, text, URL)
    for path in ("", "a*b$", "%zz"):
        rules.may_read(URL + path)


@dataclass
class Said:
    """What a name system says of a name."""

    values: tuple[str, ...] = ()
    answered: bool = True
    exists: bool = True


NAMES = ("a.example", "b.example", "c.example")
TERMS = st.sampled_from([f"{way}{name}" for name in NAMES for way in ("include:", "redirect=", "?include:", "a:")])  # fmt: skip
RECORD = st.lists(TERMS | st.text(max_size=12), max_size=30).map(lambda t: " ".join(["v=spf1", *t]))


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({name: st.lists(RECORD | st.text(max_size=20), max_size=2) for name in NAMES}))  # fmt: skip
def test_any_rules_that_include_one_another_end(zone):
    asked = []

    def ask(name, kind):
        asked.append(name)
        return Said(tuple(zone.get(name, ()))) if kind == "TXT" else Said()

    mail = evidence_mail.ask_for("a.example", ask)
    assert len(asked) < 100
    judged(mail=mail)


def test_rules_of_which_each_includes_four_others_end():
    def ask(name, kind):
        asked.append(name)
        depth = int(name[1:].partition(".")[0]) if name[1:2].isdigit() else 0
        includes = " ".join(f"include:n{depth + 1}.{n}.example" for n in range(4))
        return Said((f"v=spf1 {includes} -all",)) if kind == "TXT" else Said()

    asked = []
    assert evidence_mail.ask_for("a.example", ask).lookups > 10
    assert len(asked) < 100


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_stored_json_is_judged(stored):
    judge(stored if isinstance(stored, dict) else {"home": stored})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_evidence_with_any_part_replaced_is_judged(data):
    whole = evidence().to_json()
    key = data.draw(st.sampled_from(sorted(whole)))
    inner = whole[key]
    if isinstance(inner, dict) and inner and data.draw(st.booleans()):
        inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(JSON)
    else:
        whole[key] = data.draw(JSON)
    judgement = judge(whole)
    assert judgement.inconclusive or judgement.metrics["pages"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=4), st.lists(st.text(max_size=80), max_size=4))
def test_any_mail_record_is_judged(spf, dmarc):
    mail = {"domain": "a.example", "mx": spf, "spf": spf, "dmarc": dmarc, "lookups": 3}
    judge({**evidence().to_json(), "mail": mail})


@pytest.mark.parametrize(
    "sentence",
    [
        "Lorem ipsum", "dolor sit amet", "I\u2019m a paragraph. Click here to add your own text", "Just another WordPress site",
        "Welcome to WordPress. This is your first post", "This is an example page. It's different from a blog post",
        "This is a sample page", "This is your new blog post", "It all begins with an idea.", "Add your text here",
        "Insert your own description here", "Write your copy here", "Your headline goes here", "The tagline here",
        "Your slogan here", "Click edit button to change this text", "Click here to add this text", "Your Company Name",
        "\u00a9 2024 Your Website", "\u00a9 Company name", "quick example text to build on the card", "Blindtext",
        "Hier steht Ihr Text", "Texte d'exemple",
    ],
)  # fmt: skip
def test_every_sentence_of_a_template_is_known(sentence):
    assert samples(f"Bread and rolls.\n{sentence}") or samples(sentence)


HOSTILE = {
    "nesting": b"<div>" * 300_000,
    "tables": b"<table><tr><td>" * 100_000,
    "formatting": b"<b><i><u>" * 160_000,
    "links": b"<a href=/x>x</a>" * 1_000_000,
    "different links": b"".join(b"<a href=/%d>%d</a>" % (n, n) for n in range(80_000)),
    "headings": b"<h1>x" * 250_000,
    "open quotes": b"<a href='" * 160_000,
    "one word": b"<title>" + b"a" * 1_500_000,
    "mails": b"a@" * 700_000,
    "dots": b"<p>" + b"a@b." * 370_000,
    "numbers": b"<p>" + b"319-555-01" * 150_000,
    "streets": b"<p>" + b"12 Mill " * 180_000,
    "styles": b"<p style='display:none'><a href=//x.example>viagra</a>" * 25_000,
    "json": b"<script type=application/ld+json>" + b'{"@graph":[' * 120_000,
    "json texts": b'<script type=application/ld+json>{"name": \'' + b"'\"," * 400_000,
    "eval": b"<script>eval(" + b"atob('" * 200_000,
    "codes": b"<script>eval(String.fromCharCode(" + b"47," * 400_000,
    "metas": b"<meta name=robots content=noindex>" * 40_000,
    "attributes": b"<a " + b"b=c " * 350_000,
    "garbled": ("<p>" + "Ã©" * 300_000).encode(),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_page_stalls_a_judge(name):
    """A body as the client hands it on, of 1.5 MB at most."""
    answer = Answer(
        URL, URL, 200, [("Content-Type", "text/html")], HOSTILE[name][:1_500_000], (), None, 0.0
    )
    made = facts(Answered(URL, URL, 200, answer.headers, answer.text), "US")
    assert len(json.dumps(judged(made).metrics)) < 100_000
    assert len(json.dumps(Evidence(home=made).to_json())) < 200_000


def test_a_page_that_is_cut_in_the_middle_is_read_to_there():
    whole = html()
    for at in range(0, len(whole), 97):
        judged(page(whole[:at] or " "))

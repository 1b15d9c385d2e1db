"""What holds for every audit's report: demo sites, made-up findings, and spoilt evidence as judged."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks import all_checks
from lfassess.checks.base import Severity
from lfassess.config_files import read_toml
from lfassess.findings import HARDENING, IMPLIED, PRAISE
from lfassess.language import load
from lfassess.report.answers import ANSWERS
from lfassess.report.areas import area
from lfassess.report.render import render_html
from lfassess.sandbox.businesses import demo_businesses
from tests.report.factories.bakery import bakery
from tests.report.factories.evidence import judged
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import report, run
from tests.report.forbidden import GERMAN, faults

# A thousand reports pass the same lines that other tests measure by a few.
pytestmark = pytest.mark.unmeasured

CHECKS = ("pagespeed", "security", "gbp", "semrush", "visual")
GENERATED = 500
_WEIGHTY = ("critical", "high")
_EVIDENCE = (
    *("28 of 100", "x-frame-options: not sent", "[SSL: EOF] unexpected eof while reading (_ssl.c)"),
    *("net::ERR_TUNNEL_CONNECTION_FAILED", "3 places: #services > .container > .card", ""),
    *("4.7 of 5 from 213 reviews", "no h1 element with text", "status 503"),
)


def row(check, code, evidence=""):
    kind = all_checks()[check].kinds[code]
    return {
        "code": code, "severity": kind.severity.value, "title": kind.title, "evidence": evidence,
        "source": "raw", "advice_id": code, "area": kind.area.value,
    }  # fmt: skip


def praise(check):
    return [c for c, k in all_checks()[check].kinds.items() if k.severity is Severity.PASSED]


def made_up(seed):
    """Return check runs with findings, scores and states by chance."""
    chance = random.Random(seed)
    runs = []
    for check in CHECKS:
        state = chance.choices(("completed", "failed", "skipped"), (8, 1, 1))[0]
        if state != "completed":
            runs.append(run(check, state, error_code="provider_timeout", skip_code="no_website"))
            continue
        codes = list(all_checks()[check].kinds)
        some = chance.sample(codes, chance.randint(0, min(8, len(codes))))
        some += chance.sample(praise(check), chance.randint(0, len(praise(check))))
        found = [row(check, code, chance.choice(_EVIDENCE)) for code in dict.fromkeys(some)]
        runs.append(
            run(check, score=chance.choice((None, 0, 30, 49, 50, 74, 75, 90, 100)), findings=found)
        )
    return runs


def demo(business):
    """Return the runs of a demo site's audit: its defects, and every praise there is."""
    runs = []
    for check in CHECKS:
        codes = [d.code for d in business.defects if d.check == check and d.code]
        found = [row(check, code, "Seen") for code in [*codes, *praise(check)]]
        runs.append(run(check, score=60, findings=found))
    return runs


@cache
def audits():
    made = [report(*demo(business)) for business in demo_businesses()]
    by_chance = [report(*made_up(seed)) for seed in range(GENERATED)]
    by_judges = [report(*judged(seed)) for seed in range(GENERATED)]
    return [*made, bakery(), plumber(), *by_chance, *by_judges]


def sections():
    return [(n, s) for n, made in enumerate(audits()) for s in made.sections]


def test_yes_is_never_answered_over_what_is_high():
    weighty = {
        (n, s.name) for n, s in sections() if any(f.severity in _WEIGHTY for f in s.findings)
    }
    yes = {
        (n, h.area) for n, made in enumerate(audits()) for h in made.headlines if h.answer == "yes"
    }
    assert yes
    assert not yes & weighty


def test_yes_is_said_by_praise_that_answers_the_question():
    for made in audits():
        titles = {s.name: {f.title for f in s.strengths if f.code in ANSWERS.get(s.name, ANSWERS["speed"]).by} for s in made.sections}  # fmt: skip
        for line in (h for h in made.headlines if h.answer == "yes"):
            assert any(line.text.startswith(title) for title in titles[line.area])


def test_no_is_said_by_a_finding_of_the_area():
    for made in audits():
        titles = {s.name: {f.title for f in s.findings} for s in made.sections}
        for line in (h for h in made.headlines if h.answer == "no"):
            assert any(line.text.startswith(title) for title in titles[line.area])


def test_a_question_without_data_has_no_answer():
    answers = [
        line.answer
        for made in audits()
        for section in made.sections
        for line in made.headlines
        if line.area == section.name and not section.is_reportable
    ]
    assert set(answers) == {"unknown"}


def test_no_praise_stands_against_a_finding():
    for made in audits():
        codes = {f.code for s in made.sections for f in s.findings if f.severity != "info"}
        praised = {w.code for w in made.wins} | {f.code for s in made.sections for f in s.strengths}
        assert [p for p in praised if p in PRAISE and PRAISE[p].against & codes] == []


def test_no_fact_is_told_twice():
    for made in audits():
        result = [p.code for p in (*made.wins, *made.losses)]
        assert len(result) == len(set(result))
        assert [(a, b) for a in result for b in result if b in IMPLIED.get(a, ())] == []


def test_headers_are_no_headline_where_there_is_anything_else():
    for made in audits():
        lost = {p.code for p in made.losses}
        others = [f for s in made.sections for f in s.findings if f.code not in HARDENING and f.severity != "info"]  # fmt: skip
        assert not (others and lost & HARDENING)
        assert bool(lost) == any(f.severity != "info" for s in made.sections for f in s.findings)


def test_the_weightiest_comes_first():
    order = [s.value for s in Severity]
    for made in audits():
        by_code = {f.code: f.severity for s in made.sections for f in s.findings}
        places = [order.index(by_code[p.code]) for p in made.losses]
        assert places == sorted(places)


def test_strong_areas_hold_nothing_of_medium_or_above():
    english, called_strong = load("en"), 0
    for made in audits():
        strongest = made.verdict.partition("Strongest: ")[2].partition(".")[0]
        called_strong += bool(strongest)
        for section in made.sections:
            weak_part = any((part.score or 0) < 50 for part in section.parts)
            faulty = any(f.severity in {*_WEIGHTY, "medium"} for f in section.findings)
            named = area(section.name, english).phrase in strongest
            assert not (named and (faulty or weak_part))
    assert called_strong


def place_of(code, summary):
    """Return where a summary says a finding's topic, in any of its forms; -1 where it doesn't."""
    topic = next(t for t, codes in read_toml("topics.toml")["codes"].items() if code in codes)
    forms = [v for k, v in load().words["topics"][topic].items() if k.startswith(("say", "that"))]
    longest = [max(re.split(r"\{\w+\}", form), key=len).strip(" .,") for form in forms]
    places = [summary.lower().find(part.lower()) for part in longest]
    return min((place for place in places if place >= 0), default=-1)


def test_the_summary_begins_with_what_the_verdict_says_to_fix_first():
    by_rule = [made for made in audits() if made.advice_by == "rules" and made.losses]
    assert by_rule
    for made in by_rule:
        places = [place_of(loss.code, made.summary or "") for loss in made.losses]
        assert 0 <= places[0] < 160, made.summary  # behind a lead-in with a long name
        assert places[0] == min(place for place in places if place >= 0)


def owner_texts(made):
    """What an owner reads outside the developer's list."""
    found = [f for s in made.sections for f in (*s.findings, *s.strengths)]
    yield from (made.verdict, made.coverage, made.summary or "")
    yield from (t for s in made.sections for t in (s.about, s.reason or ""))
    yield from (t for f in found for t in (f.title, f.shown, f.what, f.why, f.fix, f.worth) if t)
    yield from (t for p in (*made.wins, *made.losses) for t in (p.title, p.text, p.evidence))
    yield from (t for r in made.recommendations for t in (r.title, r.why, r.how))
    yield from (h.text for h in made.headlines)


def test_no_owner_reads_what_may_not_be_said():
    for made in audits():
        assert [f for text in owner_texts(made) for f in faults(text)] == []


def test_no_page_says_what_may_not_be_said():
    for made in audits()[::10]:
        tree = LexborHTMLParser(render_html(made))
        for node in tree.css("style, #developer"):
            node.decompose()
        assert faults(tree.body.text(separator=" ")) == []


def test_no_german_owner_reads_what_may_not_be_said():
    for seed in range(40):
        made = report(*made_up(seed), language="de")
        texts = (made.verdict, made.coverage, *(h.text for h in made.headlines))
        assert [f for text in texts for f in faults(text, GERMAN)] == []


def test_the_developer_finds_the_evidence():
    for made in audits()[::20]:
        hidden = [
            f
            for s in made.sections
            for f in s.findings
            if f.evidence and f.shown.lower() != f.evidence.lower()
        ]
        assert {f.evidence for f in hidden} <= {row.evidence for row in made.developer}

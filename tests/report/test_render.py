from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from selectolax.lexbor import LexborHTMLParser

from lfassess.report.branding import Branding
from lfassess.report.render import SCHEMA, render_html, render_json, slug
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import PNG, advice, finding, lead, report, run
from tests.report.factories.sandboxed import sandboxed

ALL = pytest.mark.parametrize("make", [bakery, plumber, sandboxed])
XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7*7 }}{% include 'x' %}",
    "--><base href=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;<meta http-equiv=refresh content=0;url=//evil.example>",
)


def page(html):
    return LexborHTMLParser(html)


def poisoned(value, payload):
    """The value with the payload behind each of its texts."""
    if isinstance(value, str):
        return value + payload
    if isinstance(value, dict):
        return {key: poisoned(item, payload) for key, item in value.items()} | {payload: payload}
    if isinstance(value, list):
        return [*(poisoned(item, payload) for item in value), payload]
    return value


def poisoned_report(payload):
    runs = [
        run(
            made.name,
            score=made.score,
            findings=poisoned(made.findings, payload),
            metrics=poisoned(made.metrics, payload) | {"found": True, "by": "llm"},
        )
        for made in bakery_rows.RUNS
    ]
    runs[0].inconclusive_reason = payload
    runs.append(
        run(
            payload,
            metrics={payload: payload},
            findings=[finding(payload, payload, payload, payload)],
        )
    )
    words = advice(payload, payload, payload)
    return report(
        *runs,
        artefacts={f"desktop{payload}.png": PNG, payload: PNG},
        business=lead(name=payload, website=payload, phone=payload, address=payload),
        advice={payload: words, f"no-csp{payload}": words},
        grade=payload,
        scoring_version=payload,
    )  # fmt: skip


_SAFE = ("#", "http://", "https://", "data:image/png;base64,")


@pytest.mark.parametrize("payload", XSS)
def test_whatever_a_lead_says_is_inert(payload):
    tree = page(render_html(poisoned_report(payload)))
    assert not tree.css("script, iframe, object, embed, link, base, form, input, video, audio")
    assert all(use.attributes["href"].startswith("#picture-") for use in tree.css("use"))
    assert len(tree.css("meta")) == 5
    assert len(tree.css("style")) == 1
    assert "alert" not in tree.css_first("style").text()
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), (node.tag, name)
            assert name not in {"style", "srcdoc", "formaction", "background"}
            leads = name in {"href", "src", "action", "xlink:href"}
            assert not leads or value.startswith(_SAFE), (node.tag, name, value)
    assert payload.strip() in tree.css_first("h1").text()
    assert "49" not in tree.css_first("h1").text()


@ALL
def test_it_is_one_file_that_loads_nothing(make):
    tree = page(render_html(make()))
    assert not tree.css("script, link, iframe")
    assert all(img.attributes["src"].startswith("data:image/") for img in tree.css("img"))
    addresses = re.findall(r"url\((.{0,16})", tree.css_first("style").text())
    assert set(addresses) == {"data:font/woff2;"}
    policy = tree.css_first("meta[http-equiv]").attributes["content"]
    assert "default-src 'none'" in policy


@ALL
def test_headings_make_an_outline(make):
    tree = page(render_html(make()))
    assert len(tree.css("h1")) == 1
    assert tree.css_first("html").attributes["lang"] == "en"
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@ALL
def test_pictures_and_drawings_have_words(make):
    tree = page(render_html(make()))
    assert all(img.attributes["alt"] for img in tree.css("img"))
    for svg in tree.css("svg"):
        assert svg.attributes.get("aria-label") or svg.attributes.get("aria-hidden") == "true"
    assert all(th.attributes.get("scope") in {"row", "col"} for th in tree.css("th"))
    assert len(tree.css("table")) == len(tree.css("table > caption"))


@ALL
def test_ids_are_unique_and_links_lead_somewhere(make):
    tree = page(render_html(make()))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    inner = [a.attributes["href"][1:] for a in tree.css("a[href^='#']")]
    assert inner
    assert set(inner) <= set(ids)
    labelled = [node.attributes["aria-labelledby"] for node in tree.css("[aria-labelledby]")]
    assert set(labelled) <= set(ids)


@ALL
def test_same_rows_give_the_same_bytes(make):
    assert render_html(make()) == render_html(make())
    assert render_json(make()) == render_json(make())


def test_finished_report_reads_as_one():
    text = page(render_html(bakery())).body.text(separator=" ")
    for words in (
        "Grade C, 65 of 100",
        "What works well",
        "The biggest problems",
        "7 of 7 areas assessed",
        "This week",
        "5.8 s",
        "HTTP Observatory",
        "Data: Google, March 17, 2026.",
        "Estimates by SEMrush, database US.",
        "May 27, 2026",
        "Scoring version 3",
    ):
        assert words in text or words in render_html(bakery()), words
    assert "SANDBOX" not in text


def test_screenshots_stand_side_by_side():
    tree = page(render_html(bakery()))
    figures = tree.css(".shots figure")
    assert [f.attributes["class"] for f in figures] == ["shot-wide", "shot-narrow"]


def test_gaps_are_explained_and_never_zero():
    tree = page(render_html(plumber()))
    gaps = tree.css_first("#gaps").text()
    for title in ("Speed", "Google Business Profile", "Search visibility", "First impression"):
        assert title in gaps
    cards = [card.text() for card in tree.css(".card")]
    assert "Not assessed" in cards[0]
    assert "0 of 100" not in cards[0]
    assert "No clear result" in cards[5]
    reason = tree.css_first("#area-google-profile .reason").text()
    assert reason.endswith("It doesn't count toward the grade.")
    assert tree.css_first("#area-speed") is None


def test_where_nothing_is_missing_there_is_no_chapter_on_it():
    tree = page(render_html(bakery()))
    assert tree.css_first("#gaps") is None
    assert "#gaps" not in {a.attributes["href"] for a in tree.css("a")}


def test_sandbox_data_are_marked_everywhere():
    tree = page(render_html(sandboxed()))
    assert tree.css_first(".banner").text().strip().startswith("SANDBOX")
    assert "SANDBOX" in tree.css_first(".watermark").attributes["data-text"]
    assert len(tree.css(".card .sandbox")) == 2
    assert [
        len(tree.css(f"#area-{n} .sandbox"))
        for n in ("security", "google-profile", "search-visibility")
    ] == [
        0,
        1,
        1,
    ]


def test_emulated_recommendations_are_marked():
    last = bakery_rows.RUNS[-1]
    emulated = run(last.name, metrics=last.metrics, sandbox=True)
    made = report(*bakery_rows.RUNS[:-1], emulated)
    assert page(render_html(made)).css_first("#priorities .sandbox") is not None
    assert page(render_html(bakery())).css_first("#priorities .sandbox") is None


def test_an_assessment_without_any_result_still_has_a_page():
    made = report(
        *(run(n, "failed", error_code="target_unreachable") for n in ("pagespeed", "gbp"))
    )
    tree = page(render_html(made))
    assert "No grade" in tree.css_first(".cover").text()
    assert "nothing that needs a step" in tree.css_first("#priorities").text()


def test_json_keeps_its_shape():
    data = json.loads(render_json(bakery()))
    assert data["schema"] == SCHEMA == "lfassess.report/3"
    assert sorted(data) == list(data)
    assert data["sections"][-1]["metrics"] == {}


def schema():
    path = Path(__file__).parents[2] / "docs" / "schemas" / "audit-report.schema.json"
    return Draft202012Validator(json.loads(path.read_text()))


@ALL
def test_json_fits_its_published_schema(make):
    schema().validate(json.loads(render_json(make())))


def test_json_of_nothing_assessed_fits_its_published_schema():
    made = report(run("gbp", "failed", error_code="rate_limited"), draft=True)
    data = json.loads(render_json(made))
    schema().validate(data)
    assert data["draft"] is True
    assert data["sections"][0]["score"] is None


def test_json_says_null_for_numbers_it_can_not_say():
    made = report(run("security", metrics={"x": float("nan"), "y": [float("inf"), 1.5]}))
    assert json.loads(render_json(made))["sections"][0]["metrics"] == {"x": None, "y": [None, 1.5]}


def test_a_finding_seen_twice_is_cited_once():
    twice = [finding("no-csp", "medium", "One"), finding("no-csp", "medium", "Two")]
    tree = page(render_html(report(run("security", findings=twice))))
    assert {a.attributes["href"] for a in tree.css(".step a")} == {"#security-1"}


def test_slug_is_fit_for_an_id():
    assert slug('LLM_analysis "><b>') == "llm-analysis-b"


def test_styles_hold_no_addresses_and_do_not_end_early():
    css = page(render_html(bakery())).css_first("style").text()
    assert "@media print" in css
    assert "http" not in css
    assert "</" not in css


EXPECTED = Branding(
    fields={"account OWNER": "Your contact", "Tier": "Customer tier", "Gone": "Gone"}
)
OWNED = lead(extra={"Account Owner": "<b>Ann</b> & Co", "Tier": "gold", "Margin": "38 %"})


@pytest.mark.parametrize(
    "metrics", [{}, {"visit": {"kind": "no_site", "code": "parked", "shown": "", "url": None}}]
)
def test_custom_fields_are_printed_that_the_agency_names_and_no_others(metrics):
    made = report(run("security", metrics=metrics), business=OWNED, branding=EXPECTED)
    facts = page(render_html(made)).css(".cover-facts > div")
    shown = {f.css_first("dt").text(): f.css_first("dd").text() for f in facts}
    assert (shown["Your contact"], shown["Customer tier"]) == ("<b>Ann</b> & Co", "gold")
    assert "Gone" not in shown
    assert "38 %" not in render_html(made)
    data = json.loads(render_json(made))
    assert data["business"]["fields"] == [
        {"label": "Your contact", "value": "<b>Ann</b> & Co"},
        {"label": "Customer tier", "value": "gold"},
    ]
    schema().validate(data)


def test_without_a_wish_no_custom_field_is_printed():
    made = report(run("security"), business=OWNED)
    assert "gold" not in render_html(made)
    assert made.business.fields == ()

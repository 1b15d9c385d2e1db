"""The report on an address where no website of the business was seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from selectolax.lexbor import LexborHTMLParser

from lfassess.config_files import read_toml
from lfassess.language import load
from lfassess.report.render import render_html, render_json
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.rows import PNG, finding, report, run

SITE = ("pagespeed", "security", "visual")
PICTURES = {"desktop.png": PNG, "mobile.png": PNG}
GBP, SEMRUSH = bakery_rows.RUNS[2], bakery_rows.RUNS[3]


def met(kind, code="parked", shown="Buy this domain", *others, **values):
    visit = {"kind": kind, "code": code, "shown": shown, "url": "https://x.example/"}
    runs = [run(n, metrics={"visit": visit}, inconclusive_reason="x") for n in SITE]
    return report(*runs, *others, artefacts=PICTURES, **values)


def page(made):
    return LexborHTMLParser(render_html(made))


@pytest.mark.parametrize("code", [*(c for c in read_toml("no_site.toml")), "empty"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_stands_there_has_words_and_a_first_step(code, language):
    say = load(language)
    text = page(met("no_site", code, language=language)).body.text()
    assert say(f"no_site.codes.{code}") in text
    assert say(f"no_site.steps.{code}") in text


def test_it_is_short_and_grades_nothing():
    made = met("no_site", "parked", "Buy this domain", GBP)
    tree = page(made)
    assert (made.score, made.grade) == (None, None)
    assert "There is no working website at this address" in tree.css_first("h2").text()
    assert "“Buy this domain”" in tree.css_first("#seen").text()
    assert len(tree.css("#seen .frame svg.picture")) == 2
    assert "Harbour Bakery" in tree.css_first("#google .table").text()
    assert tree.css("#scorecard, #priorities, .ring, .headlines") == []


def test_words_that_come_quoted_are_quoted_once():
    assert "says: “Buy it”" in page(met("no_site", "parked", "“Buy it”")).css_first("#seen").text()


def test_a_platforms_page_is_no_website():
    tree = page(met("platform", "platform_page", "facebook.com"))
    assert "another company's platform" in tree.css_first(".lead").text()


def test_an_unknown_code_has_words_too():
    assert "doesn't show a website" in page(met("no_site", "new_code")).css_first(".lead").text()


@pytest.mark.parametrize(
    ("code", "shown"),
    [("error_page", "status 500"), ("empty", "3 words"), ("parked", "ERR_FAILED at <div>")],
)
def test_only_words_are_quoted(code, shown):
    assert "The page says" not in page(met("no_site", code, shown)).body.text()


def test_a_profile_that_leads_there_is_said():
    nap = [{"field": "website", "google": "http://x.example/", "website": [], "record": None}]
    google = run("gbp", score=50, metrics=GBP.metrics | {"nap": nap})
    assert "links to x.example" in page(met("no_site", "parked", "", google)).body.text()
    assert "no link to a website" in page(met("no_site", "parked", "", GBP)).body.text()
    assert "didn't look at the Google" in page(met("no_site")).body.text()


def test_scores_of_an_older_audit_of_a_parked_page_are_left_out():
    parked = finding("visual-parked-page", "critical", "Parked")
    made = report(run("pagespeed", score=100), run("visual", score=40, findings=[parked]))
    assert made.no_website
    assert {s.score for s in made.sections} == {None}
    assert made.score is None


@pytest.mark.parametrize("kind", ["wall", "refused", "unread"])
def test_a_visit_that_was_turned_away_is_not_called_no_website(kind):
    made = met(kind, "bot_wall", "Just a moment", GBP, SEMRUSH)
    text = page(made).body.text()
    assert not made.no_website
    assert "no working website" not in text
    assert made.verdict == load()(f"visit.{kind}")
    assert "Speed" in page(made).css_first(".visit").text()
    assert {s.score is None for s in made.sections if s.name in {"speed", "security"}} == {True}


def test_method_names_only_what_was_looked_at_and_weighs_nothing_without_a_grade():
    made = met("wall", "bot_wall", "x", GBP, SEMRUSH, score=None, grade=None)
    tree = page(made)
    for table in ("method", "sums"):
        rows = [row.text() for row in tree.css(f".{table} tbody th")]
        assert sorted(rows) == ["Google Business Profile", "Search visibility"]
    assert "%" not in tree.css_first("#grades").text()
    assert "Weight" not in tree.css_first(".sums thead").text()
    assert made.glossary == tuple(t for t in made.glossary if t[0] not in {"CSP", "LCP", "WCAG"})


def test_one_reason_for_all_areas_is_not_told_with_each_of_them():
    said = page(met("wall", "bot_wall", "x", GBP, SEMRUSH)).css_first("#scorecard").text()
    assert load()("visit.wall") not in said
    assert said.count(load()("visit.short")) > 2


def test_no_owner_reads_how_we_were_turned_away():
    reasons = {s.reason for s in met("wall", "bot_wall", "cf-mitigated: challenge").areas}
    assert reasons == {load()("visit.wall")}


def test_what_turned_us_away_is_not_shown_as_the_website():
    assert met("wall").cover_picture is None
    assert met("no_site").cover_picture is not None


@pytest.mark.parametrize("kind", ["site", "elsewhere"])
def test_a_website_has_its_whole_report(kind):
    assert met(kind).visit is None


@pytest.mark.parametrize("visit", [None, 3, {}, {"kind": "x"}, {"kind": "no_site", "code": 5}])
def test_any_stored_visit_makes_a_report(visit):
    made = report(run("visual", metrics={"visit": visit}))
    assert render_html(made)
    assert render_json(made)


def test_json_fits_its_published_schema():
    path = Path(__file__).parents[2] / "docs" / "schemas" / "audit-report.schema.json"
    data = json.loads(render_json(met("no_site")))
    Draft202012Validator(json.loads(path.read_text())).validate(data)
    assert (data["visit"]["kind"], data["score"]) == ("no_site", None)

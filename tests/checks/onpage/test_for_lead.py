"""What one crawl of a domain says of each lead that has its website there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.base import Target
from lfassess.checks.onpage import CHECK
from lfassess.checks.onpage.evidence import Evidence, Lead, Link
from lfassess.checks.onpage.evidence_reused import for_lead
from lfassess.checks.shared.visit import Kind, Met
from tests.checks.onpage.pages import evidence, page

ROOT = "https://brightwater.example/"
ALBANY = f"{ROOT}albany"
MENU = Link(f"{ROOT}contact", "Contact", navigation=True, internal=True)


def crawl(url=ROOT, kind=Kind.SITE):
    home = replace(page(), url=url, asked=url, titles=("Home of all",), links=(MENU,))
    other = ALBANY if url == ROOT else ROOT
    branch = replace(page(), url=other, asked=other, titles=("The other page",), links=())
    gone = replace(page(), url=f"{ROOT}gone", asked=f"{ROOT}gone", status=404)
    met = Met(kind)
    made = replace(evidence(home), url=url, pages=(branch, gone), visit=met.as_json(url))
    return made.to_json()


def of(url, stored=None):
    target = Target("Albany branch", url, "+1 518 555 0100", "1 Main St", "US")
    made = for_lead(stored or crawl(), target)
    return None if made is None else Evidence.from_json(made)


@pytest.mark.parametrize("url", [ROOT, "http://www.brightwater.example/", f"{ROOT}index.html"])
def test_the_same_page_is_another_leads_as_it_stands(url):
    made = of(url)
    assert made.lead == Lead("Albany branch", "+1 518 555 0100", "1 Main St", "US")
    assert (made.url, made.home.titles) == (url, ("Home of all",))


def test_a_page_that_was_read_is_the_home_page_of_whoever_has_it():
    made = of(ALBANY)
    assert made.home.titles == ("The other page",)
    assert MENU in made.home.links  # a crawl keeps what is on every page once
    assert [p.titles[0] for p in made.pages[:1]] == ["Home of all"]
    assert made.visit["url"] == ALBANY
    assert CHECK.judge(made.to_json()).inconclusive is None


@pytest.mark.parametrize("url", [f"{ROOT}boston", f"{ROOT}gone"])
def test_for_a_page_that_was_not_read_the_front_page_stands(url):
    assert of(url).home.titles == ("Home of all",)
    assert of(url, crawl(ALBANY)).home.titles == ("The other page",)


def test_a_provider_with_a_website_for_each_customer_is_crawled_for_each():
    assert of(f"{ROOT}~ann") is None
    assert of(ROOT, crawl(f"{ROOT}~joe")) is None


@pytest.mark.parametrize("kind", [Kind.WALL, Kind.REFUSED, Kind.NO_SITE])
def test_what_was_no_website_is_only_so_at_the_same_address(kind):
    assert of(ROOT, crawl(kind=kind)).visit["kind"] == kind
    assert of(ALBANY, crawl(kind=kind)) is None


@pytest.mark.parametrize("stored", [{"x": 1}, {"home": 3, "visit": []}])
def test_what_was_not_stored_is_crawled(stored):
    assert of(ROOT, stored) is None

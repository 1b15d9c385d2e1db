"""PageSpeed Insights, emulated: answers, errors and selection of fields."""

from __future__ import annotations

import json
import tomllib
import urllib.error
import urllib.parse
import urllib.request

import pytest

from lfassess.sandbox.frames import FOLDER, drawn_from
from lfassess.sandbox.sites import all_sites
from lfassess.settings import SANDBOX_KEY

SITE = "https://harbour-bakery.demo.test/"


@pytest.fixture
def ask(sandbox):
    """Return (status, body) of a call with these parameters; a list gives a parameter twice."""

    def call(*, key=SANDBOX_KEY, fault=None, **parameters):
        query = {"url": SITE, "strategy": "mobile", "category": ["performance"]} | parameters
        url = f"{sandbox.url}/psi/pagespeedonline/v5/runPagespeed?{urllib.parse.urlencode(query, doseq=True)}"
        request = urllib.request.Request(url)
        if key:
            request.add_header("X-Goog-Api-Key", key)
        if fault:
            request.add_header("X-Sandbox-Fault", fault)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            with e:
                return e.code, json.load(e)

    return call


def test_scores_the_requested_categories_alone(ask):
    status, body = ask(category=["performance", "seo"])
    assert status == 200
    assert set(body["lighthouseResult"]["categories"]) == {"performance", "seo"}


def test_a_phone_s_frames_are_those_of_a_real_run(ask):
    fields = "lighthouseResult/audits/screenshot-thumbnails/details"
    details = ask(fields=fields)[1]["lighthouseResult"]["audits"]["screenshot-thumbnails"][
        "details"
    ]
    assert [item["timing"] for item in details["items"]] == [375 * n for n in range(1, 9)]
    assert all(item["data"].startswith("data:image/jpeg;base64,/9j/") for item in details["items"])
    assert len({item["data"] for item in details["items"]}) > 1


@pytest.mark.parametrize("asked", [{"strategy": "desktop"}, {"url": "https://made-up.example/"}])
def test_what_nobody_photographed_has_no_frames(ask, asked):
    assert "screenshot-thumbnails" not in ask(**asked)[1]["lighthouseResult"]["audits"]


def test_frames_are_of_the_sites_as_they_are():
    # After a change of a site's looks: python -m scripts.record_frames
    recorded = tomllib.loads((FOLDER / "times.toml").read_text())
    sites = {site.name: site for site in all_sites().values()}
    assert {name: drawn_from(sites[name]) for name in recorded} == {
        name: times["page"] for name, times in recorded.items()
    }


def test_same_page_same_scores(ask):
    first, second = (ask()[1]["lighthouseResult"]["categories"] for _ in range(2))
    assert first == second


def test_heavy_site_scores_below_the_clean_one(ask):
    def performance(url):
        return ask(url=url)[1]["lighthouseResult"]["categories"]["performance"]["score"]

    assert performance("http://dons-garage.demo.test/") < performance(SITE)


def test_fields_cut_the_answer(ask):
    _, whole = ask()
    _, cut = ask(fields="lighthouseResult/finalUrl")
    assert list(cut) == ["lighthouseResult"]
    assert len(json.dumps(cut)) < len(json.dumps(whole)) / 10


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"key": None}, 429),
        ({"key": "wrong"}, 400),
        ({"url": "no address"}, 400),
        ({"category": "nonsense"}, 400),
        ({"url": "https://old-mill-books.demo.test/"}, 400),
        ({"url": "https://nobody.invalid/"}, 400),
    ],
)
def test_refuses_as_google_does(ask, parameters, status):
    answered, body = ask(**parameters)
    assert answered == status, body
    assert body["error"]["code"] == status

"""Every recorded answer of SEMrush, over HTTP, through client and check."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.semrush.judge import judge
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.semrush import (
    SemrushClient,
    SemrushRequest,
    backlinks_request,
    classify,
    competitors_request,
    endpoint,
    keywords_request,
    rank_request,
)
from lfassess.clients.semrush_csv import number, rows_of
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidResponseError,
    ProviderRejectedError,
    QuotaExhaustedError,
)
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer, recorded, scripted_server

ANSWERS = Path(__file__).parents[2].parent / "shared" / "fixtures" / "providers" / "semrush"
_UNHURRIED = hypothesis_settings(deadline=None, max_examples=60)
_TEXTS = {"keyword", "url", "domain", "database"}

# By file: what was asked, how many lines came, and cells of the first.
REPORTS = {
    "domain_rank_apple_LIVE_crlf.csv": (
        rank_request("apple.com", "us"),
        1,
        {"domain": "apple.com", "organic_keywords": 47395376, "organic_traffic": 178409796},
    ),
    "domain_rank_amazon_quoted.csv": (
        rank_request("amazon.com", "us"),
        1,
        {"domain": "amazon.com", "rank": 7, "organic_traffic": 276106383},
    ),
    "domain_ranks_silktide_quoted.csv": (
        rank_request("silktide.com", "us"),
        26,
        {"database": "ar", "domain": "silktide.com", "rank": 167210},
    ),
    "domain_organic_pistonheads.csv": (
        keywords_request("pistonheads.com", "uk", lines=10),
        10,
        {"keyword": "pistonheads", "position": 1, "search_volume": 673000, "traffic": 31.54},
    ),
    "domain_organic_organic_seobook_DOCS.csv": (
        competitors_request("seobook.com", "us", lines=5),
        5,
        {"domain": "seochat.com", "common_keywords": 338, "organic_traffic": 5640},
    ),
    "backlinks_overview_sej_DOCS.csv": (
        backlinks_request("searchenginejournal.com"),
        1,
        {"ascore": 74, "domains_num": 49145, "total": 22063983},
    ),
}
ERRORS = {
    "error_120_wrong_key.txt": (CredentialError, "120"),
    "error_132_units_zero_http403.txt": (QuotaExhaustedError, "132"),
    "error_42_domain_missing_DOCS.txt": (ProviderRejectedError, "42"),
}
NOTHING = "error_50_nothing_found.txt"
BALANCE = "countapiunits_balance_DOCS.txt"


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


@pytest.fixture
def client(result: ScriptedServer):
    settings = Settings(semrush_api_key="k" * 32, semrush_base_url=result.url)
    with SemrushClient(endpoint(settings)) as client:
        yield client


def _typed(row: dict) -> dict:
    return {name: cell if name in _TEXTS else number(cell) for name, cell in row.items()}


def _rows(name: str, result: ScriptedServer, client: SemrushClient) -> list[dict]:
    result.says(recorded("semrush", name))
    return [_typed(row) for row in client.send(REPORTS[name][0])]


def test_no_recorded_answer_is_left_out():
    if not ANSWERS.exists():
        pytest.skip("no recorded answers of semrush here")
    assert {path.name for path in ANSWERS.iterdir()} == {*REPORTS, *ERRORS, NOTHING, BALANCE}


@pytest.mark.parametrize(("name", "lines", "cells"), [(n, *r[1:]) for n, r in REPORTS.items()])
def test_recorded_reports_are_read(
    result: ScriptedServer, client: SemrushClient, name, lines, cells
):
    rows = _rows(name, result, client)
    assert len(rows) == lines
    assert cells.items() <= rows[0].items()


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize("name", ERRORS)
def test_recorded_errors_are_told_by_their_bodies(
    result: ScriptedServer, client: SemrushClient, name, status
):
    error, word = ERRORS[name]
    result.says(recorded("semrush", name), status)
    with pytest.raises(error, match=word) as caught:
        client.send(rank_request("a.com", "us"))
    assert type(caught.value) is error
    assert not caught.value.transient


@pytest.mark.parametrize("asked", [r[0] for r in REPORTS.values()])
def test_nothing_found_is_an_answer(
    result: ScriptedServer, client: SemrushClient, asked: SemrushRequest
):
    result.says(recorded("semrush", NOTHING))
    assert client.send(asked) == []


def test_the_recorded_balance_is_a_number(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", BALANCE))
    assert client.balance() == 1000


def test_recorded_reports_together_are_judged(result: ScriptedServer, client: SemrushClient):
    judged = judge(
        {
            "domain": "apple.com",
            "database": "us",
            "rank": _rows("domain_rank_apple_LIVE_crlf.csv", result, client)[0],
            "keywords": _rows("domain_organic_pistonheads.csv", result, client),
            "competitors": _rows("domain_organic_organic_seobook_DOCS.csv", result, client),
            "backlinks": _rows("backlinks_overview_sej_DOCS.csv", result, client)[0],
        }
    )
    assert judged.score == 100
    assert judged.metrics["authority"] == 74
    assert judged.metrics["top_keywords"][0]["keyword"] == "pistonheads"
    assert judged.metrics["contest"]["place"] == 1
    assert {f.code for f in judged.findings} == {
        "semrush-visible",
        "semrush-well-linked",
        "semrush-leads-competitors",
    }


@_UNHURRIED
@given(st.sampled_from(sorted(REPORTS)), st.integers(0, 2000), st.text(max_size=5))
def test_a_report_damaged_anywhere_is_read_or_refused(name, at, junk):
    body = recorded("semrush", name).decode()
    expected = list(REPORTS[name][0].columns.values())
    for damaged in (body[:at], body[:at] + junk + body[at:], body[:at] + body[at + 3 :]):
        try:
            rows = [_typed(row) for row in rows_of(damaged, expected)]
        except InvalidResponseError:
            continue
        first = rows[0] if rows else None
        judge({"domain": "a.com", "database": "us", "rank": first, "keywords": rows})
        judge(
            {
                "domain": "a.com",
                "database": "us",
                "rank": {"organic_keywords": 1},
                "competitors": rows,
                "backlinks": first,
            }
        )


@_UNHURRIED
@given(
    st.integers(200, 599), st.text(max_size=60) | st.integers(0, 99_999).map("ERROR {} :: X".format)
)
def test_any_answer_that_is_no_report_is_classified(status, body):
    assert isinstance(classify(status, body, Endpoint("http://x", "k")), CheckError)

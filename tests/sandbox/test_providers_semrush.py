"""The emulated SEMrush API keeps to SEMrush's habits."""

from __future__ import annotations

import pytest
import requests

from lfassess.sandbox.providers import semrush
from tests.provider_servers import emulator, recorded


@pytest.fixture(scope="module")
def base():
    with emulator(semrush=semrush.router) as url:
        yield f"{url}/semrush"


@pytest.fixture
def units(monkeypatch):
    def give(number: int) -> semrush.Account:
        account = semrush.Account(number)
        monkeypatch.setattr(semrush, "account", account)
        return account

    return give


def _get(base: str, path: str = "/", **query):
    query = {"key": "sandbox-key", "domain": "harbour-bakery.demo.test", "database": "ca"} | query
    return requests.get(base + path, params=query, timeout=60)


def test_reports_are_csv_with_crlf_and_long_names(base):
    answer = _get(base, type="domain_rank", export_columns="Dn,Or,Ot")
    assert answer.content == (
        b"Domain;Organic Keywords;Organic Traffic\r\nharbour-bakery.demo.test;214;1960\r\n"
    )


def test_values_are_quoted_on_demand_and_headers_never(base):
    answer = _get(base, type="domain_rank", export_columns="Dn,Or", export_escape="1")
    assert answer.text.splitlines() == [
        "Domain;Organic Keywords",
        '"harbour-bakery.demo.test";"214"',
    ]


def test_the_header_is_the_recorded_one(base):
    header = recorded("semrush", "domain_rank_apple_LIVE_crlf.csv").split(b"\r\n")[0]
    assert _get(base, type="domain_rank").content.split(b"\r\n")[0] == header


def test_lines_are_limited_and_paid_each(base, units):
    account = units(1000)
    answer = _get(base, type="domain_organic", display_limit="3")
    assert len(answer.text.splitlines()) == 4
    assert account.units == 1000 - 30


def test_too_few_units_cut_the_report_short_without_a_word(base, units):
    account = units(25)
    answer = _get(base, type="domain_organic", display_limit="5")
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 3)
    assert account.units == 5


def test_no_units_at_all_are_an_error(base, units):
    units(9)
    answer = _get(base, type="domain_rank")
    assert answer.status_code == 403
    assert answer.content == recorded("semrush", "error_132_units_zero_http403.txt").strip()


def test_the_balance_has_a_thousands_comma(base, units):
    units(1000)
    answer = _get(base, "/users/countapiunits.html")
    assert answer.content == recorded("semrush", "countapiunits_balance_DOCS.txt").strip()


def test_a_domain_nobody_knows_is_nothing_found_and_free(base, units):
    account = units(1000)
    answer = _get(base, type="domain_rank", domain="wildflower-studio.demo.test")
    assert answer.status_code == 200
    assert answer.content == recorded("semrush", "error_50_nothing_found.txt").strip()
    assert account.units == 1000


@pytest.mark.parametrize("path", ["/", "/analytics/v1/", "/users/countapiunits.html"])
def test_a_wrong_key_is_refused_everywhere(base, path):
    answer = _get(base, path, key="wrong", type="domain_rank")
    assert answer.status_code == 403
    assert answer.content == recorded("semrush", "error_120_wrong_key.txt").strip()


def test_a_missing_domain_is_named(base):
    answer = _get(base, type="domain_rank", domain="")
    assert answer.content == recorded("semrush", "error_42_domain_missing_DOCS.txt").strip()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"type": ""}, "ERROR 41 ::"),
        ({"type": "nonsense"}, "query type not found"),
        ({"type": "domain_rank", "database": ""}, "ERROR 46 ::"),
        ({"type": "domain_rank", "database": "gb"}, "ERROR 10006 ::"),
        ({"type": "domain_rank", "export_columns": "Zz"}, "ERROR 10001 ::"),
    ],
)
def test_wrong_questions_are_refused(base, query, text):
    answer = _get(base, **query)
    assert answer.status_code == 400
    assert answer.text.startswith(text)


def test_backlinks_have_their_own_place(base):
    answer = _get(
        base,
        "/analytics/v1/",
        type="backlinks_overview",
        target="harbour-bakery.demo.test",
        target_type="root_domain",
        export_columns="ascore,domains_num",
    )
    assert answer.text == "ascore;domains_num\r\n31;118\r\n"

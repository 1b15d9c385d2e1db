"""SEMrush: CSV as it really comes, errors in bodies, and units counted."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.clients.semrush import (
    SemrushClient,
    backlinks_request,
    competitors_request,
    endpoint,
    keywords_request,
    rank_request,
)
from lfassess.clients.semrush_answer import error_in
from lfassess.clients.semrush_csv import number, rows_of
from lfassess.errors import (
    CredentialError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer, recorded, scripted_server

_UNHURRIED = hypothesis_settings(deadline=None)
KEY = "0123456789abcdef0123456789abcdef"
RANK = ["domain", "rank", "organic_keywords", "organic_traffic"]


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


@pytest.fixture
def client(result: ScriptedServer):
    settings = Settings(semrush_api_key=KEY, semrush_base_url=result.url)
    with SemrushClient(endpoint(settings)) as client:
        yield client


def _asked(result: ScriptedServer) -> dict[str, str]:
    query = parse_qs(urlsplit(result.requests[-1]["path"]).query)
    return {name: values[0] for name, values in query.items()}


def test_every_report_names_its_limit(result: ScriptedServer, client: SemrushClient):
    """Without one SEMrush sends, and bills, up to 10,000 lines."""
    result.says(b"ERROR 50 :: NOTHING FOUND")
    client.send(rank_request("a.com", "us"))
    assert _asked(result)["display_limit"] == "1"
    client.send(keywords_request("a.com", "us", lines=10))
    assert _asked(result)["display_limit"] == "10"
    client.send(competitors_request("a.com", "us", lines=3))
    assert _asked(result)["display_limit"] == "3"
    client.send(backlinks_request("a.com"))
    assert _asked(result)["display_limit"] == "1"


def test_equal_requests_are_told_by_equal_texts_without_the_key():
    one = keywords_request("a.com", "us", lines=10)
    assert one.canonical == keywords_request("a.com", "us", lines=10).canonical
    others = [keywords_request("a.com", "uk", lines=10), rank_request("a.com", "us")]
    assert one.canonical not in {other.canonical for other in others}
    assert "key=" not in one.canonical


def test_backlinks_are_asked_for_elsewhere(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "backlinks_overview_sej_DOCS.csv"))
    (links,) = client.send(backlinks_request("sej.com"))
    assert (links["ascore"], links["domains_num"]) == ("74", "49145")
    assert result.requests[0]["path"].startswith("/analytics/v1/?")
    assert _asked(result)["target_type"] == "root_domain"
    assert backlinks_request("sej.com").units(1) == 40


def test_reads_a_live_answer_with_crlf(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "domain_rank_apple_LIVE_crlf.csv"))
    (rank,) = client.send(rank_request("apple.com", "us"))
    assert rank["organic_keywords"] == "47395376"
    assert rank["adwords_cost"] == "2765671"
    units = rank_request("apple.com", "us").units(1)
    assert units == 10
    assert client.usd(units) == pytest.approx(10 * 0.00005)


def test_reads_quoted_values_below_an_unquoted_header(
    result: ScriptedServer, client: SemrushClient
):
    result.says(recorded("semrush", "domain_rank_amazon_quoted.csv"))
    assert client.send(rank_request("amazon.com", "us"))[0]["organic_traffic"] == "276106383"


def test_reads_keywords_with_default_columns(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "domain_organic_pistonheads.csv"))
    rows = client.send(keywords_request("pistonheads.com", "uk", lines=10))
    assert rows[0]["keyword"] == "pistonheads"
    assert rows[5]["position"] == "7"
    assert rows[0]["traffic"] == "31.54"
    assert keywords_request("pistonheads.com", "uk", lines=10).units(len(rows)) == 10 * len(rows)
    assert _asked(result)["database"] == "uk"


def test_reads_competitors(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "domain_organic_organic_seobook_DOCS.csv"))
    rows = client.send(competitors_request("seobook.com", "us", lines=5))
    assert [row["domain"] for row in rows][:2] == ["seochat.com", "seocentro.com"]
    assert rows[0]["common_keywords"] == "338"
    assert competitors_request("seobook.com", "us", lines=5).units(5) == 40 * 5


def test_reads_ranks_of_all_databases():
    rows = rows_of(recorded("semrush", "domain_ranks_silktide_quoted.csv").decode(), RANK)
    assert rows[0]["database"] == "ar"
    assert number(rows[0]["rank"]) == 167210


@pytest.mark.parametrize("body", [b"ERROR 50 :: NOTHING FOUND", b"ERROR 50 :: NOTHING FOUND\r\n"])
def test_nothing_found_is_no_failure_and_free(result: ScriptedServer, client: SemrushClient, body):
    result.says(body)
    assert client.send(rank_request("tiny.com", "us")) == []
    assert client.send(keywords_request("tiny.com", "us", lines=5)) == []
    assert client.send(backlinks_request("tiny.com")) == []


def test_recorded_nothing_found_is_no_failure(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "error_50_nothing_found.txt"))
    assert client.send(rank_request("tiny.com", "us")) == []


def test_a_header_alone_means_no_rankings(result: ScriptedServer, client: SemrushClient):
    result.says(b"Domain;Rank;Organic Keywords\r\n")
    assert client.send(rank_request("tiny.com", "us")) == []


@pytest.mark.parametrize("status", [200, 403])
def test_a_wrong_key_is_one_whatever_the_status(
    result: ScriptedServer, client: SemrushClient, status
):
    result.says(recorded("semrush", "error_120_wrong_key.txt"), status)
    with pytest.raises(CredentialError):
        client.send(rank_request("a.com", "us"))


def test_an_empty_balance_stops(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "error_132_units_zero_http403.txt"), 403)
    with pytest.raises(QuotaExhaustedError):
        client.send(rank_request("a.com", "us"))


def test_a_missing_parameter_is_our_fault(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "error_42_domain_missing_DOCS.txt"), 400)
    with pytest.raises(ProviderRejectedError, match="42"):
        client.send(rank_request("a.com", "us"))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"ERROR 130 :: API DISABLED", 403, CredentialError),
        (b"ERROR 131:: LIMIT EXCEEDED", 200, QuotaExhaustedError),
        (b"ERROR 134 :: TOTAL LIMIT EXCEEDED", 200, QuotaExhaustedError),
        (b"ERROR 135 :: API REPORT TYPE DISABLED", 403, CredentialError),
        (b"ERROR 429 :: TOO MANY REQUESTS", 200, RateLimitedError),
        (b"ERROR 500 :: Internal Error", 200, ProviderUnavailableError),
        (b"ERROR 503 :: THE SERVICE IS UNAVAILABLE", 503, ProviderUnavailableError),
        (b"ERROR 10006 :: Wrong parameter", 400, ProviderRejectedError),
        (b"query type not found", 400, ProviderRejectedError),
        (b"slow down", 429, RateLimitedError),
        (b"<html>", 500, ProviderUnavailableError),
        (b"<html>", 503, ProviderUnavailableError),
        (b"no", 403, CredentialError),
        (b"", 302, ProviderRejectedError),
    ],
)
def test_the_body_speaks_before_the_status(
    result: ScriptedServer, client: SemrushClient, body, status, error
):
    result.says(body, status)
    with pytest.raises(error) as caught:
        client.send(rank_request("a.com", "us"))
    assert type(caught.value) is error


NO_UNITS = "ERROR 132 :: API UNITS BALANCE IS ZERO"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": NO_UNITS}, QuotaExhaustedError),
        ({"error": {"code": 132, "message": "API UNITS BALANCE IS ZERO"}}, QuotaExhaustedError),
        ({"code": "132", "message": "no units"}, QuotaExhaustedError),
        ([{"error": NO_UNITS}], QuotaExhaustedError),
        ({"status": 403, "errors": [{"detail": NO_UNITS}]}, QuotaExhaustedError),
        ({"error": "API units balance is zero"}, QuotaExhaustedError),
        (f'"{NO_UNITS}"'.encode(), QuotaExhaustedError),
        (f"'{NO_UNITS}'".encode(), QuotaExhaustedError),
        (f"\ufeff{NO_UNITS}\r\n".encode(), QuotaExhaustedError),
        (f"<html><body><pre>{NO_UNITS}</pre></body></html>".encode(), QuotaExhaustedError),
        (b"<p>ERROR 132 &#58;&#58; API UNITS BALANCE IS ZERO</p>", QuotaExhaustedError),
        (b"API UNITS BALANCE IS ZERO", QuotaExhaustedError),
        (b'{"error": "ERROR 132 :: API UNITS', QuotaExhaustedError),
        (b"error 132: api units balance is zero", QuotaExhaustedError),
        ({"error": "ERROR 120 :: WRONG KEY - ID PAIR"}, CredentialError),
        ({"error": "Forbidden"}, CredentialError),
        ({"code": 403, "message": "Forbidden"}, CredentialError),
        ({"error": "ERROR 429 :: TOO MANY REQUESTS"}, RateLimitedError),
        ({"error": "ERROR 500 :: Internal Error"}, ProviderUnavailableError),
        ({"error": "ERROR 42 :: MANDATORY PARAMETER"}, ProviderRejectedError),
    ],
)
def test_wrapped_errors_are_read(result: ScriptedServer, client: SemrushClient, body, error):
    result.says(body, 403)
    with pytest.raises(error) as caught:
        client.send(rank_request("a.com", "us"))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "body",
    [
        {"error": "ERROR 50 :: NOTHING FOUND"},
        {"error": {"code": 50, "message": "NOTHING FOUND"}},
        [{"message": "nothing found"}],
        b'"ERROR 50 :: NOTHING FOUND"',
        b"<pre>ERROR 50 :: NOTHING FOUND</pre>",
    ],
)
@pytest.mark.parametrize("status", [200, 404])
def test_wrapped_nothing_found_is_an_answer(
    result: ScriptedServer, client: SemrushClient, body, status
):
    result.says(body, status)
    assert client.send(rank_request("tiny.com", "us")) == []


@pytest.mark.parametrize(
    "body",
    [
        'Keyword;Position\r\n"ERROR 132 :: API UNITS BALANCE IS ZERO";3\r\n',
        '"Keyword";"Position"\r\n"limit exceeded";"3"\r\n',
    ],
)
def test_error_text_in_a_report_is_a_keyword(body: str):
    assert error_in(body) is None
    assert rows_of(body, ["keyword", "position"])[0]["position"] == "3"


def test_words_on_a_web_page_are_no_answer(result: ScriptedServer, client: SemrushClient):
    result.says(b"<html><h1>Nothing found</h1></html>")
    with pytest.raises(InvalidResponseError):
        client.send(rank_request("a.com", "us"))


def test_the_key_is_in_no_message(result: ScriptedServer, client: SemrushClient):
    result.says(f"no such path /?key={KEY}&type=x for {KEY}".encode(), 404)
    with pytest.raises(ProviderRejectedError) as caught:
        client.send(rank_request("a.com", "us"))
    assert KEY not in str(caught.value)


def test_the_key_is_in_no_message_when_nobody_answers():
    settings = Settings(semrush_api_key=KEY, semrush_base_url="http://127.0.0.1:9")
    with (
        SemrushClient(endpoint(settings)) as client,
        pytest.raises(ProviderUnavailableError) as caught,
    ):
        client.send(rank_request("a.com", "us"))
    assert KEY not in str(caught.value)


def test_reads_the_balance_with_its_comma(result: ScriptedServer, client: SemrushClient):
    result.says(recorded("semrush", "countapiunits_balance_DOCS.txt"))
    assert client.balance() == 1000
    assert result.requests[0]["path"].startswith("/users/countapiunits.html?")
    result.says(b"ERROR 120 :: WRONG KEY - ID PAIR")
    with pytest.raises(CredentialError):
        client.balance()


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"<html>hello</html>", b"OK"])
def test_what_is_no_report_may_be_one_next_time(
    result: ScriptedServer, client: SemrushClient, body
):
    result.says(body)
    with pytest.raises(InvalidResponseError):
        client.send(rank_request("a.com", "us"))


def test_an_answer_without_its_end_may_be_whole_next_time():
    with pytest.raises(InvalidResponseError):
        rows_of("Domain;Rank;Organic Keywords\r\napple.com;16", RANK)


def test_quoted_values_hold_semicolons_and_line_breaks():
    body = 'Keyword;Position;Url\r\n"a;b ""c""\r\nd";"3";"http://x/?a;b"\r\n'
    (row,) = rows_of(body, ["keyword", "position", "url"])
    assert row == {"keyword": 'a;b "c"\r\nd', "position": "3", "url": "http://x/?a;b"}


def test_a_renamed_column_is_taken_for_the_one_in_its_place():
    (row,) = rows_of(
        "Keyword;Pos;Monthly Searches\nplumber;3;70", ["keyword", "position", "search_volume"]
    )
    assert row == {"keyword": "plumber", "position": "3", "search_volume": "70"}


def test_columns_are_found_by_name_in_any_order():
    (row,) = rows_of("Rank;Domain\n16;apple.com", ["domain", "rank"])
    assert row == {"domain": "apple.com", "rank": "16"}


def test_finds_errors_with_and_without_a_space():
    assert error_in("ERROR 50 :: NOTHING FOUND\n") == (50, "NOTHING FOUND")
    assert error_in("ERROR 44:: x") == (44, "x")
    assert error_in("Domain;Rank") is None


@_UNHURRIED
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(body: str):
    try:
        rows = rows_of(body, RANK)
    except InvalidResponseError:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@_UNHURRIED
@given(JSON, st.sampled_from(["code", "error", "message"]))
def test_any_json_is_an_error_or_none(value, key: str):
    found = error_in(json.dumps({key: value}))
    assert found is None or found[0] >= 0


@_UNHURRIED
@given(st.text(max_size=30))
def test_any_cell_is_a_finite_number_or_none(text: str):
    value = number(text)
    assert value is None or abs(value) < float("inf")

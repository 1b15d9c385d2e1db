"""The PageSpeed Insights client against a real server, and against what Google really answered."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from lfassess.clients import pagespeed
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.lighthouse.normal import normal_form
from lfassess.errors import DeadlineExceededError, LfassessError, ProviderTimeoutError
from lfassess.settings import Settings
from tests.provider_servers import scripted_server

KEY = "AIza-made-up"
URL = "https://shop.example/a page?b=c&d=e"
ANSWER = {
    "id": "https://shop.example/",
    "loadingExperience": {"initial_url": "https://shop.example/"},
    "lighthouseResult": {
        "finalDisplayedUrl": "https://shop.example/",
        "lighthouseVersion": "13.4.1",
        "configSettings": {"formFactor": "mobile", "locale": "en"},
        "fullPageScreenshot": {"screenshot": {"data": "..."}},
        "categories": {
            "performance": {"score": 0.7, "auditRefs": [{"id": "speed-index"}]},
            "seo": {
                "score": 1,
                "auditRefs": [{"id": "a", "weight": 1}, {"id": "b", "weight": 0}, {"id": "c"}],
            },
        },
        "audits": {"speed-index": {"score": 0.5, "numericValue": 4000, "details": {"items": []}}},
    },
}


@pytest.fixture
def google():
    with scripted_server() as output:
        yield output.says(ANSWER)


def ask(output, *, strategy="mobile", seconds=60.0):
    result = pagespeed.ask(
        URL,
        at=Endpoint(output.url, KEY),
        strategy=strategy,
        deadline=time.monotonic() + seconds,
    )
    return pagespeed.checked(result, URL)


def error_of(output, status, body, **headers):
    with pytest.raises(LfassessError) as caught:
        ask(output.says(body, status, **headers))
    assert KEY not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


def refusal(message, **more):
    return {"error": {"message": message, **more}}


def test_asks_for_four_categories_of_the_page_with_the_key_in_a_header(google):
    ask(google, strategy="desktop")
    request = google.requests[0]
    query = parse_qs(urlsplit(request["path"]).query)
    assert query["url"] == [URL]
    assert query["strategy"] == ["desktop"]
    assert query["category"] == ["performance", "accessibility", "best-practices", "seo"]
    assert request["headers"]["x-goog-api-key"] == KEY
    assert KEY not in request["path"]


def test_keeps_what_judging_needs_even_if_google_sends_all(google):
    result = ask(google)
    assert result["categories"] == {
        "performance": {"score": 0.7},
        "seo": {"score": 1, "scored": {"a": 1}},
    }
    assert result["audits"] == {"speed-index": {"score": 0.5, "numericValue": 4000}}
    assert result["loadingExperience"] == {"initial_url": "https://shop.example/"}
    assert result["configSettings"]["formFactor"] == "mobile"
    assert "fullPageScreenshot" not in result


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, refusal("Lighthouse returned error: FAILED_DOCUMENT_REQUEST. (Details: net::ERR_FAILED)"), "target_unreachable"),
        (500, refusal("Lighthouse returned error: ERRORED_DOCUMENT_REQUEST. (Status code: 404)"), "target_unreachable"),
        (500, refusal("Lighthouse returned error: ERRORED_DOCUMENT_REQUEST. (Status code: 403)"), "target_blocked"),
        (400, refusal("Lighthouse returned error: DNS_FAILURE. DNS servers could not resolve"), "target_unreachable"),
        (400, refusal("Lighthouse returned error: NO_FCP. The page did not paint any content."), "target_unreachable"),
        (500, refusal("Lighthouse returned error: NO_FCP. The page did not paint any content."), "target_unreachable"),
        (500, refusal("Lighthouse returned error: PROTOCOL_TIMEOUT. Waiting took too long."), "provider_timeout"),
        (500, refusal("Lighthouse returned error: TARGET_CRASHED. Browser tab has crashed."), "provider_unavailable"),
        (500, refusal("Lighthouse returned error: Something went wrong."), "provider_unavailable"),
        (500, refusal("Unable to process request. Please wait a while and try again."), "provider_unavailable"),
        (400, refusal("API key not valid. Please pass a valid API key."), "credential_rejected"),
        (400, refusal("bad", details=[{"reason": "API_KEY_INVALID"}]), "credential_rejected"),
        (403, refusal("PageSpeed Insights API has not been used", details=[{"reason": "SERVICE_DISABLED"}]), "credential_rejected"),
        (429, refusal("Quota exceeded for quota metric 'Queries' and limit 'Queries per day'"), "quota_exhausted"),
        (429, refusal("Quota exceeded", details=[{"metadata": {"quota_unit": "1/d/{project}", "quota_limit_value": "25000"}}]), "quota_exhausted"),
        (429, refusal("Quota exceeded", details=[{"metadata": {"quota_unit": "1/min/{project}", "quota_limit_value": "0"}}]), "quota_exhausted"),
        (429, refusal("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'"), "rate_limited"),
        (400, refusal("Invalid value 'x'. Values must match the following regular expression"), "provider_rejected"),
        (400, [refusal("API key not valid. Please pass a valid API key.")], "credential_rejected"),
        (200, [refusal("API key not valid. Please pass a valid API key.")], "credential_rejected"),
        (429, [{}, refusal("Quota exceeded for limit 'Queries per day'")], "quota_exhausted"),
        (400, {"error": "invalid_grant", "error_description": "Bad Request"}, "provider_rejected"),
        (400, [], "provider_rejected"),
        (500, b'"Internal error"', "provider_unavailable"),
        (429, b"<html><title>Sorry...</title>", "rate_limited"),
        (502, b"<html>Bad Gateway</html>", "provider_unavailable"),
        (503, b"", "provider_unavailable"),
        (200, b"<html>", "bad_answer"),
        (200, b"[]", "bad_answer"),
        (200, {"captchaResult": "CAPTCHA_NEEDED"}, "bad_answer"),
        (200, {"lighthouseResult": {"runtimeError": {"code": "NO_FCP", "message": "x"}}}, "target_unreachable"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_error(google, status, body, code):
    assert error_of(google, status, body).code == code


def test_failure_without_a_code_is_told_in_google_s_words(google):
    body = refusal("Lighthouse returned error: Something went wrong.")
    assert "Something went wrong" in error_of(google, 500, body).message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><title>Error 502\n(Server Error)!!1</title>", "Error 502 (Server Error)!!1"),
        (b"<TITLE lang=en>Bad &amp; Gateway</TITLE>", "Bad & Gateway"),
        (b'"Internal error"', "Internal error"),
        ([{"error": {"message": "Backend Error"}}], "Backend Error"),
        ({"error": "backend", "error_description": "Try later"}, "Try later"),
        (b"<html>Bad Gateway</html>", "no reason given"),
    ],
)
def test_odd_failure_is_quoted(google, body, said):
    assert error_of(google, 502, body).message.endswith(said)


def test_throttling_says_how_long_to_wait(google):
    body = refusal("Unable to process request. Please wait a while and try again.")
    assert error_of(google, 500, body).retry_after == 60
    assert error_of(google, 500, body, Retry_After="90").retry_after == 90


def test_key_in_google_s_words_is_masked(google):
    error_of(google, 400, refusal(f"The key {KEY} is restricted."))


def test_slow_answer_ends_with_the_deadline(google):
    google.wait = threading.Event()
    with pytest.raises(ProviderTimeoutError):
        ask(google, seconds=0.3)


def test_asks_nothing_when_no_time_is_left(google):
    with pytest.raises(DeadlineExceededError):
        ask(google, seconds=-1)
    assert google.requests == []


def test_is_asked_with_a_key_only_and_never_from_the_sandbox():
    assert pagespeed.endpoint(Settings()) is None
    with_key = Settings(google_api_key="k")
    assert pagespeed.endpoint(with_key).base_url == "https://pagespeedonline.googleapis.com"
    sandboxed = with_key.model_copy(update={"sandbox_url": "http://127.0.0.1:1"})
    assert pagespeed.endpoint(sandboxed) is None


FIELDS_REFUSED = {
    "error": {
        "code": 400,
        "message": "Invalid field selection screenshot-thumbnails",
        "errors": [{"reason": "invalidParameter", "location": "fields"}],
    }
}


def fields_asked(google):
    queries = [parse_qs(urlsplit(request["path"]).query) for request in google.requests]
    return [query["fields"][0] for query in queries]


def test_where_google_refuses_to_send_frames_alone_the_audit_comes_without(google):
    google.first = [(400, json.dumps(FIELDS_REFUSED).encode())]
    assert ask(google)["categories"]["performance"]["score"] == 0.7
    with_frames, without = fields_asked(google)
    assert "screenshot-thumbnails" in with_frames
    assert "screenshot-thumbnails" not in without


def test_another_refusal_is_not_asked_again(google):
    google.first = [(400, json.dumps({"error": {"code": 400, "message": "Bad url"}}).encode())]
    with pytest.raises(LfassessError):
        ask(google)
    assert len(google.requests) == 1


def test_files_that_fail_an_audit_are_named_up_to_three():
    items = [{"url": f"https://x.test/{n}.jpg", "node": {"snippet": "<img>"}} for n in range(5)]
    failed = {"score": 0, "title": "x", "details": {"items": items}}
    audits = {"unsized-images": failed, "image-alt": failed,
              "uses-http2": {"score": 0, "details": {"items": [{}, 7]}}}  # fmt: skip
    made = normal_form({"audits": audits})["audits"]
    urls = [item["url"] for item in items[:3]]
    assert made["unsized-images"]["files"] == {"n": 5, "urls": urls}
    assert made["uses-http2"]["files"] == {"n": 2, "urls": []}
    assert "files" not in made["image-alt"]

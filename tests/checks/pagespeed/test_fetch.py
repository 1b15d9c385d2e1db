"""Fetching by PageSpeed Insights: a phone and a desktop side by side, each paid for once."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from lfassess.checks.base import CheckContext, DirectLedger, Target
from lfassess.checks.pagespeed.fetch import ask_google, fetch_audit
from lfassess.checks.pagespeed.judge import judge
from lfassess.clients import pagespeed
from lfassess.clients.endpoint import Endpoint
from lfassess.errors import (
    DeferredError,
    InvalidTargetError,
    ProviderTimeoutError,
    RateLimitedError,
    TargetBlockedError,
)
from lfassess.settings import Settings

URL = "https://shop.example/"
_FILE = io.BytesIO()
Image.new("RGB", (250, 498)).save(_FILE, "JPEG")
JPEG = base64.b64encode(_FILE.getvalue()).decode()
BUSY = (429, {"error": {"message": "Quota exceeded: Queries per minute"}})


def result(score):
    return 200, {"lighthouseResult": {"categories": {"performance": {"score": score}}}}


def failed(words):
    return 400, {"error": {"message": f"Lighthouse returned error: {words}"}}


class CachingLedger(DirectLedger):
    """Keeps answers in memory, as the workers' keeps them in Postgres."""

    def __init__(self):
        super().__init__()
        self.cached = {}
        self.deferred = ""

    def call(self, provider, request, do):
        if self.deferred and self.deferred in request:
            raise DeferredError("too fast", wait_s=3, provider=provider)
        if request not in self.cached:
            self.cached[request] = json.loads(json.dumps(super().call(provider, request, do)))
        return self.cached[request]


@dataclass
class Google:
    """Answers by strategy, one answer after the other; the last one stays."""

    answers: dict[str, list] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ledger: CachingLedger = field(default_factory=CachingLedger)
    together: threading.Barrier | None = None
    base_url: str = ""

    def says(self, *, mobile, desktop=None):
        desktop = result(0.9) if desktop is None else desktop
        self.answers = {
            name: list(said) if isinstance(said, list) else [said]
            for name, said in (("mobile", mobile), ("desktop", desktop))
        }
        return self

    def answer(self, strategy):
        self.asked.append(strategy)
        if self.together:
            self.together.wait()
        left = self.answers[strategy]
        return left.pop(0) if len(left) > 1 else left[0]

    def fetch(self):
        context = CheckContext(Settings(), time.monotonic() + 60, ledger=self.ledger)
        return ask_google(URL, context, Endpoint(self.base_url, "a-key"))


@pytest.fixture
def google():
    fake = Google()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = fake.answer(parse_qs(urlsplit(self.path).query)["strategy"][0])
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args):
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        fake.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def codes(judgement):
    return [f.code for f in judgement.findings]


def test_asks_for_phone_and_desktop_at_once(google):
    """The phone is answered only once the desktop was asked for, too."""
    google.together = threading.Barrier(2, timeout=60)
    fetched = google.says(mobile=result(0.5)).fetch()
    assert fetched.evidence["source"] == "psi"
    assert fetched.sandbox is False
    judgement = judge(fetched.evidence)
    assert judgement.score == 50
    assert judgement.metrics["desktop"]["categories"]["performance"] == 90


def test_frames_become_files_and_are_bought_once(google):
    strip = {"items": [{"timing": 900, "data": f"data:image/jpeg;base64,{JPEG}"}]}
    times = {"observedFirstContentfulPaint": 400, "observedLargestContentfulPaint": 800}
    google.says(mobile=(200, {"lighthouseResult": {
        "configSettings": {"formFactor": "mobile"},
        "audits": {
            "first-contentful-paint": {"numericValue": 400},
            "largest-contentful-paint": {"numericValue": 800},
            "screenshot-thumbnails": {"details": strip},
            "metrics": {"details": {"items": [times]}},
        },
    }}))  # fmt: skip
    for fetched in (google.fetch(), google.fetch()):
        assert [a.name for a in fetched.artefacts] == [f"filmstrip-{n}s.webp" for n in (1, 3, 5)]
        assert all(a.content_type == "image/webp" for a in fetched.artefacts)
        assert all(a.data.startswith(b"RIFF") for a in fetched.artefacts)
        assert "frames" not in fetched.evidence["mobile"]
    assert google.asked.count("mobile") == 1


def test_each_device_is_a_call_of_its_own_without_the_key(google):
    google.says(mobile=result(0.5)).fetch()
    assert google.ledger.usage.calls == 2
    requests = sorted(google.ledger.cached)
    assert ["desktop" in r for r in requests] == [True, False]
    assert all("shop.example" in r and "a-key" not in r for r in requests)


def test_retry_buys_only_what_failed(google):
    google.says(mobile=[BUSY, result(0.5)])
    with pytest.raises(RateLimitedError):
        google.fetch()
    assert judge(google.fetch().evidence).score == 50
    assert sorted(google.asked) == ["desktop", "mobile", "mobile"]


def test_desktop_may_fail_alone(google):
    fetched = google.says(mobile=result(0.5), desktop=BUSY).fetch()
    assert fetched.evidence["desktop_error"] == "rate_limited"
    judgement = judge(fetched.evidence)
    assert judgement.score == 50
    missing = {entry["what"]: entry["code"] for entry in judgement.metrics["not_assessed"]}
    assert missing["the page on a computer"] == "pagespeed.audit_failed"


@pytest.mark.parametrize("device", ["mobile", "desktop"])
def test_parked_call_parks_the_check_and_keeps_the_other_answer(google, device):
    google.says(mobile=result(0.5))
    google.ledger.deferred = device
    with pytest.raises(DeferredError):
        google.fetch()
    google.ledger.deferred = ""
    google.fetch()
    assert sorted(google.asked) == ["desktop", "mobile"]


def test_page_that_google_can_not_load_twice_is_a_finding(google):
    gone = failed("FAILED_DOCUMENT_REQUEST. (Details: net::ERR_CONNECTION_FAILED)")
    fetched = google.says(mobile=gone, desktop=gone).fetch()
    assert google.asked.count("mobile") == 2
    judgement = judge(json.loads(json.dumps(fetched.evidence)))
    assert codes(judgement) == ["page-not-loadable"]
    assert "ERR_CONNECTION_FAILED" in judgement.findings[0].evidence
    assert judgement.score is None
    assert judgement.inconclusive


def test_page_that_loads_at_the_second_look_is_judged(google):
    gone = failed("FAILED_DOCUMENT_REQUEST. (Details: net::ERR_FAILED)")
    fetched = google.says(mobile=[gone, result(0.7)]).fetch()
    assert judge(fetched.evidence).score == 70


def test_missing_page_is_not_looked_at_again(google):
    gone = failed("ERRORED_DOCUMENT_REQUEST. (Status code: 404)")
    fetched = google.says(mobile=gone, desktop=gone).fetch()
    assert google.asked.count("mobile") == 1
    assert codes(judge(fetched.evidence)) == ["page-not-found"]


def test_file_is_no_web_page_and_not_looked_at_again(google):
    gone = failed("NOT_HTML. The page provided is not HTML (served as MIME type application/pdf).")
    fetched = google.says(mobile=gone, desktop=gone).fetch()
    assert google.asked.count("mobile") == 1
    judgement = judge(json.loads(json.dumps(fetched.evidence)))
    assert [(f.code, f.evidence) for f in judgement.findings] == [("no-web-page", "a PDF document")]


def test_site_that_turns_google_away_is_blocked(google):
    refused = failed("ERRORED_DOCUMENT_REQUEST. (Status code: 403)")
    with pytest.raises(TargetBlockedError):
        google.says(mobile=refused, desktop=refused).fetch()


def given_up(code):
    return 200, {"lighthouseResult": {"runtimeError": {"code": code, "message": "in short"}}}


def test_looks_at_a_given_up_page_are_not_bought_again(google):
    """A result that was paid for is cached whatever it says."""
    google.says(mobile=given_up("NO_FCP"))
    for _ in range(3):
        assert codes(judge(google.fetch().evidence)) == ["page-not-loadable"]
    assert google.asked.count("mobile") == 2


def test_blank_page_that_paints_at_the_second_look_is_judged(google):
    google.says(mobile=[given_up("NO_FCP"), result(0.6)])
    assert judge(google.fetch().evidence).score == 60


def test_passing_trouble_of_lighthouse_is_asked_again(google):
    google.says(mobile=[given_up("PROTOCOL_TIMEOUT"), result(0.5)])
    with pytest.raises(ProviderTimeoutError):
        google.fetch()
    assert judge(google.fetch().evidence).score == 50


def test_lead_without_a_website_is_refused():
    with pytest.raises(InvalidTargetError):
        fetch_audit(Target("Shop"), CheckContext(Settings(), time.monotonic() + 1))


def test_emulator_named_by_its_own_address_is_asked_with_the_sandbox_key():
    settings = Settings(
        google_api_key="real",
        sandbox_url="http://127.0.0.1:1",
        pagespeed_base_url="http://127.0.0.1:1/psi",
    )
    for given in (settings, settings.model_copy(update={"google_api_key": None})):
        at = pagespeed.endpoint(given)
        assert (at.base_url, at.key, at.sandbox) == ("http://127.0.0.1:1/psi", "sandbox-key", True)

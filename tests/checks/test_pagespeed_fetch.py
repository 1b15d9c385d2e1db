"""Fetching by PageSpeed Insights: a phone and a desktop side by side."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.pagespeed import ask_google, fetch_audit, judge
from lfassess.clients.endpoint import Endpoint
from lfassess.errors import InvalidTargetError, RateLimitedError
from lfassess.settings import Settings

BUSY = (429, {"error": {"message": "Quota exceeded: Queries per minute"}})


def result(score):
    return 200, {"lighthouseResult": {"categories": {"performance": {"score": score}}}}


@pytest.fixture
def google():
    """A server that answers a phone's audit only once it was asked for a desktop's, too."""
    answers, both = {}, threading.Barrier(2, timeout=10)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            both.wait()
            strategy = parse_qs(urlsplit(self.path).query)["strategy"][0]
            status, body = answers[strategy]
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
        at = Endpoint(f"http://127.0.0.1:{server.server_address[1]}", "key")

        def ask(mobile, desktop):
            answers.update(mobile=mobile, desktop=desktop)
            context = CheckContext(Settings(), time.monotonic() + 20)
            return ask_google("https://shop.example/", context, at)

        try:
            yield ask
        finally:
            server.shutdown()
            thread.join()


def test_asks_for_phone_and_desktop_at_once(google):
    fetched = google(result(0.5), result(0.9))
    assert fetched.evidence["source"] == "psi"
    assert fetched.usage.calls == 2
    assert fetched.sandbox is False
    judgement = judge(fetched.evidence)
    assert judgement.score == 50
    assert judgement.metrics["desktop"]["categories"]["performance"] == 90


def test_desktop_may_fail_alone(google):
    fetched = google(result(0.5), BUSY)
    assert fetched.evidence["desktop_error"] == "rate_limited"
    assert judge(fetched.evidence).score == 50


def test_failed_phone_fails_the_check(google):
    with pytest.raises(RateLimitedError):
        google(BUSY, result(0.5))


def test_lead_without_a_website_is_refused():
    with pytest.raises(InvalidTargetError):
        fetch_audit(Target("Shop"), CheckContext(Settings(), time.monotonic() + 1))

"""Webhooks against a real receiver and a real database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lfassess.assessment.completion import sharing, webhooks
from lfassess.settings import Settings
from tests.support import OrchestratorHarness

SECRET = "whsec_c29tZSB0d2VudHktZm91ciBieXRlcyBvZiBrZXk="

pytestmark = pytest.mark.integration


class Receiver:
    """Stores what it receives; answers what it is asked to answer."""

    def __init__(self):
        self.heard = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?token=t0ken"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def hooked(receiver, tmp_path):
    return Settings(
        data_dir=tmp_path,
        webhook_url=receiver.url,
        webhook_secret=SECRET,
        allow_private_targets=True,
    )


@pytest.fixture
def bench(hooked, database):
    return OrchestratorHarness(hooked, database)


def note_one(bench, event="assessment.completed"):
    lead_id = bench.add_lead()
    answer = bench.orchestrator.coordinate(lead_id)
    with bench.database.session() as session:
        assert webhooks.enqueue_event(
            session, bench.settings, event, assessment_id=answer["assessment_id"]
        )
    return answer["assessment_id"]


def deliver(bench, **changes):
    settings = bench.settings.model_copy(update=changes)
    return webhooks.deliver_due(settings, bench.database)


def row(bench):
    return bench.row(
        "SELECT *, extract(epoch FROM next_try_at - now()) AS wait FROM webhook_deliveries"
    )


def make_due(bench):
    bench.execute("UPDATE webhook_deliveries SET next_try_at = now() WHERE next_try_at IS NOT NULL")


def test_tells_what_ended_once_and_signed(bench, receiver):
    assessment_id = note_one(bench)
    assert deliver(bench) == 1
    assert deliver(bench) == 0
    ((path, headers, body),) = receiver.heard
    assert path == "/hook?token=t0ken"
    result = json.loads(body)
    assert result["type"] == "assessment.completed"
    assert result["data"]["assessment_id"] == assessment_id
    noted = row(bench)["created_at"]
    assert datetime.fromisoformat(result["timestamp"]) == noted
    assert result["data"]["lead"]["name"] == "Harbour Bakery"
    assert headers["webhook-id"] == f"msg_{row(bench)['id']}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(b"some twenty-four bytes of key", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert row(bench)["delivered_at"] is not None


def test_signature_is_the_one_of_the_standard():
    body = b'{"test": 2432232314}'
    secret, message_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert webhooks.signature(secret, message_id, 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize("secret", ["whsec_", "whsec_no base64!", "whsec_c2hvcnQ=", "whsec_ä"])
def test_secret_that_is_no_key_is_refused(secret):
    with pytest.raises(ValueError, match="after whsec_ come 24 bytes or more in base64"):
        Settings(webhook_secret=secret)


def test_secret_of_another_form_is_the_key_itself():
    digest = hmac.new(b"a secret between us", b"msg_1.2.{}", hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(digest).decode()}"
    assert webhooks.signature("a secret between us", "msg_1", 2, b"{}") == expected


def test_receiver_as_documented_tells_genuine_from_forged(bench, receiver):
    page = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text()
    documented = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], documented)
    note_one(bench)
    deliver(bench)
    ((_, headers, body),) = receiver.heard
    assert documented["is_genuine"](SECRET, headers, body)
    assert not documented["is_genuine"](SECRET, headers, body + b" ")
    assert not documented["is_genuine"]("whsec_YW5vdGhlciBrZXk=", headers, body)
    old = {**headers, "webhook-timestamp": "1"}
    assert not documented["is_genuine"](SECRET, old, body)


def test_rolled_back_event_is_never_delivered(bench, receiver):
    lead_id = bench.add_lead()
    assessment_id = bench.orchestrator.coordinate(lead_id)["assessment_id"]
    with bench.database.session() as session:
        webhooks.enqueue_event(
            session, bench.settings, "assessment.failed", assessment_id=assessment_id
        )
        session.rollback()
    assert deliver(bench) == 0
    assert receiver.heard == []


def test_waits_longer_after_each_failure_and_then_gives_up(bench, receiver):
    note_one(bench)
    receiver.status = 500
    waits = []
    for _ in webhooks.WAITS_S:
        assert deliver(bench) == 0
        waits.append(float(row(bench)["wait"]))
        make_due(bench)
    assert waits == pytest.approx(list(webhooks.WAITS_S), abs=5)
    deliver(bench)
    last = row(bench)
    assert (last["next_try_at"], last["delivered_at"]) == (None, None)
    assert (last["tries"], last["last_status"]) == (len(webhooks.WAITS_S) + 1, 500)


def test_is_heard_on_a_later_try(bench, receiver):
    note_one(bench)
    receiver.status = 503
    deliver(bench)
    receiver.status = 200
    assert deliver(bench) == 0  # not due yet
    make_due(bench)
    assert deliver(bench) == 1
    assert row(bench)["last_error"] is None


def test_receiver_that_is_gone_is_not_asked_again(bench, receiver):
    note_one(bench)
    receiver.status = 410
    deliver(bench)
    assert row(bench)["next_try_at"] is None


def test_redirect_is_no_success_and_is_not_followed(bench, receiver):
    note_one(bench)
    receiver.status = 302
    assert deliver(bench) == 0
    assert len(receiver.heard) == 1


def test_private_address_is_not_called(bench, receiver):
    note_one(bench)
    assert deliver(bench, allow_private_targets=False) == 0
    assert receiver.heard == []
    assert "private address" in row(bench)["last_error"]


def test_nothing_goes_out_unsigned(bench, receiver):
    note_one(bench)
    assert deliver(bench, webhook_secret=None) == 0
    assert receiver.heard == []
    assert "LFASSESS_WEBHOOK_SECRET" in row(bench)["last_error"]


def test_row_keeps_no_secrets_of_the_address(bench, receiver):
    note_one(bench)
    assert "t0ken" not in row(bench)["url"]
    receiver.stop_listening = receiver.server.server_close()
    deliver(bench)
    assert "t0ken" not in row(bench)["last_error"]


def test_two_workers_tell_an_event_once(bench, receiver):
    note_one(bench)
    threads = [threading.Thread(target=deliver, args=[bench]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.heard) == 1


def test_batch_is_told_with_its_counts(bench, receiver):
    bench.execute("INSERT INTO batches (name) VALUES ('May leads')")
    batch_id = bench.row("SELECT id FROM batches")["id"]
    with bench.database.session() as session:
        webhooks.enqueue_event(session, bench.settings, "batch.completed", batch_id=batch_id)
    deliver(bench)
    data = json.loads(receiver.heard[0][2])["data"]
    assert (data["batch_id"], data["name"], data["leads"]) == (batch_id, "May leads", 0)


def test_without_an_address_nothing_is_noted(bench):
    settings = bench.settings.model_copy(update={"webhook_url": None})
    with bench.database.session() as session:
        assert not webhooks.enqueue_event(session, settings, "batch.completed", batch_id=1)
    assert bench.rows("SELECT 1 FROM webhook_deliveries") == []


def test_unknown_event_is_a_mistake(bench):
    with (
        bench.database.session() as session,
        pytest.raises(ValueError, match=r"lead\.sold"),
    ):
        webhooks.enqueue_event(session, bench.settings, "lead.sold", batch_id=1)


def events(bench, kind):
    return bench.rows(
        "SELECT payload, assessment_id FROM webhook_deliveries WHERE event = :e ORDER BY id", e=kind
    )


def test_tells_how_a_lead_has_changed_since_the_audit_before(bench):
    lead = bench.add_lead()
    bench.orchestrator.coordinate(lead)
    bench.drain()
    assert events(bench, "lead.changed") == []
    bench.execute("UPDATE assessments SET score = 20")
    later = bench.orchestrator.coordinate(lead)["assessment_id"]
    bench.drain()
    ((payload, assessment_id),) = [row.values() for row in events(bench, "lead.changed")]
    assert assessment_id == later
    assert (payload["change"], payload["before"], payload["after_id"]) == ("better", 20, later)
    assert payload["lead"] == {
        "id": lead, "name": "Harbour Bakery", "website": "https://bakery.test/",
    }  # fmt: skip
    assert datetime.fromisoformat(payload["after_at"]).tzinfo
    bench.orchestrator.coordinate(lead)
    bench.drain()
    assert len(events(bench, "lead.changed")) == 1  # nothing has changed


def test_a_fault_in_comparing_holds_no_audit_back(bench, monkeypatch):
    def broken(_session, _assessment_id):
        raise RuntimeError

    monkeypatch.setattr("lfassess.assessment.completion.changes.of_assessment", broken)
    bench.orchestrator.coordinate(bench.add_lead())
    bench.drain()
    assert bench.assessment()["status"] == "completed"
    assert len(events(bench, "assessment.completed")) == 1


def test_tells_once_an_hour_that_a_link_was_opened_and_nothing_of_the_visitor(bench):
    audit = note_one(bench)
    bench.drain()
    bench.execute("UPDATE reviews SET state = 'approved'")
    made = sharing.share(bench.database, audit, "report", days=3)
    token = made.path.removeprefix(sharing.PREFIX)
    for _ in range(3):
        sharing.shown(bench.database, bench.settings, token)
    (opened,) = events(bench, "share.opened")
    assert opened["payload"] == {
        "share_id": made.id, "assessment_id": audit, "kind": "report", "opened": 1,
        "lead": {"id": opened["payload"]["lead"]["id"], "name": "Harbour Bakery",
                 "website": "https://bakery.test/"},
    }  # fmt: skip
    bench.execute("UPDATE shares SET last_opened_at = now() - interval '61 minutes'")
    sharing.shown(bench.database, bench.settings, token)
    assert [row["payload"]["opened"] for row in events(bench, "share.opened")] == [1, 4]


def test_a_batchs_end_says_how_many_are_ranked(bench):
    audit = note_one(bench)
    bench.drain()
    bench.execute("UPDATE opportunities SET out = NULL")
    bench.execute("INSERT INTO batches (name) VALUES ('May')")
    bench.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, assessment_id)"
        " SELECT b.id, a.lead_id, a.id FROM batches b, assessments a WHERE a.id = :a",
        a=audit,
    )
    with bench.database.session() as session:
        batch = bench.row("SELECT id FROM batches")["id"]
        webhooks.enqueue_event(session, bench.settings, "batch.completed", batch_id=batch)
    assert events(bench, "batch.completed")[0]["payload"]["ranked"] == 1
    bench.execute("UPDATE leads SET do_not_contact = true")
    with bench.database.session() as session:
        webhooks.enqueue_event(session, bench.settings, "batch.completed", batch_id=batch)
    assert events(bench, "batch.completed")[1]["payload"]["ranked"] == 0

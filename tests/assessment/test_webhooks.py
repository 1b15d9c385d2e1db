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
def harness(hooked, database):
    return OrchestratorHarness(hooked, database)


def note_one(harness, event="assessment.completed"):
    lead_id = harness.add_lead()
    answer = harness.orchestrator.coordinate(lead_id)
    with harness.database.session() as session:
        assert webhooks.enqueue_event(
            session, harness.settings, event, assessment_id=answer["assessment_id"]
        )
    return answer["assessment_id"]


def deliver(harness, **changes):
    settings = harness.settings.model_copy(update=changes)
    return webhooks.deliver_due(settings, harness.database)


def row(harness):
    return harness.row(
        "SELECT *, extract(epoch FROM next_try_at - now()) AS wait FROM webhook_deliveries"
    )


def make_due(harness):
    harness.execute(
        "UPDATE webhook_deliveries SET next_try_at = now() WHERE next_try_at IS NOT NULL"
    )


def test_tells_what_ended_once_and_signed(harness, receiver):
    assessment_id = note_one(harness)
    assert deliver(harness) == 1
    assert deliver(harness) == 0
    ((path, headers, body),) = receiver.heard
    assert path == "/hook?token=t0ken"
    result = json.loads(body)
    assert result["type"] == "assessment.completed"
    assert result["data"]["assessment_id"] == assessment_id
    noted = row(harness)["created_at"]
    assert datetime.fromisoformat(result["timestamp"]) == noted
    assert result["data"]["lead"]["name"] == "Harbour Bakery"
    assert headers["webhook-id"] == f"msg_{row(harness)['id']}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(b"some twenty-four bytes of key", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert row(harness)["delivered_at"] is not None


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


def test_receiver_as_documented_tells_genuine_from_forged(harness, receiver):
    page = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text()
    documented = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], documented)
    note_one(harness)
    deliver(harness)
    ((_, headers, body),) = receiver.heard
    assert documented["is_genuine"](SECRET, headers, body)
    assert not documented["is_genuine"](SECRET, headers, body + b" ")
    assert not documented["is_genuine"]("whsec_YW5vdGhlciBrZXk=", headers, body)
    old = {**headers, "webhook-timestamp": "1"}
    assert not documented["is_genuine"](SECRET, old, body)


def test_rolled_back_event_is_never_delivered(harness, receiver):
    lead_id = harness.add_lead()
    assessment_id = harness.orchestrator.coordinate(lead_id)["assessment_id"]
    with harness.database.session() as session:
        webhooks.enqueue_event(
            session, harness.settings, "assessment.failed", assessment_id=assessment_id
        )
        session.rollback()
    assert deliver(harness) == 0
    assert receiver.heard == []


def test_waits_longer_after_each_failure_and_then_gives_up(harness, receiver):
    note_one(harness)
    receiver.status = 500
    waits = []
    for _ in webhooks.WAITS_S:
        assert deliver(harness) == 0
        waits.append(float(row(harness)["wait"]))
        make_due(harness)
    assert waits == pytest.approx(list(webhooks.WAITS_S), abs=5)
    deliver(harness)
    last = row(harness)
    assert (last["next_try_at"], last["delivered_at"]) == (None, None)
    assert (last["tries"], last["last_status"]) == (len(webhooks.WAITS_S) + 1, 500)


def test_is_heard_on_a_later_try(harness, receiver):
    note_one(harness)
    receiver.status = 503
    deliver(harness)
    receiver.status = 200
    assert deliver(harness) == 0  # not due yet
    make_due(harness)
    assert deliver(harness) == 1
    assert row(harness)["last_error"] is None


def test_receiver_that_is_gone_is_not_asked_again(harness, receiver):
    note_one(harness)
    receiver.status = 410
    deliver(harness)
    assert row(harness)["next_try_at"] is None


def test_redirect_is_no_success_and_is_not_followed(harness, receiver):
    note_one(harness)
    receiver.status = 302
    assert deliver(harness) == 0
    assert len(receiver.heard) == 1


def test_private_address_is_not_called(harness, receiver):
    note_one(harness)
    assert deliver(harness, allow_private_targets=False) == 0
    assert receiver.heard == []
    assert "private address" in row(harness)["last_error"]


def test_nothing_goes_out_unsigned(harness, receiver):
    note_one(harness)
    assert deliver(harness, webhook_secret=None) == 0
    assert receiver.heard == []
    assert "LFASSESS_WEBHOOK_SECRET" in row(harness)["last_error"]


def test_row_keeps_no_secrets_of_the_address(harness, receiver):
    note_one(harness)
    assert "t0ken" not in row(harness)["url"]
    receiver.stop_listening = receiver.server.server_close()
    deliver(harness)
    assert "t0ken" not in row(harness)["last_error"]


def test_two_workers_tell_an_event_once(harness, receiver):
    note_one(harness)
    threads = [threading.Thread(target=deliver, args=[harness]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.heard) == 1


def test_batch_is_told_with_its_counts(harness, receiver):
    harness.execute("INSERT INTO batches (name) VALUES ('May leads')")
    batch_id = harness.row("SELECT id FROM batches")["id"]
    with harness.database.session() as session:
        webhooks.enqueue_event(session, harness.settings, "batch.completed", batch_id=batch_id)
    deliver(harness)
    data = json.loads(receiver.heard[0][2])["data"]
    assert (data["batch_id"], data["name"], data["leads"]) == (batch_id, "May leads", 0)


def test_without_an_address_nothing_is_noted(harness):
    settings = harness.settings.model_copy(update={"webhook_url": None})
    with harness.database.session() as session:
        assert not webhooks.enqueue_event(session, settings, "batch.completed", batch_id=1)
    assert harness.rows("SELECT 1 FROM webhook_deliveries") == []


def test_unknown_event_is_a_mistake(harness):
    with (
        harness.database.session() as session,
        pytest.raises(ValueError, match=r"lead\.sold"),
    ):
        webhooks.enqueue_event(session, harness.settings, "lead.sold", batch_id=1)


def events(harness, kind):
    return harness.rows(
        "SELECT payload, assessment_id FROM webhook_deliveries WHERE event = :e ORDER BY id", e=kind
    )


def test_tells_how_a_lead_has_changed_since_the_audit_before(harness):
    lead = harness.add_lead()
    harness.orchestrator.coordinate(lead)
    harness.drain()
    assert events(harness, "lead.changed") == []
    harness.execute("UPDATE assessments SET score = 20")
    later = harness.orchestrator.coordinate(lead)["assessment_id"]
    harness.drain()
    ((payload, assessment_id),) = [row.values() for row in events(harness, "lead.changed")]
    assert assessment_id == later
    assert (payload["change"], payload["before"], payload["after_id"]) == ("better", 20, later)
    assert payload["lead"] == {
        "id": lead, "name": "Harbour Bakery", "website": "https://bakery.test/",
    }  # fmt: skip
    assert datetime.fromisoformat(payload["after_at"]).tzinfo
    harness.orchestrator.coordinate(lead)
    harness.drain()
    assert len(events(harness, "lead.changed")) == 1  # nothing has changed


def test_a_fault_in_comparing_holds_no_audit_back(harness, monkeypatch):
    def broken(_session, _assessment_id):
        raise RuntimeError

    monkeypatch.setattr("lfassess.assessment.completion.changes.of_assessment", broken)
    harness.orchestrator.coordinate(harness.add_lead())
    harness.drain()
    assert harness.assessment()["status"] == "completed"
    assert len(events(harness, "assessment.completed")) == 1


def test_tells_once_an_hour_that_a_link_was_opened_and_nothing_of_the_visitor(harness):
    audit = note_one(harness)
    harness.drain()
    harness.execute("UPDATE reviews SET state = 'approved'")
    made = sharing.share(harness.database, audit, "report", days=3)
    token = made.path.removeprefix(sharing.PREFIX)
    for _ in range(3):
        sharing.shown(harness.database, harness.settings, token)
    (opened,) = events(harness, "share.opened")
    assert opened["payload"] == {
        "share_id": made.id, "assessment_id": audit, "kind": "report", "opened": 1,
        "lead": {"id": opened["payload"]["lead"]["id"], "name": "Harbour Bakery",
                 "website": "https://bakery.test/"},
    }  # fmt: skip
    harness.execute("UPDATE shares SET last_opened_at = now() - interval '61 minutes'")
    sharing.shown(harness.database, harness.settings, token)
    assert [row["payload"]["opened"] for row in events(harness, "share.opened")] == [1, 4]


def test_a_batchs_end_says_how_many_are_ranked(harness):
    audit = note_one(harness)
    harness.drain()
    harness.execute("UPDATE opportunities SET out = NULL")
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    harness.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, assessment_id)"
        " SELECT b.id, a.lead_id, a.id FROM batches b, assessments a WHERE a.id = :a",
        a=audit,
    )
    with harness.database.session() as session:
        batch = harness.row("SELECT id FROM batches")["id"]
        webhooks.enqueue_event(session, harness.settings, "batch.completed", batch_id=batch)
    assert events(harness, "batch.completed")[0]["payload"]["ranked"] == 1
    harness.execute("UPDATE leads SET do_not_contact = true")
    with harness.database.session() as session:
        webhooks.enqueue_event(session, harness.settings, "batch.completed", batch_id=batch)
    assert events(harness, "batch.completed")[1]["payload"]["ranked"] == 0

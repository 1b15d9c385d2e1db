"""examples/crm_push against a CRM with HubSpot's batch API in memory, and a real `lfassess api`."""

from __future__ import annotations

import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lfassess.api.app import create_app
from lfassess.assessment.runtime import Runtime
from lfassess.settings import Settings
from tests.api.web.conftest import assessed, serve
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration

SCRIPT = Path(__file__).parents[2] / "examples" / "crm_push" / "push_leads.py"
KEY = "a key of twenty letters"
UPSERT = "/crm/v3/objects/companies/batch/upsert"


class Crm:
    """Companies by their unique property, as HubSpot has them."""

    def __init__(self):
        self.companies = {}
        self.properties = {}
        self.requests = []
        self.troubles = []  # (status, headers) to answer with first
        self.refuses = set()  # names that it takes no company of
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                crm.requests.append((self.path, body))
                if self.headers["Authorization"] != "Bearer t0ken":
                    self.answer(401, {"message": "Authentication credentials not found."})
                elif crm.troubles:
                    status, headers = crm.troubles.pop(0)
                    self.answer(status, {"message": "busy"}, headers)
                elif self.path == UPSERT:
                    self.answer(*crm.upsert(body["inputs"]))
                elif body["name"] in crm.properties:
                    self.answer(409, {"message": "exists"})
                else:
                    crm.properties[body["name"]] = body
                    self.answer(201, body)

            def answer(self, status, body, headers=None):
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**(headers or {}), "Content-Length": len(text)}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True)
        self.thread.start()

    def upsert(self, inputs):
        results, errors = [], []
        for one in inputs:
            assert one["idProperty"] == "lfassess_lead_id"
            if one["properties"]["name"] in self.refuses:
                errors.append({"message": f"{one['properties']['name']}: not valid"})
                continue
            new = one["id"] not in self.companies
            self.companies.setdefault(one["id"], {}).update(one["properties"])
            results.append({"id": one["id"], "new": new, "properties": one["properties"]})
        return (207 if errors else 200), {"results": results, "errors": errors}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("push_leads", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def crm():
    crm = Crm()
    yield crm
    crm.stop()


@pytest.fixture
def leads(database, tmp_path):
    """Twelve audited leads, from the best to the worst to call."""
    bench = OrchestratorHarness(Settings(data_dir=tmp_path), database)
    for place in range(12):
        audit = assessed(bench, f"Shop {place}", f"https://www.shop-{place}.test/")
        bench.execute(
            "UPDATE opportunities SET score = :s, out = NULL,"
            " findings = CAST(:f AS jsonb) WHERE assessment_id = :a",
            s=90 - place, a=audit, f=json.dumps([{"code": "no-https", "title": "No HTTPS"}]),
        )  # fmt: skip
    return bench


@pytest.fixture
def push(script, crm, leads, monkeypatch, capsys):
    """Run the script; returns (exit code, what it printed, how long it waited)."""
    monkeypatch.setenv("LFASSESS_API_KEY", KEY)
    monkeypatch.setenv("HUBSPOT_TOKEN", "t0ken")
    app = create_app(
        Runtime(Settings(data_dir=leads.settings.data_dir, api_key=KEY), leads.database)
    )
    with serve(app) as url:

        def run(*words):
            waits = []
            code = script.main(["--lfassess", url, "--crm", crm.url, *words], sleep=waits.append)
            said = capsys.readouterr()
            return code, said.out + said.err, waits

        yield run


def names(crm):
    return sorted((company["name"] for company in crm.companies.values()), key=lambda n: int(n[5:]))


def test_the_ten_best_are_pushed_and_a_second_run_doubles_none(push, crm, leads):
    code, said, _ = push()
    assert (code, said) == (0, "10 created, 0 updated, 0 refused.\n")
    assert names(crm) == [f"Shop {n}" for n in range(10)]
    first = next(company for company in crm.companies.values() if company["name"] == "Shop 0")
    assert first["domain"] == "shop-0.test"
    assert first["lfassess_opportunity"] == "90.0"
    assert first["lfassess_findings"] == "- No HTTPS"
    assert "phone" not in first  # not known: what the CRM has stays
    leads.execute("UPDATE opportunities SET score = 50 WHERE score = 90")
    assert push()[1] == "1 created, 9 updated, 0 refused.\n"
    assert len(crm.companies) == 11


def test_nobody_on_the_do_not_contact_list_is_pushed(push, crm, leads):
    leads.execute("UPDATE leads SET do_not_contact = true WHERE name IN ('Shop 0', 'Shop 3')")
    push()
    assert names(crm) == [f"Shop {n}" for n in range(12) if n not in {0, 3}]


def test_only_the_days_audits_and_no_emulated_ones(push, crm, leads):
    leads.execute(
        "UPDATE assessments SET finished_at = now() - interval '25 hours' WHERE id IN"
        " (SELECT assessment_id FROM opportunities WHERE score > 80)"
    )
    leads.execute(
        "UPDATE assessments SET sandbox = true WHERE id IN"
        " (SELECT assessment_id FROM opportunities WHERE score = 80)"
    )
    push("--since-hours", "24")
    assert names(crm) == ["Shop 11"]
    _, said, _ = push("--since-hours", "24", "--sandbox", "--dry-run")
    assert "Shop 10" in said
    assert names(crm) == ["Shop 11"]


def test_setting_up_twice_makes_the_properties_once(push, crm):
    assert push("--setup")[0] == 0
    assert push("--setup")[0] == 0
    assert crm.properties["lfassess_lead_id"]["hasUniqueValue"] is True
    assert {"lfassess", "lfassess_opportunity", "lfassess_why"} <= crm.properties.keys()


def test_a_busy_crm_is_asked_again_when_it_says_so(push, crm):
    crm.troubles = [(429, {"Retry-After": "7"}), (503, {})]
    code, _, waits = push()
    assert (code, waits) == (0, [7.0, 2.0])
    assert len(crm.companies) == 10


def test_a_crm_that_stays_busy_ends_it_clearly(push, crm):
    crm.troubles = [(429, {"Retry-After": "3600"})]
    code, said, waits = push()
    assert (code, waits) == (4, [])
    assert "The CRM asks to come back in 3600 s (429)." in said
    crm.troubles = [(429, {"Retry-After": "1"})] * 4
    code, said, waits = push()
    assert (code, waits) == (4, [1.0] * 3)
    assert "answered 429 4 times" in said
    assert crm.companies == {}


def test_a_refused_or_missing_key_ends_it_at_once(push, crm, monkeypatch):
    monkeypatch.setenv("HUBSPOT_TOKEN", "wrong")
    code, said, waits = push()
    assert (code, waits) == (3, [])
    assert "The CRM refuses the key (401): Authentication credentials not found." in said
    monkeypatch.delenv("HUBSPOT_TOKEN")
    assert "HUBSPOT_TOKEN is not set" in push()[1]
    monkeypatch.setenv("HUBSPOT_TOKEN", "t0ken")
    monkeypatch.setenv("LFASSESS_API_KEY", "another")
    code, said, _ = push()
    assert code == 3
    assert "lfassess refuses the key (401)" in said
    assert "t0ken" not in said


def test_leads_that_the_crm_refuses_are_named_and_the_others_are_in(push, crm):
    crm.refuses = {"Shop 4"}
    code, said, _ = push()
    assert code == 1
    assert "9 created, 0 updated, 1 refused." in said
    assert "refused: Shop 4: not valid" in said


def test_services_that_are_not_there_are_named(push, crm, script, capsys):
    assert script.main(["--lfassess", "http://127.0.0.1:9", "--crm", crm.url]) == 4
    assert "lfassess can't be reached at http://127.0.0.1:9" in capsys.readouterr().err

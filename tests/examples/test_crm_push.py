"""examples/crm_push against a CRM with HubSpot's batch API in memory, and a real `lfassess api`."""

from __future__ import annotations

import importlib.util
import json
import sys
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
LINKED = "/crm/v4/associations/contacts/companies/batch/associate/default"


class Crm:
    """Companies and contacts by their unique property, and what links them, as HubSpot has them."""

    def __init__(self):
        self.companies, self.contacts = {}, {}  # properties by id
        self.links = set()  # (e-mail address or first name, company's name)
        self.properties = {}
        self.requests = []
        self.troubles = []  # (status, headers) to answer with first
        self.refuses = set()  # names, e-mail addresses that it takes no record of
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
                else:
                    self.answer(*crm.answer(self.path, body))

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

    def answer(self, path, body):
        if path.endswith("/batch/upsert"):
            return self.upsert(path.split("/")[-3], body["inputs"])
        if path.endswith("/contacts/batch/read"):
            return self.read(body)
        if path == LINKED:
            self.links |= {self.link(**one) for one in body["inputs"]}
            return 200, {"results": []}
        if (made := (path, body["name"])) in self.properties:
            return 409, {"message": "exists"}
        self.properties[made] = body
        return 201, body

    def upsert(self, kind, inputs):
        held = {"companies": self.companies, "contacts": self.contacts}[kind]
        results, errors = [], []
        for one in inputs:
            if (email := one["properties"].get("email")) in self.refuses:
                return 400, {"message": f"Email address {email} is invalid"}
        for one in inputs:
            assert one["idProperty"] == "lfassess_lead_id"
            given = one["properties"]
            email = given.get("email")
            if given.get("name") in self.refuses:
                errors.append({"message": f"{given['name']}: not valid"})
                continue
            mine = (i for i, has in held.items() if has.get("lfassess_lead_id") == one["id"])
            known = next(mine, None)
            for other, has in held.items():
                if email and has.get("email") == email and other != known:
                    return 409, {"message": f"Contact already exists. Existing ID: {other}"}
            record = known or f"{kind}-{len(held)}"
            held.setdefault(record, {}).update(given)
            results.append({"id": record, "new": known is None, "properties": given})
        return (207 if errors else 200), {"results": results, "errors": errors}

    def read(self, body):
        assert body["idProperty"] == "email"
        asked = {one["id"] for one in body["inputs"]}
        results = [
            {"id": record, "properties": {name: has.get(name) for name in body["properties"]}}
            for record, has in self.contacts.items()
            if has.get("email") in asked
        ]
        missing = [{"category": "OBJECT_NOT_FOUND"}] * (len(asked) - len(results))
        return (207 if missing else 200), {"results": results, "errors": missing[:1]}

    def link(self, **ends):
        person = self.contacts[ends["from"]["id"]]
        return person.get("email", person.get("lastname")), self.companies[ends["to"]["id"]]["name"]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("push_leads", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)  # its dataclasses look there
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def crm():
    crm = Crm()
    yield crm
    crm.stop()


@pytest.fixture
def leads(database, tmp_path):
    """Twelve audited leads, from the best to the worst to call."""
    harness = OrchestratorHarness(Settings(data_dir=tmp_path), database)
    for place in range(12):
        audit = assessed(harness, f"Shop {place}", f"https://www.shop-{place}.test/")
        harness.execute(
            "UPDATE opportunities SET score = :s, out = NULL,"
            " findings = CAST(:f AS jsonb) WHERE assessment_id = :a",
            s=90 - place, a=audit, f=json.dumps([{"code": "no-https", "title": "No HTTPS"}]),
        )  # fmt: skip
    return harness


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
    assert code == 0
    assert said == (
        "Companies: 10 created, 0 updated, 0 refused.\nContacts: 0 created, 0 updated, 0 refused.\n"
    )
    assert names(crm) == [f"Shop {n}" for n in range(10)]
    first = next(company for company in crm.companies.values() if company["name"] == "Shop 0")
    assert first["domain"] == "shop-0.test"
    assert first["lfassess_opportunity"] == "90.0"
    assert first["lfassess_findings"] == "- No HTTPS"
    assert "phone" not in first  # not known: what the CRM has stays
    leads.execute("UPDATE opportunities SET score = 50 WHERE score = 90")
    assert "Companies: 1 created, 9 updated, 0 refused." in push()[1]
    assert len(crm.companies) == 11


def test_whom_the_list_names_is_a_contact_of_the_company(push, crm, leads):
    for place, columns in enumerate((
        {"Owner": "Ann Marie Baker", "E-mail": "Ann@shop.test", "Mobile": "(415) 555-0123"},
        {"Contact person": "Bo Cook"},
        {"E-mail": "ann@shop.test"},  # the first one's: she has two shops
        {"E-mail": "old@shop.test", "Owner": "Cy Dean"},  # known to the CRM
        {"E-mail": "broken@shop.test"},
        {"Tier": "gold"},
    )):  # fmt: skip
        leads.execute(
            "UPDATE leads SET extra = CAST(:columns AS jsonb), phone = '(415) 555-0100'"
            " WHERE name = :name",
            columns=json.dumps(columns), name=f"Shop {place}",
        )  # fmt: skip
    crm.contacts["7"] = {"email": "old@shop.test", "firstname": "Cyrus", "phone": "by hand"}
    crm.refuses = {"broken@shop.test"}
    code, said, _ = push()
    assert code == 1
    assert "Contacts: 2 created, 0 updated, 1 refused." in said
    assert "Email address broken@shop.test is invalid" in said
    ann, bo = (has for record, has in crm.contacts.items() if record != "7")
    assert (ann["firstname"], ann["lastname"]) == ("Ann Marie", "Baker")
    assert (ann["email"], ann["phone"]) == ("ann@shop.test", "+14155550123")
    assert (bo["firstname"], bo["lastname"], bo["phone"]) == ("Bo", "Cook", "+14155550100")
    assert crm.contacts["7"] == {
        "email": "old@shop.test", "firstname": "Cyrus", "phone": "by hand"
    }  # fmt: skip
    links = {
        ("ann@shop.test", "Shop 0"),
        ("Cook", "Shop 1"),
        ("ann@shop.test", "Shop 2"),
        ("old@shop.test", "Shop 3"),
    }
    assert crm.links == links
    contacts = {record: dict(has) for record, has in crm.contacts.items()}
    leads.execute("UPDATE opportunities SET score = 95 WHERE score = 88")  # Shop 2 is the first now
    assert "Contacts: 0 created, 2 updated, 1 refused." in push()[1]
    assert (crm.contacts, crm.links) == (contacts, links)


def test_companies_only_needs_no_key_for_contacts(push, crm, leads):
    leads.execute("""UPDATE leads SET extra = '{"Owner": "Ann Baker"}'""")
    assert push("--companies-only")[1] == "Companies: 10 created, 0 updated, 0 refused.\n"
    assert crm.contacts == {}


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
    for kind in ("companies", "contacts"):
        unique = crm.properties[f"/crm/v3/properties/{kind}", "lfassess_lead_id"]
        assert unique["hasUniqueValue"] is True
    made = {name for _, name in crm.properties}
    assert {"lfassess", "lfassess_opportunity", "lfassess_why"} <= made


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
    assert "Companies: 9 created, 0 updated, 1 refused." in said
    assert "refused: Shop 4: not valid" in said


def test_services_that_are_not_there_are_named(push, crm, script, capsys):
    assert script.main(["--lfassess", "http://127.0.0.1:9", "--crm", crm.url]) == 4
    assert "lfassess can't be reached at http://127.0.0.1:9" in capsys.readouterr().err

"""`leads suppress`: whoever is on the list is left alone by everything that leads to a call."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lfassess.assessment.intake.submission import submit_lead
from lfassess.db.commands.batches import create_from_store
from lfassess.errors import UsageError
from tests.cli.in_process import lfassess as command

pytestmark = pytest.mark.integration

LIST = (
    "name,website,phone,Contact email\n"
    "Calls,https://calls.example/,+1 415 555 0101,ann@calls.example\n"
    "Domain,https://www.shop.example/menu,,\n"
    "Below,https://blog.shop.example/,,\n"
    "Beside,https://myshop.example/,,\n"
    "Phone,https://phone.example/,(415) 555-0102,\n"
    "Mail,https://mail.example/,,Bob@Mail.example\n"
)


@pytest.fixture
def lfassess(lfassess_leads):
    return lfassess_leads


@pytest.fixture
def leads(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(LIST)
    return path


REFUSED = ("shop.example", "+1 (415) 555-0102", "bob@mail.example")


def test_an_import_refuses_who_is_on_the_list(lfassess, leads, harness):
    lfassess("suppress", *REFUSED)
    done = lfassess("import", leads)
    assert done.exit_code == 1
    for line, entry in ((3, "domain shop.example"), (4, "domain shop.example"),
                        (6, "phone +14155550102"), (7, "email bob@mail.example")):  # fmt: skip
        assert f"line {line}: on the do-not-contact list ({entry})" in done.stdout
    assert [row["name"] for row in harness.rows("SELECT name FROM leads ORDER BY id")] == [
        "Calls", "Beside",
    ]  # fmt: skip


def test_leads_that_are_stored_are_left_out_of_exports_and_come_back(lfassess, leads):
    lfassess("import", leads)
    lfassess("suppress", *REFUSED, "--note", "asked on the phone")
    assert exported(lfassess) == ["Calls", "Beside"]
    lfassess("suppress", "shop.example", "--remove")
    assert exported(lfassess) == ["Calls", "Domain", "Below", "Beside"]


def exported(lfassess):
    return [row["name"] for row in csv.DictReader(io.StringIO(lfassess("export").stdout))]


def test_a_lead_that_is_added_by_hand_is_known_to_be_on_it(lfassess, harness):
    lfassess("suppress", "shop.example")
    lfassess("add", "https://blog.shop.example/")
    assert harness.row("SELECT do_not_contact FROM leads")["do_not_contact"] is True


def test_a_ranking_leaves_them_out_and_says_so(lfassess, harness):
    audited(harness)
    lfassess("rank")
    harness.execute("UPDATE opportunities SET out = NULL, score = 50")
    lfassess("suppress", "bakery.test")
    shown = lfassess("rank").stdout
    assert "Harbour Bakery" not in shown
    assert "Left out: 1 on the do-not-contact list." in shown


def test_a_batch_from_the_store_leaves_them_out(lfassess, leads, harness):
    lfassess("import", leads)
    lfassess("suppress", *REFUSED)
    with harness.database.session() as session:
        _, count = create_from_store(session, name="x", only=["new"], max_age_s=0, limit=None)
    assert count == 2


def audited(harness):
    audit, _ = submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    return audit


def test_they_have_a_report_but_no_teaser(lfassess, harness, database, servers, tmp_path):
    audit = audited(harness)
    lfassess("suppress", "bakery.test")
    env = {"DATABASE_URL": database.url, "CELERY_BROKER_URL": servers.broker_url}
    done = command("report", str(audit), "--format", "teaser-html", "-o", "-", **env)
    assert done.returncode == 2
    assert "Harbour Bakery (lead 1) is on the do-not-contact list" in done.stderr
    assert command("report", str(audit), "-o", str(tmp_path / "r.html"), **env).returncode == 0


def test_the_list_goes_in_and_out_as_csv(lfassess, tmp_path):
    rows = "Domain,Phone,E-mail\nwww.a.example,,\n,+1 415 555 0109,Ann@B.example\nnonsense,,\n"
    done = lfassess("suppress", "--import", "-", stdin=rows)
    assert done.exit_code == 1
    assert "3 entries put on the list." in done.stdout
    assert "line 4: 'nonsense':" in done.stdout
    assert "3 on it already" in lfassess("suppress", "--import", "-", stdin=rows).stdout
    file = tmp_path / "list.csv"
    lfassess("suppress", "--export", file)
    entries = [(row["kind"], row["value"]) for row in csv.DictReader(file.read_text().splitlines())]
    assert entries == [
        ("domain", "a.example"), ("email", "ann@b.example"), ("phone", "+14155550109"),
    ]  # fmt: skip
    for _, value in entries:
        lfassess("suppress", value, "--remove")
    assert lfassess("suppress", "--json").stdout == ""
    assert "3 entries put" in lfassess("suppress", "--import", file).stdout


def test_the_list_is_shown_with_notes(lfassess):
    assert "Nobody is on the do-not-contact list." in lfassess("suppress").stdout
    lfassess("suppress", "shop.example", "--note", "by letter")
    shown = lfassess("suppress").stdout
    assert "shop.example" in shown
    assert "by letter" in shown
    (row,) = map(json.loads, lfassess("suppress", "--json").stdout.splitlines())
    assert (row["kind"], row["value"], row["note"]) == ("domain", "shop.example", "by letter")


@pytest.mark.parametrize("value", ["", "nonsense", "12", "ann@", "file:///etc/passwd"])
def test_what_means_nobody_is_refused(lfassess, value):
    with pytest.raises(UsageError, match="can't be put on the list"):
        lfassess("suppress", value)


def test_a_list_that_can_not_be_read_is_named(lfassess, tmp_path):
    with pytest.raises(UsageError, match=r"Can't read .*none.csv: No such file or directory\.$"):
        lfassess("suppress", "--import", tmp_path / "none.csv")
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"shop\xff.example\n")
    with pytest.raises(UsageError, match="is not CSV in UTF-8"):
        lfassess("suppress", "--import", odd)

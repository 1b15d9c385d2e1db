"""`batch --results`: what became of every lead, in a file."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from lfassess.assessment.intake.submission import submit_lead
from lfassess.cli import run
from lfassess.cli.exit_status import require_writable, write_results
from lfassess.db.queries import progress
from lfassess.errors import UsageError


@pytest.mark.integration
def test_results_have_every_lead_in_the_list_s_order(harness, database, tmp_path):
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    batch = harness.row("SELECT id FROM batches")["id"]
    first = harness.add_lead("Müller & Söhne", "https://mueller.test/")
    audit, _ = submit_lead(harness.orchestrator, first)
    harness.drain()
    # More than a page of them.
    others = [harness.add_lead(f"Shop {n}", f"https://shop-{n}.test/") for n in range(60)]
    for line, lead in enumerate([*others, first], 2):
        harness.execute(
            "INSERT INTO batch_leads VALUES (:batch, :lead, :line, :audit)",
            batch=batch, lead=lead, line=line, audit=audit if lead == first else None,
        )  # fmt: skip
    with database.session() as session:
        totals = progress.totals(session, batch)
    file = tmp_path / "results.json"
    write_results(database, batch, None, totals, file)
    written = json.loads(file.read_text())
    assert [lead["lead_id"] for lead in written["leads"]] == [*others, first]
    assert {lead["status"] for lead in written["leads"][:-1]} == {"not_submitted"}
    last = written["leads"][-1]
    assert (last["name"], last["line"], last["assessment_id"]) == ("Müller & Söhne", 62, audit)
    assert last["checks"]["security"]["status"] == "completed"
    assert (written["batch_id"], written["not_submitted"]) == (batch, 60)


def test_a_file_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    require_writable(tmp_path / "new.json", at_end=True)
    require_writable(None, at_end=False)
    for file, end, said in (
        (tmp_path, True, "is a folder"),
        (tmp_path / "none" / "r.json", True, "its folder is not there"),
        (tmp_path / "r.json", False, "no --no-wait"),
    ):
        with pytest.raises(UsageError, match=said):
            require_writable(file, at_end=end)


@pytest.mark.integration
def test_a_run_shows_its_result_though_a_file_cannot_be_written(
    harness, database, tmp_path, capsys
):
    audit, _ = submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    (tmp_path / "file").touch()
    results = run.Results(junit=tmp_path / "file" / "j.xml", sarif=tmp_path / "a.sarif")
    with pytest.raises(UsageError, match="Can't write"):
        run._finish(database, SimpleNamespace(id=audit, status="completed"), results, as_json=True)
    assert json.loads(capsys.readouterr().out)["assessment_id"] == audit
    assert (tmp_path / "a.sarif").exists()

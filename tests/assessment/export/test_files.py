"""Leads as files: what is in them, that spreadsheets are safe, and that they can be read again."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from lfassess.assessment.export.columns import COLUMNS, Links
from lfassess.assessment.export.files import FORMATS, Export, Order
from lfassess.assessment.export.filter_keys import KEYS
from lfassess.assessment.export.presets import PRESETS
from lfassess.assessment.intake.lead_import import import_file
from lfassess.assessment.intake.lists.rows import Reading
from lfassess.db.models.assessment import AREAS
from lfassess.db.queries.lead_filter import EVERY
from lfassess.errors import UsageError

pytestmark = pytest.mark.integration

LIST = """Company,Web,Phone,Zone,score,Ref
=Evil(),evil.example,415 555 0100,North,hot,a-1
Good & Co,good.example,,"South, far",cold,=1+1
Café,,+49 30 901820,,,
"""


@pytest.fixture
def full(database, tmp_path):
    """A store with a list's leads, the second of which is audited and ranked first."""
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    import_file(database, path, Reading("US"), create_batch=False)
    details = {"areas": {"speed": {"score": 41}}}
    with database.session() as session:
        session.execute(
            text("""
            WITH a AS (INSERT INTO assessments (lead_id, status, open_independent_checks,
                                                open_checks, score, grade, finished_at,
                                                scoring_details)
                       VALUES (2, 'completed', 0, 0, 48, 'D', '2026-03-17T14:05Z',
                               CAST(:details AS jsonb)) RETURNING id),
                 f AS (INSERT INTO artefacts (assessment_id, name, content_type, uri, size)
                       SELECT id, 'report.html', 'text/html', 'artefacts/1/report.html', 9 FROM a)
            INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth, reach,
                                       why, findings, parts, codes, technologies)
            SELECT 2, id, '1', 36.4, 50, 70, 100, 'No HTTPS.', CAST(:findings AS jsonb), '{}',
                   '{no-https,no-hsts}', '{WordPress}' FROM a
            """),
            {
                "details": json.dumps(details),
                "findings": json.dumps(
                    [{"code": "no-https", "title": "The site has no HTTPS", "impact": "high"}]
                ),
            },
        )
    return database


def written(database, **order):
    return b"".join(Export(database, EVERY, Order(**order)).written())


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_csv_has_the_lists_columns_in_order_the_audit_and_the_rank(full):
    data = written(full, links=Links("https://leads.test", "/data"))
    header = next(csv.reader(io.StringIO(data.decode(), newline="")))
    at = header.index("industry") + 1
    assert header[at : at + 3] == ["Zone", "score (list)", "Ref"]
    first, second, third = rows_of(data)
    assert (first["name"], first["rank"], first["grade"], first["speed"]) == (
        "Good & Co",
        "1",
        "D",
        "41",
    )
    assert first["finding_1_code"] == "no-https"
    assert first["finding_1_title"] == "The site has no HTTPS"
    assert first["finding_1_impact"] == "high"
    assert (first["findings"], first["technologies"]) == ("no-https; no-hsts", "WordPress")
    assert (first["why"], first["opportunity"]) == ("No HTTPS.", "36.4")
    assert first["report_file"] == "/data/artefacts/1/report.html"
    assert first["audit_page"] == f"https://leads.test/assessments/{first['assessment_id']}"
    assert first["assessed_at"] == "2026-03-17T14:05:00Z"
    assert (first["Zone"], first["score (list)"], first["Ref"]) == (
        "South, far",
        "cold",
        "'=1+1",
    )
    assert (second["name"], second["rank"], second["phone"]) == ("'=Evil()", "", "'+14155550100")
    assert third["name"] == "Café"
    assert set(AREAS) <= set(header)


@pytest.mark.parametrize(
    ("links", "where"),
    [
        (Links("https://leads.test", "/data", {1: "/out/2-good.html"}), "/out/2-good.html"),
        (Links(None, "/data"), "/data/artefacts/1/report.html"),
        (Links("https://leads.test"), "https://leads.test/assessments/1/report"),  # by the API
        (Links(), ""),
    ],
)
def test_a_report_is_named_where_it_opens(full, links, where):
    audited, other, _ = rows_of(written(full, links=links))
    assert (audited["report_file"], other["report_file"]) == (where, "")


def test_a_report_that_is_no_file_has_its_address(full):
    with full.session() as session:
        session.execute(text("DELETE FROM artefacts"))
    first = rows_of(written(full, links=Links("https://leads.test", "/data")))[0]
    assert first["report_file"] == "https://leads.test/assessments/1/report"
    assert rows_of(written(full, links=Links(None, "/data")))[0]["report_file"] == ""


def test_the_order_of_the_list_is_to_be_had_with_ranks(full):
    rows = rows_of(written(full, by_rank=False))
    assert [(row["id"], row["rank"]) for row in rows] == [("1", ""), ("2", "1"), ("3", "")]


def test_columns_are_chosen_and_ordered(full):
    data = written(full, columns=["score", "name", "list", "ranking"])
    assert data.decode().splitlines()[0] == (
        "score,name,Zone,score (list),Ref,rank,opportunity,need,worth,reach,why"
    )
    with pytest.raises(UsageError, match="no column 'grad'") as caught:
        written(full, columns=["grad"])
    assert "Did you mean grade" in caught.value.hint


def test_plain_text_and_the_mark_for_excel_are_options(full):
    data = written(full, formula_safe=False, bom=True)
    assert data.startswith("\ufeffid,name".encode())
    assert b"\r\n1,=Evil(),https://evil.example/,+14155550100," in data


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_what_is_exported_is_the_same_leads_when_it_is_read_again(
    full, tmp_path, fmt, own_database
):
    path = tmp_path / f"again.{fmt}"
    path.write_bytes(written(full, fmt=fmt, by_rank=False))
    again = import_file(full, path, Reading("US"), create_batch=False)
    assert (again.added, again.changed, again.rejected_count) == (0, 0, 0)
    elsewhere = import_file(own_database, path, Reading("US"), create_batch=False)
    assert (elsewhere.added, elsewhere.rejected_count) == (3, 0)
    leads = "SELECT name, website, phone, address, country, industry, extra, dedupe_key FROM leads ORDER BY id"
    fields = "SELECT name FROM custom_fields ORDER BY place"
    with full.session() as one, own_database.session() as two:
        for query in (leads, fields):
            assert one.execute(text(query)).all() == two.execute(text(query)).all()


def test_a_workbook_opens_with_text_and_numbers_and_no_formula(full):
    book = openpyxl.load_workbook(io.BytesIO(written(full, fmt="xlsx")))
    sheet = book["Leads"]
    header, *rows = sheet.iter_rows()
    at = {cell.value: place for place, cell in enumerate(header)}
    found = {row[at["id"]].value: row for row in rows}
    assert len(found) == 3
    evil = found[1][at["name"]]
    assert (evil.value, evil.data_type) == ("=Evil()", "s")
    assert found[1][at["phone"]].value == "+14155550100"
    score = found[2][at["score"]]
    assert (score.value, score.data_type) == (48, "n")
    assert sheet.freeze_panes == "A2"
    assert all(cell.data_type != "f" for row in rows for cell in row)
    unsafe = openpyxl.load_workbook(io.BytesIO(written(full, fmt="xlsx", formula_safe=False)))
    assert unsafe["Leads"].cell(3, at["name"] + 1).data_type == "f"


def test_json_lines_nest_areas_findings_and_the_lists_columns(full):
    first, *others = map(json.loads, written(full, fmt="jsonl").decode().splitlines())
    assert len(others) == 2
    assert first["extra"] == {"Zone": "South, far", "score": "cold", "Ref": "=1+1"}
    assert first["areas"]["speed"] == 41
    assert first["top_findings"] == [
        {"code": "no-https", "title": "The site has no HTTPS", "impact": "high"}
    ]
    assert (first["score"], first["rank"], first["findings"]) == (48, 1, ["no-https", "no-hsts"])
    chosen = json.loads(written(full, fmt="jsonl", columns=["name", "Zone"]).splitlines()[0])
    assert chosen == {"name": "Good & Co", "Zone": "South, far"}


def test_leads_that_may_not_be_contacted_are_left_out(full):
    with full.session() as session:
        session.execute(text("UPDATE leads SET do_not_contact = true WHERE id = 2"))
    assert [row["id"] for row in rows_of(written(full))] == ["1", "3"]


def test_nothing_to_export_is_a_header(database):
    assert written(database, fmt="csv").decode().count("\n") == 1
    assert zipfile.is_zipfile(io.BytesIO(written(database, fmt="xlsx")))
    assert written(database, fmt="jsonl") == b""


@pytest.mark.parametrize("fmt", FORMATS)
def test_memory_does_not_grow_with_the_leads(database, fmt):
    def most(leads):
        with database.session() as session:
            session.execute(
                text("INSERT INTO leads (name, country, dedupe_key, extra)"
                     " SELECT repeat('Lead ', 20), 'US', n || '-' || :leads, '{}'"
                     " FROM generate_series(1, :leads) n"),
                {"leads": leads},
            )  # fmt: skip
        tracemalloc.start()
        for _ in Export(database, EVERY, Order(fmt=fmt)).written():
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few = most(1_500)
    assert most(6_000) < 2 * few


def test_the_documentation_names_every_filter_column_and_preset():
    said = (Path(__file__).parents[3] / "docs/how-to/export.md").read_text()
    for name in (*KEYS, *COLUMNS, *(c.header for p in PRESETS.values() for c in p.columns)):
        assert name in said or re.fullmatch(r"finding_[23]_.*", name), name
    for preset in PRESETS.values():
        assert f"| `{preset.name}` | {preset.what} |" in said
        assert f"{preset.most_rows:,}" in said

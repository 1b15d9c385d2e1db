"""`lfassess leads` as a user meets it, on a real store."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from lfassess.cli.leads import app
from lfassess.errors import NotFoundError, UsageError
from lfassess.ranking import load_rules
from lfassess.settings import get_settings

CSV = "Company,Url,Phone\n=Evil(),evil.example,415 555 0100\nGood,good.example,\nBad,file:///x,\n"


@pytest.fixture
def lfassess(lfassess_leads, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    return lfassess_leads


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(CSV)
    return path


@pytest.mark.integration
def test_import_lists_bad_rows_and_exits_with_1(lfassess, csv_file):
    done = lfassess("import", csv_file)
    assert done.exit_code == 1
    assert done.stderr == ""
    assert "3 rows: 2 leads added, 0 known, 1 refused" in done.stdout
    assert "line 4: file: addresses can't be assessed" in done.stdout


@pytest.mark.integration
def test_import_knows_the_trade_by_column_and_by_option(lfassess, database, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(
        "Company,Url,Industry\nA,a.example,Plumbing Contractor\nB,b.example,\nC,c.example,Dog walks\n"
    )
    done = lfassess("import", path, "--industry", "Dentists")
    assert "industry \u2190 Industry" in done.stdout
    with database.session() as session:
        trades = session.execute(text("SELECT industry FROM leads ORDER BY id")).scalars().all()
    assert trades == ["plumber", "dentist", "dog walks"]


@pytest.mark.integration
def test_a_mapped_column_goes_before_one_that_is_called_so(lfassess, database, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Company,Url,Industry,What\nA,a.example,Services,Roofing\n")
    lfassess("import", path, "--map", "industry=What")
    with database.session() as session:
        assert session.execute(text("SELECT industry FROM leads")).scalar_one() == "roofer"


def test_an_industry_that_is_none_is_refused(csv_file):
    done = CliRunner().invoke(app, ["import", str(csv_file), "--industry", "4711"])
    assert isinstance(done.exception, UsageError)
    assert "names no trade" in str(done.exception)


@pytest.mark.integration
def test_import_shows_50_bad_rows_and_counts_the_rest(lfassess, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("url\n" + "no-dot\n" * 60)
    done = lfassess("import", path)
    assert done.stdout.count("is not a website's address") == 50
    assert "and 10 more" in done.stdout


@pytest.mark.integration
def test_import_refuses_ten_million_rows_of_junk(lfassess, tmp_path):
    path = tmp_path / "junk.csv"
    path.write_text("url\na.test\n" + "x,\n" * 10_000_000)
    with pytest.raises(UsageError, match=r"junk.csv has more than 1,000,000 rows"):
        lfassess("import", path)


@pytest.mark.integration
def test_import_again_adds_nothing(lfassess, csv_file):
    lfassess("import", csv_file)
    answer = json.loads(lfassess("import", csv_file, "--json").stdout)
    assert (answer["added"], answer["known"], answer["rejected"]) == (0, 2, 1)
    assert answer["rejects"][0]["line"] == 4


@pytest.mark.integration
def test_import_takes_a_column_map_and_exits_with_0(lfassess, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Verweis;Firma\njoe.example;Joe\n")
    done = lfassess("import", path, "--map", "website=Verweis", "--map", "name=firma")
    assert done.exit_code == 0
    assert [
        json.loads(line)["name"] for line in lfassess("list", "--json").stdout.splitlines()
    ] == ["Joe"]


@pytest.mark.integration
def test_add_stores_a_lead_once(lfassess):
    words = ("add", "WWW.Example.com", "--name", "Joe", "--country", "uk")
    first = json.loads(lfassess(*words, "--json").stdout)
    assert first == {"id": first["id"], "new": True, "website": "https://www.example.com/"}
    assert "was known" in lfassess(*words).stdout
    lead = json.loads(lfassess("show", first["id"], "--json").stdout)
    assert (lead["name"], lead["country"], lead["assessments"]) == ("Joe", "GB", [])


@pytest.mark.integration
def test_list_finds_leads_for_people(lfassess, csv_file):
    assert "No leads" in lfassess("list").stdout
    lfassess("import", csv_file)
    done = lfassess("list", "--search", "GOOD")
    assert "https://good.example/" in done.stdout
    assert "evil.example" not in done.stdout
    assert "--limit shows more" in lfassess("list", "--limit", "1").stdout


@pytest.mark.integration
def test_export_neutralises_formulas_and_reads_back(lfassess, csv_file, tmp_path):
    lfassess("import", csv_file)
    out = tmp_path / "out.csv"
    assert "2 leads exported to" in lfassess("export", out).stderr
    cells = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [(c["name"], c["phone"]) for c in cells] == [("'=Evil()", "'+14155550100"), ("Good", "")]
    answer = json.loads(lfassess("import", out, "--json").stdout)
    assert (answer["added"], answer["known"], answer["rejected"]) == (0, 2, 0)


@pytest.mark.integration
def test_custom_fields_filter_and_are_exported(lfassess, tmp_path):
    file = tmp_path / "tagged.csv"
    file.write_text("name,website,Tier,Note\nA,a.example,gold,=1+1\nB,b.example,silver,\n")
    lfassess("import", file)
    rows = list(csv.DictReader(io.StringIO(lfassess("export").stdout)))
    assert [(r["name"], r["Tier"], r["Note"]) for r in rows] == [
        ("A", "gold", "'=1+1"),
        ("B", "silver", ""),
    ]
    only = csv.DictReader(io.StringIO(lfassess("export", "--field", "Tier=gold").stdout))
    assert [r["name"] for r in only] == ["A"]
    listed = lfassess("list", "--field", "Tier=silver", "--json").stdout.splitlines()
    assert [json.loads(line)["extra"] for line in listed] == [{"Tier": "silver"}]
    with pytest.raises(UsageError, match="NAME=VALUE"):
        lfassess("list", "--field", "Tier")


@pytest.mark.integration
def test_export_writes_to_stdout_by_default(lfassess, csv_file):
    lfassess("import", csv_file)
    rows = list(csv.reader(io.StringIO(lfassess("export").stdout)))
    assert [row[1] for row in rows] == ["name", "'=Evil()", "Good"]
    lines = lfassess("export", "-", "--json").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["=Evil()", "Good"]


@pytest.fixture
def graded(lfassess, database, tmp_path):
    """Three leads with an audit each: grades A, D and F; the last has no HTTPS and goes first."""
    path = tmp_path / "graded.csv"
    path.write_text(
        "name,website,Tier\nFine,a.example,gold\nFair,b.example,\nPoor,c.example,gold\n"
    )
    lfassess("import", path)
    with database.session() as session:
        session.execute(
            text("""
            WITH a AS (INSERT INTO assessments (lead_id, status, open_independent_checks,
                                                open_checks, finished_at, score, grade,
                                                checks_completed, checks_total)
                       SELECT id, 'completed', 0, 0, now(), 100 - 30 * id,
                              (ARRAY['A', 'D', 'F'])[id], 1, 1 FROM leads RETURNING id, lead_id),
                 b AS (INSERT INTO batches (name) VALUES ('graded.csv') RETURNING id),
                 m AS (INSERT INTO batch_leads (batch_id, lead_id, line, assessment_id)
                       SELECT b.id, a.lead_id, a.lead_id + 1, a.id FROM a, b)
            INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth, reach,
                                       why, findings, parts, codes, technologies)
            SELECT lead_id, id, :version, 10 * lead_id, 1, 1, 1, 'Slow.', '[]', '{}',
                   CASE lead_id WHEN 3 THEN '{no-https}' ELSE '{}' END::varchar[], '{}' FROM a
            """),
            {"version": load_rules().version},
        )
    return lfassess


def _names(done):
    return [json.loads(line)["name"] for line in done.stdout.splitlines()]


_ALL = ("list", "export", "rank")


@pytest.mark.integration
@pytest.mark.parametrize(
    ("commands", "words", "names"),
    [
        (_ALL, ["--where", "grade=D,F"], ["Poor", "Fair"]),
        (_ALL, ["--where", "no-https"], ["Poor"]),
        (_ALL, ["--where", "grade=D,F & score>20"], ["Fair"]),
        (_ALL, ["--where", "https://leads.test/leads?grade=D%2CF&q=fair"], ["Fair"]),
        (("list", "export"), ["--where", "grade=D,F", "--field", "Tier=gold"], ["Poor"]),
        (("list",), ["--where", "batch=1 & grade!=A", "--search", "poor"], ["Poor"]),
    ],
)
def test_lists_exports_and_ranks_take_the_same_filter(graded, commands, words, names):
    for command in commands:
        assert _names(graded(command, "--json", *words)) == names


@pytest.mark.integration
def test_a_filter_is_told_as_an_address_where_others_reach_the_pages(graded, monkeypatch):
    monkeypatch.setenv("LFASSESS_PUBLIC_URL", "https://leads.test/")
    get_settings.cache_clear()
    assert "https://leads.test/leads?grade=D,F" in graded("list", "--where", "grade=D,F").stdout
    assert "https://leads.test/leads/rank?grade=F" in graded("rank", "--where", "grade=F").stdout
    assert "https://" not in graded("list", "--where", "grade=B").stdout.replace(
        "https://leads", ""
    )
    row = next(csv.DictReader(io.StringIO(graded("export").stdout)))
    assert row["audit_page"].startswith("https://leads.test/assessments/")


@pytest.mark.integration
def test_a_batch_that_there_is_not_is_said(graded):
    for command in ("list", "export", "rank"):
        with pytest.raises(NotFoundError, match="no batch 99"):
            graded(command, "--where", "batch=99")


@pytest.mark.integration
def test_export_writes_presets_columns_and_workbooks(graded, tmp_path):
    made = graded("export", "--for", "salesforce", "--where", "grade=F").stdout
    assert made.splitlines()[1].startswith("Poor,,[not provided],,,https://c.example/")
    assert graded("export", "--columns", "rank,name").stdout.splitlines()[1:] == [
        "1,Poor", "2,Fair", "3,Fine",
    ]  # fmt: skip
    nobody = graded("export", "--columns", "name,Tier", "--where", "grade=B")
    assert nobody.stdout.splitlines() == ["name,Tier"]
    file = tmp_path / "leads.xlsx"
    assert "3 leads exported to" in graded("export", file).stderr
    assert file.read_bytes().startswith(b"PK")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.integration
def test_export_shares_what_is_approved_and_nothing_else(graded, database, monkeypatch):
    with pytest.raises(UsageError, match="--share needs the address"):
        graded("export", "--share", "30")
    monkeypatch.setenv("LFASSESS_PUBLIC_URL", "https://leads.test")
    get_settings.cache_clear()
    with database.session() as session:
        session.execute(
            text("INSERT INTO reviews (assessment_id, state) SELECT id,"
                 " CASE lead_id WHEN 3 THEN 'approved' ELSE 'needs_review' END FROM assessments")
        )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(graded("export", "--share", "30").stdout)))
    assert rows[0]["share_link"].startswith("https://leads.test/")
    assert [row["share_link"] for row in rows[1:]] == ["", ""]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--where", "grad=F"), "There is no filter 'grad'."),
        (("--format", "pdf"), "--format is csv, xlsx, jsonl, not 'pdf'."),
        (("--preset", "hubspott"), "--preset is hubspot"),
        (("--preset", "hubspot", "--columns", "name"), "--preset has columns of its own"),
        (("--order", "best"), "--order is rank or list"),
        (("--columns", ","), "--columns names no column."),
    ],
)
def test_a_wrong_export_is_refused_before_anything_is_started(
    words, message, monkeypatch, tmp_path
):
    monkeypatch.setenv("LFASSESS_DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(app, ["export", *words])
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
    assert not (tmp_path / "data").exists()


@pytest.mark.integration
def test_show_tells_every_attempt_at_each_check(lfassess, database):
    lead_id = json.loads(lfassess("add", "a.example", "--json").stdout)["id"]
    assert "Not assessed yet" in lfassess("show", lead_id).stdout
    with database.session() as session:
        session.execute(
            text(f"""
            WITH a AS (INSERT INTO assessments (lead_id, status, open_independent_checks, open_checks,
                                                finished_at, score, grade, checks_completed,
                                                checks_total, sandbox)
                       VALUES ({lead_id}, 'completed', 0, 0, now(), 81, 'B', 5, 6, true)
                       RETURNING id),
                 c AS (INSERT INTO check_runs (assessment_id, lead_id, name, queue, depends_on_others,
                                               status)
                       SELECT id, {lead_id}, 'semrush', 'assessment', false, 'completed' FROM a
                       RETURNING id)
            INSERT INTO attempts (check_run_id, number, worker, outcome, started_at, finished_at,
                                  error_code, error_message)
            SELECT id, n, 'host:1', outcome, now() + n * interval '1 s',
                   now() + n * interval '1.5 s', code, message FROM c,
            (VALUES (1, 'retry', 'rate_limited', 'Slow [down].'), (2, 'succeeded', NULL, NULL))
                AS t(n, outcome, code, message)
        """)
        )
    shown = lfassess("show", lead_id).stdout
    for words in ("completed", "score 81 B", "5/6 checks", "SANDBOX", "rate_limited: Slow [down]."):
        assert words in shown
    (assessment,) = json.loads(lfassess("show", lead_id, "--json").stdout)["assessments"]
    assert [(a["check"], a["number"], a["outcome"]) for a in assessment["attempts"]] == [
        ("semrush", 1, "retry"),
        ("semrush", 2, "succeeded"),
    ]
    (listed,) = lfassess("list", "--json").stdout.splitlines()
    assert (json.loads(listed)["status"], json.loads(listed)["score"]) == ("completed", 81)


@pytest.mark.integration
def test_show_knows_when_there_is_no_such_lead(lfassess):
    with pytest.raises(NotFoundError, match="no lead 12345"):
        lfassess("show", 12345)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "missing.csv"), "There is no file"),
        (("import", "x.csv", "--map", "website"), "FIELD=COLUMN"),
        (("add",), "Give a website"),
        (("add", "n/a"), "Give a website"),
        (("add", "javascript:alert(1)"), "only http and https"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_started(words, message, monkeypatch, tmp_path):
    monkeypatch.setenv("LFASSESS_DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
    assert not (tmp_path / "data").exists()


@pytest.mark.integration
@pytest.mark.parametrize("filters", [("--field", "Nope=1"), ("--search", "nobody")])
def test_list_says_that_no_lead_matches(lfassess, csv_file, filters):
    lfassess("import", csv_file)
    assert lfassess("list", *filters).stdout == "No lead matches.\n"


@pytest.mark.integration
def test_preview_of_several_files_counts_a_lead_once(lfassess, tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("name,url\nVale,vale.example\nHill,hill.example\n")
    two.write_text("name,url\nHill,hill.example\nMoor,moor.example\n")
    shown = [json.loads(text) for text in
             lfassess("import", "--preview", "--json", one, two).stdout.splitlines()]  # fmt: skip
    assert [(r["added"], r["known"], r["estimate"]["leads"]) for r in shown] == [
        (2, 0, 2),
        (1, 1, 1),
    ]
    done = [json.loads(text) for text in
            lfassess("import", "--json", one, two).stdout.splitlines()]  # fmt: skip
    assert [(r["added"], r["known"]) for r in done] == [(2, 0), (1, 1)]

"""What a file would give, found out without a store."""

from __future__ import annotations

import pytest

from lfassess.assessment import intake
from lfassess.assessment.intake import plan_file, put_lead
from lfassess.errors import UsageError

READING = {"column_map": {}, "default_country": "US", "allow_private": False}
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"  # never connected to


def test_counts_what_a_file_would_give(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("name,url\nA,a.example\nA,www.a.example\n,\nB,file:///b\nC,c.example\n")
    result = plan_file(path, **READING)
    assert (result.file_rows, result.added, result.known) == (4, 2, 0)
    assert [(r.line, r.reason) for r in result.rejected] == [
        (3, "duplicate of line 2"),
        (5, "file: addresses can't be assessed, only http and https"),
    ]
    assert (result.batch_id, result.note, result.resumed) == (None, None, False)


def test_keeps_only_the_first_rejects_for_display(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("url\n" + "no-dot\n" * 80)
    result = plan_file(path, **READING)
    assert result.rejected_count == 80
    assert [r.line for r in result.rejected] == list(range(2, 2 + intake.MAX_SHOWN))


def test_passes_on_how_the_bytes_were_read(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes(b"name,url\nCaf\xe9,a.example\n")
    assert "Windows-1252" in (plan_file(path, **READING).note or "")


def test_result_as_json_has_each_reject_with_line_and_reason(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("url\nno-dot\n")
    answer = plan_file(path, **READING).as_json()
    assert answer["rejected"] == 1
    assert answer["rejects"] == [
        {"line": 2, "reason": "'no-dot' is not a public host name", "excerpt": "no-dot"}
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "Joe"}, "needs a phone number or an address"),
        ({"website": "https://a.example/", "name": "x" * 301}, "301 characters; the limit is 300"),
        ({"website": "https://a.example/", "country": "Atlantis"}, "not a known country"),
    ],
)
def test_refuses_a_single_lead_that_is_none(values, message):
    with pytest.raises(UsageError, match=message):
        put_lead(NOWHERE, values, default_country="US")

"""Small pure parts of the commands."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.lists.rows import Reading
from lfassess.cli.batch import _which, parse_map, require_list
from lfassess.errors import UsageError
from tests.cli.in_process import lfassess


def test_map_reads_field_and_column():
    assert parse_map(["website=Url", "name = Company Name"]) == {
        "website": "Url",
        "name": "Company Name",
    }


@pytest.mark.parametrize("entry", ["website", "=Url", "website="])
def test_map_refuses_other_shapes(entry):
    with pytest.raises(UsageError, match="FIELD=COLUMN"):
        parse_map([entry])


@pytest.mark.parametrize("only", ["", "old", "new,old"])
def test_only_takes_known_words(only):
    with pytest.raises(UsageError, match="--only takes"):
        _which(only)


@pytest.mark.parametrize("option", ["--max-failure-rate", "--fail-over"])
def test_the_share_of_failures_is_read_by_its_name_and_by_the_one_it_had_before(option):
    done = lfassess("batch", "leads.csv", option, "300%")

    assert (done.returncode, "'300%' is not a percentage" in done.stderr) == (2, True)
    assert "--fail-over" not in lfassess("batch", "--help").stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"%PDF-1.7\n", "is a PDF"), (b"colour\nred\n", "No column holds"), (None, "is a folder")],
)
def test_what_is_no_list_is_refused_before_any_server_starts(tmp_path, content, message):
    path = tmp_path / "leads"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        require_list(path, Reading("US"))

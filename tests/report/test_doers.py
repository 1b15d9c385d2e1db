"""Who can carry out a step."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from lfassess.checks.advice_catalogue import catalogue
from lfassess.config_files import read_toml
from lfassess.report.action_plan import FILE, doers
from tests.report.factories.rows import advice, finding, report, run


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["no-https"], ("host",)),
        (["gbp-no-hours"], ("owner",)),
        (["gbp-no-structured-data"], ("owner", "developer")),
        (["no-csp"], ("developer",)),
        (["a-package-s-own"], ("developer",)),
        (["no-https", "no-csp", "www-missing"], ("host", "developer")),
        ([], ()),
    ],
)
def test_a_finding_names_who_can_fix_it(codes, expected):
    assert doers(codes) == expected


def test_only_findings_that_there_are_have_doers():
    patterns = [p for codes in read_toml(FILE).values() for p in codes]
    assert len(patterns) == len(set(patterns))
    assert [p for p in patterns if not any(fnmatchcase(c, p) for c in catalogue())] == []


def test_a_step_names_who_can_do_all_it_rests_on():
    codes = ("gbp-no-hours", "no-https")
    words = {code: advice("What", "Why", f"Fix {code}") for code in codes}
    made = report(
        run("gbp", findings=[finding("gbp-no-hours", "high", "Hours")]),
        run("security", findings=[finding("no-https", "high", "HTTPS")]),
        advice=words,
    )
    assert {r.title: r.who for r in made.recommendations} == {
        "Hours": ("owner",),
        "HTTPS": ("host",),
    }

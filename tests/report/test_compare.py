from __future__ import annotations

import json

from lfassess.report.compare import compare
from lfassess.report.render import render_comparison
from tests.report.factories.rows import finding, report, run

ONE = finding("one", "high", "First <b>fault</b>")
TWO = finding("two", "medium", "Second fault")
THREE = finding("three", "low", "Third fault")


def pair(before, after, **values):
    return compare(report(*before), report(*after, **values))


def test_mended_new_and_left_are_told_apart():
    found = pair(
        [run("security", score=40, findings=[ONE, TWO])],
        [run("security", score=70, findings=[TWO, THREE])],
    )
    assert [c.code for c in found.fixed] == ["one"]
    assert [c.code for c in found.new] == ["three"]
    assert [c.code for c in found.still] == ["two"]
    assert found.areas[0].change == found.change == 30


def test_what_was_not_looked_at_is_not_mended():
    found = pair(
        [run("security", score=40, findings=[ONE])],
        [run("security", "failed", error_code="provider_timeout")],
    )
    assert found.fixed == ()
    assert found.areas[0].after is None
    assert found.areas[0].change is None


def test_other_rules_are_told():
    found = pair([run("gbp", score=4)], [run("gbp", score=4)], scoring_version="4")
    assert not found.same_rules
    assert "versions 3 and 4" in render_comparison(found)


def test_json_and_html_say_the_same():
    found = pair([run("gbp", score=40, findings=[ONE])], [run("gbp", score=70)])
    data = json.loads(json.dumps(found.as_json()))
    assert data["schema"] == "lfassess.comparison/1"
    assert (data["change"], data["areas"][0]["change"]) == (30, 30)
    html = render_comparison(found)
    assert "+30" in html
    assert "&lt;b&gt;fault" in html

"""Where bars begin and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lfassess.api.web import charts, template_filters

START = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_parts_of_a_bar_stand_on_each_other():
    counts = [{"completed": 3, "failed": 1}, {"completed": 0}]
    chart = charts.stacked([START, START + HOUR], counts, ("completed", "failed"))
    (done, failed) = chart.bars[0].parts
    assert (done.y, done.height) == (25.0, 75.0)
    assert (failed.y, failed.height) == (0.0, 25.0)
    assert chart.bars[1].parts == ()
    assert (chart.highest, chart.total) == (4, 4)


def test_chart_of_nothing_has_no_height():
    chart = charts.stacked([], [], ("completed",))
    assert (chart.bars, chart.highest) == ((), 0)


def test_rare_codes_are_other():
    rows = [(0, f"code_{n}", 10 - n) for n in range(8)]
    chart = charts.by_code(rows, since=START, width=HOUR, places=2)
    assert chart.kinds == ("code_0", "code_1", "code_2", "code_3", "code_4", "other")
    assert chart.total == 52
    assert chart.bars[0].parts[-1].value == 5 + 4 + 3


def test_failures_at_the_very_end_count_for_the_last_bar():
    chart = charts.by_code([(2, "x", 1), (-1, "x", 1)], since=START, width=HOUR, places=2)
    assert [bar.total for bar in chart.bars] == [1, 1]


def test_attempts_lie_between_first_start_and_last_end():
    attempts = [
        {"started_at": START, "finished_at": START + HOUR},
        {"started_at": START + HOUR, "finished_at": None},
    ]
    first, second = charts.spans(attempts, START + 2 * HOUR)
    assert (first.x, first.width, second.x, second.width) == (0, 50, 50, 50)
    assert charts.spans([], START) == []


def test_times_and_sums_are_said_shortly():
    assert template_filters.duration(4.21) == "4.2 s"
    assert (template_filters.duration(61), template_filters.duration(3_900)) == (
        "1 min",
        "1 h 5 min",
    )
    assert template_filters.duration(timedelta(hours=27)) == "1 d 3 h"
    assert template_filters.ago(START - HOUR, START) == "1 h ago"
    assert template_filters.ago(START + timedelta(seconds=30), START) == "in 30 s"
    assert (
        template_filters.money(0),
        template_filters.money(0.0213),
        template_filters.money(12.5),
    ) == ("$0", "$0.0213", "$12.50")


def test_code_between_backticks_is_marked_and_the_rest_escaped():
    said = template_filters.coded("run `lfassess <x>` & look")
    assert said == "run <code>lfassess &lt;x&gt;</code> &amp; look"

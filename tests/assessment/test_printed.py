"""What the browser has printed is had again while what it shows is the same."""

from __future__ import annotations

import pytest

from lfassess.assessment.completion import rendering
from lfassess.assessment.completion.printed import Printed
from tests.report.factories.rows import report, run


class Printer:
    def __init__(self, size=10):
        self.size, self.times = size, 0

    def __call__(self):
        self.times += 1
        return b"x" * self.size


def test_the_same_html_is_printed_once():
    printed, printer = Printed(), Printer()
    assert printed.of("<p>", "pdf A4", printer) == printed.of("<p>", "pdf A4", printer)
    assert printer.times == 1


@pytest.mark.parametrize(("html", "how"), [("<p>!", "pdf A4"), ("<p>", "pdf Letter")])
def test_another_html_or_way_is_printed(html, how):
    printed, printer = Printed(), Printer()
    printed.of("<p>", "pdf A4", printer)
    printed.of(html, how, printer)
    assert printer.times == 2


def test_what_was_asked_for_longest_ago_makes_room():
    printed, printer = Printed(max_bytes=25), Printer()
    for html in ("a", "b", "a", "c", "a"):  # c takes the place of b
        printed.of(html, "pdf", printer)
    assert printer.times == 3
    printed.of("b", "pdf", printer)
    assert printer.times == 4


def test_what_is_larger_than_all_room_is_not_held():
    printed, printer = Printed(max_bytes=5), Printer()
    assert len(printed.of("a", "pdf", printer)) == len(printed.of("a", "pdf", printer)) == 10
    assert printer.times == 2


def test_after_an_hour_it_is_printed_again():
    now = [0.0]
    printed, printer = Printed(clock=lambda: now[0]), Printer()
    for now[0] in (0.0, 3599.0, 3601.0):
        printed.of("a", "pdf", printer)
    assert printer.times == 2


def test_a_report_is_printed_again_once_it_says_something_else(monkeypatch, settings):
    prints = []
    monkeypatch.setattr(rendering, "_printed", Printed())
    monkeypatch.setattr(
        rendering, "print_pdf", lambda html, *_, **__: prints.append(html) or b"%PDF"
    )
    made, draft = report(run("security", score=50)), report(run("security", score=50), draft=True)
    for each, paper in ((made, "A4"), (made, "A4"), (made, "Letter"), (draft, "A4")):
        assert rendering.render_as(each, settings, "pdf", paper) == b"%PDF"
    assert len(prints) == 3

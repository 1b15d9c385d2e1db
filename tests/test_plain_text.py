"""What others write gives no terminal and no reader an order."""

from __future__ import annotations

import io
import json
import logging

import pytest

from lfassess.assessment.intake.lists.cells.formulas import neutralise
from lfassess.checks.base import Area, FindingKind, Judgement, Severity, findings_from
from lfassess.errors import UsageError
from lfassess.log import redacting_formatter
from lfassess.plain_text import escaped, one_line, plain, plain_json

HOSTILE = {
    "clears the screen": "\x1b[2J\x1b[1;1H",
    "sets the title": "\x1b]0;owned\x07",
    "writes the clipboard (OSC 52)": "\x1b]52;c;cm0gLXJmIH4=\x1b\\",
    "makes a link (OSC 8)": "\x1b]8;;http://evil.test\x07",
    "8-bit CSI": "\x9b31m",
    "8-bit OSC and its end": "\x9d52;c;eA==\x9c",
    "device control": "\x90q\x9c",
    "application command": "\x9fGa=q\x9c",
    "asks for an answer": "\x1b[6n\x1bZ\x05",
    "goes back": "safe\x08\x08\x08\x08evil",
    "goes to the line's beginning": "safe\revil",
    "rings": "\x07",
    "deletes": "\x7f",
    "shifts the character set": "\x0e\x0f",
    "turns the text (RLO)": "\u202egnp.exe",
    "isolates": "\u2066x\u2069",
    "marks the direction": "\u200f\u200e\u061c",
    "parts lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "hides tags": "\U000e0041\U000e007f",
    "is half a character, or none": "\udfff\ud800\ufffe\uffff",
}
FORBIDDEN = [
    *(chr(c) for c in (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))),
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\ufff9\ufffa\ufffb\U000e0001\U000e007f\ud800\udfff\ufffe\uffff",
]
BENIGN = [
    "Apache/2.4.62 (Debian)",
    "Café Zoë · 東京 · עברית · العربية · 🧑‍🍳",
    "line one\nline two\tend",
    "",
    "a\u00a0b\u200db",
]


def orders_in(text):
    return [c for c in FORBIDDEN if c in text]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_order_is_left(text):
    for made in (plain(text), one_line(text), neutralise(text), escaped(json.dumps([text]))):
        assert orders_in(made) == []


@pytest.mark.parametrize("character", FORBIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_each_of_them_goes(character):
    assert plain(f"a{character}b") == "ab"


@pytest.mark.parametrize("text", BENIGN)
def test_text_stays_as_it_is(text):
    assert plain(text) == text
    assert one_line(text) == text.replace("\n", " ").replace("\t", " ")


def test_what_stood_around_a_control_stays_readable():
    assert plain("nginx\x1b[31m 1.0") == "nginx[31m 1.0"
    assert one_line("one\r\n two\x85three") == "one  two three"


@pytest.mark.parametrize("text", [*HOSTILE.values(), *BENIGN])
def test_json_loses_nothing(text):
    written = escaped(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(written) == {text: [text]}
    assert orders_in(written) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_findings_and_metrics_hold_none(text):
    kind = FindingKind(Severity.LOW, f"Title {text}", Area.SECURITY)
    finding = findings_from({"x": kind})("x", f"server: {text}\n")
    judgement = Judgement((finding,), {f"k{text}": [{"v": text, "n": (1, text)}], "f": 1.5})
    stored = json.dumps([finding.as_json(), judgement.stored_metrics], ensure_ascii=False)
    assert orders_in(stored) == []
    assert "\n" not in finding.evidence
    assert judgement.metrics["f"] == 1.5


def test_json_that_is_plain_stays_equal():
    value = {"a": ["x", 1, None, True, {"b": ("c",)}], 3: "d\n"}
    assert plain_json(value) == value


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_errors_and_log_lines_hold_none(text):
    assert orders_in(UsageError(f"{text} is refused").message) == []
    record = logging.LogRecord("x", 40, "f", 1, "from %s", (text,), None)
    for form in ("text", "json"):
        assert orders_in(redacting_formatter(form).format(record)) == []


@pytest.mark.parametrize("cell", ["\r=cmd", "\x1b=cmd", "\u202e=cmd", "=\x9bcmd"])
def test_formula_behind_a_control_is_a_formula(cell):
    assert neutralise(cell) == "'=cmd"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("terminal", [True, False])
def test_console_passes_none_on(text, terminal):
    from rich.table import Table
    from rich.text import Text

    from lfassess.cli.terminal import PlainConsole

    out = io.StringIO()
    console = PlainConsole(file=out, force_terminal=terminal, color_system=None, width=80)
    table = Table("Header", text)
    table.add_row(Text(f"cell {text}"), f"markup {text}")
    console.print(table, text, f"[bold]{text}[/bold]", Text(text))
    assert orders_in(out.getvalue()) == []
    assert "cell" in out.getvalue()


def test_console_keeps_its_own_colours_and_live_table():
    from rich.live import Live
    from rich.text import Text

    from lfassess.cli.terminal import PlainConsole

    out = io.StringIO()
    console = PlainConsole(
        file=out, force_terminal=True, color_system="standard", width=80, legacy_windows=False
    )
    with Live(Text("one\ntwo"), console=console, auto_refresh=False) as live:
        live.update(Text("three\nfour", style="red"), refresh=True)
    assert "\x1b[31m" in out.getvalue()  # a colour
    assert "\x1b[1A" in out.getvalue()  # back to the table's first line

"""`lfassess init` asks for keys and writes them where settings are read from."""

from __future__ import annotations

import os
import re
import select
import stat
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from lfassess.errors import ConfigurationError
from lfassess.report import branding
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import SANDBOX_KEY
from lfassess.settings_writer import with_values
from tests.cli.in_process import lfassess

ROOT = Path(__file__).parents[2]
ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
_PATIENCE_S = 60
WRONG = "wrong-key-of-nobody"


@pytest.fixture(scope="module")
def providers():
    """Variables by which the emulated providers are asked as if they were the real ones."""
    with (
        tempfile.TemporaryDirectory(prefix="lfassess-init-") as folder,
        SandboxServer(profile="fast", seed=1, directory=Path(folder)) as server,
    ):
        url = server.env["LFASSESS_SANDBOX_URL"]
        yield {
            "LFASSESS_PAGESPEED_BASE_URL": f"{url}/psi",
            "LFASSESS_PLACES_BASE_URL": f"{url}/places",
            "LFASSESS_SEMRUSH_BASE_URL": f"{url}/semrush",
            "OPENAI_BASE_URL": f"{url}/openai/v1",
        }


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Somebody without settings; what is written lies in the folder returned."""
    for name in ("GOOGLE_API_KEY", "SEMRUSH_API_KEY", "OPENAI_API_KEY", "LFASSESS_BRANDING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LFASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config" / "lfassess"


class Terminal:
    """Somebody who types on a terminal."""

    def __init__(self, *words, **env):
        command = [sys.executable, "-c", ON_A_TERMINAL, sys.executable, "-m", "lfassess", *words]
        self.process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **env},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self.seen = ""
        self._read = 0

    def answer(self, question, typed=""):
        """Wait for a question and type an answer."""
        output = self.process.stdout.fileno()
        # The blank comes last, when nothing is shown of what is typed.
        asked = re.compile(re.escape(question) + r"[^\n]*: ")
        while not (found := asked.search(self.seen, self._read)):
            ready, _, _ = select.select([output], [], [], _PATIENCE_S)
            chunk = os.read(output, 65_536) if ready else b""
            assert chunk, f"it did not ask {question!r}:\n{self.seen}"
            self.seen += chunk.decode()
        self._read = found.end()
        self.process.stdin.write(f"{typed}\n".encode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self):
        rest, _ = self.process.communicate(timeout=60)
        self.seen += rest.decode()
        return self.process.returncode


def test_questions_are_asked_keys_tried_and_the_answers_written(home, providers):
    with Terminal("init", **providers) as user:
        user.answer("Google key", WRONG)
        user.answer("Try it now?", "y")
        user.answer("Store it all the same?", "n")
        user.answer("Google key", SANDBOX_KEY)
        user.answer("Try it now?", "y")
        user.answer("SEMrush key", SANDBOX_KEY)
        user.answer("Try it now?")
        user.answer("OpenAI key", SANDBOX_KEY)
        user.answer("Try it now?")
        user.answer("agency's name", "Harbour Digital")
        user.answer("color", "#ffff00")
        user.answer("color", "#173F6B")
        user.answer("logo")
        user.answer("Who signs", 'Ann "A." Example')
        user.answer("Phone")
        user.answer("E-mail", "ann@agency.example")
        user.answer("Website")
        user.answer("names none", "xyz")
        user.answer("names none", "ca")
        assert user.end() == 0, user.seen

    said = " ".join(user.seen.split())
    assert "no PageSpeed: Google does not know the API key." in said
    assert "ok PageSpeed takes the key. ok Places takes the key." in said
    assert "API units are left" in said
    assert "accent #ffff00 is too pale" in said
    assert "'xyz' is not a country's two letters" in said
    assert "about $0.025 a lead" in said
    assert "ok OpenAI takes the key for gpt-5.5." in said
    assert SANDBOX_KEY not in said
    assert WRONG not in said
    assert re.search(r"LFASSESS_DATA_DIR \(\S+\) is set in the environment", said)
    written = home / "lfassess.toml"
    assert tomllib.loads(written.read_text()) == {
        "google_api_key": SANDBOX_KEY,
        "semrush_api_key": SANDBOX_KEY,
        "openai_api_key": SANDBOX_KEY,
        "branding_file": str(home / "branding.toml"),
        "default_country": "CA",
    }
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert branding.load(home / "branding.toml") == branding.Branding(
        name="Harbour Digital", accent="#173f6b", contact=('Ann "A." Example', "ann@agency.example")
    )
    assert said.rpartition("Next: ")[2] in {"lfassess setup", "lfassess run https://example.com"}


def test_enter_keeps_what_is_there_and_a_broken_off_session_writes_nothing(home):
    home.mkdir(parents=True)
    written = home / "lfassess.toml"
    written.write_text('# mine\ngoogle_api_key = "a-key-that-was-here-before"\nwindow = 7\n')
    before = written.read_text()
    with Terminal("init") as user:
        user.answer("Google key")
        user.answer("SEMrush key", "\x03")
        assert user.end() == 1
    assert "Enter keeps ***fore" in user.seen
    assert written.read_text() == before


def test_without_a_terminal_the_environments_keys_are_stored(home, providers):
    refused = lfassess("init")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr

    keys = {"SEMRUSH_API_KEY": SANDBOX_KEY}
    wrong = lfassess("init", "--yes", "--try-keys", **{**providers, "SEMRUSH_API_KEY": WRONG})
    assert (wrong.returncode, list(home.glob("*"))) == (3, [])
    done = lfassess("init", "--yes", "--try-keys", **providers, **keys)
    assert done.returncode == 0, done.stderr
    assert tomllib.loads((home / "lfassess.toml").read_text()) == {"semrush_api_key": SANDBOX_KEY}
    assert SANDBOX_KEY not in done.stdout + done.stderr

    listed = lfassess("doctor", "--keys", COLUMNS="200", **providers)
    said = " ".join(listed.stdout.split())
    # How many depends on what else this process's sandboxes have sold.
    assert re.search(r"key \*\*\*: takes the key; [\d,]{9,} API units are left", said), said


def test_a_file_that_is_named_is_made_and_a_nearer_one_is_told_of(home, tmp_path):
    (tmp_path / "lfassess.toml").write_text('SEMRUSH_API_KEY = "of the folder"\n')
    done = lfassess("init", "--yes", SEMRUSH_API_KEY=SANDBOX_KEY)
    assert done.returncode == 0
    named = tmp_path / "named.toml"
    done = lfassess("--config", str(named), "init", "--yes", SEMRUSH_API_KEY="other")
    assert done.returncode == 0
    assert tomllib.loads(named.read_text()) == {"semrush_api_key": "other"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '# Settings of lfassess: `lfassess doctor --settings` lists them all.\nwindow = "x"\n'),
        ("a = 1 # one", 'a = 1 # one\nwindow = "x"\n'),
        ("a = 1\nWINDOW = 3\nb = 2\n", 'a = 1\nWINDOW = "x"\nb = 2\n'),
        (' "window"  = "y" # old\r\nb = 2\n', 'window = "x"\nb = 2\n'),
        ("a = 1\n\n[table]\nwindow = 2\n", 'a = 1\n\nwindow = "x"\n[table]\nwindow = 2\n'),
    ],
)  # fmt: skip
def test_a_value_is_written_and_all_else_stays(before, after):
    assert with_values(before, {"window": "x"}, {"window": "WINDOW"}) == after


@pytest.mark.parametrize(
    "text", ['window = """\ntwo\nlines"""\n', 'x = """\nwindow = 1\n"""\nwindow.a = 1\n']
)
def test_what_cannot_be_changed_line_by_line_is_left_to_people(text):
    with pytest.raises(ConfigurationError, match=r"line by line|not TOML"):
        with_values(text, {"window": "x"}, {})

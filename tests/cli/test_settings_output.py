"""`lfassess doctor --settings`, whole at 80 columns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lfassess.cli.settings_output import show
from lfassess.settings import Settings, variable_of
from lfassess.settings_sources import Setting, Source

ROOT = Path(__file__).parents[2]


@pytest.fixture
def doctor():
    """Run it in a folder with files and an environment of the test's own."""
    with tempfile.TemporaryDirectory(prefix="lf-") as folder:  # so short that no line wraps by it
        yield _doctor(Path(folder))


def _doctor(tmp_path):
    here = tmp_path / "here"
    users = tmp_path / "config" / "lfassess"
    here.mkdir()
    users.mkdir(parents=True)
    (here / "lfassess.toml").write_text('window = 12\nwindoww = 3\nbranding_file = "brand.toml"\n')
    (users / "lfassess.toml").write_text('default_country = "GB"\nwindow = 99\n')
    (here / ".env").write_text("SEMRUSH_API_KEY=in-dot-env\n")

    def run(*words, columns=80):
        done = subprocess.run(
            [sys.executable, "-m", "lfassess", "doctor", "--settings", *words],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "HOME": "/home/op",
                "XDG_CONFIG_HOME": str(tmp_path / "config"),
                "XDG_DATA_HOME": "/home/op/.local/share",
                "COLUMNS": str(columns),
                "DATABASE_URL": "postgresql://lfassess:very-secret@postgres.internal:5432/lfassess",
                "OPENAI_API_KEY": "sk-proj-0123456789abcdefghij-last",
                "LFASSESS_API_KEY": "guessable",
                "LFASSESS_DATA_DIR": "/srv/lfassess",
                "LFASSESS_LANGAUGE": "de",
            },
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        lines = done.stdout.replace(str(tmp_path), "/T").splitlines()
        return "\n".join(map(str.rstrip, lines)) + "\n"

    return run


def made_up():
    here, users = Path("/srv/here/lfassess.toml"), Path("/home/op/.config/lfassess/lfassess.toml")
    url = "postgresql://lfassess:***@postgres.internal:5432/lfassess"
    return [
        Setting("database_url", "DATABASE_URL", url, Source("environment"), ""),
        Setting("openai_api_key", "OPENAI_API_KEY", "***last", Source("environment"), ""),
        Setting("window", "LFASSESS_WINDOW", "12", Source("file", here), ""),
        Setting("default_country", "LFASSESS_DEFAULT_COUNTRY", "GB", Source("file", users), ""),
        Setting("allow", "LFASSESS_ALLOW_PRIVATE_TARGETS", "0", Source("default"), ""),
        Setting("ca_bundle", "LFASSESS_CA_BUNDLE", None, Source("default"), ""),
    ]


NOTES = [
    "LFASSESS_LANGAUGE in the environment is not a setting. Did you mean LFASSESS_LANGUAGE?",
    (
        ".env in this folder sets SEMRUSH_API_KEY, and is read by Docker Compose only. "
        "To use it here: set -a; . ./.env; set +a"
    ),
]
GOLDEN = """\
Setting                         Value                              From
DATABASE_URL                    postgresql://lfassess:***@postgre  environment
                                s.internal:5432/lfassess
OPENAI_API_KEY                  ***last                            environment
LFASSESS_WINDOW                 12                                 file 1
LFASSESS_DEFAULT_COUNTRY        GB                                 file 2
LFASSESS_ALLOW_PRIVATE_TARGETS  0                                  default
LFASSESS_CA_BUNDLE              not set                            default

file 1: /srv/here/lfassess.toml
file 2: /home/op/.config/lfassess/lfassess.toml
Note: LFASSESS_LANGAUGE in the environment is not a setting. Did you mean
LFASSESS_LANGUAGE?
Note: .env in this folder sets SEMRUSH_API_KEY, and is read by Docker Compose
only. To use it here: set -a; . ./.env; set +a
Of several places the first counts: environment, lfassess.toml in the current
folder (or --config FILE), the user's own lfassess.toml, default.
"""


def test_golden_at_80_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    show(made_up(), NOTES)
    shown = capsys.readouterr().out
    assert "\n".join(map(str.rstrip, shown.splitlines())) + "\n" == GOLDEN


def test_shows_every_setting_with_its_source(doctor):
    lines = doctor().splitlines()
    said = {line.split()[0]: line.split()[-1] for line in lines if line[:1].isupper()}
    assert {variable_of(name) for name in Settings.model_fields} <= set(said)
    assert (said["LFASSESS_DATA_DIR"], said["LFASSESS_VISION"]) == ("environment", "default")
    assert "file 2: /T/here/lfassess.toml" in lines
    assert sum(line.startswith("Note: ") for line in lines) == 3


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_whole_at_other_widths(doctor, columns):
    shown = doctor(columns=columns)
    assert max(map(len, shown.splitlines())) <= columns
    for name in ("LFASSESS_ALLOW_PRIVATE_TARGETS", "environment", "file 1", "file 2", "default"):
        assert name in shown


def test_json_has_all(doctor):
    result = json.loads(doctor("--json"))
    by_name = {s["name"]: s for s in result["settings"]}
    assert by_name["window"] | {"description": ""} == {
        "name": "window",
        "variable": "LFASSESS_WINDOW",
        "value": "12",
        "source": "file",
        "file": "/T/here/lfassess.toml",
        "description": "",
    }
    assert by_name["openai_api_key"]["value"] == "***last"
    assert all(s["description"] for s in result["settings"])
    assert "secret" not in json.dumps(
        {**result, "settings": [s["value"] for s in result["settings"]]}
    )
    assert len(result["notes"]) == 3

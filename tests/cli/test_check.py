"""`lfassess check`: one check alone."""

from __future__ import annotations

import json

from lfassess.checks.security.judge import judge
from tests.cli.in_process import lfassess
from tests.page_server import website

PAGE = "<title>Bakery</title><p>" + "We bake bread and cakes every day. " * 10


def test_json_has_the_metrics_that_are_stored(tmp_path):
    with website({"/": PAGE}) as server:
        words = ("check", "security", server.url, "--json", "--evidence")
        done = lfassess(*words, LFASSESS_ALLOW_PRIVATE_TARGETS="1", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    stored = judge(result["evidence"]).stored_metrics
    assert result["metrics"] == json.loads(json.dumps(stored))
    assert result["metrics"]["measures"] == {"security": result["score"]}
    assert set(result["metrics"]["parts"]) == {"connection", "hardening"}

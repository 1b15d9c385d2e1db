"""Every hostile server ends within the check's limit, in bounded memory, as something we name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.servers import BEHAVIOURS

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
LIMIT_S = 6.0
GRACE_S = 60.0  # all servers and checks share one process, and a processor with other tests
MAX_MB = 600  # for all of them at once, the servers included

# Runs in a process of its own, so that its memory can be measured: all servers at the same time.
_RUN = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from lfassess.checks import security
from lfassess.checks.base import CheckContext, Target
from lfassess.clients import website
from lfassess.checks.gbp.fetch_site import read_site
from lfassess.errors import LfassessError
from lfassess.settings import Settings
from tests.hostile.servers import BEHAVIOURS, serving

limit = float(sys.argv[1])
settings = Settings(allow_private_targets=True)

def security_check(url):
    context = CheckContext(settings, time.monotonic() + limit)
    judgement = security.CHECK.judge(security.CHECK.fetch(Target("B", url), context).evidence)
    return [f.code for f in judgement.findings] or judgement.inconclusive

def site_look(url):
    return read_site(Target("B", url), CheckContext(settings, time.monotonic() + limit))

def one(name, check):
    with serving(behaviours[name]) as port:
        began = time.monotonic()
        try:
            found, error = check(f"http://127.0.0.1:{port}/"), None
        except LfassessError as e:
            found, error = None, e.code
        except BaseException as e:
            found, error = None, repr(e)
        return {"took": time.monotonic() - began, "found": bool(found), "error": error}

behaviours = {name: make() for name, make in BEHAVIOURS.items()}
names = list(behaviours)
with ThreadPoolExecutor(8) as pool:
    first = {n: pool.submit(one, n, security_check) for n in names}
    second = {n: pool.submit(one, n, site_look) for n in names}
    output = {n: {"security": first[n].result(), "site": second[n].result()} for n in names}
# Of this program alone: ru_maxrss counts what the process was before it, a grown test runner.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps({"output": output, "peak_mb": peak}))
"""
_OUR_CODES = {
    "bad_answer",
    "deadline_exceeded",
    "invalid_target",
    "provider_timeout",
    "provider_unavailable",
    "target_blocked",
    "target_forbidden",
    "target_too_large",
    "target_unreachable",
}


@pytest.fixture(scope="module")
def outcome():
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(LIMIT_S)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("check", ["security", "site"])
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_ends_in_time_with_a_finding_or_an_error_of_ours(outcome, name, check):
    output = outcome["output"][name][check]
    assert output["took"] < LIMIT_S + GRACE_S
    assert output["found"] or output["error"] in _OUR_CODES


def test_memory_stays_bounded(outcome):
    assert outcome["peak_mb"] < MAX_MB

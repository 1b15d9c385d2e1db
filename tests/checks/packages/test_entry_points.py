"""Checks that other packages offer: examples/favicon_check, built and installed, and broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lfassess.checks import all_checks
from tests.page_server import Answer, website

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[3]
ICON = Answer(b"\x00\x00\x01\x00" + b"x" * 60, headers={"Content-Type": "image/x-icon"})
DECLARES = "<html><head><title>Bakery</title><link rel='shortcut icon' href='/i.png'></head></html>"
# What the example takes: a check here can't have it beside the example.
EXAMPLES = {"favicon", "favicon-missing", "favicon-broken", "favicon-present"}
# Reads evidence on stdin, and prints what the parts of lfassess make of the installed check.
IN_AN_AUDIT = """
import json, sys
from lfassess import checks
from lfassess.api.web.template_filters import FILTERS
from lfassess.assessment import tasks
from lfassess.assessment.intake.estimate import estimate
from lfassess.assessment.intake.workload import Workload
from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.findings.consolidate import consolidate
from lfassess.settings import Settings
from tests.report.factories import rows

check = checks.all_checks()["favicon"]
judged = check.judge(json.load(sys.stdin))
found = [f.as_json() for f in judged.findings]
seen = rows.run("visual", findings=[], score=80)
report = rows.report(seen, rows.run("favicon", findings=found, metrics=judged.stored_metrics))
sections = {s.name: s for s in report.sections}
(finding,) = sections["first_impression"].findings
print(json.dumps({
    "order": list(checks.all_checks()),
    "task": tasks.TASKS["favicon"].name,
    "title": FILTERS["check_title"]("favicon"),
    "section": sections["favicon"].title,
    "table": [[cell.text for cell in row] for row in sections["favicon"].tables[0].rows],
    "finding": [finding.code, finding.title, finding.fix],
    "estimated": estimate(Settings(), checks.all_checks(), Workload.separate(2), only=["favicon"]).skipped.keys()
    >= {"security"},
    "consolidated": len(consolidate({"favicon": found})["favicon"]),
    "advice": sorted(c for c in {**catalogue(), **worths()} if c.startswith("favicon")),
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    pytest.importorskip("hatchling")
    ours = {word for c in all_checks().values() for word in (c.name, *c.kinds)}
    taken = ours & EXAMPLES
    assert not taken, (
        f"a check here has what examples/favicon_check has: {sorted(taken)}. Give yours, or the "
        "example and this test, another name and other codes; see docs/how-to/add-a-check.md."
    )
    wheels, site = (tmp_path_factory.mktemp(name) for name in ("wheels", "site"))
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
        cwd=ROOT / "examples" / "favicon_check",
        check=True,
        capture_output=True,
    )
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def python(site, *words, given=""):
    path = os.pathsep.join((str(site), str(ROOT)))
    env = {**os.environ, "PYTHONPATH": path, "LFASSESS_ALLOW_PRIVATE_TARGETS": "1"}
    return subprocess.run(
        [sys.executable, *words],
        check=False,
        input=given,
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def check(site, url, *options):
    return python(site, "-m", "lfassess", "check", "favicon", url, "--json", *options)


@pytest.mark.parametrize(
    ("pages", "code", "metrics"),
    [
        ({"/": "<p>Hi", "/favicon.ico": ICON}, "favicon-present", {"icon": True, "bytes": 64}),
        ({"/": DECLARES, "/i.png": ICON}, "favicon-present", {"declared": True}),
        ({"/": DECLARES, "/favicon.ico": ICON}, "favicon-broken", {"icon": False, "bytes": None}),
        ({"/": "<p>Hi"}, "favicon-missing", {"icon": False, "declared": False}),
    ],
)
def test_an_installed_check_runs_alone(installed, pages, code, metrics):
    with website(pages) as server:
        done = check(installed, server.url)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [f["code"] for f in answer["findings"]] == [code]
    assert metrics.items() <= answer["metrics"].items()


def test_it_is_part_of_audits_reports_and_catalogues(installed):
    with website({"/": DECLARES}) as server:
        evidence = json.loads(check(installed, server.url, "--evidence").stdout)["evidence"]
    done = python(installed, "-c", IN_AN_AUDIT, given=json.dumps(evidence))
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert "favicon" in made["order"]
    assert made["order"][-1] == "llm_analysis"
    assert made["task"] == "assessment_orchestrator.favicon_task"
    assert made["title"] == made["section"] == "Favicon"
    assert ["Declared", "yes"] in made["table"]
    code, title, fix = made["finding"]
    assert (code, title) == ("favicon-broken", "The website's icon can't be loaded")
    assert fix.startswith("Put the file at the address")
    assert made["estimated"]
    assert made["consolidated"] == 1
    assert made["advice"] == ["favicon-broken", "favicon-missing", "favicon-present"]


def _offering(folder, value, code=""):
    """A distribution that offers a check by the value, without a build."""
    (folder / "offered.py").write_text(code)
    info = folder / "offered-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[lfassess.checks]\nfavicon = {value}\n")
    return folder


COPY = """
from dataclasses import replace
from lfassess.checks.security import CHECK as SECURITY
CHECK = replace(SECURITY, {})
"""


@pytest.mark.parametrize(
    ("value", "code", "says"),
    [
        ("nowhere:CHECK", "", "can't be imported: ModuleNotFoundError"),
        ("offered:CHECK", "CHECK = 1 / 0", "can't be imported: ZeroDivisionError"),
        ("offered:CHECK", "CHECK = 'favicon'", "is no lfassess.checks.base.Check"),
        ("offered:CHECK", COPY.format(""), "another check named security"),
        ("offered:CHECK", COPY.format("name='My check'"), "is no name"),
        ("offered:CHECK", COPY.format("name='mine'"), "findings of the same code"),
    ],
)
def test_a_package_whose_check_cannot_be_used_is_named(tmp_path, value, code, says):
    done = check(_offering(tmp_path, value, code), "http://127.0.0.1:9/")
    assert done.returncode == 3
    message = " ".join(done.stderr.split())
    assert says in message
    assert "pip uninstall offered" in message
    assert "Traceback" not in done.stderr

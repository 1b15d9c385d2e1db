"""Alerts, dashboards and runbooks speak of metrics that there are, and of each other."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest

from lfassess.api.metrics import registry
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.celery_config import create_app
from lfassess.checks.base import BilledResponse, Usage
from lfassess.settings import Settings
from tests.support import OrchestratorHarness, fetch_nothing, six_checks

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))

METRIC = re.compile(r"\blfassess_[a-z_]+")
SUFFIXES = re.compile(r"_(bucket|count|sum|total)$")


def alerts():
    return [r for g in yaml.safe_load(RULES.read_text())["groups"] for r in g["rules"]]


def panels():
    return [p for f in DASHBOARDS for p in json.loads(f.read_text())["panels"]]


def queries():
    return [r["expr"] for r in alerts()] + [t["expr"] for p in panels() for t in p["targets"]]


def buy(_target, ctx):
    """What a check does that pays: a call, and a look at what is left."""
    ctx.ledger.call("semrush", "GET /rank", lambda: BilledResponse({}, Usage(1, 0.01, 10)))
    ctx.ledger.note_balance("semrush", 40_000)
    return fetch_nothing(_target, ctx)


@pytest.mark.integration
def test_every_metric_asked_for_has_a_value_once_a_lead_was_assessed(servers, settings, database):
    """A name without a value is an alert that never fires."""
    harness = OrchestratorHarness(settings, database, six_checks(semrush=buy))
    harness.orchestrator.coordinate(harness.add_lead())
    harness.drain()
    broker = create_app(Settings(), servers.broker_url)
    result = generate_latest(registry(Runtime(Settings(), database, broker))).decode()
    samples = [line for line in result.splitlines() if not line.startswith("#")]
    valued = {SUFFIXES.sub("", re.split(r"[{ ]", line)[0]) for line in samples}
    asked = {SUFFIXES.sub("", name) for query in queries() for name in METRIC.findall(query)}
    assert asked
    assert sorted(asked - valued) == []


def test_every_alert_has_its_runbook():
    text = (ROOT / "docs" / "how-to" / "operations.md").read_text()
    for alert in alerts():
        name = alert["alert"]
        assert f"### {name}\n" in text, name
        assert alert["annotations"]["runbook"] == f"docs/how-to/operations.md#{name.lower()}"
        assert alert["labels"]["severity"] in {"page", "ticket"}


def test_every_runbook_has_its_alert():
    text = (ROOT / "docs" / "how-to" / "operations.md").read_text()
    section = text.split("## Alerts\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", section, re.MULTILINE)) == {a["alert"] for a in alerts()}


def test_dashboards_are_whole():
    assert len(DASHBOARDS) == 2
    for panel in panels():
        assert panel["title"]
        assert panel["targets"]
        assert panel["datasource"]["uid"] == "prometheus"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "--syntax-only", DEPLOY / "prometheus" / "prometheus.yml"),
        ("check", "rules", RULES),
        ("test", "rules", ROOT / "tests" / "deploy" / "alerts_test.yml"),
    ],
    ids=["config", "rules", "what sets them off"],
)
def test_prometheus_takes_them(words):
    done = subprocess.run(
        ["promtool", *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""The Kubernetes files build, fit the API's schemas, and ask for no more than they must."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from sqlalchemy import text

from lfassess.assessment.intake.submission import submit_lead
from tests.support import OrchestratorHarness

OVERLAYS = Path(__file__).parents[2] / "deploy" / "kubernetes" / "overlays"
KUBERNETES = "1.30"

pytestmark = pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="no kubectl to build the files with"
)


@cache
def built(overlay: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["kubectl", "kustomize", OVERLAYS / overlay],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    return {d["metadata"]["name"]: d for d in built(overlay) if d["kind"] == kind}


def pods(overlay: str) -> dict[str, dict[str, Any]]:
    """Return the pod specifications of everything that runs, by name."""
    owners = {**of_kind(overlay, "Deployment"), **of_kind(overlay, "Job")}
    return {name: d["spec"]["template"]["spec"] for name, d in owners.items()}


both = pytest.mark.parametrize("overlay", ["small", "large"])


@both
def test_everything_fits_its_schema(overlay):
    known = [d for d in built(overlay) if not d["apiVersion"].startswith("keda.sh/")]
    assert len(known) > 10
    for document in known:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


@both
def test_pods_can_do_no_more_than_they_must(overlay):
    found = pods(overlay)
    assert set(found) == {"api", "worker", "browser", "flower", "migrate"}
    for name, pod in found.items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"], name
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"] in {"256Mi", "512Mi"}, name


def test_nodes_with_our_profile_cage_the_browser(tmp_path):
    place = tmp_path / "overlays" / "caged"
    shutil.copytree(OVERLAYS.parent, tmp_path, dirs_exist_ok=True)
    place.mkdir()
    (place / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources: [../small]\ncomponents: [../../components/browser-cage]\n"
    )
    found = pods(str(place))
    profiles = {n: pod["securityContext"]["seccompProfile"]["type"] for n, pod in found.items()}
    assert profiles.pop("browser") == "Localhost"
    assert set(profiles.values()) == {"RuntimeDefault"}
    for document in built(str(place)):
        if document["kind"] == "Deployment":
            kubernetes_validate.validate(document, KUBERNETES, strict=True)


@both
def test_browsers_do_not_learn_the_keys_of_others(overlay):
    (container,) = pods(overlay)["browser"]["containers"]
    result = {entry["name"]: entry["value"] for entry in container["env"]}
    assert result == dict.fromkeys(("GOOGLE_API_KEY", "SEMRUSH_API_KEY"), "held-by-other-workers")


@both
def test_workers_get_the_time_to_finish_what_they_have_begun(overlay):
    for name in ("worker", "browser"):
        assert pods(overlay)[name]["terminationGracePeriodSeconds"] >= 240


@both
def test_everything_that_stays_is_probed(overlay):
    for name in of_kind(overlay, "Deployment"):
        (container,) = pods(overlay)[name]["containers"]
        assert {"livenessProbe", "startupProbe"} <= set(container), name


@both
def test_what_scales_is_named_rightly(overlay):
    scaled = of_kind(overlay, "ScaledObject")
    assert set(scaled) == {"worker", "browser"}
    secrets = of_kind(overlay, "TriggerAuthentication")
    for name, document in scaled.items():
        spec = document["spec"]
        assert spec["scaleTargetRef"]["name"] in of_kind(overlay, "Deployment"), name
        assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"]
        by_type = {t["type"]: t for t in spec["triggers"]}
        assert set(by_type) == {"postgresql", "redis"}
        # Required by KEDA's documentation of the two scalers, and always strings.
        postgres, redis = by_type["postgresql"]["metadata"], by_type["redis"]["metadata"]
        expected = {"host", "port", "userName", "dbName", "sslmode", "query", "targetQueryValue"}
        assert set(postgres) == expected
        assert {"address", "listName", "listLength"} <= set(redis)
        assert all(isinstance(v, str) for v in (*postgres.values(), *redis.values()))
        assert all(t["authenticationRef"]["name"] in secrets for t in spec["triggers"])


@both
def test_deployments_leave_their_number_to_the_scaler(overlay):
    for name in of_kind(overlay, "ScaledObject"):
        assert "replicas" not in of_kind(overlay, "Deployment")[name]["spec"]


@pytest.mark.integration
def test_the_scalers_queries_count_the_work(settings, database):
    harness = OrchestratorHarness(settings, database)
    submit_lead(harness.orchestrator, harness.add_lead())

    def counted() -> dict[str, int]:
        with database.session() as session:
            return {
                name: session.scalar(text(d["spec"]["triggers"][0]["metadata"]["query"]))
                for name, d in of_kind("small", "ScaledObject").items()
            }

    assert counted() == {"worker": 5, "browser": 0}
    harness.execute("UPDATE check_runs SET queue = 'browser' WHERE name = 'visual'")
    assert counted() == {"worker": 4, "browser": 1}
    harness.execute("UPDATE control SET paused = true, reason = 'a test'")
    assert counted() == {"worker": 0, "browser": 0}
    harness.execute("UPDATE control SET paused = false, reason = NULL")
    harness.drain()
    assert counted() == {"worker": 0, "browser": 0}

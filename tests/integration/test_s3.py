"""Commands with reports in S3."""

from __future__ import annotations

import json

import pytest

from tests.s3_server import BUCKET, CREDENTIALS, NOBODY, s3_server

pytestmark = pytest.mark.integration

SITE = "https://harbour-bakery.demo.test/"


@pytest.fixture
def s3(stage):
    with s3_server() as server:
        server.create_bucket()
        stage.env |= CREDENTIALS | {"S3_BUCKET": BUCKET, "AWS_ENDPOINT_URL_S3": server.url}
        yield server


def test_run_copies_the_report_and_names_its_address(stage, s3, tmp_path):
    stage.start_worker()
    out = tmp_path / "out.html"
    done = stage.cli("run", SITE, "--checks", "security", "--report", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert "<html" in out.read_text()
    assert json.loads(done.stdout)["report"] == str(out)
    shown = stage.cli("status", "--assessment", "1", "--json")
    assert json.loads(shown.stdout)["report"] == f"s3://{BUCKET}/1/report.html"


def test_run_writes_the_report_itself_when_s3_is_away_and_a_worker_stores_it_later(
    stage, s3, tmp_path
):
    url = stage.env["AWS_ENDPOINT_URL_S3"]
    stage.env["AWS_ENDPOINT_URL_S3"] = NOBODY
    stage.start_worker()
    out = tmp_path / "out.html"
    done = stage.cli("run", SITE, "--checks", "security", "--report", str(out))
    assert done.returncode == 0, done.stderr
    assert "<html" in out.read_text()
    assert "Traceback" not in stage.log_of()
    stage.end_workers()
    stage.env["AWS_ENDPOINT_URL_S3"] = url
    stage.start_worker()
    stage.wait_for(lambda: s3.keys() == {"1/report.html", "1/report.json"})

"""Commands with reports in S3."""

from __future__ import annotations

import json

import pytest

from tests.s3_server import BUCKET, CREDENTIALS, NOBODY, s3_server

pytestmark = pytest.mark.integration

SITE = "https://harbour-bakery.demo.test/"


@pytest.fixture
def s3(environment):
    with s3_server() as server:
        server.create_bucket()
        environment.env |= CREDENTIALS | {"S3_BUCKET": BUCKET, "AWS_ENDPOINT_URL_S3": server.url}
        yield server


def test_run_copies_the_report_and_names_its_address(environment, s3, tmp_path):
    environment.start_worker()
    out = tmp_path / "out.html"
    done = environment.cli("run", SITE, "--checks", "security", "--report", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert "<html" in out.read_text()
    assert json.loads(done.stdout)["report"] == str(out)
    shown = environment.cli("status", "--assessment", "1", "--json")
    assert json.loads(shown.stdout)["report"] == f"s3://{BUCKET}/1/report.html"


def test_run_writes_the_report_itself_when_s3_is_away_and_a_worker_stores_it_later(
    environment, s3, tmp_path
):
    url = environment.env["AWS_ENDPOINT_URL_S3"]
    environment.env |= {"AWS_ENDPOINT_URL_S3": NOBODY, "LFASSESS_STORE_REPORTS": "1"}
    environment.start_worker()
    out = tmp_path / "out.html"
    done = environment.cli("run", SITE, "--checks", "security", "--report", str(out))
    assert done.returncode == 0, done.stderr
    assert "<html" in out.read_text()
    assert "Traceback" not in environment.log_of()
    environment.end_workers()
    environment.env["AWS_ENDPOINT_URL_S3"] = url
    environment.start_worker()
    environment.wait_for(lambda: s3.keys() == {"1/report.html", "1/report.json"})

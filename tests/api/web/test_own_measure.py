"""The pages, measured by the checks that lfassess runs on others."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.responses import RedirectResponse

from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.base import CheckContext, Target
from lfassess.checks.security import CHECK as SECURITY
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.observatory import assess
from lfassess.clients import lighthouse
from lfassess.sandbox.tls import load_authority, server_context
from lfassess.settings import Settings
from tests.api.web.conftest import serve

pytestmark = pytest.mark.integration

INSTALLED = Path(__file__).parents[3] / ".venv" / "lighthouse"
NAME = "pages.demo.test"


async def to_https(scope, receive, send):
    """Be what stands on port 80 in front of the pages."""
    await RedirectResponse(f"https://{NAME}{scope['path']}", 301)(scope, receive, send)


def test_own_security_check_gives_the_pages_an_a_plus(make_app, harness, tmp_path):
    tls = server_context(load_authority(tmp_path), {}, tmp_path)
    with serve(make_app(key="a-good-key"), tls) as pages, serve(to_https) as plain:
        ports = {443: urlsplit(pages).port, 80: urlsplit(plain).port}
        settings = Settings(
            data_dir=tmp_path,
            connect_to=tuple(f"{NAME}:{asked}:127.0.0.1:{port}" for asked, port in ports.items()),
            ca_bundle=tmp_path / "ca.pem",
        )
        context = CheckContext(settings, time.monotonic() + 30)
        fetched = SECURITY.fetch(Target("Pages", f"https://{NAME}/"), context)
    # The check itself judges no page that asks for a password.
    verdict = assess(Evidence.from_json(fetched.evidence).site)
    assert verdict.grade == "A+", verdict
    assert verdict.score >= 100, verdict


@pytest.mark.lighthouse
def test_lighthouse_finds_next_to_nothing(make_app, harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    settings = Settings(
        data_dir=harness.settings.data_dir, allow_private_targets=True, lighthouse_dir=INSTALLED
    )
    with serve(make_app()) as url:
        result = lighthouse.audit(url, settings=settings, deadline=time.monotonic() + 90)
    lighthouse.shutdown()
    scores = {name: category["score"] for name, category in result["categories"].items()}
    assert {n: s for n, s in scores.items() if s is None or s < 0.95} == {}

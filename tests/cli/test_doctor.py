"""What `lfassess doctor` prints, whole at any width."""

from __future__ import annotations

import pytest

from lfassess.cli import diagnostics
from lfassess.cli.diagnostics_cage import finding
from lfassess.cli.doctor_output import Finding, screen
from lfassess.clients.cage.cage import Mode
from tests.cli.golden import WIDTHS, hold, rendered

OPEN = Mode(network=False, files=False, sandbox=False, account=None, ports=False)
CAGE = finding(
    OPEN, sandbox=False, others=["anna", "bert"], allowed=False, advice="Let it make namespaces."
)
FOUND = [
    Finding("Python", "system", "ok", "3.11.7 at /srv/lfassess/.venv/bin/python"),
    Finding("Settings", "system", "note", "LFASSESS_WINDOWW in the environment is not a setting."),
    Finding(
        "Data folder", "system", "ok", "/var/lib/lfassess, 64,358 MB free",
        source="environment, LFASSESS_DATA_DIR",
    ),
    Finding("Postgres", "service", "ok", "embedded, running, schema 0013", source="default"),
    Finding(
        "Redis", "service", "bad", "redis://***@queue.internal.example:6379/0: refuses the password",
        "Check CELERY_BROKER_URL.", "environment, CELERY_BROKER_URL",
    ),
    Finding(
        "Browser", "tool", "ok",
        "/usr/lib/chromium/chromium-headless-shell, driver /usr/bin/chromedriver", source="default",
    ),
    CAGE,
    Finding(
        "SEMrush", "provider", "note", "no key: Search visibility isn't assessed",
        "`lfassess init` asks for it, or set SEMRUSH_API_KEY.", "default",
    ),
]  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_screen_is_whole(width):
    shown = " ".join(hold("doctor", width, *screen(FOUND)).split())
    for f in FOUND:
        assert f.name in shown
        assert f.state != "bad" or f.fix in shown
    assert "To be fixed: Redis, Browser's cage; 2 notes." in shown
    assert "(from default)" not in shown


def test_all_is_well_is_said():
    assert rendered(*screen(FOUND[:1])).splitlines()[-1] == "Everything needed is here."


@pytest.mark.parametrize(
    ("url", "open_to_anybody"),
    [
        ("redis+socket:///run/valkey.sock?virtual_host=0", False),
        ("redis://127.0.0.1:6379/0", False),
        ("rediss://redis.example.com:6380/0", True),
        ("rediss://redis.example.com:6380/0?ssl_cert_reqs=required", False),
    ],
)
def test_only_encrypted_addresses_are_asked_whether_they_look_at_certificates(url, open_to_anybody):
    assert diagnostics._is_unverified(url) == open_to_anybody

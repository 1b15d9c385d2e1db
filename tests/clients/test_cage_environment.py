"""What programs that open strangers' pages find in their environment."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import psutil
import pytest

from lfassess.clients import browser, lighthouse
from lfassess.clients.browser import browser_page
from lfassess.clients.cage.environment import minimal_environment
from lfassess.settings import Settings
from tests.clients.test_lighthouse import INSTALLED
from tests.page_server import website

_OURS = {
    "OPENAI_API_KEY": "sk-ours-1",
    "GOOGLE_API_KEY": "AIza-ours-2",
    "SEMRUSH_API_KEY": "ours-3",
    "LFASSESS_API_KEY": "ours-4-long-enough-to-be-one",
    "AWS_SECRET_ACCESS_KEY": "ours-5",
    "DATABASE_URL": "postgresql://cage:ours-6@127.0.0.1/none",
    "CELERY_BROKER_URL": "redis://:ours-7@127.0.0.1/0",
    "MY_COMPANY_TOKEN": "ours-8",
}


@pytest.fixture
def _keys(monkeypatch):
    for name, value in _OURS.items():
        monkeypatch.setenv(name, value)
    browser.shutdown()
    yield
    browser.shutdown()
    lighthouse.shutdown()


def environments() -> dict[str, str]:
    """Return the environment of every process below this one, by "program pid"."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, OSError):
            text = Path(f"/proc/{process.pid}/environ").read_bytes().decode(errors="replace")
            found[f"{Path(process.exe()).name} {process.pid}"] = text
    return found


def test_passes_on_language_and_fonts_alone(monkeypatch, tmp_path):
    for name, value in _OURS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TZ", "Europe/Rome")
    monkeypatch.setenv("LFASSESS_PART", "abc:worker-browser1")
    environment = minimal_environment(tmp_path)
    assert set(environment).isdisjoint(_OURS)
    assert environment["HOME"] == environment["TMPDIR"] == str(tmp_path)
    assert (environment["TZ"], environment["LFASSESS_PART"]) == (
        "Europe/Rome",
        "abc:worker-browser1",
    )


@pytest.mark.browser
@pytest.mark.usefixtures("_keys")
def test_the_browser_has_none_of_ours(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    deadline = time.monotonic() + 40
    with (
        website({"/": "<title>Shop</title><h1>Shop"}) as site,
        browser_page(settings, width=800, height=600, deadline=deadline) as page,
    ):
        page.goto(site.url + "/")
        found = environments()
    names = " ".join(found)
    assert "chromedriver" in names
    assert names.count("chromium") > 2  # the browser, a zygote, a page
    for text in found.values():
        assert "ours-" not in text
        assert "DATABASE_URL" not in text


@pytest.mark.lighthouse
@pytest.mark.usefixtures("_keys")
def test_node_has_none_of_ours(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True, lighthouse_dir=INSTALLED)
    with website({"/": "<title>Shop</title><h1>Shop"}) as site:
        lighthouse.audit(
            site.url + "/",
            settings=settings,
            strategy="mobile",
            deadline=time.monotonic() + 80,
        )
    found = environments()
    assert "node" in " ".join(found)
    assert "chrom" in " ".join(found)
    for text in found.values():
        assert "ours-" not in text
        assert "DATABASE_URL" not in text

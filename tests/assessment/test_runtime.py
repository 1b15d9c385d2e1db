"""What a process works with is made when it is asked for, once, and not by an import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lfassess.assessment.runtime import Runtime
from lfassess.paths import Layout
from lfassess.settings import Settings

_IMPORTS = """
import lfassess.assessment.tasks
import lfassess.api.app
from lfassess.paths import Layout
from lfassess.settings import get_settings
print(get_settings.cache_info().currsize)
"""


def test_importing_tasks_and_api_reads_no_settings(monkeypatch):
    monkeypatch.setenv("LFASSESS_WORKER_MEMORY_MB", "much")  # reading it would be an error
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


def test_celerys_own_command_says_which_setting_can_not_be_used(monkeypatch):
    monkeypatch.setenv("LFASSESS_WORKER_MEMORY_MB", "much")
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "assessment_orchestrator", "report"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "Error: A setting can't be used: LFASSESS_WORKER_MEMORY_MB" in done.stderr
    assert "Traceback" not in done.stderr


_KEPT = """
from assessment_orchestrator import app
for name in ("coordinate_assessment", "security_task"):
    print(app.tasks[f"assessment_orchestrator.{name}"].ignore_result)
"""


@pytest.mark.parametrize(
    ("backend", "ignored"), [(None, "True\nTrue\n"), ("redis://127.0.0.1:1/0", "False\nTrue\n")]
)
def test_one_tasks_answer_is_kept_where_there_is_a_place_for_it(monkeypatch, backend, ignored):
    if backend is not None:
        monkeypatch.setenv("CELERY_RESULT_BACKEND", backend)
    done = subprocess.run(
        [sys.executable, "-c", _KEPT], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ignored), done.stderr


def test_it_names_what_the_settings_name(tmp_path):
    settings = Settings(
        data_dir=tmp_path, database_url="postgresql://db/leads", broker_url="redis://mq/3"
    )
    with Runtime.of(settings) as runtime:
        assert runtime.database.url == "postgresql://db/leads"
        assert runtime.broker.conf.broker_url == "redis://mq/3"
        assert runtime.broker is runtime.broker


def test_without_services_it_names_the_embedded_ones(settings):
    layout = Layout(settings.data_dir)
    with Runtime.of(settings) as runtime:
        assert runtime.database.url == layout.database_url
        assert runtime.broker.conf.broker_url == layout.broker_url

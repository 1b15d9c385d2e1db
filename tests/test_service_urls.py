"""Addresses of Postgres and Redis: torn ones are refused in words, and no password is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lfassess import service_urls
from lfassess.errors import ConfigurationError
from lfassess.log import redact
from lfassess.service_urls import POSTGRES, REDIS
from lfassess.settings import load_settings

ROOT = Path(__file__).parents[1]
SECRETS = [
    "hun@ter",
    "hun#ter",
    "hun/ter",
    "hun[ter",
    "hun]ter",
    "hun?ter",
    "h@u#n/t[e?r",
    "@",
    "#",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "redis", "rediss"])
def test_password_that_ends_the_address_early_is_refused_and_not_shown(scheme, secret):
    url = f"{scheme}://user:{secret}@127.0.0.1:1/0"
    fault = service_urls.fault(url, REDIS if scheme.startswith("redis") else POSTGRES)
    assert "%40" in fault
    assert secret not in redact(url).removeprefix(f"{scheme}://user:***@127.0.0.1:1/0")
    assert redact(url) == f"{scheme}://user:***@127.0.0.1:1/0"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40ss%23%2F%5B@db:5432/name",
        "postgres://db/name",
        "postgresql+psycopg:///postgres?host=/srv/l@f/run",
        "postgresql://u:p:q@h1:5432,h2:5433/name?target_session_attrs=read-write",
        "postgresql://u:p@[2001:db8::1]:5432/name?sslmode=verify-full",
        "postgresql://u@%2Fvar%2Frun%2Fpostgresql/name",
        "postgresql://u:p@db/name?options=-c%20application_name%3Dme@home",
    ],
)
def test_postgres_addresses_that_can_be_read(url):
    assert service_urls.fault(url, POSTGRES) is None


@pytest.mark.parametrize(
    "url",
    [
        "redis://:p%40ss@redis:6379/0",
        "rediss://user:p@redis.example.com:6380/0?ssl_cert_reqs=required",
        "redis+socket:///srv/l@f/run/valkey.sock?virtual_host=0",
        "redis://redis",
        "redis://:a:b@redis:6379/0;redis://:c@other:6379/0",
    ],
)
def test_redis_addresses_that_can_be_read(url):
    assert service_urls.fault(url, REDIS) is None


@pytest.mark.parametrize(
    "url", ["sentinel://h:1/0", "amqp://h//", "redis", "h:6379", "redis+x://h"]
)
def test_other_brokers_are_refused(url):
    assert "must begin with redis" in service_urls.fault(url, REDIS)


@pytest.mark.parametrize("url", ["redis://h:port/0", "redis://h:1:2/0", "redis://h h/0"])
def test_hosts_that_can_not_be_read_are_refused(url):
    assert "host and port" in service_urls.fault(url, REDIS)


@pytest.mark.parametrize("variable", ["DATABASE_URL", "CELERY_BROKER_URL"])
def test_the_setting_is_named_and_the_password_is_not(monkeypatch, variable):
    scheme = "postgresql" if variable == "DATABASE_URL" else "redis"
    monkeypatch.setenv(variable, f"{scheme}://u:hunter2@hunter3@127.0.0.1:1/0")
    with pytest.raises(ConfigurationError) as raised:
        load_settings()
    assert variable in raised.value.message
    assert "%40" in raised.value.message
    assert "hunter" not in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "lfassess", "doctor"],
        ["-m", "lfassess", "leads", "list"],
        ["-m", "celery", "-A", "assessment_orchestrator", "worker"],
    ],
    ids=["doctor", "leads", "celery"],
)
def test_commands_say_so_without_a_traceback(command, tmp_path):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "LFASSESS_DATA_DIR": str(tmp_path),
            "CELERY_BROKER_URL": "redis://:hunter#2@127.0.0.1:1/0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 3
    assert "Traceback" not in said
    assert "CELERY_BROKER_URL" in said
    assert "hunter" not in said

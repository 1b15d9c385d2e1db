"""`lfassess api`: where it listens, and where it refuses to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from lfassess.cli.api import check_host
from lfassess.errors import ConfigurationError
from lfassess.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def env(tmp_path, servers):
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LFASSESS_DATA_DIR": str(tmp_path),
        "DATABASE_URL": servers.database_url,
        "CELERY_BROKER_URL": servers.broker_url,
    }


def start(env, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "lfassess", "api", *words],
        env=env,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.integration
def test_says_where_it_listens_serves_and_ends_on_a_signal(env):
    running = start({**env, "LFASSESS_API_KEY": "k"}, "--port", "0", "--json")
    try:
        url = json.loads(running.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(f"{url}/healthz", timeout=60).json()["status"] == "ok"
        parts = requests.get(f"{url}/readyz", timeout=60).json()["parts"]
        assert (parts["postgres"]["ok"], parts["redis"]["ok"]) == (True, True)
        assert requests.get(f"{url}/api/v1/leads", timeout=60).status_code == 401
    finally:
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=60)
    assert "Traceback" not in err


@pytest.mark.integration
def test_port_that_is_taken_is_an_error(env):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = start(env, "--port", str(taken.getsockname()[1]))
        _, err = running.communicate(timeout=60)
    assert running.returncode == 4
    assert "can't be used" in err


@pytest.mark.integration
def test_does_not_listen_beyond_this_machine_without_a_key(env):
    running = start(env, "--host", "0.0.0.0", "--port", "0")
    _, err = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "LFASSESS_API_KEY" in err


@pytest.mark.integration
def test_does_not_listen_beyond_this_machine_with_a_key_that_can_be_guessed(env):
    running = start({**env, "LFASSESS_API_KEY": "a"}, "--host", "0.0.0.0", "--port", "0")
    out, err = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "LFASSESS_API_KEY has 1 characters" in " ".join(err.split())
    assert "Traceback" not in out + err


LONG = "x" * 20


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
@pytest.mark.parametrize("key", [None, "short"])
def test_loopback_needs_no_key(host, key):
    check_host(host, Settings(api_key=key))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_all_else_needs_a_good_key(host):
    check_host(host, Settings(api_key=LONG))
    with pytest.raises(ConfigurationError, match="Without an API key"):
        check_host(host, Settings())
    with pytest.raises(ConfigurationError, match="has 19 characters") as caught:
        check_host(host, Settings(api_key=LONG[1:]))
    assert LONG[1:] not in f"{caught.value} {caught.value.hint}"


def test_loopback_behind_a_proxy_needs_a_good_key():
    check_host("127.0.0.1", Settings(api_key=LONG, trusted_proxies="127.0.0.1"))
    for key in (None, "short"):
        with pytest.raises(ConfigurationError, match="behind a proxy"):
            check_host("127.0.0.1", Settings(api_key=key, trusted_proxies="127.0.0.1"))


def test_what_is_not_an_address_is_an_error():
    with pytest.raises(ConfigurationError, match="not an address"):
        check_host("no such host", Settings(api_key=LONG))

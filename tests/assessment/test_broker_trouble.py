"""What is said of a Redis that does not take messages: servers that answer as real ones do."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lfassess.assessment.execution import enqueue
from lfassess.assessment.worker.celery_config import create_app
from lfassess.cli.diagnostics import examine
from lfassess.settings import Settings
from tests.sites import certificates

ANSWERS = {
    "OOM command not allowed when used memory > 'maxmemory'.": "is full",
    "READONLY You can't write against a read only replica.": "is a read-only replica",
    "MISCONF Valkey is configured to save RDB snapshots, but it is unable to.": "can't save to its",
    "NOREPLICAS Not enough good replicas to write.": "has too few replicas",
    "LOADING Valkey is loading the dataset in memory": "is still loading its data",
    "NOAUTH Authentication required.": "refuses the user name or the password, or asks for one",
    "WRONGPASS invalid username-password pair or user is disabled.": "refuses the user name",
    "NOPERM this user has no permissions to run the 'set' command": "does not allow this user",
    "MASTERDOWN Link with MASTER is down": "is a replica that lost its master",
    "ERR something of redis://:hunter2@host": "refuses: something of redis://:***@host",
}


@contextmanager
def server(
    refusal: str | None, *, hangs_up: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Answer PING, and every other command with the refusal; None: close at once.

    The first ``hangs_up`` callers are hung up on in any case.
    """
    callers = iter(range(1, 1_000_000))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if next(callers) <= hangs_up:
                return
            while refusal is not None and (line := self.rfile.readline()):
                words = []
                for _ in range(int(line[1:])):
                    self.rfile.readline()
                    words.append(self.rfile.readline().strip().upper())
                polite = words[0] in {b"PING", b"CLIENT"} and not refusal.startswith(
                    ("NOAUTH", "WRONGPASS", "LOADING")
                )
                self.wfile.write(b"+PONG\r\n" if polite else f"-{refusal}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        if tls is not None:
            listening.socket = tls.wrap_socket(
                listening.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"redis://:hunter2@127.0.0.1:{listening.server_address[1]}/0"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def trouble():
    apps = []

    def ask(url, **options):
        apps.append(create_app(Settings(), url))
        return enqueue.trouble(apps[-1], **options)

    yield ask
    for app in apps:
        app.close()


@pytest.mark.parametrize(("answer", "said"), ANSWERS.items(), ids=[a.split()[0] for a in ANSWERS])
def test_each_refusal_has_its_words(trouble, answer, said):
    with server(answer) as url:
        assert trouble(url).startswith(said)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey.sock"])
def test_nobody_there_is_out_of_reach(trouble, url):
    assert trouble(url) == "is out of reach"


def test_tls_that_fails_is_named(trouble, tmp_path):
    with server("OOM") as url:
        plain = url.replace("redis://", "rediss://")
        assert trouble(f"{plain}?ssl_cert_reqs=none").startswith("does not speak TLS")
    context, authority = certificates.make(["localhost"], tmp_path)
    for trusted, said in (
        ("", "has a certificate that is not trusted here"),
        (f"&ssl_ca_certs={authority}", "is full"),
    ):
        with server("OOM too much", tls=context) as url:
            there = url.replace("redis://", "rediss://").replace("127.0.0.1", "localhost")
            assert trouble(f"{there}?ssl_cert_reqs=required{trusted}").startswith(said)


def test_a_server_that_hangs_up_is_out_of_reach(trouble):
    with server(None) as url:
        assert trouble(url) == "is out of reach"


def test_a_command_connects_again_to_a_server_that_hangs_up(trouble):
    with server("READONLY You can't write.", hangs_up=3) as url:
        assert trouble(url) == "is out of reach"
    with server("READONLY You can't write.", hangs_up=3) as url:
        assert trouble(url, within_s=30).startswith("is a read-only replica")


def test_doctor_says_what_redis_refuses_without_its_password(tmp_path):
    with server("MISCONF Valkey is unable to persist to disk") as url:
        found = examine(Settings(broker_url=url, data_dir=tmp_path))
    (redis,) = [f for f in found if f.name == "Redis"]
    assert redis.state == "bad"
    assert "can't save to its disk" in redis.detail
    assert "hunter2" not in redis.detail

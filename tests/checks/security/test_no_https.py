"""Of a site without working HTTPS it is said what works, and what was met over https."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.security.fetch import fetch_site
from lfassess.checks.security.judge import judge
from lfassess.errors import ProviderTimeoutError
from lfassess.settings import Settings
from tests.tls_server import HOST, context, serving, sign

PAGE = b"<p>" + b"We bake bread and cakes every day. " * 10
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
SITE = HEAD + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE
ALERT = bytes([21, 3, 3, 0, 2, 2])  # a record of two bytes: fatal, and its number
WORKS = f"http://{HOST}/ works; "


def answers(status, location):
    return f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@contextmanager
def accepting(behaviour):
    """Give each connection to ``behaviour(socket, ended)``; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()

    def each(client):
        with client, suppress(OSError):
            behaviour(client, ended)

    def serve():
        threads = []
        while not ended.is_set():
            with suppress(TimeoutError):
                threads.append(threading.Thread(target=each, args=listener.accept()[:1]))
                threads[-1].start()
        for thread in threads:
            thread.join()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listener.close()


def look(secure_port, *, seconds=60.0, ca_bundle=None, extra=()):
    with serving(SITE) as port:
        routes = (f"{HOST}:80:127.0.0.1:{port}", f"{HOST}:443:127.0.0.1:{secure_port}")
        closed = f"www.{HOST}:443:127.0.0.1:1"
        settings = Settings(connect_to=(*routes, closed, *extra), ca_bundle=ca_bundle)
        context = CheckContext(settings, time.monotonic() + seconds)
        return judge(fetch_site(Target("Shop", f"http://{HOST}/"), context).evidence)


def no_https(judgement):
    return next(f.evidence for f in judgement.findings if f.code == "no-https")


def hold(_client, ended):
    ended.wait(20)


def close(client, _ended):
    client.recv(1024)


def alert(number):
    def refuse(client, _ended):
        client.recv(4096)
        client.sendall(ALERT + bytes([number]))

    return refuse


@pytest.mark.parametrize(
    ("behaviour", "met"),
    [
        (lambda client, _ended: client.sendall(SITE), "answers there without encryption"),
        (close, "ends the connection in the middle of the handshake"),
        (alert(40), "no certificate for this name, or no encryption that browsers accept"),
        (alert(112), "no certificate for this name"),
        (alert(80), "no certificate for this name"),
        (alert(70), "nothing that browsers still accept (TLS 1.1 or older)"),
    ],
    ids=["plain", "closed", "handshake-failure", "unknown-name", "internal-error", "old"],
)
def test_what_the_port_of_https_did_is_said(behaviour, met):
    with accepting(behaviour) as port:
        evidence = no_https(look(port))
    assert evidence.startswith(WORKS)
    assert met in evidence
    assert "refuses" not in evidence


def test_a_closed_port_is_named_so_that_nobody_reads_the_site_is_down():
    assert no_https(look(1)) == f"{WORKS}{HOST} refuses connections on port 443"


def test_a_port_that_stays_silent_did_not_answer():
    with accepting(hold) as port:
        evidence = no_https(look(port, seconds=1.5))
    assert evidence == f"{WORKS}{HOST} did not answer in time on port 443"


@pytest.mark.parametrize(
    ("location", "met"),
    [
        (
            f"https://www.{HOST}/",
            f"https://www.{HOST}/: www.{HOST} refuses connections on port 443",
        ),
        ("https://no-such-name.invalid/", "no-such-name.invalid can't be resolved"),
        ("ftp://files.demo.test/", "ftp://files.demo.test/"),
        ("/", f"{HOST} redirects more than 10 times"),
    ],
    ids=["closed", "no-name", "no-web-address", "circle"],
)
def test_where_https_redirects_to_is_said_where_that_fails(tmp_path, location, met):
    leaf = sign(HOST)
    tls = context(tmp_path, leaf)
    with serving(answers("302 Found", location), tls) as port:
        evidence = no_https(look(port))
    assert evidence.startswith(f"{WORKS}{HOST} redirects")
    assert met in evidence


def test_https_that_is_there_but_slow_is_no_missing_https(tmp_path):
    tls = context(tmp_path, sign(HOST))

    def slow(client, ended):
        with tls.wrap_socket(client, server_side=True):
            ended.wait(20)

    with accepting(slow) as port, pytest.raises(ProviderTimeoutError, match="did not answer"):
        look(port, seconds=1.5)


def test_https_that_hangs_up_on_programs_is_a_refusal_and_no_missing_https(tmp_path):
    tls = context(tmp_path, sign(HOST))

    def hang_up(client, _ended):
        with tls.wrap_socket(client, server_side=True) as sock:
            sock.recv(4096)

    with accepting(hang_up) as port:
        judgement = look(port)
    assert (judgement.score, judgement.findings) == (None, ())
    assert judgement.metrics["visit"]["code"] == "dropped"


def test_a_port_that_lets_one_of_two_visitors_in_is_no_closed_one():
    """The hello that asks for old TLS versions is answered, the visit isn't."""

    def either(client, ended):
        asked = client.recv(4096)
        if asked[9:11] in {b"\x03\x01", b"\x03\x02"}:  # the version in the hello
            client.sendall(ALERT + b"\x46")  # protocol version
        else:
            ended.wait(20)

    with accepting(either) as port, pytest.raises(ProviderTimeoutError, match="port 443"):
        look(port, seconds=1.5)


def test_an_address_with_a_port_of_its_own_is_not_said_to_refuse_https():
    with serving(SITE) as port:
        context = CheckContext(Settings(allow_private_targets=True), time.monotonic() + 60)
        target = Target("Shop", f"http://127.0.0.1:{port}/")
        evidence = no_https(judge(fetch_site(target, context).evidence))
    assert (
        evidence == f"http://127.0.0.1:{port}/ works; HTTPS is not asked for at a port of its own"
    )

"""A hostile site's headers and page on the operator's terminal."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from lfassess.cli.terminal import quiet_keys

ROOT = Path(__file__).parents[2]
BODY = (
    '<!doctype html><html lang="en"><head><title>Shop \x1b]0;TITLE\x07</title>'
    '<meta name="generator" content="WordPress \x1b[2J\x1b[1;1H4.0 \u202ekcab\u202c">'
    "</head><body><h1>Bakery</h1><p>Bread.</p></body></html>"
).encode()
HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Server: Apache/2.2.1\x1b]52;c;cm0gLXJmIH4=\x07\r\n"
    b"X-Powered-By: PHP/5.2\xc2\x9b31m\x1b[2J\r\n"
    b"Content-Security-Policy: script-src \x1b[31m 'unsafe-inline'\r\n"
    b"Set-Cookie: sid\x1b[5m=1\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"Connection: close\r\n"
)


@contextmanager
def hostile_site():
    """Answer every request with bytes that no well-behaved server library would send."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer(client):
        with client:
            while b"\r\n\r\n" not in (client.recv(65_536) or b"\r\n\r\n"):
                pass
            client.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)

    def serve():
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=60)


def on_a_terminal(*words, **env):
    """Run lfassess on a terminal of its own; returns all that reached it, and the exit code."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "lfassess", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1", **env},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 65_536)
        except OSError:  # how Linux says that nobody holds the other end any more
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    return seen.decode(errors="replace"), running.wait(timeout=60)


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_a_site_gives_the_terminal_no_order(tmp_path, options):
    with hostile_site() as port:
        words = ("check", "security", f"http://127.0.0.1:{port}/", *options)
        seen, code = on_a_terminal(
            *words, LFASSESS_ALLOW_PRIVATE_TARGETS="1", LFASSESS_DATA_DIR=str(tmp_path)
        )
    assert code == 0, seen
    assert "Apache/2.2.1" in seen  # it was there to be shown
    assert "PHP/5.2" in seen
    for order in ("\x1b]", "\x1b[2J", "\x1b[1;1H", "\x1b[31m", "\x1b[5m", "\x07", "\x9b", "\u202e"):
        assert order not in seen


_KEYS = """
import sys
from lfassess.cli.terminal import quiet_keys
with quiet_keys():
    print("live", flush=True)
    sys.stdin.readline()
    print("table", flush=True)
print("prompt", flush=True)
print("got", sys.stdin.readline(), flush=True)
"""


def test_keys_that_are_pressed_meanwhile_leave_the_screen_alone():
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-c", _KEYS])
    with os.fdopen(terminal, "r+b", buffering=0) as screen:
        seen = b""

        def until(words: bytes) -> None:
            nonlocal seen
            while words not in seen:
                seen += screen.read(1024)

        until(b"live")
        screen.write(b"qqq\n\nqqq\n")
        until(b"prompt")
        assert b"q" not in seen
        screen.write(b"echoed\n")
        until(b"got echoed")
        assert seen.count(b"echoed") == 2
        assert os.waitpid(pid, 0)[1] == 0


def test_without_a_terminal_there_is_nothing_to_keep_off(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with quiet_keys():
        pass

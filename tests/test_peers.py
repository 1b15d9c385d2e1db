"""Whose process is at the other end of a connection within this machine."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import contextmanager

import pytest

from lfassess import peers

pytestmark = pytest.mark.skipif(not peers.KNOWS_PEERS, reason="only Linux tells")
OTHER = 65533
BY = [pytest.param(peers.owner, id="by the kernel"), pytest.param(None, id="by its list")]


def found(how, peer, own):
    return how(peer, own) if how else peers._listed(peers._packed(peer), peers._packed(own))


@contextmanager
def connection(host, *, dual=False):
    family = socket.AF_INET6 if dual or ":" in host else socket.AF_INET
    bound = "::" if dual else host
    with socket.create_server((bound, 0), family=family, dualstack_ipv6=dual) as server:
        caller = socket.create_connection((host, server.getsockname()[1]))
        accepted, peer = server.accept()
        with caller, accepted:
            yield caller, peer, accepted.getsockname()


@pytest.mark.parametrize("how", BY)
@pytest.mark.parametrize(
    ("host", "dual"), [("127.0.0.1", False), ("::1", False), ("127.0.0.1", True)]
)
def test_own_connection_is_ours(host, dual, how):
    with connection(host, dual=dual) as (_, peer, own):
        assert found(how, peer, own) == os.geteuid()
        assert peers.is_from(peer, own, {os.geteuid()})


@pytest.mark.parametrize("how", BY)
def test_end_that_was_closed_is_nobody_s(how):
    """A closed socket counts as root's: who calls and hangs up at once would be taken for root."""
    with connection("127.0.0.1") as (caller, peer, own):
        caller.close()
        assert found(how, peer, own) is None
        assert not peers.is_from(peer, own, {0, os.geteuid()})


def test_end_that_only_stopped_sending_is_still_somebody_s():
    with connection("127.0.0.1") as (caller, peer, own):
        caller.shutdown(socket.SHUT_WR)
        assert peers.owner(peer, own) == os.geteuid()


@pytest.mark.parametrize("how", BY)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as another account")
def test_another_account_is_named(how):
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        calling = f"exec 3<>/dev/tcp/{host}/{port}; read -r line <&3"
        with subprocess.Popen(["bash", "-c", calling], user=OTHER, group=OTHER) as caller:
            accepted, peer = server.accept()
            with accepted:
                assert found(how, peer, accepted.getsockname()) == OTHER
                assert not peers.is_from(peer, accepted.getsockname(), {os.geteuid()})
                accepted.sendall(b"\n")
            caller.wait(timeout=60)


def test_address_of_another_machine_is_nobody_s():
    assert peers.owner(("192.0.2.7", 4000), ("192.0.2.1", 80)) is None

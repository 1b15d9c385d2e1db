"""The guard: what it refuses, what it dials, and the proxy on top of it."""

from __future__ import annotations

import http.client
import http.server
import socket
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from lfassess import addresses, netguard
from lfassess.addresses import is_public
from lfassess.errors import (
    ConfigurationError,
    TargetForbiddenError,
    TargetPortError,
    TargetUnreachableError,
)
from lfassess.netguard import Guard, GuardProxy
from lfassess.settings import Settings


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "64:ff9b:1::a00:1", "fec0::1", "::127.0.0.1", "192.0.0.8", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "2001:2::1", "3fff::1",
    ],
)  # fmt: skip
def test_refuses_what_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1", "64:ff9b::101:101"]
)
def test_lets_public_addresses_through(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "127.1", "[::1]",
             "[::ffff:127.0.0.1]", "LOCALHOST.", "0"],
)  # fmt: skip
def test_refuses_loopback_however_it_is_spelt(host):
    with pytest.raises((TargetForbiddenError, TargetUnreachableError)):
        Guard().resolve(host, 80)


def test_private_targets_can_be_allowed():
    assert Guard(allow_private=True).resolve("127.0.0.1", 8080) == [("127.0.0.1", 8080)]


@pytest.mark.parametrize("port", [80, 443, 8000, 8443, 8999])
def test_ports_of_websites_are_visited(port):
    assert Guard().resolve("1.1.1.1", port) == [("1.1.1.1", port)]


@pytest.mark.parametrize("port", [0, 21, 22, 25, 53, 79, 81, 444, 3306, 6379, 7999, 9000, 65_535])
def test_no_other_port_of_a_public_address_is_visited(port):
    for guard in (Guard(), Guard(allow_private=True)):
        with pytest.raises(TargetPortError, match=rf"Port {port} of 1\.1\.1\.1 is"):
            guard.resolve("1.1.1.1", port)


def test_private_addresses_have_any_port_where_they_are_allowed(monkeypatch):
    assert Guard(allow_private=True).resolve("127.0.0.1", 22) == [("127.0.0.1", 22)]
    found = ["127.0.0.1", "1.1.1.1"]  # a name that leads to both is no private one
    monkeypatch.setattr(netguard, "look_up", lambda _name: found)
    with pytest.raises(TargetPortError):
        Guard(allow_private=True).resolve("both.test", 22)


def test_more_ports_are_visited_where_a_setting_says_so():
    guard = Guard.from_settings(Settings(target_ports="443, 3000,9000-9001"))
    for port in (443, 3000, 9000, 9001):
        assert guard.resolve("1.1.1.1", port) == [("1.1.1.1", port)]
    for port in (80, 8080, 9002):
        with pytest.raises(TargetPortError, match="only 443, 3000, 9000-9001"):
            guard.resolve("1.1.1.1", port)
    anywhere = Guard.from_settings(Settings(target_ports="any"))
    assert anywhere.resolve("1.1.1.1", 22) == [("1.1.1.1", 22)]


@pytest.mark.parametrize(
    "wrong", ["0", "65536", "9-8", "8000-", "-1", "http", "80;443", "1.5", "80-90-100"]
)
def test_what_is_not_a_port_is_refused(wrong):
    with pytest.raises(ValueError, match=r"LFASSESS_TARGET_PORTS|target_ports"):
        Settings(target_ports=wrong)


def test_proxy_goes_to_no_other_port():
    with GuardProxy(Guard()) as proxy:
        for url in ("http://1.1.1.1:22/", "http://1.1.1.1:6379/"):
            with pytest.raises(urllib.error.HTTPError) as caught:
                through(proxy, url)
            caught.value.close()
            assert caught.value.code == 403
        assert proxy.refused == ["1.1.1.1:22", "1.1.1.1:6379"]
        assert isinstance(proxy.refusal, TargetPortError)


def test_name_that_does_not_exist_is_unreachable():
    with pytest.raises(TargetUnreachableError, match="can't be resolved"):
        Guard().resolve("no-such-name.invalid", 80)


def test_name_that_cannot_be_one_is_unreachable():
    with pytest.raises(TargetUnreachableError):
        Guard().resolve("a" * 300 + ".example", 80)


def test_connect_to_leads_elsewhere_for_its_host_and_port_only():
    guard = Guard(connect_to=["*.demo.test:80:127.0.0.1:8470", "one.test:443:127.0.0.1:8471"])
    assert guard.resolve("bakery.demo.test", 80) == [("127.0.0.1", 8470)]
    assert guard.resolve("one.test", 443) == [("127.0.0.1", 8471)]
    for host, port in [("bakery.demo.test", 443), ("demo.test", 80), ("two.test", 443)]:
        with pytest.raises(TargetUnreachableError):
            guard.resolve(host, port)


def test_wrong_connect_to_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="HOST:PORT:ADDRESS:PORT"):
        Guard(connect_to=["bakery.test"])


@contextmanager
def site(body=b"hello", path_seen=None):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if path_seen is not None:
                path_seen.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Keep the test's output quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def through(proxy, url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy.url}))
    with opener.open(url, timeout=60) as answer:
        return answer.read()


def test_proxy_fetches_allowed_pages_with_their_own_path_and_host():
    seen = []
    with site(path_seen=seen) as port:
        guard = Guard(connect_to=[f"shop.test:80:127.0.0.1:{port}"])
        with GuardProxy(guard) as proxy:
            assert through(proxy, "http://shop.test/a?b=c") == b"hello"
            assert proxy.bytes_received > 5
    path, headers = seen[0]
    assert (path, headers["Host"]) == ("/a?b=c", "shop.test")


def test_proxy_refuses_private_addresses_without_touching_them():
    with site() as port, GuardProxy(Guard()) as proxy:
        with pytest.raises(urllib.error.HTTPError) as refused:
            through(proxy, f"http://127.0.0.1:{port}/")
        assert refused.value.code == 403
        refused.value.close()
        assert proxy.refused == [f"127.0.0.1:{port}"]


def test_proxy_tunnels_and_refuses_connect():
    with site() as port:
        guard = Guard(connect_to=[f"shop.test:443:127.0.0.1:{port}"])
        with GuardProxy(guard) as proxy:
            host, proxy_port = proxy.url.removeprefix("http://").split(":")
            for target, status in [("shop.test:443", b" 200 "), ("127.0.0.1:443", b" 403 ")]:
                with socket.create_connection((host, int(proxy_port)), timeout=60) as s:
                    s.sendall(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
                    assert status in s.recv(1000)


def test_proxy_says_502_for_dead_names_and_400_for_nonsense():
    with GuardProxy(Guard()) as proxy:
        host, port = proxy.url.removeprefix("http://").split(":")
        for line, status in [
            ("GET http://no-such-name.invalid/ HTTP/1.1", b" 502 "),
            ("GET /relative HTTP/1.1", b" 400 "),
            ("CONNECT nonsense HTTP/1.1", b" 400 "),
        ]:
            with socket.create_connection((host, int(port)), timeout=60) as s:
                s.sendall(f"{line}\r\n\r\n".encode())
                assert status in s.recv(1000)


def test_proxy_cuts_off_at_its_cap():
    with site(body=b"x" * 1_000_000) as port:
        guard = Guard(connect_to=[f"shop.test:80:127.0.0.1:{port}"])
        with GuardProxy(guard, max_bytes=100_000) as proxy:
            with pytest.raises(http.client.IncompleteRead):
                through(proxy, "http://shop.test/")
            assert proxy.bytes_received < 400_000


def test_proxy_leaves_no_thread_behind():
    before = threading.active_count()
    with GuardProxy(Guard()) as proxy:
        host, port = proxy.url.removeprefix("http://").split(":")
        idle = socket.create_connection((host, int(port)), timeout=60)
    idle.close()
    assert threading.active_count() == before


def test_connecting_tries_every_address_in_the_time_given(monkeypatch):
    with site() as port:
        guard = Guard(allow_private=True)
        monkeypatch.setattr(guard, "resolve", lambda *_: [("127.0.0.1", 1), ("127.0.0.1", port)])
        guard.connect("shop.test", port, 5).close()


def test_name_server_that_never_answers_is_given_up_on(monkeypatch):
    answer = threading.Event()
    monkeypatch.setattr(addresses, "_RESOLVE_S", 0.05)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_a, **_k: answer.wait(10) and [])
    with pytest.raises(TargetUnreachableError, match="can't be resolved"):
        Guard().resolve("slow.test", 80)
    answer.set()

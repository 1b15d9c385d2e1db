"""What is asked over HTTP reaches no private address, however it is spelt or led to."""

from __future__ import annotations

import socket
import time

import pytest

from lfassess import netguard
from lfassess.checks import security
from lfassess.checks.base import CheckContext, Target
from lfassess.checks.gbp import fetch as gbp_fetch
from lfassess.clients import webhook, website
from lfassess.errors import CheckError, LfassessError, TargetForbiddenError, TargetPortError
from lfassess.netguard import Guard
from lfassess.settings import WEB_PORTS, Settings
from tests.page_server import Answer
from tests.ssrf.conftest import HOSTS, to


def context(settings):
    return CheckContext(settings, time.monotonic() + 60)


def fetch(url, settings):
    return website.fetch(url, settings=settings, deadline=time.monotonic() + 60)


@pytest.fixture
def away(trap):
    trap.callers.clear()
    yield trap
    assert trap.callers == []


@pytest.mark.parametrize("host", HOSTS)
def test_website_is_not_fetched_from(away, host, tmp_path):
    settings = Settings(data_dir=tmp_path, target_ports="any")
    with pytest.raises((TargetForbiddenError, CheckError)):
        fetch(f"http://{host}:{away.port}/", settings)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_security_check_asks_nothing_of(away, host, scheme, tmp_path):
    target = Target("B", f"{scheme}://{host}:{away.port}/")
    with pytest.raises(CheckError):
        security.CHECK.fetch(target, context(Settings(data_dir=tmp_path, target_ports="any")))


@pytest.mark.parametrize("host", HOSTS)
def test_redirect_to_it_is_not_followed(away, host, shop):
    with (
        shop({"/": to(f"http://{host}:{away.port}/latest/meta-data/")}) as settings,
        pytest.raises(CheckError),
    ):
        fetch("http://shop.test/", settings)


@pytest.fixture
def _public_at_heart(monkeypatch):
    """Take loopback for a public address, so that the port alone can be what is refused."""
    monkeypatch.setattr(netguard, "is_public", lambda _address: True)


@pytest.mark.usefixtures("_public_at_heart")
def test_public_address_is_not_asked_on_a_port_where_no_website_is(away, shop):
    pages = {"/": to(f"http://127.0.0.1:{away.port}/")}
    with shop(pages, target_ports=WEB_PORTS) as settings:
        for url in ("http://shop.test/", f"https://127.0.0.1:{away.port}/"):
            with pytest.raises(TargetPortError):
                fetch(url, settings)


def test_chain_of_redirects_is_judged_at_every_step(away, shop):
    pages = {"/": to("/a"), "/a": to("//shop.test/b"), "/b": to(f"//127.1:{away.port}/c")}
    with shop(pages) as settings, pytest.raises(TargetForbiddenError):
        fetch("http://shop.test/", settings)


def test_security_check_follows_no_redirect_of_its_further_questions(away, shop):
    there = f"http://127.0.0.1:{away.port}/"
    page = f'<title>Shop</title><script src="{there}x.js"></script><a href="{there}">x</a>'
    pages = {
        "/": page,
        "/.well-known/security.txt": to(there),
        "/security.txt": to(there),
        "/robots.txt": to(there),
    }
    with shop(pages) as settings:
        security.CHECK.judge(
            security.CHECK.fetch(Target("B", "http://shop.test/"), context(settings)).evidence
        )


def test_business_profile_check_reads_no_private_website(away, tmp_path):
    target = Target("B", f"http://127.0.0.1:{away.port}/")
    with pytest.raises(LfassessError):
        gbp_fetch.fetch_profile(target, context(Settings(data_dir=tmp_path, google_api_key="k",
            places_base_url=f"http://127.0.0.1:{_closed_port()}")))  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_webhook_is_not_posted_to(away, host, tmp_path):
    with pytest.raises(CheckError):
        webhook.post(
            f"http://{host}:{away.port}/hook",
            b"{}",
            {},
            settings=Settings(data_dir=tmp_path, target_ports="any"),
            timeout_s=3,
        )


def test_name_is_looked_up_once_and_the_judged_address_is_dialled(monkeypatch):
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    dialled = []

    def dial(address, timeout):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("lfassess.netguard.look_up", lambda name: next(answers))
    monkeypatch.setattr("lfassess.netguard.socket.create_connection", dial)
    with pytest.raises(ConnectionRefusedError):
        Guard().connect("rebind.test", 80, 1)
    assert dialled == [("93.184.215.14", 80)]


def test_name_that_turns_private_between_two_requests_is_refused(away, shop, monkeypatch):
    """The page came from a public address; its redirect to the same name is judged again."""
    with shop({"/": to(f"http://rebind.test:{away.port}/")}) as settings:
        monkeypatch.setattr("lfassess.netguard.look_up", lambda name: ["127.0.0.1"])
        with pytest.raises(TargetForbiddenError):
            fetch("http://shop.test/", settings)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_trap_works(trap):
    before = len(trap.callers)
    with socket.create_connection(("127.0.0.1", trap.port), timeout=60) as s:
        assert s.recv(1) == b""
    assert len(trap.callers) == before + 1
    trap.callers.clear()


def test_the_shop_is_reached(shop):
    with shop({"/": Answer(b"<title>Shop</title>")}) as settings:
        assert fetch("http://shop.test/", settings).status == 200

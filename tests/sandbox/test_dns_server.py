"""The sandbox answers for the demo sites' mail records, and for nobody else's."""

from __future__ import annotations

import socket

import pytest

from lfassess.checks.onpage.evidence_mail import ask_for
from lfassess.clients.dns import Resolver
from lfassess.errors import ServiceUnreachableError
from lfassess.sandbox.dns_server import answer, reached, zone
from lfassess.sandbox.server import SandboxServer
from lfassess.sandbox.sites import all_sites
from lfassess.settings import Settings


@pytest.fixture
def resolver(sandbox):
    return Resolver(Settings(dns_server=sandbox.env["LFASSESS_DNS_SERVER"]), 5.0)


def test_a_site_without_records_of_its_own_has_the_manifests(resolver):
    mail = ask_for("harbour-bakery.demo.test", resolver.ask)
    assert mail.mx == ("10 mx.demo.test.",)
    assert (mail.spf, mail.lookups) == (("v=spf1 mx -all",), 1)
    assert mail.dmarc == ("v=DMARC1; p=quarantine; rua=mailto:dmarc@demo.test",)
    assert (mail.caa, mail.signed, mail.ipv6) == ((), False, False)


def test_planted_gaps_are_served(resolver):
    assert ask_for("dons-garage.demo.test", resolver.ask).spf == ("v=spf1 +all",)
    assert len(ask_for("cedar-grove-dental.demo.test", resolver.ask).spf or ()) == 2
    assert ask_for("quayside-optics.demo.test", resolver.ask).mx == ()
    assert ask_for("lakeside-roofing.demo.test", resolver.ask).dmarc == ()


@pytest.mark.parametrize("site", all_sites().values(), ids=lambda s: s.name)
def test_every_sites_domain_exists(resolver, site):
    assert resolver.ask(site.host, "SOA").values
    assert resolver.ask(f"www.{site.host}", "A").values == ("127.0.0.1",)


def test_names_that_nobody_can_have_do_not_exist(resolver):
    for name in ("lucky-spins.example", "nobody.demo.test", "nothing.invalid"):
        found = resolver.ask(name, "A")
        assert (found.answered, found.exists) == (True, False)


def test_of_other_peoples_names_nothing_is_said(resolver):
    assert not resolver.ask("iana.org", "TXT").answered


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff" * 40, b"\x00\x01" + b"\x00" * 10])
def test_what_is_no_question_has_no_answer(data):
    assert answer(data, zone()) is None


def test_a_port_that_is_taken_is_named():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ServiceUnreachableError, match="UDP port"):
            SandboxServer(dns_port=taken.getsockname()[1]).start()


def test_where_it_is_reached_is_written_as_the_setting_has_it():
    assert reached("127.0.0.1", 5353) == "127.0.0.1:5353"
    assert reached("::1", 5353) == "[::1]:5353"

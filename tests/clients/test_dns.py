from __future__ import annotations

import pytest

from lfassess.checks.onpage.evidence_mail import ask_for
from lfassess.clients.dns import Records, Resolver, server_address
from lfassess.errors import ConfigurationError
from lfassess.settings import Settings
from tests.dns_server import serving

pytestmark = pytest.mark.integration

NAME = "bakery.example"
ZONE = {
    NAME: {
        "MX": ["10 mail.bakery.example."],
        "TXT": ['"v=spf1 include:_spf.host.example " "-all"', '"google-site-verification=abc"'],
        "AAAA": ["2001:db8::1"],
    },
    f"_dmarc.{NAME}": {"TXT": ['"v=DMARC1; p=quarantine"']},
    "_spf.host.example": {"TXT": ['"v=spf1 a mx ip4:192.0.2.0/24 ~all"']},
}


def resolver(server, seconds=5.0):
    return Resolver(Settings(dns_server=server.address), seconds)


def test_reads_a_domains_mail_records():
    with serving(ZONE) as server:
        mail = ask_for(NAME, resolver(server).ask)
    assert mail.mx == ("10 mail.bakery.example.",)
    assert mail.spf == ("v=spf1 include:_spf.host.example -all",)
    assert mail.lookups == 3
    assert mail.dmarc == ("v=DMARC1; p=quarantine",)
    assert (mail.caa, mail.signed, mail.ipv6) == ((), False, True)


def test_a_name_without_records_has_none():
    with serving({NAME: {}}) as server:
        mail = ask_for(NAME, resolver(server).ask)
    assert (mail.mx, mail.spf, mail.dmarc) == ((), (), ())


def test_a_server_that_does_not_know_the_visited_domain_is_not_believed():
    with serving({}) as server:
        mail = ask_for(NAME, resolver(server).ask)
    assert (mail.mx, mail.spf, mail.dmarc, mail.signed) == (None, None, None, None)


@pytest.mark.parametrize("sick", [{"rcode": 2}, {"rcode": 5}, {"raw": b""}, {"raw": b"\xff" * 40}])
def test_no_proper_answer_is_no_answer(sick):
    with serving(ZONE, **sick) as server:
        assert not resolver(server, 0.5).ask(NAME, "MX").answered


def test_nobody_there_costs_no_more_than_the_time_limit():
    with serving(ZONE, silent=True) as server:
        asked = resolver(server, 0.3)
        answers = [asked.ask(NAME, kind) for kind in ("MX", "TXT", "CAA", "DS", "AAAA")]
    assert not any(answer.answered for answer in answers)


def test_aliases_that_go_round_in_circles_end():
    zone = {"a.example": {"CNAME": ["b.example."]}, "b.example": {"CNAME": ["a.example."]}}
    with serving(zone) as server:
        assert resolver(server, 1.0).ask("a.example", "MX").values == ()
        assert len(server.asked) < 100


@pytest.mark.parametrize("width", [1, 3])
def test_rules_that_include_each_other_end(width):
    includes = " ".join(f"include:spf{n}.example" for n in range(width))
    zone = {f"spf{n}.example": {"TXT": [f'"v=spf1 {includes} -all"']} for n in range(width)}
    zone[NAME] = {"TXT": ['"v=spf1 include:spf0.example -all"']}
    with serving(zone) as server:
        mail = ask_for(NAME, resolver(server).ask)
        assert mail.lookups == 11 or mail.lookups > 10
        assert len(server.asked) < 60


def test_a_rule_that_includes_hundreds_ends():
    zone = {
        f"n{n}.example": {"TXT": [f'"v=spf1 include:n{n + 1}.example -all"']} for n in range(300)
    }
    zone[NAME] = {"TXT": ['"v=spf1 include:n0.example -all"']}
    with serving(zone) as server:
        assert ask_for(NAME, resolver(server).ask).lookups > 10
        assert len(server.asked) < 60


@pytest.mark.parametrize("name", ["", ".", "a" * 300, "ü" * 70 + ".example", "a..example", "\x00"])
def test_a_name_that_is_none_has_no_answer(name):
    with serving({}) as server:
        assert resolver(server, 1.0).ask(name, "MX") in (
            Records(answered=False),
            Records(exists=False),
        )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("localhost:5353", ("127.0.0.1", 5353)),
    ],
)
def test_a_servers_address_is_read(text, address):
    assert server_address(text) == address


@pytest.mark.parametrize("text", ["", "dns.example", "192.0.2.1:x", "[::1", "1.2.3"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ConfigurationError, match="LFASSESS_DNS_SERVER"):
        server_address(text)

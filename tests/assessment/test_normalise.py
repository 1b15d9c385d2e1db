"""Websites in one form, and what can't be assessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.assessment.intake.normalise import (
    InvalidValueError,
    given_website,
    host_of,
    is_blank,
    normalise_website,
    site_of,
)
from lfassess.settings import Settings


@pytest.mark.parametrize(
    ("typed", "website"),
    [
        ("https://example.com", "https://example.com/"),
        ("example.com", "https://example.com/"),
        ("  WWW.Example.COM.  ", "https://www.example.com/"),
        ("//example.com/shop", "https://example.com/shop"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443", "https://example.com/"),
        ("example.com:8443/x", "https://example.com:8443/x"),
        ("example.com:80", "http://example.com/"),
        ("http:example.com", "http://example.com/"),
        ("HTTP:\\\\www.example.com\\shop", "http://www.example.com/shop"),
        ("https://example.com\\@evil.example", "https://example.com/@evil.example"),
        ("https://example.com/A/b?q=1#top", "https://example.com/A/b?q=1"),
        ("example.com?utm_source=x&id=7&gclid=y&FBCLID=z", "https://example.com/?id=7"),
        ("example.com/?utm_source=x", "https://example.com/"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://faß.example", "https://xn--fa-hia.example/"),
        ("пример.рф", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://example.com/a b%20c%zz", "https://example.com/a%20b%20c%25zz"),
        ("\u200bexample.com\ufeff", "https://example.com/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:2800:220:1:248:1893:25c8:1946]/", "http://[2606:2800:220:1:248:1893:25c8:1946]/"),
        ("shop_1.example.com", "https://shop_1.example.com/"),
    ],
)  # fmt: skip
def test_brings_addresses_into_one_form(typed, website):
    assert normalise_website(typed) == website


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "--", "n/a", "N.A.", "none", "No website", "null", "https://", "."]
)  # fmt: skip
def test_knows_when_there_is_no_website(typed):
    assert normalise_website(typed) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("javascript:alert(1)", "only http and https"),
        ("JavaScript://example.com/%0aalert(1)", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("data:text/html,hi", "only http and https"),
        ("ftp://example.com", "only http and https"),
        ("mailto:joe@example.com", "only http and https"),
        ("tel:5551234", "only http and https"),
        ("joe@example.com", "e-mail address"),
        ("https://user:secret@example.com", "user name"),
        ("https:///", "no host name"),
        ("https://?q", "no host name"),
        ("https://:443/", "no host name"),
        ("localhost", "not a public host name"),
        ("http://intranet/", "not a public host name"),
        ("Joe's Diner", "not a host name"),
        ("example.com, example.org", "not a host name"),
        ("https://exa mple.com", "not a host name"),
        ("https://-example.com", "not a host name"),
        ("https://example..com", "not a host name"),
        (f"https://{'a' * 64}.com", "not a host name"),
        (f"https://{'a.' * 130}com", "not a host name"),
        ("https://i❤.example", "not a host name"),
        ("https://example.com:99999", "malformed"),
        ("https://[::1", "malformed"),
        ("https://example.com/\x00", "control characters"),
        ("https://exam\nple.com", "control characters"),
        ("https://example.com/\udcff", "control characters"),
        ("https://example.com/" + "a" * 2_048, "more than 2,048 characters"),
        ("https://example.com/" + "é" * 1_000, "more than 2,048 characters"),
        ("http://127.0.0.1/", "private address"),
        ("http://10.1.2.3", "private address"),
        ("http://169.254.169.254/latest/meta-data", "private address"),
        ("http://[::1]/", "private address"),
        ("http://[::ffff:10.0.0.1]/", "private address"),
        ("http://\uff11\uff12\uff17.0.0.1/", "private address"),
        ("http://127.1/", "not an IP address"),
        ("http://2130706433/", "not an IP address"),
        ("http://0x7f.0.0.0x1/", "not an IP address"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_assessed(typed, reason):
    with pytest.raises(InvalidValueError, match=reason):
        normalise_website(typed)


@pytest.mark.parametrize(
    ("typed", "website"),
    [
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("localhost:8000", "https://localhost:8000/"),
        ("http://intranet", "http://intranet/"),
        ("http://[::1]:81/", "http://[::1]:81/"),
    ],
)
def test_takes_private_addresses_where_they_are_allowed(typed, website):
    assert normalise_website(typed, allow_private=True) == website


@given(st.text(max_size=80) | st.text("htps:/.w@[]?#%0189aé\\ ", max_size=40))
def test_gives_an_answer_or_a_reason_and_is_idempotent(text):
    try:
        website = normalise_website(text)
    except InvalidValueError as e:
        website, reason = None, str(e)
        assert reason
    assert (website or "").isascii()
    assert normalise_website(website or "") == website


def test_site_leaves_out_what_makes_no_difference():
    assert site_of("https://www.example.com/") == site_of("http://example.com/") == "example.com"
    assert site_of("https://example.com/shop/") == "example.com/shop"


def test_host_leaves_out_www_and_port():
    assert host_of("https://www.example.com:8443/x") == "example.com"


@pytest.mark.parametrize("text", ["Nonesuch Ltd", "N", "Nova", "0"])
def test_names_are_not_taken_for_blanks(text):
    assert not is_blank(text)


def test_port_that_is_not_visited_is_refused_where_an_address_is_typed():
    assert given_website("example.com:8443", Settings()) == "https://example.com:8443/"
    assert given_website("", Settings()) is None
    assert given_website("example.com:22", Settings(target_ports="22")) == "https://example.com:22/"
    with pytest.raises(InvalidValueError, match=r"Port 22 of example\.com .*LFASSESS_TARGET_PORTS"):
        given_website("example.com:22", Settings())

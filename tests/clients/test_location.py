"""Where redirects lead, as browsers read them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.clients.location import resolve

BASE = "https://bakery.test/a/b?q=1"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/home/", "https://bakery.test/home/"),
        ("home", "https://bakery.test/a/home"),
        ("?page=2", "https://bakery.test/a/b?page=2"),
        ("#menu", "https://bakery.test/a/b?q=1"),
        ("/home/#menu", "https://bakery.test/home/"),
        ("//www.bakery.test", "https://www.bakery.test/"),
        ("HTTP://Bakery.Test/Home", "http://bakery.test/Home"),
        ("https://bakery.test:443/", "https://bakery.test/"),
        ("https://bakery.test:8443/", "https://bakery.test:8443/"),
        ("https://user:pass@bakery.test/", "https://bakery.test/"),
        ("https://[2001:DB8::1]/x", "https://[2001:DB8::1]/x"),
        # backslashes
        (r"https:\\www.bakery.test\home\x?a=\b", "https://www.bakery.test/home/x?a=\\b"),
        (r"\\www.bakery.test\home", "https://www.bakery.test/home"),
        (r"\home\page.html", "https://bakery.test/home/page.html"),
        (r"https:/\www.bakery.test/", "https://www.bakery.test/"),
        (r"http:/\www.bakery.test/", "http://www.bakery.test/"),
        # spaces and control characters
        ("  /home \t", "https://bakery.test/home"),
        ("/our services/?a b", "https://bakery.test/our%20services/?a%20b"),
        ("/ho\tme/\r\nx", "https://bakery.test/home/x"),
        ("\x00\x1f/home", "https://bakery.test/home"),
        # bytes that are no ASCII, read as Latin-1
        ("/Ã¼ber-uns/", "https://bakery.test/%C3%BCber-uns/"),
        ("/caf\xe9/", "https://bakery.test/caf%E9/"),
        ("/?q=caf\xe9", "https://bakery.test/?q=caf%E9"),
        ("https://mÃ¼ller.test/", "https://xn--mller-kva.test/"),
        ("https://m%C3%BCller.test/", "https://xn--mller-kva.test/"),
        # slashes too few or too many
        ("http:home", "http://home/"),
        ("https:home", "https://bakery.test/a/home"),
        ("http:/www.bakery.test/x", "http://www.bakery.test/x"),
        ("https:///www.bakery.test/x", "https://www.bakery.test/x"),
        ("https://bakery.test//x//y", "https://bakery.test//x//y"),
        # dots
        ("../x", "https://bakery.test/x"),
        ("/a/./b/../c", "https://bakery.test/a/c"),
        ("/a/%2e%2E/c", "https://bakery.test/c"),
        ("/a/b/..", "https://bakery.test/a/"),
        ("/../../x", "https://bakery.test/x"),
        ("/a/.", "https://bakery.test/a/"),
        # escapes stay
        ("/a%20b|c'd", "https://bakery.test/a%20b|c'd"),
        ("/{x}<y>", "https://bakery.test/%7Bx%7D%3Cy%3E"),
    ],
)
def test_leads_where_a_browser_goes(location, url):
    assert resolve(BASE, location) == url


@pytest.mark.parametrize(
    "location",
    [
        "mailto:x@y.test", "javascript:alert(1)", "file:///etc/passwd", "http://[broken/",
        "https://", "http://a b.test/", "http://x.test:99999/", "http://m\xfcller.test/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_stays_as_it_is(location):
    assert resolve(BASE, location) == location


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_location_is_resolved_or_left_alone(location):
    url = resolve(BASE, location)
    if url == location:
        return
    assert url.isascii()
    assert urlsplit(url).scheme in {"http", "https"}
    assert urlsplit(url).hostname
    assert not set(url) & set(" \t\r\n\\") or "\\" in url.partition("?")[2]
    assert resolve(BASE, url) == url

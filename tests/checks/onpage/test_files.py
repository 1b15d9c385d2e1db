"""Sitemaps, and which pages are read next."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from lfassess.checks.onpage import fetch_sitemaps
from lfassess.checks.onpage.evidence import Link
from lfassess.checks.onpage.evidence_signs import signs_in_addresses
from lfassess.checks.onpage.fetch_frontier import Frontier
from tests.checks.onpage.pages import URL, page

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://x/">
<url><loc> https://brightwater.example/a?x=1&amp;y=2 </loc><image:loc>https://x/i.png</image:loc></url>
<url><loc><![CDATA[https://brightwater.example/b]]></loc></url></urlset>"""
BOMB = b"""<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<urlset><url><loc>&b;</loc></url></urlset>"""
BOTH = ("https://brightwater.example/a?x=1&y=2", "https://brightwater.example/b")


@pytest.mark.parametrize(
    "body",
    [
        XML,
        gzip.compress(XML),
        b"\xef\xbb\xbf" + XML,
        "\n".join(BOTH).encode(),
        XML.replace(b"\n", b"\r\n"),
    ],
)
def test_a_sitemap_is_read_in_every_form(body):
    found = fetch_sitemaps.read(body)
    assert (found.urls, found.fault, found.index) == (BOTH, None, False)


def test_an_index_is_told_from_a_list():
    assert fetch_sitemaps.read(
        XML.replace(b"urlset", b"sitemapindex").replace(b"url>", b"sitemap>")
    ).index


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>Not found</body></html>", "web page"),
        (b"<html><body><p>Not found<br></body></html>", "web page"),
        (b"<urlset><url><loc>https://x/</url></urlset>", "broken"),
        (BOMB, "entities"),
        (b"\x1f\x8b\x00\x00", "unpacked"),
        (b"Not found", "no addresses"),
        (b"<a>" * 1000, "nested"),
    ],
)
def test_says_why_a_sitemap_can_not_be_read(body, fault):
    assert fault in fetch_sitemaps.read(body).fault


def test_a_beginning_is_no_broken_sitemap():
    found = fetch_sitemaps.read(XML[:-20], truncated=True)
    assert (found.fault, found.cut) == (None, True)


@pytest.mark.parametrize(
    "piece", [b"<a>", b"<a b='c'><!--", b"<![CDATA[", b"<?x ", b"&lt;", b"<urlset>"]
)
def test_reading_a_nested_or_unclosed_sitemap_ends(piece):
    read = fetch_sitemaps.read(b"<urlset>" + piece * (5_000_000 // len(piece)))
    assert read.urls == ()


def test_reading_a_huge_sitemap_ends():
    many = b"<urlset>" + b"<url><loc>https://x/</loc></url>" * 200_000 + b"</urlset>"
    found = fetch_sitemaps.read(gzip.compress(many))
    assert (len(found.urls), found.cut, found.fault) == (fetch_sitemaps.MOST, True, None)
    zeros = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    assert fetch_sitemaps.read(zeros).cut


def test_spam_among_addresses_is_a_sign_and_a_japanese_site_is_none():
    spam = [f"{URL}buy-cheap-viagra-{n}" for n in range(9)]
    japanese = [f"{URL}%E3%83%96%E3%83%A9%E3%83%B3%E3%83%89-{n}" for n in range(9)]
    assert list(signs_in_addresses(spam, japanese=False))
    assert list(signs_in_addresses(japanese, japanese=False))
    assert not list(signs_in_addresses(japanese, japanese=True))
    assert not list(signs_in_addresses(spam[:2], japanese=False))


def order(*links: Link, listed: tuple[str, ...] = ()) -> list[str]:
    frontier = Frontier(URL)
    frontier.add_links(replace(page(), links=links))
    frontier.add_listed(listed)
    found = []
    while following := frontier.next():
        found.append(following[0].removeprefix(URL))
    return found


def link(path: str, text: str = "", *, navigation: bool = False, internal: bool = True) -> Link:
    return Link(URL + path, text, navigation, internal)


def test_pages_come_by_their_worth():
    links = (
        link("blog"), link("prices", "Our prices"), link("imprint"), link("vans", navigation=True),
        link("contact", "Contact", navigation=True),
    )  # fmt: skip
    assert order(*links, listed=(URL + "old",)) == [
        "imprint",
        "contact",
        "vans",
        "prices",
        "blog",
        "old",
    ]


def test_no_page_comes_twice_and_no_file_at_all():
    links = (
        link("a"), link("a/"), link("index.html"), link("menu.pdf"), link("wp-login.php"), link("cart/"),
        link("b", internal=False), link("x?a=1&b=2&c=3"), link("a?add-to-cart=3"),
    )  # fmt: skip
    assert order(*links, listed=(URL + "a", "https://elsewhere.example/z")) == ["a"]


def test_a_calendar_is_left_after_a_few_days():
    days = [link(f"calendar/2026/{n:02}/01") for n in range(1, 13)]
    assert len(order(*days)) == 3


def test_a_link_farm_does_not_fill_the_memory():
    frontier = Frontier(URL)
    for n in range(20):
        links = tuple(link(f"{n}-{chr(97 + k % 26)}{k}x") for k in range(1_000))
        frontier.add_links(replace(page(), links=links))
    assert len(frontier._waiting) <= 5_001

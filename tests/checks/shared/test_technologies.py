from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.shared.elements import Elements
from lfassess.checks.shared.technologies import seen_on, technologies

EXAMPLES = tomllib.loads((Path(__file__).parent / "technology_examples.toml").read_text())
CATEGORIES = {
    "cms", "builder", "shop", "theme", "plugin", "analytics", "tag_manager", "advertising", "calls", "chat",
    "booking", "consent", "payment", "cdn", "hosting", "server", "framework", "fonts", "security",
    "reviews", "mail",
}  # fmt: skip
TAGS = {
    "script": "<script src='{}'></script>",
    "link": "<link rel=stylesheet href='{}'>",
    "a": "<a href='{}'>x</a>",
    "frame": "<iframe src='{}'></iframe>",
    "generator": "<meta name=generator content='{}'>",
    "text": "{}",
}


def seen(html: str = "", headers: list[tuple[str, str]] | None = None) -> dict[str, str | None]:
    found = seen_on(Elements(LexborHTMLParser(html)), html, headers or [])
    return {one.id: one.version for one in found}


def test_the_table_is_as_large_as_it_is_meant_to_be():
    assert len(technologies()) >= 120
    assert {t.category for t in technologies().values()} == CATEGORIES


@pytest.mark.parametrize("key", technologies())
def test_each_entry_is_recognised(key):
    example = EXAMPLES[key]
    html = "".join(form.format(example[k]) for k, form in TAGS.items() if k in example)
    headers = [tuple(example["header"])] if "header" in example else []
    headers += [("Set-Cookie", example["cookie"])] if "cookie" in example else []
    found = seen(html, headers)
    assert key in found
    assert found[key] == example.get("version")


def test_there_is_no_example_without_an_entry():
    assert EXAMPLES.keys() == technologies().keys()


@pytest.mark.parametrize(
    "html",
    [
        "<p>We moved from WordPress to Wix and use Google Analytics.</p>",
        "<a href=https://wordpress.org/>WordPress</a><a href=https://www.shopify.com/>Shopify</a>",
        "<a href=https://www.facebook.com/brightwater>Facebook</a>",
        "<meta name=description content='WordPress 6.4'><title>Squarespace</title>",
        "<a href=https://stripe.com/>Stripe</a><a href=https://www.paypal.com/>PayPal</a>",
        "<img src=/images/nginx.png><img src=/cloudflare.png>",
    ],
)
def test_what_is_only_named_is_not_in_use(html):
    assert seen(html) == {}


def test_a_distributions_or_browsers_header_tells_nothing():
    assert (
        seen(headers=[("Server", "MyServer"), ("Via", "1.1 proxy"), ("X-Powered-By", "PHP/8.2")])
        == {}
    )

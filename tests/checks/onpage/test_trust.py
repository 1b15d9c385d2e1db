"""What counts as an address, a profile, a policy: in the pages' text and links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.onpage.evidence import Link
from lfassess.checks.onpage.evidence_page import Answered, facts
from tests.checks.onpage.pages import (
    BODY,
    DATA,
    HEAD,
    OTHERS,
    URL,
    html,
    judged,
    page,
    said,
    without,
)

STREET = " 12 Mill Street, Cedar Falls, IA 50613"


def test_a_map_shows_the_address():
    bare = html(without(HEAD, DATA), without(BODY, STREET) + '<iframe src="{}"></iframe>')
    assert "no-address" in said(bare.format("https://www.youtube.com/embed/1"))
    assert "no-address" not in said(bare.format("https://www.google.com/maps/embed?pb=1"))


@pytest.mark.parametrize(
    ("address", "country", "lang"),
    [
        ("Bahnhofstrasse 5, 8001 Zürich", "CH", "de"),
        ("2000 Neuchâtel", "CH", "fr"),
        ("Rue du Lac 4, 1950 Sion", "CH", "fr"),
        ("10115 Berlin", "DE", "de"),
        ("D-10115 Berlin", "DE", "en"),
        ("1012 AB Amsterdam", "NL", "nl"),
        ("10115 Berlin", "US", "de"),  # the lead's country isn't known
        ("M5V 2T6", "CA", "en"),
        ("SW1A 1AA", "GB", "en"),
    ],
)
def test_postal_addresses_are_those_of_the_country(address, country, lang):
    text = html(body=f"<p>{address}</p>", lang=f" lang={lang}", head="")
    assert facts(Answered(URL, URL, 200, [], text), country).addresses


@pytest.mark.parametrize(
    ("text", "country", "lang"),
    [
        ("© 2026 Blue Pine Landscaping", "US", "en"),
        ("Copyright 2026 Müller Gartenbau", "AT", "de"),
        ("Seit 1998 Familienbetrieb", "CH", "de"),
        ("IEEE 1588 Precision Time", "US", "en"),
        ("80000 Customers", "GB", "en"),
        ("123 Main Street, Anytown", "US", "en"),
        ("Musterstraße 1", "DE", "de"),
    ],
)
def test_years_counts_and_template_texts_are_no_addresses(text, country, lang):
    page_text = html(body=f"<p>{text}</p>", lang=f" lang={lang}", head="")
    assert facts(Answered(URL, URL, 200, [], page_text), country).addresses == ()


def test_a_templates_mail_address_is_none():
    text = html(body="<a href=mailto:support@domain.com>x</a> name@email.com joes.pizza@mail.com")
    assert page(text).mails == ("joes.pizza@mail.com",)


@pytest.mark.parametrize("href", ["#", "#!", "#0", "javascript:void(0)"])
def test_what_only_a_script_may_open_is_neither_there_nor_missing(href):
    text = html(body=BODY.replace("/privacy", href))
    found = judged(text, pages=OTHERS[:2])
    assert "onpage-no-privacy-policy" not in {f.code for f in found.findings}
    assert found.metrics["trust"]["privacy"] is None
    assert judged(html(body=BODY.replace("/privacy", "#privacy"))).metrics["trust"]["privacy"]


@pytest.mark.parametrize(
    ("url", "profile"),
    [
        ("https://www.facebook.com/p/Joes-Pizza-1000", True),
        ("https://www.facebook.com/joes/posts/1", True),
        ("https://www.youtube.com/@joes", True),
        ("https://www.instagram.com/p/Cx1/", False),
        ("https://www.instagram.com/reel/Cx1/", False),
        ("https://www.youtube.com/watch?v=abc", False),
        ("https://www.flickr.com/photos/nasa/123", False),
        ("https://www.facebook.com/events/123", False),
        ("https://www.facebook.com/about/privacy", False),
        ("https://twitter.com/en/privacy", False),
        ("https://help.instagram.com/5195", False),
        ("https://vimeo.com/12345", False),
        ("https://vimeo.com/joes", True),
    ],
)
def test_a_post_or_a_networks_own_page_is_no_profile(url, profile):
    linking = replace(page(), links=(*page().links, Link(url, "x")))
    assert ("social-profiles" in said(linking)) is profile


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("Politique de confidentialité", True),
        ("/politique-de-confidentialite", True),
        ("Confidentiality of bug reports", False),
    ],
)
def test_a_privacy_policy_in_french_is_not_confidentiality(text, policy):
    link = f'<a href="/x?{text}">{text}</a>'
    body = BODY.replace('<a href="/privacy">Privacy policy</a>', link)
    made = judged(html(body=body), pages=OTHERS[:2])
    assert made.metrics["trust"]["privacy"] is policy


def hidden_mail(mail: str, key: int = 0x5A) -> str:
    return bytes([key, *(byte ^ key for byte in mail.encode())]).hex()


@pytest.mark.parametrize(
    "form",
    [
        '<a href="/cdn-cgi/l/email-protection#{}">Write to us</a>',
        '<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{}">[email&#160;protected]</a>',
        '<span class="__cf_email__" data-cfemail="{}">[email&#160;protected]</span>',
    ],
)  # fmt: skip
def test_an_address_that_cloudflare_hides_from_programs_is_one(form):
    """And no link: whoever follows it without scripts gets a missing page."""
    made = page(html(body=BODY + form.format(hidden_mail("Office@brightwater.example"))))
    assert made.mails == ("office@brightwater.example",)
    assert not [link for link in made.links if "cdn-cgi" in link.url]


@pytest.mark.parametrize("code", ["", "5", "zz", "5a", hidden_mail("no address"), "ff" * 500])
def test_what_hides_no_address_is_none(code):
    assert page(html(body=f'<a data-cfemail="{code}" href=#>x</a>')).mails == ()


@pytest.mark.parametrize(
    "way",
    [
        "<a href=https://wa.me/13195550142>Chat</a>",
        "<a href=https://calendly.com/brightwater/visit>Book a visit</a>",
        "<script src=https://embed.tawk.to/1/default></script>",
    ],
)
def test_who_can_be_written_to_or_booked_can_be_reached(way):
    text = html(body=without(BODY, ' <a href="/contact">Contact</a>'))
    silent = tuple(replace(p, forms=()) for p in (OTHERS[0], OTHERS[2]))
    assert "no-contact" in said(text, pages=silent)
    assert "no-contact" not in said(text.replace("<footer>", f"<footer>{way}"), pages=silent)


@pytest.mark.parametrize(
    ("text", "privacy", "imprint"),
    [
        ("<a href=/rgpd>Protection des données</a>", True, False),
        ("<a href=/ml>Mentions légales</a>", False, True),
        ("<a href=/nl>Note legali</a>", False, True),
        ("<a href=/o>Offenlegung</a>", False, True),
        ("<a href=/p>Polityka prywatności</a>", True, False),
        ("<a href=/p>Zásady ochrany osobních údajů</a>", True, False),
        ("<a href=/p>Privatlivspolitik</a>", True, False),
        ("<a href=/p>Adatvédelmi tájékoztató</a>", True, False),
        ("<a href=/p>Politica de confidențialitate</a>", True, False),
        ("<h2>Impressum</h2>Angaben gemäß § 5 DDG", False, True),
        ("<h3>Datenschutz</h3>", True, False),
        ("<a href=/p>Private events</a><a href=/q>Proud of our imprints</a>", False, False),
    ],
)
def test_policies_and_imprints_are_known_in_the_languages_where_they_are_asked_for(
    text, privacy, imprint
):
    made = page(html(body=f"<p>Bread</p>{text}"))
    assert (made.privacy, made.imprint) == (privacy, imprint)

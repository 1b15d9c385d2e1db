"""What counts as a phone number, in which form it is compared and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.shared.not_phones import without_others
from lfassess.checks.shared.phones import (
    find_phones,
    is_placeholder,
    link_phone,
    phone_e164,
    same_phone,
    shown_phone,
)

_UNHURRIED = hypothesis_settings(deadline=None, max_examples=100)


def written(text: str, country: str = "US") -> list[str]:
    return [phone.written for phone in find_phones(text, country)]


@pytest.mark.parametrize(
    ("text", "country", "seen", "dialled"),
    [
        ("Call us: (503) 555-0142 today", "US", "(503) 555-0142", "+15035550142"),
        ("503·555·0142", "US", "503·555·0142", "+15035550142"),
        ("503 • 555 • 0142", "US", "503 • 555 • 0142", "+15035550142"),
        ("503\u00a0555\u20110142", "US", "503 555\u20110142", "+15035550142"),
        ("503/555-0142", "US", "503/555-0142", "+15035550142"),
        ("5035550142", "US", "5035550142", "+15035550142"),
        ("Call 1-800-DRAINED now", "US", "1-800-DRAINED", "+18003724633"),
        ("(800) 555-TILE", "US", "(800) 555-TILE", "+18005558453"),
        ("1-888-ROOFING-CO", "CA", "1-888-ROOFING-CO", "+18887663464"),
        ("503-555-PIPE", "US", "503-555-PIPE", "+15035557473"),
        ("Freephone 0800 FLOWERS", "GB", "0800 FLOWERS", "+448003569377"),
        ("+44 (0)20 7946 0958", "US", "+44 (0)20 7946 0958", "+442079460958"),
        ("Telefon 030 1234567", "DE", "030 1234567", "+49301234567"),
        ("Tel. 089 - 123 45 67", "DE", "089 - 123 45 67", "+49891234567"),
        ("01.23.45.67.89", "FR", "01.23.45.67.89", "+33123456789"),
        ("(555) 123-4567", "US", "(555) 123-4567", "+15551234567"),
        ("Springfield, IL 62704 (503) 555-0142", "US", "(503) 555-0142", "+15035550142"),
        ("Dover, DE 302-555-0142", "US", "302-555-0142", "+13025550142"),
        ("Since 1988 503-555-0142", "US", "503-555-0142", "+15035550142"),
        ("Mon-Fri 8:00-17:00 503.555.0142", "US", "503.555.0142", "+15035550142"),
        ("Lic #987654 (503) 555-0142", "US", "(503) 555-0142", "+15035550142"),
        ("Privacy Policy (503) 555-0142", "US", "(503) 555-0142", "+15035550142"),
        ("Tel/Fax: 503-555-0142", "US", "503-555-0142", "+15035550142"),
        ("Joe's Bar 503-555-0142", "US", "503-555-0142", "+15035550142"),
        ("Steuerberater Weber 030 1234567", "DE", "030 1234567", "+49301234567"),
        ("Phone 13 14 50", "AU", "13 14 50", "+61131450"),
        ("24 h, 7 days: 503-555-0142, ext. 12", "US", "503-555-0142", "+15035550142"),
        ("3 vans, 12 people, (503) 555-0142 or 4", "US", "(503) 555-0142", "+15035550142"),
        ("Call (800)\u00a0FLOWERS", "US", "(800) FLOWERS", "+18003569377"),
        ("A heater $1,299.00\nset up in a day\n503-555-0142", "US", "503-555-0142", "+15035550142"),
        ("Open 2026-03-01 16:51:24\n503-555-0142", "US", "503-555-0142", "+15035550142"),
    ],
)
def test_a_phone_number_is_found(text, country, seen, dialled):
    (phone,) = find_phones(text, country)
    assert (phone.written, phone.e164) == (seen, dialled)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Trainee 04/2014 \u2013 09/2016, master 01/2018 \u2013 02/2020.", "US"),
        ("Closed 2014 \u2013 09/2016", "US"),
        ("Urlaub 03.08 - 21.08.15 und 05.10-09.10.2015.", "DE"),
        ("01.01.2020 bis 31.12.2021", "DE"),
        ("May 12, 2015 to June 30, 2016", "US"),
        ("2026-03-01 2026-04-15", "US"),
        ("2012 2013 2014", "US"),
        ("Mo-Fr 08.00-12.00 13.00-18.00", "DE"),
        ("License No. 5035550142. Insured, policy 204-555-0199-22.", "US"),
        ("CSLB 1012345678", "US"),
        ("EIN 12-3456789", "US"),
        ("NPI 1234567893", "US"),
        ("VAT GB 999 9999 73", "GB"),
        ("USt-IdNr. DE123456789", "DE"),
        ("Steuernummer 123/456/78901", "DE"),
        ("IBAN DE89 3704 0044 0532 0130 00", "DE"),
        ("BLZ 100 500 00 Konto 0123456789", "DE"),
        ("Sort code 12-34-56 Account 12345678", "GB"),
        ("Company No. 01234567", "GB"),
        ("SIRET 123 456 789 00012", "FR"),
        ("45.523064, -122.676483", "US"),
        ("+time.example 17.253.34.253 2 u 682", "US"),
        ("from 192.168.100.25 to 10.255.1.20", "US"),
        ("ISBN 978-3-16-148410-0", "US"),
        ("$1,299.00 or 1.299.000,00 €", "US"),
        ("Order 4005519873214", "US"),
        ("SKU 5035550142, blue", "US"),
        ("450 OLD MILL ROAD", "US"),
        ("800 OLD MILL ROAD", "US"),
        ("Fax: 503-555-0143", "US"),
        ("503-555-0143 (fax)", "US"),
        ("", "US"),
    ],
)
def test_other_numbers_are_no_phones(text, country):
    assert written(text, country) == []


def test_each_number_is_told_apart_from_its_neighbours():
    assert written("Tel: 503-555-0142 Fax: 503-555-0143") == ["503-555-0142"]
    assert written("Fax 503-555-0143 Tel 503-555-0142") == ["503-555-0142"]
    assert written("(503) 555-0142, 503.555.0142 or 503-555-0199") == [
        "(503) 555-0142",
        "503-555-0199",
    ]
    assert written("Trained 03/2015 \u2013 03/2016\n(503) 555-0142") == ["(503) 555-0142"]


@pytest.mark.parametrize(
    ("href", "dialled"),
    [
        ("tel:+15035550142", "+15035550142"),
        ("TEL:+1%20503-555-0142;ext=5", "+15035550142"),
        ("tel://5035550142", "+15035550142"),
        ("tel:1-800-DRAINED", "+18003724633"),
        ("callto:+15035550142", "+15035550142"),
        ("sms:+15035550142?body=Hi", "+15035550142"),
        ("https://wa.me/15035550142", "+15035550142"),
        ("https://api.whatsapp.com/send?text=Hi&phone=15035550142", "+15035550142"),
        ("tel:", None),
        ("tel:YOUR_NUMBER", None),
        ("mailto:joe@shop.test", None),
        ("#", None),
    ],
)
def test_links_that_dial(href, dialled):
    phone = link_phone(href, "US")
    assert (phone.e164 if phone else None) == dialled


@pytest.mark.parametrize(
    ("number", "placeholder"),
    [
        ("+11234567890", True),
        ("+15551234567", True),
        ("+10000000000", True),
        ("+15035550142", False),
        ("+18005550142", False),
        ("+442079460958", False),
    ],
)
def test_a_templates_number_is_known(number, placeholder):
    assert is_placeholder(number) is placeholder


@pytest.mark.parametrize(
    ("number", "country", "shown"),
    [
        ("+15035550142", "US", "(503) 555-0142"),
        ("+15035550142", "CA", "(503) 555-0142"),
        ("+15035550142", "GB", "+1 503-555-0142"),
        ("+49301234567", "DE", "030 1234567"),
        ("call us", "US", "call us"),
        ("tel:+493012345678", "US", "+49 30 12345678"),
        ("tel:2075550142", "US", "(207) 555-0142"),
        ("TEL:%2B1-207-555-0142", "US", "(207) 555-0142"),
        ("tel:030-1234567;phone-context=+49", "US", "+49 30 1234567"),
        ("0049 30 1234567", "US", "+49 30 1234567"),
        ("001 207 555 0142", "DE", "+1 207-555-0142"),
        ("tel:+49", "US", "+49"),
        ("tel:call-us", "US", "call-us"),
    ],
)
def test_a_number_is_shown_in_its_readers_form(number, country, shown):
    assert shown_phone(number, country) == shown


def test_numbers_are_compared_as_they_are_dialled():
    assert same_phone("(503) 555-0142", "+1 503.555.0142", "US") is True
    assert same_phone("(503) 555-0142", "503-555-0143", "US") is False
    assert same_phone("call us", "503-555-0143", "US") is None
    assert phone_e164(None, "US") is None


@_UNHURRIED
@given(st.text(max_size=300), st.sampled_from(["US", "GB", "DE", "ZZ", ""]))
def test_any_text_is_read(text, country):
    list(find_phones(text, country))
    link_phone(text, country)
    link_phone("tel:" + text, country)
    shown_phone(text, country)
    assert len(without_others(text)) == len(text)

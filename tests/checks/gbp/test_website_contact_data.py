"""What the gbp check reads on a business's own website."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.gbp.fetch_site import site_facts
from lfassess.checks.shared.structured_data import read_page


def businesses(*data: object) -> list[dict]:
    return list(read_page(LexborHTMLParser(_page(*data))).businesses)


def facts_of(page: str, country: str) -> dict:
    return site_facts(page, country).to_json()


_UNHURRIED = hypothesis_settings(deadline=None, max_examples=60)
ADDRESS = {
    "@type": "PostalAddress",
    "streetAddress": "18 Quay Street",
    "addressLocality": "Halifax",
    "addressRegion": "NS",
    "postalCode": "B3J 1S9",
    "addressCountry": {"@type": "Country", "name": "CA"},
}
BAKERY = {
    "@context": "https://schema.org",
    "@type": "Bakery",
    "name": "Harbour Bakery",
    "telephone": "+1-902-555-0114",
    "address": ADDRESS,
    "geo": {"@type": "GeoCoordinates", "latitude": "44.6471", "longitude": -63.5703},
}
TEXT = "18 Quay Street, Halifax, NS, B3J 1S9, CA"


def _page(*data: object, body: str = "") -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{d if isinstance(d, str) else json.dumps(d)}</script>'
        for d in data
    )
    return f"<html><head>{scripts}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "data",
    [
        BAKERY,
        [BAKERY],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, BAKERY]},
        {"@type": "WebPage", "mainEntity": BAKERY},
        {"@type": "WebSite", "publisher": BAKERY},
        {**BAKERY, "@type": ["Bakery", "LocalBusiness"]},
        {**BAKERY, "@type": "http://schema.org/Bakery"},
        {**BAKERY, "@type": "schema:Bakery"},
        {**BAKERY, "telephone": ["+1-902-555-0114"], "address": [ADDRESS]},
        {**BAKERY, "name": {"@value": "Harbour Bakery", "@language": "en"}},
        {**BAKERY, "address": None, "location": {"@type": "Place", "address": ADDRESS}},
        {
            "@graph": [
                {**BAKERY, "address": {"@id": "#address"}},
                {**ADDRESS, "@id": "#address"},
            ]
        },
        {**BAKERY, "telephone": None, "contactPoint": [{"telephone": "+1-902-555-0114"}]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": BAKERY}]},
        "<!--\n" + json.dumps(BAKERY) + "\n-->",
        "/* <![CDATA[ */" + json.dumps(BAKERY) + "/* ]]> */".replace("/* ", "").replace(" */", ""),
        json.dumps(BAKERY) + ";",
        json.dumps({**BAKERY, "description": "two\nlines"}).replace("\\n", "\n"),
    ],
)
def test_finds_the_business_in_every_usual_shape(data):
    facts = facts_of(_page(data), "CA")
    assert facts["names"] == ["Harbour Bakery"]
    assert facts["phones"] == ["+19025550114"]
    assert facts["addresses"] == [TEXT]
    assert facts["geo"] == [44.6471, -63.5703]


def test_an_address_may_be_plain_text():
    (found,) = businesses({**BAKERY, "address": "18 Quay Street\nHalifax"})
    assert found["addresses"] == ["18 Quay Street Halifax"]


def test_other_peoples_details_are_left_alone():
    data = {
        "@graph": [
            {"@type": "Person", "name": "Web Designer", "telephone": "+1 902 555 0199"},
            {"@type": "Event", "location": {"@type": "Place", "address": ADDRESS}},
            {**BAKERY, "review": {"author": {"@type": "Person", "address": "1 Elm"}}},
        ]
    }
    (found,) = businesses(data)
    assert found["addresses"] == [TEXT]
    assert found["phones"] == ["+1-902-555-0114"]


@pytest.mark.parametrize(
    "geo",
    [
        None,
        {},
        {"latitude": 0, "longitude": 0},
        {"latitude": 99, "longitude": 5},
        {"latitude": "x", "longitude": "y"},
    ],
)
def test_a_place_that_is_none_is_left_out(geo):
    assert businesses({**BAKERY, "geo": geo})[0]["geo"] is None


def test_several_places_are_several_branches():
    other = {**BAKERY, "geo": {"latitude": 44.7, "longitude": -63.6}}
    assert facts_of(_page(BAKERY, other), "CA")["geo"] is None
    assert facts_of(_page(BAKERY, BAKERY), "CA")["geo"] == [44.6471, -63.5703]


def test_a_decimal_comma_is_understood():
    geo = {"latitude": "48,137", "longitude": "11,575"}
    assert businesses({**BAKERY, "geo": geo})[0]["geo"] == [48.137, 11.575]


def test_numbers_come_from_links_and_from_the_text():
    body = (
        '<a href="TEL:+1%20902-555-0114;ext=5">call</a> <a href="tel://9025550115">or</a>'
        "<p>Phone: (902) 555-0116. Open 9-5, since 1987, 12345678901234567890.</p>"
        "<script>var n = '902-555-0117'</script><style>.x{width:9025550118px}</style>"
    )
    facts = facts_of(_page(body=body), "CA")
    assert facts["phones"] == ["+19025550114", "+19025550115", "+19025550116"]
    assert facts["types"] == []


def test_numbers_are_read_as_the_country_writes_them():
    assert facts_of("<p>Tel. 020 7946 0958", "GB")["phones"] == ["+442079460958"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("24-hour emergencies, day and night", "24-hour emergencies"),
        ("We are here 24/7.", "24/7"),
        ("Open 24 hours", "Open 24 hours"),
        ("Help around the clock", "around the clock"),
        ("We answer within 24 hours", None),
        ("24 hours' notice for cancellations", None),
    ],
)
def test_service_at_all_hours_is_noticed(text, seen):
    assert facts_of(f"<p>{text}", "US")["round_the_clock"] == seen


def test_a_huge_page_is_read_at_both_ends():
    filler = "<p>lorem 12 ipsum 34 dolor</p>" * 20_000
    facts = facts_of(f"<body>(902) 555-0116{filler}(902) 555-0117</body>", "CA")
    assert facts["phones"] == ["+19025550116", "+19025550117"]


def test_deeply_nested_data_ends():
    assert facts_of(_page("[" * 100_000, '{"@graph":' * 500 + "1" + "}" * 500), "US")["names"] == []


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *BAKERY,
                    *ADDRESS,
                    "@id",
                    "@graph",
                    "@value",
                    "location",
                    "contactPoint",
                    "latitude",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@_UNHURRIED
@given(_ANY, st.dictionaries(st.sampled_from(sorted(BAKERY)), _ANY))
def test_any_json_is_read(data, changes):
    json.dumps(facts_of(_page(data, {**BAKERY, **changes}), "US"), allow_nan=False)


@_UNHURRIED
@given(st.text(max_size=300), st.sampled_from(["US", "GB", "ZZ", ""]))
def test_any_page_is_read(text, country):
    facts_of(text, country)
    facts_of(_page(text, body=text), country)


@pytest.mark.parametrize(
    ("body", "phones"),
    [
        ("<p>Call: <span>(902)</span> <b>555</b>-<i>0116</i></p>", ["+19025550116"]),
        ("<p>902</p><p>555</p><p>0116</p>", []),
        ("<a href='callto:+19025550116'>Skype</a>", ["+19025550116"]),
        ("<button onclick=\"location.href='tel:+19025550116'\">Call</button>", ["+19025550116"]),
        ("<p>Trained 03/2015 \u2013 03/2016</p>", []),
        ("<p>(555) 123-4567</p>", []),
        ("<a href='https://wa.me/19025550116'>Chat</a>", []),
    ],
)
def test_numbers_as_pages_write_them(body, phones):
    assert facts_of(_page(body=body), "CA")["phones"] == phones


@pytest.mark.parametrize(
    ("data", "structured"),
    [
        (BAKERY, {"described": "Bakery “Harbour Bakery”", "missing": [], "placeholders": []}),
        (
            {"@type": "Organization", "name": "Harbour Bakery"},
            {"described": "Organization “Harbour Bakery”", "missing": ["address", "phone"]},
        ),
        ({**BAKERY, "address": None, "areaServed": "Halifax"}, {"missing": []}),
        ({**BAKERY, "telephone": "(555) 123-4567"}, {"placeholders": ["(555) 123-4567"]}),
        (
            {**BAKERY, "address": "123 Main Street, Anytown"},
            {"placeholders": ["123 Main Street, Anytown"]},
        ),
        ({**BAKERY, "address": "123 Main Street, Halifax, NS B3J 1S9"}, {"placeholders": []}),
        ({**BAKERY, "name": "Your Business Name"}, {"placeholders": ["Your Business Name"]}),
        (
            {**BAKERY, "url": "https://www.example.com/"},
            {"placeholders": ["https://www.example.com/"]},
        ),
        ({"@type": "WebSite", "name": "x"}, {"described": None, "types": ["WebSite"]}),
    ],
)
def test_what_the_structured_data_holds(data, structured):
    found = facts_of(_page(data), "CA")["structured"]
    assert {key: found[key] for key in structured} == structured


def test_what_a_template_left_or_nobody_could_decode_speaks_for_nobody():
    left = {**BAKERY, "name": "Your Business", "telephone": "555-123-4567", "address": "Any Town"}
    garbled = {**BAKERY, "name": "Caf\ufffd", "address": "Rue \ufffd"}
    facts = facts_of(_page(left, garbled), "CA")
    assert facts["names"] == facts["addresses"] == []
    assert facts["phones"] == ["+19025550114"]

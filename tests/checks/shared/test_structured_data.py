"""Structured data in every syntax: read where that is safe, and its faults named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.shared import json_ld
from lfassess.checks.shared.json_ld import read_script
from lfassess.checks.shared.structured_data import WRONG_KIND, StructuredData, read_page

_UNHURRIED = hypothesis_settings(deadline=None, max_examples=150)
FLORIST = {
    "@context": "https://schema.org",
    "@type": "Florist",
    "name": "Moss & Fern",
    "telephone": "+1 912-555-0176",
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "9 Bay St",
        "addressLocality": "Savannah",
    },
}
TEXT = json.dumps(FLORIST, indent=1)


def read(script: str, kind: str = "application/ld+json") -> StructuredData:
    return read_page(LexborHTMLParser(f'<script type="{kind}">{script}</script>'))


def page(body: str) -> StructuredData:
    return read_page(LexborHTMLParser(f"<html><body>{body}</body></html>"))


@pytest.mark.parametrize(
    ("script", "faults"),
    [
        (TEXT, []),
        (TEXT + ";", []),
        ("\ufeff" + TEXT, []),
        (f"<!--\n{TEXT}\n-->", []),
        (f"\n// <![CDATA[\n{TEXT}\n// ]]>\n", []),
        (f"\n//<![CDATA[\n{TEXT}\n// ]]&gt;\n", []),
        (f"/* <![CDATA[ */{TEXT}/* ]]> */", []),
        (TEXT.replace("Fern", "Fern,\n\tflorists"), []),
        (TEXT[:-1].rstrip() + ",\n}", [json_ld.COMMA]),
        (TEXT.replace('"telephone"', ',"telephone"'), [json_ld.COMMA]),
        (TEXT.replace('"telephone"', '// main line\n"telephone"'), [json_ld.COMMENTS]),
        (TEXT.replace('"telephone"', '/* main */ "telephone"'), [json_ld.COMMENTS]),
        (f"<!-- written by a plug-in -->{TEXT}", [json_ld.COMMENTS]),
        (TEXT.replace('"', "'"), [json_ld.SINGLE]),
        (TEXT.replace('"', "&quot;"), [json_ld.ENTITIES]),
        (TEXT + '\n{"@type": "WebSite"}', [json_ld.SEVERAL]),
        (TEXT + ',\n{"@type": "WebSite"},', [json_ld.SEVERAL]),
        (TEXT.replace("Savannah", 'Savannah, the "old" town'), [json_ld.INNER]),
        (TEXT.replace('76",', '76"'), [json_ld.NO_COMMA]),
        (TEXT.replace('"telephone"', "telephone"), [json_ld.BARE]),
        (TEXT.rstrip()[:-1], [json_ld.OPEN]),
        (TEXT + "\n</p> that is all", [json_ld.BEYOND]),
    ],
)
def test_json_ld_is_read_and_its_faults_are_named(script, faults):
    found = read(script)
    assert list(found.faults) == faults
    (florist,) = found.businesses
    assert florist["phones"] == ["+1 912-555-0176"]
    assert florist["addresses"][0].startswith("9 Bay St, Savannah")
    assert florist["names"][0].startswith("Moss & Fern")


@pytest.mark.parametrize(
    "script", ["{", "nothing here", '{"@type" "Florist"}', "<b>x</b>", '{"a": }']
)
def test_what_cannot_be_repaired_is_named_too(script):
    found = read(script)
    assert found.faults
    assert found.syntaxes == ("JSON-LD",)
    assert found.businesses == ()


def test_an_empty_script_is_no_fault():
    assert read(" \n ").faults == ()


def test_an_apostrophe_ends_no_text_in_single_quotes():
    (found,) = read_script("{'name': 'Don's Garage', 'telephone': '1'}").roots
    assert found == {"name": "Don's Garage", "telephone": "1"}


def test_a_script_type_that_is_nearly_right_is_read():
    found = read(TEXT, kind="application/ld json")
    assert found.faults == (WRONG_KIND,)
    assert found.businesses[0]["names"] == ["Moss & Fern"]


def test_an_organization_without_details_is_told_from_none():
    graph = [
        {"@type": "WebPage", "@id": "#page"},
        {"@type": "Organization", "@id": "#us", "name": "Moss & Fern", "url": "https://moss.test/"},
    ]
    found = read(json.dumps({"@graph": graph}))
    assert found.businesses == ()
    assert [one["names"] for one in found.bare] == [["Moss & Fern"]]
    assert found.types == ("WebPage", "Organization")
    assert read('{"@type": "BreadcrumbList", "name": "x"}').bare == ()


def test_contact_points_and_places_by_reference_count():
    graph = [
        {
            "@type": "Organization",
            "name": "Moss & Fern",
            "contactPoint": {"@id": "#desk"},
            "location": {"@id": "#shop"},
        },
        {"@type": "ContactPoint", "@id": "#desk", "telephone": "+1 912-555-0176"},
        {"@type": "Place", "@id": "#shop", "address": FLORIST["address"]},
    ]
    found = read(json.dumps({"@graph": graph})).businesses
    assert found[0]["phones"] == ["+1 912-555-0176"]
    assert found[0]["addresses"] == ["9 Bay St, Savannah"]


_MICRODATA = """<div itemscope itemtype="https://schema.org/Florist">
<h1 itemprop="name">Moss &amp; <b>Fern</b></h1><a itemprop="telephone" href="tel:+19125550176">
+1 912-555-0176</a><p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
<span itemprop="streetAddress">9 Bay St</span>, <span itemprop="addressLocality">Savannah</span></p>
<div itemprop="geo" itemscope itemtype="https://schema.org/GeoCoordinates">
<meta itemprop="latitude" content="32.08"><meta itemprop="longitude" content="-81.09"></div></div>"""
_RDFA = (
    _MICRODATA.replace("itemscope itemtype", "typeof")
    .replace("itemprop", "property")
    .replace("<div typeof", '<div vocab="https://schema.org/" typeof', 1)
)
_PREFIXED = (
    _RDFA.replace('vocab="https://schema.org/" ', "")
    .replace('property="', 'property="schema:')
    .replace("https://schema.org/", "schema:")
)


@pytest.mark.parametrize(
    ("body", "syntax"), [(_MICRODATA, "microdata"), (_RDFA, "RDFa"), (_PREFIXED, "RDFa")]
)
def test_microdata_and_rdfa_are_read(body, syntax):
    found = page(body + "<p itemprop=telephone>+1 912-555-0199</p>")
    assert found.syntaxes == (syntax,)
    assert found.businesses == (
        {
            "types": ["Florist"],
            "names": ["Moss & Fern"],
            "phones": ["+1 912-555-0176"],
            "addresses": ["9 Bay St, Savannah"],
            "urls": [],
            "area": False,
            "hours": False,
            "rated": False,
            "geo": [32.08, -81.09],
        },
    )


def test_open_graph_and_other_vocabularies_are_no_structured_data():
    body = (
        '<p typeof="foaf:Person" property="foaf:name">Ann</p><meta property="og:title" content="x">'
    )
    assert page(body) == StructuredData()


@_UNHURRIED
@given(st.text(alphabet="{}[]\",:'/*<!->\\ntu0 a&;", max_size=60))
def test_any_script_is_read(text):
    read_script(text)
    read_script(TEXT[:80] + text + TEXT[80:])


def test_deep_nesting_ends():
    assert read_script("[" * 5_000 + "1").faults
    assert (
        page("<div itemscope itemtype='https://schema.org/Thing' itemprop=x>" * 2_000).businesses
        == ()
    )

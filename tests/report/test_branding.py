from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.errors import ConfigurationError
from lfassess.report.branding import Branding, contrast, load, with_language
from lfassess.settings import Settings
from tests.report.factories.rows import PNG

EXAMPLE = Path(__file__).parents[2] / "configs" / "branding.example.toml"


def written(folder, text):
    path = folder / "branding.toml"
    path.write_text(text)
    return path


def test_the_example_can_be_used():
    brand = load(EXAMPLE)
    assert brand.name == "Example Digital"
    assert brand.contact[0] == "Ann Example"
    assert brand.hidden == frozenset()


def test_without_a_file_it_is_nobodys():
    assert load(None) == Branding()


def test_a_logo_lies_beside_the_file_and_sections_can_be_left_out(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)
    brand = load(written(tmp_path, 'logo = "logo.png"\n[sections]\nglossary = false'))
    assert brand.logo is not None
    assert brand.logo.content_type == "image/png"
    assert not brand.shows("glossary")
    assert brand.shows("matrix")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[colours]\naccent = "#ffcc00"', "too pale"),
        ('[colours]\naccent = "red;}body{display:none"', "no colour"),
        ('logo = "gone.png"', "logo can't be read"),
        ('logo = "branding.toml"', "must be a PNG"),
        ("[sections]\nmethod = false", "no section method"),
        ('nmae = "x"', "unknown: nmae"),
        ('contact = "me"', "contact is no table"),
        ("name =", "can't be read"),
        ('fields = "Tier"', "fields is no table"),
        ("[fields]\nTier = true", "Tier has no label"),
        ('[fields]\nTier = " "', "Tier has no label"),
        ("[fields]\n" + "\n".join(f'f{n} = "x"' for n in range(9)), "9 fields"),
    ],
)
def test_what_would_spoil_a_report_is_refused(tmp_path, text, says):
    with pytest.raises(ConfigurationError, match=says):
        load(written(tmp_path, text))


def test_contrast_is_that_of_wcag():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_fields_have_labels_in_the_order_of_the_file(tmp_path):
    text = '[fields]\nTier = "Customer tier"\n"Account owner" = "Your contact"'
    fields = load(written(tmp_path, text)).fields
    assert list(fields.items()) == [("Tier", "Customer tier"), ("Account owner", "Your contact")]


@pytest.mark.parametrize(
    ("text", "language"),
    [('language = "de"', "de"), ('name = "A"', "en-GB"), ("language = 7", "en-GB"), ("[", "en-GB")],
)
def test_texts_that_are_written_ahead_are_in_the_branding_s_language(tmp_path, text, language):
    settings = Settings(branding_file=written(tmp_path, text), report_language="en-GB")
    assert with_language(settings).report_language == language


def test_without_a_branding_file_the_setting_s_language_stays():
    assert with_language(Settings(report_language=None)).report_language is None

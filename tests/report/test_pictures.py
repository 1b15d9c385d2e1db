"""A picture is in the HTML once, however often it is shown."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from lfassess.report.image_type import size
from lfassess.report.render import render_html, render_teaser
from tests.report.factories.rows import report, run


def drawn(kind, width=30, height=20, colour="red"):
    data = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(data, kind)
    return data.getvalue()


def shown(**files):
    pictures = {name.replace("_", "."): data for name, data in files.items()}
    return report(run("visual", score=50), artefacts=pictures)


def uris(html):
    return re.findall(r"data:image/[a-z]+;base64,[^\"]+", html)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_cover_and_the_area_show_one_picture(kind):
    made = shown(desktop_jpg=drawn(kind), mobile_jpg=drawn(kind, colour="blue"))
    html = render_html(made)
    assert len(uris(html)) == len(set(uris(html))) == 2
    tree = HTMLParser(html)
    (cover,) = tree.css(".cover-picture svg.picture")
    (again,) = tree.css(".shot-wide svg.picture")
    assert 'viewBox="0 0 30 20"' in cover.html
    assert cover.attributes["aria-label"] == again.attributes["aria-label"]
    name = cover.css_first("image").attributes["id"]
    assert again.css_first("use").attributes["href"] == f"#{name}"
    assert tree.css_first(".shot-narrow img")  # it is shown once


def test_a_picture_whose_size_nobody_knows_is_there_as_often_as_it_is_shown():
    html = render_html(shown(desktop_gif=drawn("GIF")))
    assert len(uris(html)) == 2
    assert not HTMLParser(html).css("svg.picture")


def test_a_teaser_shows_pictures_as_they_are():
    html = render_teaser(shown(desktop_jpg=drawn("JPEG")))
    assert len(uris(html)) == 1
    assert not HTMLParser(html).css("svg.picture")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_size(kind):
    assert size(drawn(kind, 640, 333)) == (640, 333)


def test_size_of_a_progressive_jpeg_with_words_before_it():
    data = io.BytesIO()
    Image.new("RGB", (70, 90)).save(data, "JPEG", progressive=True, comment=b"x" * 900)
    assert size(data.getvalue()) == (70, 90)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0rest",
        b"RIFF0000WEBPVP8 ",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
    ],
)
def test_no_size_of_what_is_cut_off_or_something_else(data):
    assert size(data) is None

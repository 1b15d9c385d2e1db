"""Character sets as browsers find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.clients.charset import decode

CAFE = "Café Müller\u2019s"
SAKURA = "さくら歯科"


def meta(label):
    return f'<meta charset="{label}">'


@pytest.mark.parametrize(
    ("text", "codec", "content_type"),
    [
        (CAFE, "utf-8", "text/html; charset=utf-8"),
        (CAFE, "utf-8", "text/html; charset=utf8mb4"),
        (CAFE, "utf-8", 'text/html; CHARSET="UTF8"'),
        (CAFE, "utf-8", "text/html;charset = utf-8;"),
        (CAFE, "utf-8", "text/html, text/html; charset=utf-8"),
        (CAFE, "cp1252", "text/html; charset=iso-8859-1"),
        (CAFE, "cp1252", "text/html; charset=us-ascii"),
        (CAFE, "cp1252", "text/html; charset=latin1"),
        (CAFE, "cp1252", None),
        (CAFE, "cp1252", "text/html; charset=nonsense"),
        (CAFE, "utf-8", "text/html; charset=nonsense"),
        (CAFE, "utf-8", None),
        (SAKURA, "cp932", "text/html; charset=x-sjis"),
        (SAKURA, "cp932", "text/html; charset=windows-31j"),
        (SAKURA, "euc-jp", "text/html; charset=x-euc-jp"),
        (SAKURA, "iso2022_jp", "text/html; charset=csISO2022JP"),
        ("김치 식당 똠", "cp949", "text/html; charset=ks_c_5601-1987"),
        ("饭店 €", "gb18030", "text/html; charset=gb2312"),
        ("飯店", "big5", "text/html; charset=big5-hkscs"),
        ("Пекарня", "cp1251", "text/html; charset=cp1251"),
        ("Φούρνος", "iso8859-7", "text/html; charset=greek"),
        ("İstanbul \u0131ş", "cp1254", "text/html; charset=iso-8859-9"),
        (CAFE, "utf-16-le", "text/html; charset=utf-16"),
        (CAFE, "utf-16-be", "text/html; charset=utf-16be"),
    ],
)
def test_labels_of_the_header(text, codec, content_type):
    assert decode(text.encode(codec), content_type) == text


@pytest.mark.parametrize(
    ("codec", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
@pytest.mark.parametrize("label", [None, "iso-8859-1", "shift_jis"])
def test_the_byte_order_mark_counts_before_all_else(codec, mark, label):
    body = mark + (meta("windows-1251") + CAFE).encode(codec)
    assert decode(body, f"text/html; charset={label}" if label else None).endswith(CAFE)


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (meta("windows-1252"), "cp1252"),
        (meta("iso-8859-1"), "cp1252"),
        (meta("x-sjis"), "cp932"),
        ("<META CHARSET = windows-1251 >", "cp1251"),
        ('<meta content="text/html; charset=windows-1251" http-equiv="Content-Type"/>', "cp1251"),
        ("<meta http-equiv=content-type content='text/html;charset=\"cp1251\"'>", "cp1251"),
        (f"<!-- {meta('utf-8')} -->{meta('cp1251')}", "cp1251"),
        (f"<script>'{meta('utf-8')}'</script>{meta('cp1251')}", "cp1251"),
        (f"<title>{meta('utf-8')}</title>{meta('cp1251')}", "cp1251"),
        (f"<script>/*{'x' * 3_000}*/</script>{meta('cp1251')}", "cp1251"),
        (f"<style>{'x' * 100_000}</style></head>".replace("</head>", meta("cp1251")), "cp1251"),
        (f"{meta('nonsense')}{meta('cp1251')}", "cp1251"),
        (f"<meta name=description content='charset=utf-8'>{meta('cp1251')}", "cp1251"),
        ('<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        (meta("utf-16"), "utf-8"),
        (meta("x-user-defined"), "cp1252"),
    ],
)
def test_what_the_page_says_itself(head, codec):
    text = {"cp1251": "Пекарня", "cp932": SAKURA}.get(codec, CAFE)
    body = f"<!doctype html><html><head>{head}<body>{text}"
    body = body.removeprefix("<!doctype html><html><head>") if head.startswith("<?") else body
    assert decode(body.encode(codec), "text/html") == body


def test_the_header_counts_before_the_page():
    assert decode((meta("utf-8") + "Пекарня").encode("cp1251"), "text/html; charset=cp1251") == (
        meta("utf-8") + "Пекарня"
    )


@pytest.mark.parametrize(("before", "counts"), [(900, True), (1_100, False)])
def test_a_meta_in_the_body_counts_among_the_first_bytes_alone(before, counts):
    text = f"<head></head><body>{'x' * before}{meta('windows-1251')}Пекарня"
    assert (decode(text.encode("cp1251"), None) == text) is counts


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_that_is_cut_off_is_utf8(cut):
    assert decode("Café €".encode()[:-cut], None).startswith("Café ")


@given(st.binary(max_size=200), st.text(max_size=60) | st.none())
def test_any_bytes_are_text(body, content_type):
    assert isinstance(decode(body, content_type), str)


@given(st.text(st.sampled_from("<meta charset='\"=->!/ script\0\x80"), max_size=300))
def test_any_page_is_text(page):
    assert isinstance(decode(page.encode("latin-1"), None), str)


@pytest.mark.parametrize(
    "piece", ["<meta ", "<!--", "<script>", "<meta a='\"", "<?xml ", "<meta a= "]
)
def test_a_page_of_beginnings_takes_no_time(piece):
    assert decode((piece * 40_000).encode(), None)

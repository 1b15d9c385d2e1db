"""What kind of list a file is, and in which encoding; what is none says so."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfassess.assessment.intake.lead_row import LeadRow
from lfassess.assessment.intake.lists.encoding import find_encoding
from lfassess.assessment.intake.lists.identity import Seen
from lfassess.assessment.intake.lists.rows import Reading, TooManyRowsError, open_list
from lfassess.assessment.intake.lists.tables import local_copy
from lfassess.errors import UsageError

ONE = [("Joe's Bakery", "https://joes.example/", "+14155550100")]


@pytest.fixture
def read(tmp_path):
    def read(content, *, name="leads.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with local_copy(path) as local, open_list(local, Reading("US", **options)) as opened:
            rows = list(opened.rows)
        return [(r.name, r.website, r.phone) for r in rows if isinstance(r, LeadRow)]

    return read


def workbook(rows):
    """An .xlsx with one sheet, as small as the format allows."""
    cells = "".join(
        "<row>"
        + "".join(
            f"<c><v>{cell}</v></c>"
            if isinstance(cell, float)
            else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            for cell in row
        )
        + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{types}"/>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return packed(files)


def open_document(rows):
    """An .ods with one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return packed(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest,
            "content.xml": f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Leads">{cells}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        }
    )


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


TEXT = "Company,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n"
TABLE = [["Company", "Website", "Phone"], ["Joe's Bakery", "joes.example", "415 555 0100"]]


@pytest.mark.parametrize(
    "content",
    [
        f"Lead list Springfield,,\nExported 2026-11-27,,\n,,\n{TEXT}",
        "Table 1\nCompany,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n",
        "# exported by a tool\nCompany;Website;Phone\nJoe's Bakery;joes.example;415 555 0100\n",
        "Joe's Bakery,joes.example,415 555 0100\n",
        "Company\tWebsite\tPhone\nJoe's Bakery\tjoes.example\t415 555 0100\n",
        "Company|Website|Phone\nJoe's Bakery|joes.example|415 555 0100\n",
        "Company,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n".encode("utf-16"),
        "Company,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n".encode("utf-16-le"),
        "Company,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n".encode("utf-32"),
        gzip.compress(b"Company,Website,Phone\nJoe's Bakery,joes.example,415 555 0100\n"),
        workbook([*TABLE[:1], ["Joe's Bakery", "joes.example", 4155550100.0]]),
        open_document(TABLE),
        json.dumps([{"company": "Joe's Bakery", "website": "joes.example", "phone": "4155550100"}]),
        '{"company": "Joe\'s Bakery", "website": "joes.example", "phone": "415 555 0100"}\n',
        json.dumps({"results": [{"displayName": {"text": "Joe's Bakery"},
                                 "websiteUri": "https://joes.example",
                                 "nationalPhoneNumber": "(415) 555-0100"}]}),
    ],
    ids=["titles", "numbers", "remark", "no header", "tabs", "bars", "utf-16", "utf-16 unmarked",
         "utf-32", "gz", "xlsx", "ods", "json", "json lines", "json answer"],
)  # fmt: skip
def test_reads_lists_of_many_kinds(read, content):
    assert read(content) == ONE


def test_a_bare_list_of_addresses_is_a_list_of_leads(read):
    assert [row[1] for row in read("https://a.example\nb.example\nwww.c.example/x\n")] == [
        "https://a.example/",
        "https://b.example/",
        "https://www.c.example/x",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "a.com, b.com, www.c.com",
        "a.com,b.com,https://www.c.com\n",
        "a.com; b.com; www.c.com\n\n",
        "a.com\tb.com\twww.c.com\n",
        '["a.com", "b.com", "www.c.com"]',
        '[\n  "https://a.com",\n  "b.com", "www.c.com"\n]\n',
    ],
)
def test_addresses_on_one_line_are_a_lead_each(read, content):
    rows = read(content)
    assert [row[1].removeprefix("https://") for row in rows] == ["a.com/", "b.com/", "www.c.com/"]


def test_a_name_with_a_stray_separator_or_quote_stays_whole(read):
    rows = read(
        'Name,Website\nSmith, Jones & Co,smith.example\n"Al "The Best" Diner",al.example\n'
        '"Joe\\"s Pizza",joe.example\nBo"s Bar,bo.example\n"Says ""hi""",hi.example\n'
    )
    assert [row[0] for row in rows] == [
        "Smith, Jones & Co", 'Al "The Best" Diner', 'Joe"s Pizza', 'Bo"s Bar', 'Says "hi"',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<html><table><tr><td>Company</td></tr></table></html>", "a web page"),
        (b"<?xml version='1.0'?><leads/>", "an XML file"),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "vCard"),
        (packed({"word/document.xml": "<x/>"}), "a Word document"),
        (packed({"leads.csv": "a,b"}), "a ZIP archive"),
        (packed({"xl/workbook.xml": "<workbook/>"}), "a damaged workbook"),
        (b"PK\x03\x04 broken", "a damaged workbook"),
        (b"\x1f\x8b\x08broken", "a damaged .gz file"),
        (b'[{"name": "A"', "damaged"),
        (b"", "is empty"),
    ],
)
def test_names_what_is_no_list(read, content, what):
    with pytest.raises(UsageError, match=what):
        read(content)


def test_a_folder_is_no_list(tmp_path):
    with pytest.raises(UsageError, match="is a folder"), local_copy(tmp_path):
        pass


ENCODED = [
    ("cp1252", "Café Müller GmbH\nJoe\u2019s Diner"),
    ("cp1252", "CAFÉ MÜLLER"),
    ("mac_roman", "Café Müller\nKönigstraße 5"),
    ("cp850", "Café Müller\nKönigstraße 5"),
    ("cp1250", "Škoda Łódź"),
    ("cp1251", "Стоматология Улыбка"),
    ("cp1253", "Ταβέρνα Ελιά"),
    ("cp1254", "İstanbul Şişli Güneş\nÇağdaş"),
    ("cp1256", "عيادة الأسنان"),
    ("cp932", "さくら歯科クリニック"),
]


@pytest.mark.parametrize(("encoding", "text"), ENCODED)
def test_tells_encodings_apart(tmp_path, encoding, text):
    path = tmp_path / "leads.csv"
    path.write_bytes(("name,url\n" + text).encode(encoding))
    found = find_encoding(path)
    assert path.read_bytes().decode(found.name) == "name,url\n" + text
    assert "--encoding" in (found.note or "")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("gb18030", "金龙酒家"), ("cp1255", "מסעדת הזית"), ("euc_kr", "서울치과")],
)
def test_stops_and_shows_names_where_it_cannot_tell(tmp_path, encoding, text):
    path = tmp_path / "leads.csv"
    path.write_bytes(f"name,url\n{text},a.example\n".encode(encoding))
    with pytest.raises(UsageError, match=f"its encoding can't be determined.*{text}") as e:
        find_encoding(path)
    assert "--encoding" in (e.value.hint or "")
    assert find_encoding(path, encoding).name == encoding


def test_refuses_an_encoding_that_is_none(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("x")
    with pytest.raises(UsageError, match="no encoding 'klingon'"):
        find_encoding(path, "klingon")


def test_rows_are_limited_while_they_are_read(read):
    content = "url\n" + "".join(f"n{i}.example\n" for i in range(11))
    assert len(read(content, max_rows=11)) == 11
    with pytest.raises(TooManyRowsError, match="more than 10 rows"):
        read(content, max_rows=10)


def test_blank_rows_are_not_passed_over_for_ever(read, monkeypatch):
    monkeypatch.setattr("lfassess.assessment.intake.lists.rows._BLANKS", 50)
    assert len(read("url\na.example\n" + ",\n" * 48 + "b.example\n", max_rows=50)) == 2
    for blank in ("\n", ",,\n", '" "\n'):
        with pytest.raises(TooManyRowsError):
            read("url,name\na.example,A\n" + blank * 1_000, max_rows=10)


def test_junk_ends_early(read):
    with pytest.raises(UsageError, match=r"None of the first 20,000 rows.* is a lead"):
        read("name,url\n" + "junk,\n" * 20_010)


@pytest.mark.parametrize("delimiter", ",;\t|")
@pytest.mark.parametrize("within", ",;\t|")
def test_delimiters_in_cells_of_several_lines_do_not_count(read, delimiter, within):
    cell = f'"a\n{within} b{within} c{within} d\n{within} e{within} f"'
    lines = [["Company", "Website", "Phone"], *([cell, f"n{i}.example", cell] for i in range(3))]
    assert len(read("\n".join(delimiter.join(line) for line in lines))) == 3


cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cell, min_size=3, max_size=3), max_size=8), st.sampled_from(",;\t|"))
def test_every_row_is_a_lead_a_refusal_or_blank(tmp_path_factory, table, delimiter):
    lines = ["Company", "Website", "Phone"], *table
    quoted = "\n".join(
        delimiter.join('"' + c.replace('"', '""') + '"' for c in row) for row in lines
    )
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_text(quoted, encoding="utf-8", newline="")
    with open_list(path, Reading("US")) as opened:
        rows = list(opened.rows)
    filled = [row for row in table if any(map(str.strip, row))]
    assert len(rows) == len(filled)


def listed(path, **reading):
    with open_list(path, Reading("US", **reading)) as opened:
        return list(opened.rows)


@pytest.mark.no_cover  # millions of rows take three times as long when measured
@pytest.mark.parametrize(
    ("row", "times", "most"),
    [
        ("junk,\n", 10_000_000, 1_000_000),
        ("junk,\n", 10_000_000, 100_000),
        ("A,a.example\n", 10_000_000, 100_000),  # each repeats the first one
        ("\n", 25_000_000, 100_000),
        (",\r", 10_000_000, 100_000),
        ('{"name": "junk"}\n', 4_000_000, 100_000),
    ],
)
def test_ten_million_rows_are_refused_before_they_are_looked_at(tmp_path, row, times, most):
    head = (
        '{"name": "A", "url": "a.example"}\n' if row.startswith("{") else "name,url\nA,a.example\n"
    )
    path = tmp_path / "long.csv"
    with path.open("w", newline="") as file:
        file.write(head if "\r" not in row else head.replace("\n", "\r"))
        for _ in range(100):
            file.write(row * (times // 100))
    with (
        pytest.raises(TooManyRowsError, match=f"more than {most:,} rows"),
        open_list(path, Reading("US", max_rows=most)),
    ):
        pytest.fail("a row could have been looked at")


def test_blank_rows_at_the_end_do_not_count(tmp_path):
    path = tmp_path / "blank.csv"
    path.write_text("name,url\n" + "".join(f"A,n{i}.example\n" for i in range(500)) + ",\n" * 490)
    assert len(listed(path, max_rows=500)) == 500


@pytest.mark.parametrize(("size", "note"), [(0, ""), (1, ""), (7, ""), (7_000, "ü" * 800)])
def test_a_json_array_is_read_entry_by_entry(tmp_path, size, note):
    entries = [  # 7,000 are 6 MB in blocks that end anywhere
        {"name": f"Bäcker {i}", "url": f"n{i}.example", "at": {"x": [i, "]", note]}}
        for i in range(size)
    ]
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"name": "A", "url": "a.example"}, *entries], indent=1), "utf-8")
    rows = listed(path)
    assert len(rows) == size + 1
    assert rows[-1].name == (f"Bäcker {size - 1}" if size else "A")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('[{"name": "A"}, {"name"', "damaged"),
        ('[{"name": "A"}, 12', "has no end"),
        ('[{"name": "A"}', "damaged"),
        ('[{"name": "' + "x" * 6_000_000, "very long"),
        ('[{"a": ' + "[" * 100_000, "too deep"),
    ],
)
def test_a_json_array_that_is_damaged_is_named(tmp_path, content, why):
    path = tmp_path / "list.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=why):
        listed(path)


@pytest.mark.no_cover
def test_what_was_seen_stays_small_and_right_over_many_sites():
    def row(website, line):
        return SimpleNamespace(
            website=website, place_phone=None, address=None, dedupe_key="", line=line
        )

    seen, size = Seen(), 30_000
    tracemalloc.start()
    try:
        for i in range(size):
            assert seen.same_as(row(f"https://n{i}.example/", i)) is None
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown / size < 80
    assert seen.same_as(row("https://www.n1.example/index", 9)) == 1
    assert seen.same_as(row(f"https://n{size - 1}.example/", 9)) == size - 1


@pytest.mark.parametrize(
    "text",
    [
        "# May\na.example\n# from the fair\nb.example\n",
        "# May\nname,website\nA,a.example\n# sold,\nB,b.example\n",
        "#,name,website\n1,A,a.example\n2,B,b.example\n#,,\n",
        "#\na.example\nb.example\n",
    ],
)
def test_remarks_are_no_rows(tmp_path, text):
    path = tmp_path / "leads.csv"
    path.write_text(text)
    with open_list(path, Reading("US")) as opened:
        assert [row.website for row in opened.rows] == ["https://a.example/", "https://b.example/"]


@pytest.mark.parametrize(
    "lines",
    [
        "1. vale.example\n2. hill.example\n",
        "1) vale.example\n2) https://hill.example\n",
        "(1) vale.example\n(2) hill.example\n",
        "- vale.example\n- hill.example\n",
        "* www.vale.example\n* hill.example\n",
        "\u2022 vale.example\n\n\u2022 hill.example\n",
        "1.\tvale.example\n2.\thill.example\n",
        "Bakeries to look at:\n\n 1. vale.example\n 2. hill.example\n",
        "Website\n- vale.example\n- hill.example\n",
    ],
)
def test_numbered_and_bulleted_lists_of_addresses_are_read(read, lines):
    found = [website.replace("www.", "") for _, website, _ in read(lines, name="sites.txt")]
    assert found == ["https://vale.example/", "https://hill.example/"]


def test_a_name_that_begins_with_a_number_stays_whole(read):
    assert read("name,url\n1. Deli,deli.example\n- dash,dash.example\n") == [
        ("1. Deli", "https://deli.example/", None),
        ("- dash", "https://dash.example/", None),
    ]


VALE = ("Vale Bakery", None, "+13125550101")
HILL = ("Hill Bakery", None, "+13125550102")


@pytest.mark.parametrize(
    "lines",
    [
        (
            'Vale Bakery,"1 Main St, Austin, TX",(312) 555-0101\n'
            'Hill Bakery,"22b Low Road, Austin, TX",(312) 555-0102\n'
        ),
        (
            '"1 Main St, Austin, TX",Vale Bakery,(312) 555-0101\n'
            '"2 Main St, Austin, TX",Hill Bakery,(312) 555-0102\n'
        ),
        "Vale Bakery;(312) 555-0101;1 Main St\nHill Bakery;(312) 555-0102;2 Main St\n",
        "Vale Bakery,+1 312 555 0101\nHill Bakery,+1 312 555 0102\n",
        (
            'Vale Bakery,312-555-0101,"Hauptstra\u00dfe 1, 10115 Berlin"\n'
            'Hill Bakery,312-555-0102,"Am Hang 2a, 10115 Berlin"\n'
        ),
    ],
)
def test_names_with_phones_and_addresses_need_no_header(read, lines):
    assert read(lines) == [VALE, HILL]


def test_addresses_without_header_are_found(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text('Vale,"1 Main St, Austin, TX",(312) 555-0101\nHill,Austin,(312) 555-0102\n'
                    '"Moor","3 Main St, Austin, TX",(312) 555-0103\n')  # fmt: skip
    with open_list(path, Reading("US")) as opened:
        assert opened.columns.fields == {"name": [0], "phone": [2], "address": [1]}
        assert opened.columns.extra == {}
        assert [r.address for r in opened.rows] == [
            "1 Main St, Austin, TX", "Austin", "3 Main St, Austin, TX",
        ]  # fmt: skip


def test_a_workbook_is_read_from_the_sheet_that_is_a_list(tmp_path):
    path = tmp_path / "leads.xlsx"
    cover = sheet_xml([["Leads of November"], ["prepared by Mira"]])
    hidden = sheet_xml([["name", "website"], ["Old", "old.example"]])
    rows = [["Company", "Website", "Contact"], ["Vale", "vale.example", "Ann"], ["", "", "Bo"],
            ["Hill", "hill.example", "Cy"]]  # fmt: skip
    path.write_bytes(
        sheets(
            {"Hidden": hidden, "Cover": cover, "Leads": sheet_xml(rows, merged=["A2:A3", "B2:B3"])}
        )
    )
    with open_list(path, Reading("US")) as opened:
        assert opened.note == "Read from the sheet 'Leads'."
        rows = list(opened.rows)
    assert [r.name for r in rows if isinstance(r, LeadRow)] == ["Vale", "Hill"]
    assert [r.reason for r in rows if not isinstance(r, LeadRow)] == [
        "duplicate of line 2: the same website and no other place"
    ]


def sheet_xml(rows, merged=()):
    """A worksheet, whose blank cells are left away, as in most files."""
    lines = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{"ABC"[i]}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for i, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData>'
        + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
        + "</worksheet>"
    )


def sheets(by_name):
    """A workbook of worksheets; one called Hidden is hidden."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"'
        f"{' state=' + chr(34) + 'hidden' + chr(34) if name == 'Hidden' else ''}/>"
        for n, name in enumerate(by_name, 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(by_name) + 1)
    )
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">{related}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets>'
            "</workbook>",
            **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(by_name.values(), 1)},
        }
    )

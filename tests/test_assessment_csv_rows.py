"""CSV files as they come: nasty."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lfassess.assessment import csv_lines
from lfassess.assessment.csv_rows import Reject, neutralise, read_rows
from lfassess.assessment.lead_row import LeadRow
from lfassess.errors import UsageError

NASTY = (
    b"\xef\xbb\xbfBusiness Name,Website,Phone,Address,Notes\r\n"
    b'Good One,good-one.example,415 555 0100,"1 High St\r\nSpringfield","said ""hi"""\r\n'
    b"\r\n"
    b" , ,,,\r\n"
    b"Good One,HTTP://www.good-one.example/,,,\r\n"  # line 6
    b"Script,javascript:alert(1),,,\r\n"
    b"File,file:///etc/passwd,,,\r\n"
    + b"L" * 5_000 + b",long.example,,,\r\n"  # line 9
    b"B\xc3\xbccher,b\xc3\xbccher.example,,,\r\n"
    b"Rosl\xe9,cafe.example,,,\r\n"
    b"Few cells,few.example\r\n"
    b"Many cells,many.example,,,,one too many\r\n"  # line 13
    b"Spare commas,spare.example,,,,,,\r\n"
    b"Only a name,,,,\r\n"
    b'No site,n/a,020 7946 0018,"2 Low Rd, London",\r\n'
    b'Stray "quote" inside,stray.example,,,\r\n'
    b'"Never closed,open.example,,,\r\n'  # line 18
    b"After it,after.example,,,\r\n"
    b"Nul\x00byte,nul.example,,,"
)  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def read(content, *, column_map=None, country="US", **options):
        path = tmp_path / "leads.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rows = list(
            read_rows(
                path,
                column_map=column_map or {},
                default_country=country,
                allow_private=False,
                **options,
            )
        )
        return (
            [r for r in rows if isinstance(r, LeadRow)],
            [r for r in rows if isinstance(r, Reject)],
        )

    return read


def test_good_rows_of_a_nasty_file_go_on(read):
    rows, _ = read(NASTY)
    assert [(r.line, r.name, r.website) for r in rows] == [
        (2, "Good One", "https://good-one.example/"),
        (10, "Bücher", "https://xn--bcher-kva.example/"),
        (11, "Roslé", "https://cafe.example/"),
        (12, "Few cells", "https://few.example/"),
        (14, "Spare commas", "https://spare.example/"),
        (16, "No site", None),
        (17, 'Stray "quote" inside', "https://stray.example/"),
        (19, "After it", "https://after.example/"),
        (20, "Nulbyte", "https://nul.example/"),
    ]
    assert rows[0].address == "1 High St, Springfield"
    assert rows[0].phone == "+14155550100"
    assert rows[0].extra == {"Notes": 'said "hi"'}


def test_each_bad_row_of_a_nasty_file_has_its_line_and_reason(read):
    _, rejects = read(NASTY)
    assert [(r.line, r.reason) for r in rejects] == [
        (6, "duplicate of line 2"),
        (7, "javascript: addresses can't be assessed, only http and https"),
        (8, "file: addresses can't be assessed, only http and https"),
        (9, "'Business Name' has 5,000 characters; the limit is 300"),
        (13, "6 cells, but the first row has 5"),
        (15, "without a website, a name needs a phone number or an address"),
        (18, "a quotation mark is never closed"),
    ]
    assert rejects[1].excerpt.startswith("Script, javascript:alert(1)")
    assert all(len(r.excerpt) <= 120 for r in rejects)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_finds_the_delimiter_whatever_the_line_ends(read, delimiter, newline):
    lines = (("Name; Ltd", "Url", "City"), ("Joe", "joe.example", "Leeds"))
    text = newline.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    rows, rejects = read(text, column_map={"name": "Name; Ltd"})
    assert [(r.line, r.name, r.website, r.address) for r in rows] == [
        (2, "Joe", "https://joe.example/", "Leeds")
    ]
    assert rejects == []


def test_skips_the_line_in_which_excel_states_the_delimiter(read):
    rows, _ = read("sep=;\nname;url\nJoe, Inc;joe.example\n")
    assert [(r.line, r.name) for r in rows] == [(3, "Joe, Inc")]


def test_reads_utf_16_as_excel_writes_it(read):
    rows, _ = read("Company\tWebsite\nJoë\tjoe.example\n".encode("utf-16"))
    assert [r.name for r in rows] == ["Joë"]


@pytest.mark.parametrize(
    ("header", "website", "name"),
    [
        ("URL,Company Name", "URL", "Company Name"),
        ("home-page,business", "home-page", "business"),
        ("Name,Company,Web Site,Domain", "Web Site", "Company"),
        ("title,site", "site", "title"),
        ("websiteUrl,organization_name", "websiteUrl", "organization_name"),
    ],
)
def test_understands_headers_by_their_sense(read, header, website, name):
    columns = header.split(",")
    cells = {website: "joe.example", name: "Joe"}
    rows, _ = read(header + "\n" + ",".join(cells.get(c, "") for c in columns))
    assert [(r.website, r.name) for r in rows] == [("https://joe.example/", "Joe")]


def test_the_map_goes_before_what_headers_suggest(read):
    rows, _ = read(
        "Website,Other Link,Who\na.example,b.example,Joe\n",
        column_map={"website": "other link", "name": "Who"},
    )
    assert [(r.website, r.name, r.extra) for r in rows] == [
        ("https://b.example/", "Joe", {"Website": "a.example"})
    ]


@pytest.mark.parametrize(
    ("content", "column_map", "message"),
    [
        ("Email,Notes\nx,y\n", {}, "neither a website nor a name column.*'Email', 'Notes'"),
        ("Name\nx\n", {"website": "Url"}, "no column 'Url'.*'Name'"),
        ("Name\nx\n", {"fax": "Name"}, "'fax' is no field of a lead.*website"),
        ("", {}, "is empty"),
        ("\n \n,,\n", {}, "is empty"),
        ('"Name,Url\nx,y\n', {}, "never closed"),
    ],
)
def test_says_which_columns_it_saw_where_it_cannot_go_on(read, content, column_map, message):
    with pytest.raises(UsageError, match=f"(?s){message}"):
        read(content, column_map=column_map)


def test_refuses_what_is_no_readable_file(tmp_path):
    with pytest.raises(UsageError, match="There is no file"):
        csv_lines.inspect(tmp_path / "missing.csv")
    with pytest.raises(UsageError, match="is not a file"):
        csv_lines.inspect(tmp_path)
    with pytest.raises(UsageError, match="can't be read"):
        csv_lines.inspect(tmp_path / ("x" * 300))


def test_notes_bytes_that_are_not_utf_8(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("name\nCafé".encode("cp1252"))
    assert "Windows-1252" in (csv_lines.inspect(path).note or "")
    path.write_bytes("name\nCafé".encode())
    assert csv_lines.inspect(path).note is None


def test_one_stray_byte_leaves_the_other_rows_alone(read):
    rows, _ = read("name,url\nCafé,a.example\n".encode() + b"Bl\x81\x93\xe9,b.example\n")
    assert [r.name for r in rows] == ["Café", "Bl“é"]


def test_a_cell_beyond_its_limit_names_its_column(read):
    _, rejects = read(f"url,Story\na.example,{'x' * 5_000}\n")
    assert [r.reason for r in rejects] == ["'Story' has 5,000 characters; the limit is 4,000"]


def test_a_row_beyond_the_limit_is_refused(read):
    header = ",".join(f"c{i}" for i in range(9))
    cells = ",".join(["x" * 2_000] * 9)
    _, rejects = read(f"url,{header}\na.example,{cells}\n")
    assert [r.reason for r in rejects] == ["the row has 18,009 characters; the limit is 16,000"]


def test_a_line_without_end_is_cut_and_refused(read):
    rows, rejects = read(f"url\n{'x' * 200_000}\nb.example\n")
    assert [r.line for r in rejects] == [2]
    assert [(r.line, r.website) for r in rows] == [(3, "https://b.example/")]


def test_an_open_quote_costs_one_row_in_the_middle_of_many(read):
    good = "".join(f"n{i},n{i}.example\n" for i in range(300))
    rows, rejects = read(f'name,url\n"open,x.example\n{good}')
    assert [(r.line, r.reason) for r in rejects] == [(2, "a quotation mark is never closed")]
    assert [r.line for r in rows] == list(range(3, 303))


def test_columns_of_the_same_or_no_name_are_kept_apart(read):
    rows, _ = read("url,tag,tag,\na.example,one,two,three\n")
    assert rows[0].extra == {"tag": "one", "tag (3)": "two", "column 4": "three"}


def test_the_country_column_decides_how_phones_are_read(read):
    rows, _ = read("url,phone,country\na.example,020 7946 0018,England\n")
    assert [(r.phone, r.country) for r in rows] == [("+442079460018", "GB")]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@x", "\tx", "\rx"])
def test_formulas_are_neutralised(cell):
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Joe", "'quoted'", "a=b"])
def test_other_cells_stay_as_they_are(cell):
    assert neutralise(cell) == cell


def test_an_exported_cell_reads_back_as_it_was(read):
    out = io.StringIO()
    csv.writer(out).writerows(
        [["url", "name", "phone"], ["a.example", neutralise("@home"), neutralise("+14155550100")]]
    )
    rows, _ = read(out.getvalue())
    assert [(r.name, r.phone) for r in rows] == [("@home", "+14155550100")]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text('",;\t\r\n\x00a.é"=', max_size=120).map(str.encode)
)  # fmt: skip
@example(b'a,"b\n"c,d\n"')
@example(b"\xff\xfe")
@example(b"\xff\xfea")
def test_no_bytes_whatever_make_it_crash(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(b"name,url\n" + content)
        lines = [
            row.line
            for row in read_rows(path, column_map={}, default_country="US", allow_private=False)
        ]
        assert lines == sorted(set(lines))
        path.write_bytes(content)
        with contextlib.suppress(UsageError):
            list(read_rows(path, column_map={}, default_country="US", allow_private=False))

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

from lfassess.assessment.intake.lead_row import LeadRow
from lfassess.assessment.intake.lists.cells.formulas import neutralise
from lfassess.assessment.intake.lists.encoding import find_encoding
from lfassess.assessment.intake.lists.rows import Reading, RejectedRow, open_list
from lfassess.assessment.intake.lists.tables import local_copy
from lfassess.errors import UsageError
from lfassess.settings import Settings

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

TOO_WIDE = (
    "6 cells, but there are 5 columns: a separator within a cell needs quotation marks around "
    "that cell"
)
NO_PLACE = "without a website, a name needs a phone number or an address"


@pytest.fixture
def read(tmp_path):
    def read(content, *, column_map=None, country="US", **options):
        path = tmp_path / "leads.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        reading = Reading(country, column_map=column_map or {}, **options)
        with open_list(path, reading) as opened:
            rows = list(opened.rows)
        return (
            [r for r in rows if isinstance(r, LeadRow)],
            [r for r in rows if isinstance(r, RejectedRow)],
        )

    return read


def test_good_rows_of_a_nasty_file_go_on(read):
    rows, _ = read(NASTY)
    assert [(r.line, r.name, r.website) for r in rows] == [
        (2, "Good One", "https://good-one.example/"),
        (9, "long.example", "https://long.example/"),
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
        (6, "duplicate of line 2: the same website and no other place"),
        (7, f"javascript: addresses can't be assessed, only http and https; {NO_PLACE}"),
        (8, f"file: addresses can't be assessed, only http and https; {NO_PLACE}"),
        (13, TOO_WIDE),
        (15, NO_PLACE),
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


@pytest.mark.parametrize("number", ["column 4", "Column 4", "column4"])
def test_the_map_names_columns_of_a_list_without_header_by_their_numbers(read, number):
    rows, _ = read(
        "1,Ann Vale,vale.example,Vale Bakery\n2,Ben Hill,hill.example,Hill Bakery\n",
        column_map={"name": number},
    )
    assert [(r.name, r.website) for r in rows] == [
        ("Vale Bakery", "https://vale.example/"),
        ("Hill Bakery", "https://hill.example/"),
    ]


@pytest.mark.parametrize("number", ["column 0", "column 5", "column", "4"])
def test_a_column_beyond_the_last_is_refused_with_the_numbers_that_there_are(read, number):
    with pytest.raises(UsageError, match=r"'column 1', 'column 2', 'column 3', 'column 4'\.$"):
        read("1,Ann,vale.example,Vale\n2,Ben,hill.example,Hill\n", column_map={"name": number})


@pytest.mark.parametrize(
    ("content", "column_map", "message"),
    [
        (
            "Colour,Notes\nx,y\n",
            {},
            "No column holds websites or business names.*'Colour', 'Notes'",
        ),
        ("Name\nx\n", {"website": "Url"}, "no column 'Url'.*'Name'"),
        ("Name\nx\n", {"fax": "Name"}, "'fax' is not a field of a lead.*website"),
        ("", {}, "is empty"),
        ("\n \n,,\n", {}, "is empty"),
        ('"Name,Url\nx,y\n', {}, "never closed"),
    ],
)
def test_says_which_columns_it_saw_where_it_cannot_go_on(read, content, column_map, message):
    with pytest.raises(UsageError, match=f"(?s){message}"):
        read(content, column_map=column_map)


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing.csv", "There is no file"), (".", "is a folder"), ("x" * 300, "can't be read")],
)
def test_refuses_what_is_no_readable_file(tmp_path, name, message):
    with pytest.raises(UsageError, match=message), local_copy(tmp_path / name):
        pass


def test_notes_bytes_that_are_not_utf_8(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("name\nCafé".encode("cp1252"))
    assert "Windows-1252" in (find_encoding(path).note or "")
    path.write_bytes("name\nCafé".encode())
    assert find_encoding(path).note is None


def test_one_stray_byte_leaves_the_other_rows_alone(read):
    rows, _ = read("name,url\nCafé,a.example\n".encode() + b"Bl\x81\x93\xe9,b.example\n")
    assert [r.name for r in rows] == ["Café", "Bl“é"]


def test_a_name_beyond_its_limit_is_dropped_with_a_note(read):
    rows, _ = read(f"name,url\n{'x' * 301},a.example\n{'x' * 300},b.example\n")
    assert [(r.name, [str(n) for n in r.notes]) for r in rows] == [
        ("a.example", ["line 2, name: 301 characters; the limit is 300; dropped"]),
        ("x" * 300, []),
    ]


def test_custom_fields_are_cut_at_their_limits(read):
    header = ",".join(f"c{i}" for i in range(6))
    rows, _ = read(f"url,{header}\na.example,{','.join(['x' * 5_000] * 6)}\n")
    assert [len(value) for value in rows[0].extra.values()] == [4_000] * 4
    assert [n.column for n in rows[0].notes] == [f"c{i}" for i in range(6)]


def test_a_line_without_end_is_cut_and_refused(read):
    rows, rejects = read(f"url\n{'x' * 200_000}\nb.example\n")
    assert [r.line for r in rejects] == [2]
    assert [(r.line, r.website) for r in rows] == [(3, "https://b.example/")]


def test_an_open_quote_costs_one_row_in_the_middle_of_many(read):
    good = "".join(f"n{i},n{i}.example\n" for i in range(300))
    rows, rejects = read(f'name,url\n"open,x.example\n{good}')
    assert [(r.line, r.reason) for r in rejects] == [(2, "a quotation mark is never closed")]
    assert [r.line for r in rows] == list(range(3, 303))


def test_a_quote_that_the_next_row_closes_costs_one_row(read):
    leads, refused = read('"name","website"\n"Joe","joes.com"\n"Ann,anns.com\n"Bob","bob.com"\n')
    assert [lead.name for lead in leads] == ["Joe", "Bob"]
    assert [(r.line, r.reason) for r in refused] == [(3, "a quotation mark is never closed")]


def test_a_quoted_line_within_a_cell_is_no_row(read):
    leads, refused = read('name,website\n"Joe\n""Big"" Doe",joes.com\n')
    assert [lead.name for lead in leads] == ['Joe "Big" Doe']
    assert refused == []


def test_columns_of_the_same_or_no_name_stay_apart(read):
    rows, _ = read("url,tag,tag,\na.example,one,two,three\n")
    assert rows[0].extra == {"tag": "one", "tag (3)": "two", "column 4": "three"}


def test_the_country_column_decides_how_phones_are_read(read):
    rows, _ = read("url,phone,country\na.example,020 7946 0018,England\n")
    assert [(r.phone, r.country) for r in rows] == [("+442079460018", "GB")]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@x", "\tx", "\rx"])
def test_formulas_are_neutralised(cell):
    assert neutralise(cell) == f"'{cell}".replace("\r", "")  # which sends a terminal back


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
        for start in (b"name,url\n", b""):
            path.write_bytes(start + content)
            with contextlib.suppress(UsageError), open_list(path, Reading("US")) as opened:
                lines = [row.line for row in opened.rows]
                assert lines == sorted(set(lines))


PORTS = (
    b"name,website,phone\n"
    b"Ssh,http://ssh.example:22/,+1 212 555 0143\n"
    b",mail.example:25,\n"
    b"Shop,http://shop.example:8080/,\n"
    b"Routed,http://routed.example:9000/,\n"
    b"Six,http://[2606:4700::6810:85e5]:22/,+1 212 555 0144\n"
)


def test_website_on_a_port_that_is_not_visited_is_dropped_and_said(read):
    settings = Settings(connect_to="routed.example:9000:127.0.0.1:80")
    rows, rejected = read(PORTS, guard=Reading.by(settings).guard)
    assert [(r.name, r.website) for r in rows] == [
        ("Ssh", None),
        ("Shop", "http://shop.example:8080/"),
        ("Routed", "http://routed.example:9000/"),
        ("Six", None),
    ]
    why = "Port {} of {} is not visited, only 80, 443, 8000-8999"
    assert [n.text for n in rows[0].notes] == [
        f"{why.format(22, 'ssh.example')} (LFASSESS_TARGET_PORTS); it was dropped"
    ]
    assert [(r.line, r.reason) for r in rejected] == [(3, why.format(25, "mail.example"))]


@pytest.mark.parametrize("setting", [{"target_ports": "any"}, {"allow_private_targets": True}])
def test_settings_say_which_ports_are_visited(read, setting):
    rows, rejected = read(PORTS, guard=Reading.by(Settings(**setting)).guard)
    assert len(rows) == 5
    assert not rejected


def test_several_people_of_one_company_are_one_lead_whatever_their_own_numbers(read):
    people = (
        b"First Name,Last Name,Job Title,Company,Website,Phone\n"
        b"Ann,Vale,Owner,Vale Bakery,vale.example,415 555 0100\n"
        b"Ben,Hill,Baker,Vale Bakery,vale.example,415 555 0101\n"
        b"Cy,Moor,Driver,Vale Bakery,www.vale.example,\n"
    )
    (first,), others = read(people)
    assert first.phone == "+14155550100"
    assert [row.reason for row in others] == [
        "duplicate of line 2: the same website and no other place"
    ] * 2


def test_people_at_other_addresses_or_with_the_companys_own_number_are_branches(read):
    header = "First Name,Last Name,Company,Website,Company Phone,Street,City\n"
    numbers = (
        "Ann,Vale,Vale,vale.example,415 555 0100,,\nBen,Hill,Vale,vale.example,415 555 0101,,\n"
    )
    streets = (
        "Ann,Vale,Vale,vale.example,,1 High St,Ely\nBen,Hill,Vale,vale.example,,2 Low Rd,Ely\n"
    )
    for rows in (numbers, streets):
        leads, refused = read(header + rows)
        assert (len(leads), refused) == (2, [])


def test_two_numbers_of_a_business_are_two_branches(read):
    shops = (
        b"Company,Website,Phone\nVale,vale.example,415 555 0100\nVale,vale.example,415 555 0101\n"
    )
    leads, refused = read(shops)
    assert (len(leads), refused) == (2, [])


BRIGHT = "Company,Website,Phone,Street,City,State,Zip\n"


@pytest.mark.parametrize(
    ("one", "other", "leads"),
    [
        ("512-555-0101,,Austin,,", "512-555-0102,,Austin,,", 2),
        ("512-555-0101,,Austin,TX,78701", "512-555-0102,,Austin,TX,78701", 2),
        ("512-555-0101,,Austin,,", "512-555-0101,,Dallas,,", 1),
        (",,Austin,,", ",,Austin,,", 1),
        (",,Austin,,", ",,Dallas,,", 2),
        ("512-555-0101,,Austin,,", ",,Austin,,", 1),
        ("512-555-0101,1 Main St,Austin,,", "512-555-0101,2 Main St,Austin,,", 2),
        ("512-555-0101,1 Main Street,Austin,TX,", "512-555-0102,1 Main St.,Austin,Texas,", 1),
        (",1 Main Street,Austin,TX,78701", ",1 Main St.,Austin,Texas,78701", 1),
        (",1 King St,Toronto,Ontario,M5V 1A1", ",1 King Street,Toronto,ON,M5V 1A1", 1),
        (",12345 Main St,Austin,TX,", ",12346 Main St,Austin,TX,", 2),
    ],
)
def test_rows_of_one_site_are_branches_by_their_streets_else_their_phones(read, one, other, leads):
    found, _ = read(
        f"{BRIGHT}Bright Dental,bright.com,{one}\nBright Dental South,bright.com,{other}\n"
    )
    assert len(found) == leads
    assert len({row.dedupe_key for row in found}) == leads


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (
            "name,website,biz_url\nVale,vale.example,nothing here\nHill,,hill.example\n",
            ["biz_url"],
        ),
        ("name,website,biz_url\nVale,https://www.yelp.com/biz/vale,vale.example\n", ["website"]),
        ("url,phone,phone 2\nvale.example,,0000000000\n", ["phone 2"]),
        (
            "url,phone,phone 2\nvale.example,12,0000000000\nhill.example,415 555 0100,\n",
            ["phone", "phone 2"],
        ),
        (
            "url,country,company country\nvale.example,Ruritania,\nhill.example,,Oz\nmoor.example,US,US\n",
            ["country", "company country"],
        ),
        (
            "url,street,billing street\nvale.example,,9 R\u00c3\u00bce\nhill.example,9 R\u00c3\u00bce,2 Oak St\n",
            ["billing street", "street"],
        ),
    ],
)  # fmt: skip
def test_a_note_names_the_column_in_which_the_cell_stood(read, content, columns):
    rows, refused = read(content, column_map={})
    notes = [n.column for row in rows for n in row.notes]
    assert (notes, [r.reason for r in refused if "phone" not in r.reason]) == (columns, [])

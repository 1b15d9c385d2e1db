"""Files and single leads into a real Postgres."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lfassess.assessment.export.filters import searched
from lfassess.assessment.intake import lead_import
from lfassess.assessment.intake.lead_import import Preview, add_lead, import_file, upsert_lead
from lfassess.assessment.intake.lists.rows import Reading
from lfassess.assessment.intake.workload import Workload
from lfassess.db.queries import leads
from lfassess.db.queries.lead_filter import EVERY
from lfassess.errors import NotFoundError, UsageError
from tests import databases

pytestmark = pytest.mark.integration

NO_PLACE = "without a website, a name needs a phone number or an address"
MIXED = """name,website,phone,notes
A,a.example,,one
B,b.example,415 555 0100,
A,https://www.a.example,,again
X,javascript:alert(1),,
"""


@pytest.fixture
def rows(database):
    def rows(query):
        with database.session() as session:
            return [tuple(row) for row in session.execute(text(query))]

    return rows


@pytest.fixture
def take_in(database, tmp_path):
    def take_in(content, *, create_batch=True, name="leads.csv", preview=None, **options):
        path = tmp_path / name
        path.write_text(content)
        reading = Reading(**{"default_country": "US"} | options)
        return import_file(database, path, reading, create_batch=create_batch, preview=preview)

    return take_in


def test_a_file_becomes_leads_a_batch_and_its_rejects(take_in, rows):
    result = take_in(MIXED)
    assert (result.file_rows, result.added, result.known, result.rejected_count) == (4, 2, 0, 2)
    assert rows("SELECT name, website, phone, country, extra FROM leads ORDER BY id") == [
        ("A", "https://a.example/", None, "US", {"notes": "one"}),
        ("B", "https://b.example/", "+14155550100", "US", {}),
    ]
    assert rows("SELECT id, name FROM batches") == [(result.batch_id, "leads.csv")]
    assert rows("SELECT line FROM batch_leads ORDER BY line") == [(2,), (3,)]
    assert rows("SELECT line, reason FROM batch_rejects ORDER BY line") == [
        (4, "duplicate of line 2: the same website and no other place"),
        (5, f"javascript: addresses can't be assessed, only http and https; {NO_PLACE}"),
    ]


def test_the_same_file_again_resumes_its_batch_and_adds_nothing(take_in, rows):
    first = take_in(MIXED)
    again = take_in(MIXED, name="renamed.csv")
    assert again.resumed
    assert again.batch_id == first.batch_id
    assert (again.file_rows, again.added, again.known, again.rejected_count) == (4, 0, 2, 2)
    assert [(r.line, r.reason) for r in again.rejected] == [
        (r.line, r.reason) for r in first.rejected
    ]
    assert rows("SELECT count(*) FROM leads") == [(2,)]
    assert rows("SELECT count(*) FROM batches") == [(1,)]


def test_the_same_file_read_in_another_way_is_another_batch(take_in):
    content = "name,website,link\nA,a.example,b.example\n"
    first = take_in(content)
    second = take_in(content, column_map={"website": "link"})
    assert second.batch_id != first.batch_id
    assert second.added == 1


def test_another_file_with_known_leads_adds_only_the_new_ones(take_in, rows):
    first = take_in("name,website\nA,a.example\n")
    second = take_in("name,website\nB,b.example\nA,a.example\n")
    assert (second.added, second.known) == (1, 1)
    assert second.batch_id != first.batch_id
    assert rows(f"SELECT count(*) FROM batch_leads WHERE batch_id = {second.batch_id}") == [(2,)]


def test_known_leads_keep_their_data_and_get_what_they_lack(take_in, rows):
    take_in("name,website,phone,tag\nA,a.example,415 555 0100,old\n", create_batch=False)
    result = take_in(
        "name,website,phone,address,tag,more\nA,a.example,415 555 0100,1 High St,new,x\n",
        create_batch=False,
    )
    assert (result.batch_id, result.added, result.known, result.changed) == (None, 0, 1, 1)
    assert rows("SELECT phone, address, extra FROM leads") == [
        ("+14155550100", "1 High St", {"tag": "old", "more": "x"})
    ]
    assert rows("SELECT count(*) FROM batches") == [(0,)]


def test_a_file_of_several_chunks_arrives_whole(take_in, rows):
    content = "name,website\n" + "".join(f"N{i},n{i}.example\n" for i in range(5_000))
    result = take_in(content)
    assert (result.added, result.rejected_count) == (5_000, 0)
    assert rows("SELECT count(*), min(line), max(line) FROM batch_leads") == [(5_000, 2, 5_001)]


def test_a_file_that_cannot_be_used_leaves_nothing_behind(take_in, rows):
    with pytest.raises(UsageError, match="No column holds websites"):
        take_in("colour\nred\n")
    assert rows("SELECT count(*) FROM batches") == [(0,)]


def test_imports_at_once_do_not_block_each_other_for_good(take_in, rows):
    lines = [f"N{i},n{i}.example" for i in range(3_000)]
    contents = ["\n".join(["name,website", *order]) for order in (lines, lines[::-1])]
    with ThreadPoolExecutor(3) as pool:
        jobs = [
            pool.submit(take_in, content, name=f"{i}.csv")
            for i, content in enumerate([*contents, contents[0]])
        ]
        results = [job.result(timeout=60) for job in jobs]
    assert sum(r.added for r in results) == 3_000
    assert results[0].batch_id == results[2].batch_id != results[1].batch_id
    assert rows("SELECT count(*) FROM batch_leads") == [(6_000,)]


def test_a_single_lead_is_stored_once(database, rows):
    values = {"website": "https://a.example/", "name": "A"}
    first = upsert_lead(database, values, default_country="GB")
    again = upsert_lead(database, values | {"phone": "020 7946 0018"}, default_country="GB")
    assert first[1]
    assert again == (first[0], False)
    assert rows("SELECT phone, country FROM leads") == [("+442079460018", "GB")]


def test_a_website_alone_means_the_lead_that_has_it(database):
    named, _ = upsert_lead(
        database, {"website": "https://a.example/", "name": "A"}, default_country="US"
    )
    assert add_lead(database, website="https://a.example/", default_country="US") == named
    assert add_lead(database, website="https://a.example/x", default_country="US") != named


def test_a_preview_counts_like_an_import_and_stores_nothing(take_in, rows):
    take_in("name,website,phone\nA,a.example,\n", create_batch=False)
    content = "name,website,phone\nA,a.example,415 555 0100\nB,b.example,\n,,\nC,,\n"
    seen = take_in(content, preview=Preview(7 * 86_400.0), create_batch=False)
    assert (seen.file_rows, seen.added, seen.known, seen.changed, seen.rejected_count) == (
        3, 1, 1, 1, 1,
    )  # fmt: skip
    assert rows("SELECT name, phone FROM leads") == [("A", None)]
    done = take_in(content, create_batch=False)
    assert (done.added, done.known, done.changed) == (seen.added, seen.known, seen.changed)


CHAIN = """name,website,address
Joe,https://joes.com,1 Main Street
Joe,joes.com,2 Main Street
Joe,www.joes.com/,3 Main Street
Ann,anns-bakery.com,
Bob,,4 Main Street
"""
WEEK = Preview(7 * 86_400.0)


def test_a_preview_counts_what_branches_share_once(take_in, rows):
    assert take_in(CHAIN, preview=WEEK).workload == Workload(5, 4, 2, 2)
    assert take_in(CHAIN, preview=Preview(0, limit=2)).workload == Workload(2, 2, 1, 1)
    assert rows("SELECT count(*) FROM batches") == [(0,)]
    assert take_in(CHAIN).batch_id == 1  # looking ahead used up no number


def test_a_preview_leaves_out_what_was_assessed_lately(take_in, database, rows):
    take_in(CHAIN)
    with database.session() as session:
        session.execute(
            text("""
            INSERT INTO assessments
                   (lead_id, status, open_independent_checks, open_checks, finished_at)
            SELECT id, 'completed', 0, 0, now() FROM leads WHERE name <> 'Ann'
        """)
        )
    seen = take_in(CHAIN + "New,new-lead.com,\n", preview=WEEK)
    assert (seen.added, seen.known, seen.resumed) == (1, 5, False)
    assert seen.workload == Workload(2, 2, 2, 2, reused=4)
    same = take_in(CHAIN, preview=WEEK)
    assert (same.known, same.resumed, same.workload) == (5, True, Workload(1, 1, 1, 1, reused=4))


SITES = st.sampled_from(["joes.com", "https://www.joes.com/", "anns.com", "", "javascript:x"])
NAMES = st.sampled_from(["Joe", "Ann", "Bob, Inc", ""])
PHONES = st.sampled_from(["", "", "312 555 0113", "312 555 0114"])
PLACES = st.sampled_from(["", "", "1 Main St", "2 Main St"])
LISTS = st.lists(st.tuples(NAMES, SITES, PHONES, PLACES), max_size=12)


def as_csv(table):
    text = io.StringIO()
    csv.writer(text).writerows([("name", "website", "phone", "address"), *table])
    return text.getvalue()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=LISTS, table=LISTS)
@example(  # two rows of what the store knows as one lead
    before=[("Joe", "joes.com", "312 555 0113", "1 Main St")],
    table=[("Joe", "joes.com", "312 555 0113", ""), ("Joe", "joes.com", "", "1 Main St")],
)
def test_each_row_is_new_known_refused_or_blank(take_in, database, rows, before, table):
    databases.empty(database)
    filled = sum(any(row) for row in table)
    with patch.object(lead_import, "_CHUNK", 3):
        take_in(as_csv(before), create_batch=False)
        stored = rows("SELECT count(*) FROM leads")[0][0]
        seen = take_in(as_csv(table), preview=WEEK)
        done = take_in(as_csv(table))
        resumed = take_in(as_csv(table))
        again = take_in(as_csv(table), create_batch=False)
    for result in (seen, done, resumed, again):
        assert result.file_rows == filled == result.added + result.known + result.rejected_count
    assert rows("SELECT count(*) FROM leads")[0][0] == stored + done.added
    assert (seen.added, seen.known, seen.changed) == (done.added, done.known, done.changed)
    assert (again.added, again.changed) == (0, 0)
    assert seen.workload.leads == rows("SELECT count(*) FROM batch_leads")[0][0]


def test_branches_of_one_website_are_leads_of_their_own(take_in, rows):
    take_in("website\na.example\n", create_batch=False)
    result = take_in(
        "name,website,phone,address\n"
        'A Leeds,a.example,0113 496 0001,"1 High St, Leeds"\n'
        'A York,a.example/york,0113 496 0002,"2 Low Rd, York"\n'
        'A York Ltd,www.a.example,,"2 Low Road, York"\n'
        "A Hull,a.example,0113 496 0003,\n",
        default_country="GB",
    )
    assert (result.added, result.known, result.rejected_count) == (2, 1, 1)
    assert rows("SELECT name, phone FROM leads ORDER BY id") == [
        ("a.example", "+441134960001"),
        ("A York", "+441134960002"),
        ("A Hull", "+441134960003"),
    ]


def test_a_file_again_with_new_details_fills_them_in(take_in, rows):
    take_in("name,website,phone\nA,a.example,415 555 0100\n", create_batch=False)
    result = take_in(
        "name,website,phone,address\nA,a.example,415 555 0100,1 High St\n", create_batch=False
    )
    assert (result.added, result.known, result.changed) == (0, 1, 1)
    assert rows("SELECT phone, address FROM leads") == [("+14155550100", "1 High St")]


def test_duplicates_can_be_leads_of_their_own(take_in):
    content = "name,website\nA,a.example\nA,a.example\n"
    assert take_in(content).rejected_count == 1
    assert take_in(content, keep_duplicates=True).added == 2


def test_duplicates_are_known_where_their_list_comes_again(take_in):
    first = "name,website\nMain Street,a.example\nMarket Place,a.example\n"
    other = "name,website\nHarbour,a.example\nMarket Place,a.example\n"
    assert take_in(first, keep_duplicates=True).added == 2
    again = take_in(f"{first}Mill Lane,a.example\n", keep_duplicates=True)
    assert (again.added, again.known) == (1, 2)
    assert take_in(other, keep_duplicates=True).added == 1  # the second row is the same


def test_searching_takes_wildcards_literally(database, take_in):
    take_in("name,website\n100% Pure,pure.example\nSnake_Case,snake.example\nJoe,joe.example\n")
    with database.session() as session:
        found = {
            search: [lead.name for lead in leads.newest(session, searched(EVERY, search), limit=9)]
            for search in ("0%", "e_c", "PURE.ex", "j%e", "nobody")
        }
        assert found == {
            "0%": ["100% Pure"],
            "e_c": ["Snake_Case"],
            "PURE.ex": ["100% Pure"],
            "j%e": [],
            "nobody": [],
        }
        assert [lead.name for lead in leads.newest(session, limit=1)] == ["Joe"]


def test_there_is_no_lead_that_is_not_stored(database):
    with database.session() as session, pytest.raises(NotFoundError, match="no lead 77"):
        leads.get(session, 77)

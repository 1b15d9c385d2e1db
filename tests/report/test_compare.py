from __future__ import annotations

import json
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.cli.compare import show
from lfassess.report.branding import Branding
from lfassess.report.compare import compare
from lfassess.report.render import render_comparison, render_html, render_json
from tests.report.factories.rows import finding, report, run

ONE = finding("one", "high", "First <b>fault</b>")
TWO = finding("two", "medium", "Second fault")
THREE = finding("three", "low", "Third fault")


def pair(before, after, **values):
    return compare(report(*before), report(*after, **values))


def test_mended_new_and_left_are_told_apart():
    found = pair(
        [run("security", score=40, findings=[ONE, TWO])],
        [run("security", score=70, findings=[TWO, THREE])],
    )
    assert [c.code for c in found.fixed] == ["one"]
    assert [c.code for c in found.new] == ["three"]
    assert [c.code for c in found.still] == ["two"]
    assert found.areas[0].change == found.change == 30


def test_the_weightiest_changes_come_first_and_headers_last():
    header = finding("broken-cors", "high", "Header")
    found = pair(
        [run("security", score=40, findings=[header, THREE]), run("onpage", findings=[TWO, ONE])],
        [run("security", score=40), run("onpage")],
    )
    assert [c.code for c in found.fixed] == ["one", "two", "three", header["code"]]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("sluggish-page", "slow-page", ((), ("slow-page",), ())),
        ("slow-page", "sluggish-page", (("slow-page",), (), ("sluggish-page",))),
    ],
)
def test_what_got_worse_is_not_fixed_and_what_got_better_is_not_new(before, after, expected):
    was, now = (run("pagespeed", score=60, findings=[finding(c, "medium", c)]) for c in (before, after))  # fmt: skip
    found = pair([was], [now])
    listed = [tuple(c.code for c in rows) for rows in (found.fixed, found.new, found.still)]
    assert tuple(listed) == expected


def test_what_was_not_looked_at_is_not_mended():
    found = pair(
        [run("security", score=40, findings=[ONE])],
        [run("security", "failed", error_code="provider_timeout")],
    )
    assert found.fixed == ()
    assert found.areas[0].after is None
    assert found.areas[0].change is None


def one_of(code):
    """Return a finding on the search basics, which several checks look at."""
    return {**finding(code, "medium", code), "area": "search_basics"}


def test_a_check_that_ran_once_alone_has_neither_fixed_nor_found_anything_since():
    """An audit from before the on-page check, or one of chosen checks, beside a whole one."""
    measured = run("pagespeed", score=80, findings=[one_of("poor-seo-basics")])
    crawled = run("onpage", findings=[one_of("onpage-no-h1")])
    for before, after in (([measured], [crawled]), ([crawled], [measured])):
        found = pair(before, after)
        assert (found.fixed, found.new) == ((), ())
    found = pair([measured], [run("pagespeed", score=80), crawled])
    assert ([c.code for c in found.fixed], found.new) == (["poor-seo-basics"], ())


def test_what_another_finding_implies_now_is_not_fixed():
    measured = run("pagespeed", score=80, findings=[one_of("no-description")])
    crawled = run("onpage", findings=[one_of("onpage-no-description")])
    found = pair([measured], [measured, crawled])
    assert (found.fixed, found.new) == ((), ())
    gone = pair([measured], [run("pagespeed", score=80), run("onpage")])
    assert [c.code for c in gone.fixed] == ["no-description"]


def test_overall_scores_of_other_areas_are_not_compared(capsys):
    gbp, security = run("gbp", score=40), run("security", score=90)
    for before, after in (([gbp], [gbp, security]), ([gbp, security], [gbp]), ([gbp], [security])):
        found = pair(before, after)
        assert (found.change, found.same_areas, found.tells) == (None, False, False)
        assert "did not score the same areas" in render_comparison(found)
        show(found)
        assert "Other areas were scored" in capsys.readouterr().out
        assert found.as_json()["same_areas"] is False


def test_other_rules_are_mentioned():
    found = pair([run("gbp", score=4)], [run("gbp", score=4)], scoring_version="4")
    assert not found.same_rules
    assert "versions 3 and 4" in render_comparison(found)


def test_a_report_shows_what_has_changed_since_an_earlier_audit():
    earlier = report(run("security", score=40, findings=[ONE, TWO]))
    later = report(run("security", score=70, findings=[TWO, THREE]))
    made = replace(later, since=compare(earlier, later))
    tree = LexborHTMLParser(render_html(made))
    since = tree.css_first("#since")
    assert "Overall: 40 then, 70 now." in since.css_first("svg").attributes["aria-label"]
    heads = {h.text(): h.next.next.text() for h in since.css("h3")}
    assert "First <b>fault</b>" in heads["Fixed since then"]
    assert "Third fault" in heads["New since then"]
    assert "Second fault" not in since.text()
    assert json.loads(render_json(made))["since"]["before"]["score"] == 40
    hidden = replace(made, branding=Branding(hidden=frozenset({"since"})))
    assert LexborHTMLParser(render_html(hidden)).css_first("#since, a[href='#since']") is None


def test_two_audits_of_one_day_are_told_apart_by_their_times():
    earlier, later = (report(run("security", score=n)) for n in (40, 70))
    tree = LexborHTMLParser(render_comparison(compare(earlier, later)))
    assert tree.css_first("figcaption").text().count("14:0") == 2


@pytest.mark.parametrize(
    ("before", "after", "tells"),
    [
        ([run("gbp", score=76, findings=[ONE])], [run("gbp", score=78, findings=[ONE])], False),
        ([run("gbp", score=74, findings=[ONE])], [run("gbp", score=76, findings=[ONE])], True),
        ([run("gbp", score=76, findings=[ONE])], [run("gbp", score=76)], True),
        ([run("gbp", score=76)], [run("gbp", score=76, findings=[ONE])], True),
    ],
)
def test_a_few_points_are_nothing_to_tell(before, after, tells):
    assert pair(before, after).tells == tells


def test_scores_of_other_rules_are_not_drawn():
    found = pair([run("gbp", score=4)], [run("gbp", score=4)], scoring_version="4")
    assert "then-now" not in LexborHTMLParser(render_comparison(found)).css_first("main").html


def test_json_and_html_say_the_same():
    found = pair([run("gbp", score=40, findings=[ONE])], [run("gbp", score=70)])
    data = json.loads(json.dumps(found.as_json()))
    assert data["schema"] == "lfassess.comparison/1"
    assert (data["change"], data["areas"][0]["change"]) == (30, 30)
    html = render_comparison(found)
    assert "+30" in html
    assert "&lt;b&gt;fault" in html


def crawl(*pages, broken=(), untold=(), tried=9, complete=True):
    rows = [{"path": p, "title": t, "status": s} for p, t, s in pages]
    metrics = {"pages": rows, "broken": list(broken), "untold": list(untold),
               "links_tried": tried, "complete": complete}  # fmt: skip
    return [run("onpage", metrics=metrics)]


BEFORE = crawl(("/", "Home", 200), ("/a", "A", 200), ("/b", "B", 200), ("/c", "C", 200),
               broken=["/x", "/y", "/z"])  # fmt: skip


def test_pages_that_vanished_titles_that_changed_and_links_fixed_are_listed():
    after = crawl(("/", "Bakery in Halifax", 200), ("/a", "A", 200), ("/b", "", 404), ("/n", "N", 200),
                  broken=["/y", "/new"], untold=["/z"])  # fmt: skip
    site = pair(BEFORE, after).site
    assert (site.vanished, site.new) == (("/b", "/c"), ("/n",))
    assert [(p.path, p.before, p.after) for p in site.retitled] == [
        ("/", "Home", "Bakery in Halifax")
    ]
    assert (site.links_fixed, site.links_broken) == (("/x",), ("/new",))


def test_what_a_crawl_did_not_come_to_has_not_vanished():
    site = pair(BEFORE, crawl(("/", "Home", 200), complete=False, tried=0)).site
    assert site == type(site)((), (), (), (), ())


def test_a_page_whose_link_is_dead_now_has_vanished_however_far_the_crawl_came():
    site = pair(BEFORE, crawl(("/", "Home", 200), broken=["/a"], complete=False)).site
    assert site.vanished == ("/a",)


def test_nothing_is_said_of_pages_where_one_audit_has_none():
    assert pair(BEFORE, [run("onpage", metrics={"reason": {}})]).site is None
    assert pair([run("security", score=1)], BEFORE).site is None


def test_changes_of_the_site_stand_in_json_and_html():
    found = pair(BEFORE, crawl(("/", "<b>New</b>", 200), ("/a", "A", 410)))
    assert found.as_json()["site"]["vanished"] == ["/a", "/b", "/c"]
    html = render_comparison(found)
    assert "Pages that vanished" in html
    assert "&lt;b&gt;New&lt;/b&gt;" in html or "now “New”" in html


def test_changes_of_the_site_are_printed(capsys):
    show(pair(BEFORE, crawl(("/", "Bakery [bold]", 200), ("/a", "A", 410), broken=["/y", "/z"])))
    printed = capsys.readouterr().out
    for words in ("Pages that vanished: 3", "/: “Home”, now “Bakery [bold]”", "Links fixed: 1"):
        assert words in printed
    assert "Links broken since" not in printed


@pytest.mark.parametrize(("language", "word"), [("en", "unchanged"), ("de", "unverändert")])
def test_what_did_not_change_is_called_unchanged(language, word, capsys):
    same = [run("security", score=60)]
    found = compare(report(*same, language=language), report(*same, language=language))
    text = LexborHTMLParser(render_comparison(found)).css_first("table").text()
    assert word in text
    assert "+0" not in text
    show(found)
    shown = capsys.readouterr().out
    assert "unchanged" in shown
    assert "+0" not in shown

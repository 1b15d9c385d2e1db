"""What a visit met: tables of pages that are no site, and of real ones that sound like them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lfassess.checks.shared import no_site
from lfassess.checks.shared.visit import Kind, Met, Visit, meet, met_in, overall
from lfassess.config_files import read_toml

URL = "https://harbour-oak.example/"
COPY = (
    "Harbour Oak builds kitchens, stairs and shelves from oak that was felled within an hour of the "
    "workshop. Every piece starts with a drawing and a visit to your house. We have worked in the "
    "old town since 1994, and most of our customers come back or send a neighbour. Prices are fixed "
    "before we begin, and you get photographs of each stage. Call us, write to us, or walk in on any "
    "weekday between eight and five: the coffee is always on. "
)


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def sent(html: str, status: int = 200, headers=(), url: str = URL) -> Visit:
    return Visit.from_html(URL, url, status, headers, html)


def shown(html: str, status: int = 200, url: str = URL, pictures: int | None = None) -> Visit:
    visit = replace(sent(html, status, url=url), rendered=True)
    return visit if pictures is None else replace(visit, pictures=pictures)


NO_SITE = [
    ("default_page", "Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed.</p>"),
    ("default_page", "Apache2 Debian Default Page: It works", "<p>It works!</p>" + "<p>This file sits below the document root. </p>" * 30),
    ("default_page", "IIS Windows Server", "<img src=iis.png>"),
    ("default_page", "", "<h1>It works!</h1>"),
    ("default_page", "Domain Default page", "<p>Log in to Plesk to create websites</p>"),
    ("default_page", "harbour-oak.example", "<p>Hier entsteht eine neue Internetpräsenz.</p>"),
    ("default_page", "Welcome", "<p>Nothing has been uploaded to this address.</p>"),
    ("directory_listing", "Index of /", "<h1>Index of /</h1><pre>" + "file.zip 2024-01-02 " * 300 + "</pre>"),
    ("directory_listing", "Directory listing for /shop", "<ul><li>a.txt</ul>"),
    ("directory_listing", "", "<h1>Index of /old</h1><a href=a>a</a>"),
    ("suspended", "Account Suspended", "<p>Contact billing.</p>"),
    ("suspended", "", "<p>This website has been temporarily suspended.</p>"),
    ("suspended", "Konto gesperrt", "<p>Bitte melden Sie sich beim Anbieter.</p>"),
    ("suspended", "", "<h2>509 Bandwidth Limit Exceeded</h2>"),
    ("expired", "Website Expired", "<p>Owners may renew.</p>"),
    ("expired", "harbour-oak.example", "<p>The domain harbour-oak.example has expired.</p>"),
    ("expired", "", "<p>Cette adresse : le domaine est expiré.</p>"),
    ("for_sale", "harbour-oak.example is for sale", "<p>Price: 2,000</p>"),
    ("for_sale", "", "<p>Interested in this domain?</p>"),
    ("for_sale", "", "<p>Diese Domain steht zum Verkauf.</p>"),
    ("for_sale", "", "<p>Le nom de domaine harbour-oak est à vendre</p>"),
    ("parked", "Parked Domain", "<p>Ads</p>"),
    ("parked", "harbour-oak.example", "<p>This domain was recently registered with Namestore.</p>"),
    ("parked", "harbour-oak.example", "<p>Related searches</p><p>Kitchens</p><p>Stairs</p>"),
    ("not_published", "Site not found", "<p>Check the address.</p>"),
    ("not_published", "", "<p>Your store has not been published yet.</p>"),
    ("not_published", "", "<p>This domain is not connected to a website.</p>"),
    ("not_published", "", "<p>Diese Seite wurde noch nicht veröffentlicht.</p>"),
    ("installer", "WordPress \u203a Installation", "<p>Welcome. Choose a language.</p>"),
    ("installer", "WordPress \u203a Setup Configuration File", "<p>Before we start</p>"),
    ("installer", "Choose language | Drupal", "<p>Language</p>"),
    ("error_page", "Database Error", "<p>Sorry.</p>"),
    ("error_page", "", "<b>Fatal error</b>: Uncaught Error: no such function in /srv/a.php:3"),
    ("error_page", "", "Warning: include(/srv/top.php): failed to open stream in /srv/index.php on line 4"),
    ("error_page", "Harbour Oak", "<p>Could not connect to the database.</p>"),
    ("error_page", "", "<p>SQLSTATE[HY000] [2002] Connection refused</p>"),
    ("soft_404", "Page not found - Harbour Oak", "<nav>Home Shop</nav><h1>Oops</h1>"),
    ("soft_404", "404 Not Found", "<p>nginx</p>"),
    ("soft_404", "Harbour Oak", "<p>The page you are looking for no longer exists.</p>"),
    ("soft_404", "Seite nicht gefunden | Tischlerei", "<p>Zur Startseite</p>"),
    ("maintenance", "Maintenance", "<p>Soon.</p>"),
    ("maintenance", "Harbour Oak", "<p>Our website is currently undergoing scheduled maintenance.</p>"),
    ("maintenance", "", "<p>Wegen Wartungsarbeiten nicht erreichbar.</p>"),
    ("maintenance", "We'll be back", "<p>Harbour Oak</p>"),
    ("coming_soon", "Harbour Oak | Coming Soon", "<p>Kitchens.</p>"),
    ("coming_soon", "Harbour Oak", "<h1>Under construction</h1>"),
    ("coming_soon", "Harbour Oak", "<p>Our new website is coming soon. Call 555-0142.</p>"),
    ("coming_soon", "Tischlerei", "<h1>Demnächst</h1>"),
    ("coming_soon", "", "<p>Nuestro sitio está en construcción</p>"),
    ("login", "Log in", "<form><input name=u><input type=password></form>"),
    ("login", "Webmail", "<input type='password'>"),
    ("login", "Harbour Oak", '<p>Enter store password</p><input type="password">'),
    ("template", "Agency - Start Bootstrap Theme", COPY * 3),
    ("template", "Solid State by HTML5 UP", COPY * 3),
    ("template", "Arsha - Bootstrap Template", COPY),
    ("template", "My Site", "<p>I'm a paragraph. Click here to add your own text and edit me.</p>"),
    ("template", "start [My Wiki]", "<h1>This topic does not exist yet</h1><p>You've followed a link.</p>"),
    ("template", "Harbour Oak", "<p>lorem ipsum dolor sit amet consectetur adipiscing elit</p>" * 30),
    ("template", "Blog", "<p>Welcome to WordPress. This is your first post. Edit or delete it.</p>"),
    ("template", "Shop", "<p>Section heading. Card title. Sample text. Call us: 123 Main Street.</p>" + COPY * 2),
    ("empty", "Harbour Oak", "<p>Kitchens and stairs.</p>"),
    ("empty", "", ""),
    ("empty", "Harbour Oak", "<p>" + "oak " * 59 + "</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "title", "body"), NO_SITE)
def test_pages_that_are_no_site(code, title, body):
    for visit in (sent(page(title, body)), shown(page(title, body))):
        met = meet(visit)
        assert (met.kind, met.code) == (Kind.NO_SITE, code)
        assert met.shown


SITES = [
    ("Harbour Oak | Kitchens and stairs", COPY),
    ("Harbour Oak", COPY + "Our spring collection is coming soon. " + COPY),
    ("Harbour Oak", COPY + "This page was under construction last year, as was the workshop."),
    ("Suspended Ceilings by Harbour Oak", COPY),
    ("Solar Panel Installation", COPY),
    ("Boiler Maintenance - Harbour Oak", COPY + "We offer scheduled maintenance of boilers."),
    ("Exception Salon", COPY),
    ("Un Momento Restaurant", COPY),
    ("Just a Moment Photography", COPY),
    ("404 Plumbing of Atlanta", COPY),
    ("Vesta Pizza", COPY),
    ("Houses for sale", COPY + "The house in Mill Lane is for sale. 12 Elm Street may be for sale."),
    ("Valet parking", COPY + "Cars are parked by our staff; domain knowledge guaranteed."),
    ("Has your plan expired? Oak Insurance", COPY + "If your plan has expired, call us."),
    ("Error-free bookkeeping", COPY),
    ("Harbour Oak - Just another WordPress site", COPY * 2),
    ("Untitled Document", COPY),
    ("My Website", COPY * 2),
    ("Harbour Oak", COPY * 3 + "Lorem ipsum dolor sit amet."),
    ("Harbour Oak", COPY * 2 + "Review by Jane Doe. Find us at 123 Main Street."),
    ("Harbour Oak", COPY * 2 + "<a href=/login>Log in</a><form><input type=password></form>"),
    ("Login Locksmiths", COPY + "<input type=password>"),
    ("Harbour Oak", COPY * 2 + "Please verify you are human to send this form."),
    ("Index of services", COPY),
    ("Default Risk Advisers", COPY),
    ("Fatal errors in tax returns", COPY),
    ("Harbour Oak", "<p>" + "oak " * 60 + "</p>"),
    ("さくら歯科", "<p>" + "平日は朝九時から夜七時まで診療しております。" * 8 + "</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "body"), SITES)
def test_real_pages_that_mention_such_words_are_sites(title, body):
    assert meet(sent(page(title, body))) == meet(shown(page(title, body))) == Met(Kind.SITE)


@pytest.mark.parametrize(
    ("words", "pictures", "code"),
    [(59, 0, "empty"), (60, 0, "site"), (59, 1, "site"), (0, 1, "site")],
)
def test_few_words_and_no_picture_are_empty(words, pictures, code):
    assert meet(shown(page("Oak", "oak " * words), pictures=pictures)).code == code


@pytest.mark.parametrize(
    ("words", "more", "code"),
    [
        (18, "<a href='tel:+15550142000'>Call</a>", "empty"),
        (20, "<a href='tel:+15550142000'></a>", "site"),
        (20, "<a href=mailto:oak@oak.example></a>", "site"),
        (20, "<form></form>", "site"),
        (20, "<address></address>", "site"),
        (
            20,
            "<script type=application/ld+json>{'@context': 'https://schema.org'}</script>",
            "site",
        ),
        (18, "(312) 555-0142", "site"),
        (20, "Call 1-800-FERNERY today", "site"),
        (20, "call (888) MOSSFERN", "site"),
        (20, "<a href=https://wa.me/13125550142>Chat</a>", "site"),
        (20, "<button onclick=\"location.href='tel:+13125550142'\">Now</button>", "site"),
        (20, "1-800 oaks planted", "empty"),
        (20, "", "empty"),
        (20, "2019", "empty"),
    ],
)
def test_few_words_and_a_way_to_get_in_touch_are_a_small_site(words, more, code):
    assert meet(shown(page("Oak", "oak " * words + more))).code == code


@pytest.mark.parametrize(
    ("words", "code"), [(108, "coming_soon"), (109, "site")], ids=["at bound", "above"]
)
def test_the_bound_of_words(words, code):
    """The title has none of them; two words of the text say that the site is to come."""
    body = "Website coming" + " oak" * words
    assert meet(shown(page("Oak | Coming soon", body), pictures=2)).code == code


@pytest.mark.parametrize(("pictures", "code"), [(3, "coming_soon"), (4, "site")])
def test_a_page_full_of_pictures_is_not_merely_to_come(pictures, code):
    assert (
        meet(shown(page("Oak", "<h1>Opening soon</h1>" + COPY[:200]), pictures=pictures)).code
        == code
    )


WALLS = [
    (403, [("cf-mitigated", "challenge")], "", "x" * 5000),
    (202, [("X-Amzn-Waf-Action", "captcha")], "", ""),
    (403, [], "Just a moment...", "<p>Checking</p>"),
    (403, [], "Einen Moment", "<p>Überprüfen Sie, dass Sie ein Mensch sind.</p>"),
    (200, [], "Un momento…", "<p>harbour-oak.example</p>"),
    (200, [], "Vercel Security Checkpoint", "<p>We're verifying your browser</p>"),
    (200, [], "", "<p>Please confirm you are not a robot.</p>"),
    (503, [], "", "<p>Generated by Wordfence at Mon</p>"),
    (200, [], "", "<script src='/_Incapsula_Resource?a=1'></script>"),
    (429, [], "", "<p>Your IP has been blocked</p>"),
    (405, [], "Human Verification", "<p>Before continuing</p>"),
    (200, [], "", "<div id=px-captcha></div>"),
]


@pytest.mark.parametrize(("status", "headers", "title", "body"), WALLS)
def test_bot_checks_are_walls(status, headers, title, body):
    met = meet(sent(page(title, body), status, headers))
    assert (met.kind, met.code) == (Kind.WALL, "bot_wall")


@pytest.mark.parametrize(
    ("status", "kind", "in_browser"),
    [
        (401, Kind.REFUSED, Kind.REFUSED),
        (403, Kind.REFUSED, Kind.REFUSED),
        (406, Kind.REFUSED, Kind.REFUSED),
        (429, Kind.REFUSED, Kind.REFUSED),
        (999, Kind.REFUSED, Kind.REFUSED),
        (404, Kind.REFUSED, Kind.NO_SITE),
        (410, Kind.REFUSED, Kind.NO_SITE),
        (503, Kind.REFUSED, Kind.NO_SITE),
        (500, Kind.REFUSED, Kind.NO_SITE),
        (399, Kind.SITE, Kind.SITE),
    ],
)
def test_an_error_may_be_meant_for_programs_alone(status, kind, in_browser):
    html = page("Harbour Oak", COPY)
    assert meet(sent(html, status)).kind == kind
    assert meet(shown(html, status)).kind == in_browser


def test_a_plain_error_page_says_nothing_about_what_browsers_get():
    html = page("404 Not Found", "<h1>Not Found</h1>")
    assert meet(sent(html, 404)) == Met(Kind.REFUSED, "status_404", "status 404")
    assert meet(shown(html, 404)).code == "soft_404"


@pytest.mark.parametrize(
    ("url", "kind", "code"),
    [
        ("https://www.facebook.com/harbouroak", Kind.PLATFORM, "platform_page"),
        ("https://linktr.ee/harbouroak", Kind.PLATFORM, "platform_page"),
        ("https://www.vagaro.com/harbouroak", Kind.PLATFORM, "platform_page"),
        ("https://www.hugedomains.com/domain?d=harbour-oak", Kind.NO_SITE, "for_sale"),
        ("https://harbouroak.wixsite.com/home", Kind.SITE, "site"),
        ("https://www.harbour-oak.example/en/", Kind.SITE, "site"),
        ("https://harbouroak.co.uk/", Kind.SITE, "site"),
        ("https://harbour-oak-kitchens.com/", Kind.SITE, "site"),
        ("https://new-owner.com/", Kind.ELSEWHERE, "other_domain"),
        ("https://oak.com/", Kind.ELSEWHERE, "other_domain"),
    ],
)
def test_where_redirects_end(url, kind, code):
    met = meet(shown(page("Kitchens", COPY.replace("Harbour Oak", "We")), url=url))
    assert (met.kind, met.code) == (kind, code)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Mill Lane Joinery", Kind.SITE),
        ("Mill Läne Joinery, LLC", Kind.SITE),
        ("Mill Lane Butchers", Kind.ELSEWHERE),
        ("harbour-oak.example", Kind.ELSEWHERE),
        ("", Kind.ELSEWHERE),
    ],
)
def test_a_new_domain_that_names_the_business_is_its_own(name, kind):
    html = page("Kitchens | Mill Lane Joinery", COPY)
    assert meet(shown(html, url="https://mlj.com/"), name).kind == kind


UNREAD = [
    ("forward", page("", "", "<meta http-equiv=refresh content='0; URL=/home'>")),
    ("forward", page("", "<a href=/de>weiter</a>", '<meta http-equiv="Refresh" content="3;url=/de/">')),
    ("frame", "<html><frameset rows='100%,*'><frame src='https://real.example/'><frame></frameset></html>"),
    ("frame", page("Oak", "<iframe src='//real.example/' width=100% height=100%></iframe>")),
    ("script_forward", page("", "", "<script>window.location.href='/home'</script>")),
    ("script_forward", page("", "<script>location.replace('/en')</script>")),
    ("script_shell", page("Oak", "<div id=root></div><script src=/app.js></script>")),
    ("script_shell", page("Oak", "<noscript>Please turn scripts on</noscript><script src=a.js></script>")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "html"), UNREAD)
def test_shells_are_unread_as_they_were_sent(code, html):
    met = meet(sent(html))
    assert (met.kind, met.code) == (Kind.UNREAD, code)


@pytest.mark.parametrize(
    "head",
    [
        "<meta http-equiv=refresh content=300>",
        "<meta http-equiv=refresh content='0; url=/x'><script>location.href</script>",
        "<script>if (location.href == 'x') alert(1); window.location = '/m'</script>",
    ],
)
def test_a_page_with_text_is_no_shell(head):
    assert meet(sent(page("Harbour Oak", COPY, head))).kind == Kind.SITE


def test_few_words_as_sent_may_be_more_in_a_browser():
    html = page("Oak", "oak " * 40, "<link rel=stylesheet href=a.css>")
    assert meet(sent(html)).kind == Kind.SITE
    assert meet(shown(html)).code == "empty"


def test_an_unknown_encoding_is_unread():
    visit = Visit.from_html(URL, URL, 200, [], "\x1b\x00", unread="content-encoding: zz")
    assert meet(visit) == Met(Kind.UNREAD, "encoding", "content-encoding: zz")


def test_what_was_met_survives_storage():
    met = Met(Kind.NO_SITE, "parked", "“parked”")
    assert met_in({"visit": met.as_json(URL)}) == met
    assert met.as_json(URL)["url"] == URL


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"visit": 3}, {"visit": {"kind": "x", "code": "y"}}, {"visit": {"kind": []}}],
)
def test_what_is_not_as_stored_counts_as_unknown(value):
    assert met_in(value) is None


@pytest.mark.parametrize(
    ("visits", "kind"),
    [
        ({}, None),
        ({"security": Kind.REFUSED, "visual": Kind.SITE}, Kind.SITE),
        ({"security": Kind.SITE, "visual": Kind.NO_SITE}, Kind.NO_SITE),
        ({"security": Kind.NO_SITE, "visual": Kind.WALL}, Kind.NO_SITE),
        ({"security": Kind.REFUSED, "visual": Kind.WALL}, Kind.WALL),
        ({"gbp": Kind.UNREAD, "pagespeed": Kind.PLATFORM}, Kind.PLATFORM),
    ],
)
def test_a_browser_is_the_better_witness(visits, kind):
    stored = {name: {"visit": Met(of, "x").as_json(URL)} for name, of in visits.items()}
    met = overall(stored)
    assert (met.kind if met else None) == kind


def test_hostile_text_is_read_in_time():
    """Long runs without a space, as no pattern is made for."""
    for text in ("a." * 200_000, "domain " + "x" * 300_000, "is " * 100_000, "(" * 100_000):
        meet(shown(page(text[:5000], text)))


@pytest.mark.parametrize(("wait", "code"), [(0, "forward"), (15, "forward"), (16, "site")])
def test_a_late_refresh_only_renews_a_page(wait, code):
    head = f"<meta http-equiv=refresh content='{wait};url=/in'><link rel=stylesheet href=a.css>"
    assert meet(sent(page("Oak", "oak " * 10, head))).code == code


@pytest.mark.parametrize(
    ("title", "extra", "words", "kind"),
    [
        ("Oak", "<i data-a='kpsdk'></i>", 20, Kind.WALL),
        ("Oak", "<i data-a='kpsdk'></i>", 21, Kind.SITE),
        ("Oak", "Are you a robot?", 96, Kind.WALL),
        ("Oak", "Are you a robot?", 97, Kind.SITE),
        ("Access denied", "", 150, Kind.WALL),
        ("Access denied", "", 151, Kind.SITE),
    ],
)
def test_a_wall_has_little_else_to_say(title, extra, words, kind):
    html = page(title, "oak " * words + extra)
    assert meet(shown(html, pictures=1)).kind == kind


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("application/pdf", Kind.SITE),
        ("image/png", Kind.SITE),
        ("text/plain; charset=utf-8", Kind.SITE),
        ("text/html", Kind.NO_SITE),
        ("application/xhtml+xml", Kind.NO_SITE),
        ("", Kind.NO_SITE),
    ],
)
def test_a_file_is_no_empty_page(sent, kind):
    headers = [("Content-Type", sent)] if sent else []
    met = meet(
        Visit.from_html("https://a.example/", "https://a.example/", 200, headers, "two words")
    )
    assert met.kind is kind


@pytest.mark.parametrize("before", ["", "İstanbul. "])  # whose small letters are longer
def test_what_a_page_says_is_quoted_as_it_stands_there(before):
    text = f"{before}This Domain Is FOR SALE by its owner"
    code, said = no_site.find("", text, pictures=0, password=False)
    assert (code, said) == ("for_sale", "“Domain Is FOR SALE”")


def test_the_table_of_pages_without_a_website_is_in_lower_case():
    # What a page says is searched in lower case; escapes such as \S may be in capitals.
    table = read_toml("no_site.toml")
    texts = [
        text
        for kind in table.values()
        for name in ("phrases", "weak", "starts")
        for text in kind.get(name, ())
    ]
    capitals = [text for text in texts if (bare := re.sub(r"\\\w", "", text)) != bare.lower()]
    assert capitals == []

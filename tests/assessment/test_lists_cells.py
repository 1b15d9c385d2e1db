"""Odd cells: repaired or dropped with a note, never the lead's end."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.lists.cells.countries import country_of, read_country
from lfassess.assessment.intake.lists.cells.emails import read_email
from lfassess.assessment.intake.lists.cells.notes import Notes
from lfassess.assessment.intake.lists.cells.phones import read_phone
from lfassess.assessment.intake.lists.cells.texts import read_text
from lfassess.assessment.intake.lists.cells.websites import read_websites


@pytest.fixture
def notes():
    return Notes(str.title)


@pytest.mark.parametrize(
    ("cell", "website"),
    [
        ("www,joes.com", "https://www.joes.com/"),
        ("http:/joes.com", "http://joes.com/"),
        ("http//joes.com", "http://joes.com/"),
        ("https//joes.com", "https://joes.com/"),
        ("htp://joes.com", "http://joes.com/"),
        ("hhttps://joes.com", "https://joes.com/"),
        ("http:\\\\joes.com", "http://joes.com/"),
        ("https://https://joes.com", "https://joes.com/"),
        ("http://https://joes.com", "https://joes.com/"),
        ("www.https://joes.com", "https://joes.com/"),
        ("HTTP://JOES.COM", "http://joes.com/"),
        ("https:// joes.com", "https://joes.com/"),
        ("http;//joes.com", "http://joes.com/"),
        ("joes.com,", "https://joes.com/"),
        ("joes.com.", "https://joes.com/"),
        ("<https://joes.com>", "https://joes.com/"),
        ("(www.joes.com)", "https://www.joes.com/"),
        ("['https://joes.com']", "https://joes.com/"),
        ('["joes.com"]', "https://joes.com/"),
        ("ww.joes.com", "https://www.joes.com/"),
        ("wwww.joes.com", "https://www.joes.com/"),
        ("www.www.joes.com", "https://www.joes.com/"),
        ("website: joes.com", "https://joes.com/"),
        ("Visit us at joes.com", "https://joes.com/"),
        ("https://user:secret@joes.com/", "https://joes.com/"),
        ('=HYPERLINK("https://joes.com","Joe")', "https://joes.com/"),
        ("/url?q=https://joes.com/&opi=1", "https://joes.com/"),
        ("https://www.google.com/url?q=https%3A%2F%2Fjoes.com&sa=U", "https://joes.com/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fjoes.com%2F&h=A", "https://joes.com/"),
        (
            "https://www.googleadservices.com/pagead/aclk?adurl=https://joes.com",
            "https://joes.com/",
        ),
        ("https://l.instagram.com/?u=https%3A%2F%2Fjoes.com%2F", "https://joes.com/"),
        ("info@joes.com", "https://joes.com/"),
        ("mailto:info@joes.com", "https://joes.com/"),
        ("https://joes.com/?y_source=1&gad_source=1&srsltid=x", "https://joes.com/"),
        ("joes.com:8080", "https://joes.com:8080/"),
        ("joes.com &amp; more", "https://joes.com/"),
        ("http.//joes.com", "http://joes.com/"),
        ("www joes.com", "https://www.joes.com/"),
        ("www.joes,com", "https://www.joes.com/"),
        ("joes,de", "https://joes.de/"),
        ("joes. com", "https://joes.com/"),
        ("joes .com", "https://joes.com/"),
        ("joes.co m", "https://joes.com/"),
        ("joes(dot)com", "https://joes.com/"),
        ("joes [dot] com", "https://joes.com/"),
        ("joes\u3002com", "https://joes.com/"),
        ('<a href="https://joes.com">Joe</a>', "https://joes.com/"),
        ("[joes](https://joes.com)", "https://joes.com/"),
        ("https://adclick.g.doubleclick.net/pcs/click?adurl=https://joes.com", "https://joes.com/"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fjoes.com", "https://joes.com/"),
        ("https://www.facebook.com/sharer.php?u=https%3A%2F%2Fjoes.com", "https://joes.com/"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fjoes.com", "https://joes.com/"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fjoes.com", "https://joes.com/"),
        ("https://slack-redir.net/link?url=https%3A%2F%2Fjoes.com", "https://joes.com/"),
        ("https://web.archive.org/web/2020/https://joes.com/", "https://joes.com/"),
        ("https://urldefense.com/v3/__https://joes.com__;!!x", "https://joes.com/"),
        ("https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9qb2VzLmNvbS8&ntb=1", "https://joes.com/"),
        (
            "https://www-joes--bar-com.translate.goog/menu?_x_tr_sl=de",
            "https://www.joes-bar.com/menu",
        ),
        (
            "https://r.search.yahoo.com/_ylt=A/RU=https%3a%2f%2fjoes.com%2f/RK=2/RS=x",
            "https://joes.com/",
        ),
    ],
)
def test_repairs_a_website(notes, cell, website):
    assert read_websites(cell, notes).website == website


@pytest.mark.parametrize(
    "cell",
    [
        "www.one.com; www.two.com", "one.com / two.com", "one.com two.com", "one.com|two.com",
        "one.com, two.com", "one.com and two.com", "https://one.com,https://two.com",
        "one.com\ntwo.com", "one.com oder two.com",
    ],
)  # fmt: skip
def test_takes_the_first_of_several_websites_and_says_so(notes, cell):
    found = read_websites(cell, notes)
    assert "one.com" in (found.website or "")
    assert "two.com" in found.others[0]
    assert "one.com was taken" in notes.said[0][1]


def test_the_own_website_goes_before_pages_on_platforms(notes):
    found = read_websites("https://facebook.com/joes; https://joes.com", notes)
    assert (found.website, found.profiles) == ("https://joes.com/", ["https://facebook.com/joes"])


@pytest.mark.parametrize(
    "cell",
    [
        "nan", "NaN", "undefined", "0", "false", "x", "Website", "not found", "Unavailable", "no web",
        "no site", "not provided", "(none)", "Coming soon", "does not have one", "http://N/A",
        "http://www.", "https://", "#REF!", "[object Object]", "keine", "Keine Website", "aucun",
        "pas de site", "sin web", "no tiene", "nessuno", "geen website", "não tem", "n.v.t.", "none yet",
        "doesn't have a website", "none.com", "example.com", "n/a.com", "http://www.none.com/",
        "https://Example.com", "www.yourwebsite.com", "k.A.", "-", "TBD", "",
    ],
)  # fmt: skip
def test_knows_when_there_is_no_website(notes, cell):
    found = read_websites(cell, notes)
    assert (found.website, found.profiles, found.reason, notes.said) == (None, [], None, [])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("facebook only", "names no address"),
        ("N/A - see Facebook", "names no address"),
        ("Instagram", "names no address"),
        ("https://www.facebook.com/joes", "a page on a platform"),
        ("maps.google.com/?cid=1", "a page on a platform"),
        ("joe@gmail.com", "at a mail provider"),
        ("joes.c0m", "an ending that no domain has"),
        ("javascript:alert(1)", "can't be assessed"),
        ("good baker.com", "not a website's address"),
        ("http://10.0.0.1/", "private address"),
        ("@joesbakery", "not a website's address"),
    ],
)
def test_says_why_a_cell_gives_no_website(notes, cell, said):
    assert read_websites(cell, notes).website is None
    assert said in notes.said[0][1]


@pytest.mark.parametrize(
    ("cell", "country", "phone"),
    [
        ("(312) 555-0142", "US", "+13125550142"),
        ("3125550142.0", "US", "+13125550142"),
        ("13125550142.00", "US", "+13125550142"),
        ("(312) 555-0142 / (312) 555-0143", "US", "+13125550142"),
        ("312-555-0142 or 0143", "US", "+13125550142"),
        ("312-555-0142 (Axel)", "US", "+13125550142"),
        ("Fax: (312) 555-0143 Tel: (312) 555-0142", "US", "+13125550142"),
        ("0013125550142", "US", "+13125550142"),
        ("'+1 312-555-0142", "US", "+13125550142"),
        ("tel:+1-312-555-0142", "US", "+13125550142"),
        ("1-800-PLUMBER", "US", "+18007586237"),
        ("0044 20 7946 0018", "US", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("01 23 45 67 89", "FR", "+33123456789"),
        ("030/5550142", "DE", "+49305550142"),
        ("555-0142", "US", "555-0142"),
        ("+1 415 555 0100", "US", "+14155550100"),  # of a range for fiction
        ("416 555 0100", "CA", "+14165550100"),
        ("491712345678", "DE", "+491712345678"),
        ("61 2 9876 5432", "AU", "+61298765432"),
        ("301234567", "DE", "+49301234567"),  # a spreadsheet took its zero
        ("3931234567", "IT", "+393931234567"),
        ("nan", "US", None),
        ("x", "US", None),
        ("0", "US", None),
        ("Call us", "US", None),
        ("1.31256E+10", "US", None),
        ("3,12E+09", "DE", None),
        ("n/a", "US", None),
    ],
)
def test_reads_a_phone_number(notes, cell, country, phone):
    assert read_phone(cell, country, notes) == phone


@pytest.mark.parametrize(
    ("cell", "country", "why"),
    [
        ("1234567", "DE", "has no area code"),
        ("1234567", "AT", "has no area code"),
        ("123 4567", "NL", "has no area code"),
        ("1234567", "IT", "has no area code"),
        ("0000000000", "US", "is no valid phone number, read as one of US"),
        ("(555) 123-4567", "US", "is no valid phone number, read as one of US"),
        ("0171 2345678", "US", "is no valid phone number, read as one of US"),
        ("030 901820", "US", "is no valid phone number, read as one of US"),
        ("+49 0000000", "DE", "is no valid phone number, read as one of DE"),
        ("12", "US", "is not a phone number"),
    ],
)
def test_a_number_that_nobody_can_have_is_dropped_with_a_note(notes, cell, country, why):
    assert read_phone(cell, country, notes) is None
    assert notes.said == [("Phone", f"“{cell}” {why}; it was dropped")]


def test_a_local_number_stays_as_typed_with_a_note(notes):
    assert read_phone("555-0142", "US", notes) == "555-0142"
    assert notes.said == [("Phone", "“555-0142” has no area code; it stays as typed")]


def test_a_number_that_a_spreadsheet_destroyed_is_reported(notes):
    read_phone("1.31256E+10", "US", notes)
    assert notes.said == [
        ("Phone", "“1.31256E+10” is what a spreadsheet made of a number; it was dropped")
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Korea, Republic of", "KR"), ("Estados Unidos", "US"), ("Kosovo", "XK"), ("US-IL", "US"),
        ("USA (United States)", "US"), ("840", "US"), ("GBR", "GB"), ("Россия", "RU"),
        ("Bolivia, Plurinational State of", "BO"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("Duitsland", "DE"), ("Alemania", "DE"), ("Germania", "DE"), ("Alemanha", "DE"),
        ("Türkiye", "TR"), ("Macedonia", "MK"), ("U.K.", "GB"), ("Scotland", "GB"), ("NA", "NA"),
    ],
)  # fmt: skip
def test_knows_countries(notes, cell, code):
    assert read_country(cell, notes) == code
    assert notes.said == []


@pytest.mark.parametrize(
    "cell", ["Other", "International", "EU", "United States, Canada", "Illinois"]
)
def test_an_unknown_country_is_reported_and_left_to_the_default(notes, cell):
    assert read_country(cell, notes) is None
    assert "not a country we know" in notes.said[0][1]


@pytest.mark.parametrize(
    ("website", "code"),
    [
        ("https://joes.fr/", "FR"),
        ("https://www.joes.co.uk/", "GB"),
        ("https://joes.com/", None),
        ("https://joes.io/", None),
        (None, None),
    ],
)
def test_a_countrys_ending_tells_the_country(website, code):
    assert country_of(website) == code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Joe&#39;s Pizza &amp; Pasta", "Joe's Pizza & Pasta"),
        ("Joe&amp;#39;s", "Joe's"),
        ("<b>Bold</b> Bakery", "Bold Bakery"),
        ('"Quoted Bakery"', "Quoted Bakery"),
        ("«Le Pain»", "Le Pain"),
        ("Caf\u00c3\u00a9 M\u00c3\u00bcller", "Café Müller"),
        ("5 < 6 Bakery", "5 < 6 Bakery"),
        ('Al "The Best" Diner', 'Al "The Best" Diner'),
        ("AT&T Store", "AT&T Store"),
    ],
)
def test_cleans_a_name(notes, cell, text):
    assert read_text(cell, "name", notes) == text


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Joe <joe@joes.com>", ("joe@joes.com", "joes.com")),
        ("joe@gmail.com", ("joe@gmail.com", None)),
        ("joe@yahoo.co.in", ("joe@yahoo.co.in", None)),
        ("a@b.de; c@d.de", ("a@b.de", "b.de")),
        ("no address", None),
    ],
)
def test_reads_an_email_address(cell, found):
    assert read_email(cell) == found

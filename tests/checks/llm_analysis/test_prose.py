"""Texts by rule: each finding in an owner's words, in frames that differ from lead to lead."""

from __future__ import annotations

import re

import pytest

from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from lfassess.checks.llm_analysis.rules_grounding import unknown_figures, without_claims
from lfassess.checks.llm_analysis.rules_prose import first_sentence
from lfassess.checks.llm_analysis.rules_seeker import seeker, town_in
from lfassess.config_files import read_toml
from lfassess.language import codes, load
from tests.checks.llm_analysis.prior_results import finding
from tests.report.test_wording import HARDEST, reading_grade

TOPICS = read_toml("topics.toml")
TEXTS = ("executive_summary", "sales_talking_point", "email_draft")
NAMES = [f"Harbour {n}" for n in range(20)]
RAW = "3 places: h1 > a.nav (on /x.html), content-security-policy: not sent (status 404)"
# What stands in no text for an owner: addresses, selectors, codes, headers, other firms' tools.
FORBIDDEN = re.compile(
    r"SEMrush|Lighthouse|Observatory|axe\b|MDN|https?:|\.txt|JSON|DMARC|SPF|CSP|HSTS|TLS|noindex|"
    r"canonical|cookie|header\b|viewport|status|[{}<>/_]|\bhtml\b|\(on |content-security|"
    r"nth-child|h1\b|\b(?:the|this) (?:page|site|domain|website|profile)\b|"
    r"\bdie (?:Seite|Domain|Website)\b",
    re.IGNORECASE,
)


def written(*found, business="Harbour Bakery", language="en", **about):
    prior = {"x": {"findings": list(found)}}
    made = recommendations_by_rule(prior, business, language, **about)
    return tuple(made[name] for name in TEXTS)


def kinds():
    return {code: kind for check in all_checks().values() for code, kind in check.kinds.items()}


def test_each_finding_is_of_one_topic_and_each_topic_of_one_family():
    said = [code for topic in TOPICS["codes"].values() for code in topic]
    assert len(said) == len(set(said))
    assert set(said) == catalogue().keys() & kinds().keys()
    families = [topic for family in TOPICS["families"].values() for topic in family]
    assert sorted(families) == sorted(TOPICS["codes"])
    assert TOPICS["praise"].keys() == worths().keys()
    assert set(TOPICS["praise"].values()) <= TOPICS["families"].keys()


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_language_says_each_topic_and_each_frame_itself(language):
    def keys(words):
        return {f"{k}.{inner}" if inner else k for k, v in words.items()
                for inner in (keys(v) if isinstance(v, dict) else [""])}  # fmt: skip

    own, english = load(language).words, load().words
    for table in ("topics", "praise", "one", "insights"):
        assert keys(own[table]) == keys(english[table])
    assert own["topics"].keys() == TOPICS["codes"].keys()
    assert own["one"].keys() == read_toml("trades.toml")["names"].keys()


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("business", NAMES[:4])
def test_no_text_quotes_raw_evidence_or_names_a_provider_or_claims_what_is_not_measured(
    business, language
):
    for code in catalogue().keys() & kinds().keys():
        texts = written(
            finding(code, "high", RAW),
            *(finding(c, "passed", RAW) for c in TOPICS["praise"]),
            business=business,
            language=language,
        )
        for text in texts:
            assert not FORBIDDEN.search(text), (code, text)
            assert without_claims(text)[1] == 0, (code, text)
            assert unknown_figures([text], {"5"}, language) == []
            assert re.fullmatch(
                r"[^.!?].*(?:[.!?]|Kind regards|Freundliche Grüße)", text, re.DOTALL
            )


def test_what_an_owner_reads_is_easy_to_read():
    hard = {}
    for topic, said in load().words["topics"].items():
        text = f"{said['say']} {said['so']} {said['fix']}"
        if (grade := reading_grade(text)) > HARDEST:
            hard[topic] = (round(grade, 1), text)
    assert hard == {}


def test_no_topic_says_a_statistic():
    counted = re.compile(
        r"\b(?:most|many|few) (?:people|customers|visitors)\b|\bhalf\b|%", re.IGNORECASE
    )
    said = [text for topic in load().words["topics"].values() for text in topic.values()]
    of_this_site = "very few people come to your website from search"
    wrong = {text for text in said if counted.search(text)}
    assert {text.lower().rstrip(".") for text in wrong} == {of_this_site}


LIKE = [
    finding("onpage-no-contact", "high"),
    finding("gbp-no-hours", "medium"),
    finding("visual-small-text", "medium"),
    finding("gbp-complete", "passed"),
    finding("fast-page", "passed"),
]


@pytest.mark.parametrize("language", codes())
def test_leads_with_alike_findings_get_different_frames_and_one_lead_always_the_same(language):
    made = [written(*LIKE, business=name, language=language) for name in NAMES]
    assert made == [written(*LIKE, business=name, language=language) for name in NAMES]
    bare = [[text.replace(n, "…") for text in texts] for n, texts in zip(NAMES, made, strict=True)]
    summaries, openers, letters = (set(texts) for texts in zip(*bare, strict=True))
    assert len(summaries) >= 10
    assert len(openers) >= 5
    assert len(letters) >= 18
    paragraphs = [letter.split("\n\n") for _, _, letter in bare]
    assert len({p[1] for p in paragraphs}) >= 5  # behind the greeting
    assert len({p[-2] for p in paragraphs}) >= 4  # before the last line


def test_the_three_texts_word_by_word():
    """A change of these is a change of what every lead gets."""
    rated = finding("gbp-well-reviewed", "passed", "4.8 of 5 from 326 reviews")
    about = {"trade": "bakery", "address": "18 Quay Street, Halifax, NS B3J 1S9"}
    summary, opener, letter = written(*LIKE, rated, **about)
    well = "your customers rate you 4.8 out of 5 in 326 Google reviews, and your website is fast on a phone"
    assert summary == (
        "The most important point is that your website gives people no easy way to write to you. "
        "Those who don't want to call may not get in touch at all. A short form on a contact page "
        "is enough. Our audit also found that your opening hours are missing from your Google "
        "profile, and that parts of the text on your website take effort to read. There is good "
        f"news for Harbour Bakery, too: {well}."
    )
    assert opener == (
        "When we looked at Harbour Bakery online, we noticed that there is no simple way to send "
        "you a message from your website. Has anyone mentioned that to you?"
    )
    assert letter.split("\n\n") == [
        "Hello,",
        "We took a look at how Harbour Bakery appears online and noticed something you may want to check.",
        (
            "There is no simple way to send you a message from your website. A short form on a contact "
            "page is enough. In addition, your opening hours are missing from your Google profile, and "
            "parts of the text on your website take effort to read."
        ),
        f"Some things are good already: {well}.",
        (
            "It pays to put your best foot forward for people looking for a bakery in Halifax. We'd be "
            "happy to send you the full report if you are interested."
        ),
        "Kind regards",
    ]


def test_frames_depend_on_what_was_found_too():
    begins = {written(finding(code, "high"))[2].split("\n\n")[1] for code in list(catalogue())[:12]}
    assert len(begins) >= 4


@pytest.mark.parametrize(
    "related",
    [
        ("no-hsts", "no-csp", "clickjacking", "no-nosniff"),
        ("slow-page", "slow-server", "heavy-page", "late-first-paint"),
        ("visual-no-tap-to-call", "visual-phone-out-of-sight", "onpage-no-phone"),
    ],
)
def test_related_findings_are_one_point(related):
    for name in NAMES[:6]:
        together = written(*(finding(code, "medium") for code in related), business=name)
        assert together in {written(finding(c, "medium"), business=name) for c in related}


def test_headers_stand_behind_what_customers_meet():
    texts = written(finding("gbp-no-hours", "low"), finding("no-csp", "high"))
    assert all("opening hours" in text for text in texts)
    assert not any("protective" in text for text in texts)


@pytest.mark.parametrize(
    ("code", "seen", "english", "german"),
    [
        ("gbp-few-reviews", "12 reviews", "only 12 reviews", "nur 12 Bewertungen"),
        ("gbp-few-reviews", "1 review", "only a few reviews", "nur wenige Bewertungen"),
        ("gbp-low-rating", "3.4 of 5 from 19 reviews", "3.4 out of 5 stars", "3,4 von 5 Sternen"),
        ("semrush-little-traffic", "about 96 visitors a month from unpaid search", "about 96 people",
         "etwa 96 Menschen"),
        ("semrush-near-first-page", "2 of the top 6: “cardamom buns” at 11 (1,600 searches a month)",
         "position 11", "Platz 11"),
        ("slow-largest-paint", "20.0 s; above 4.0 s is poor", "about 20 seconds", "etwa 20 Sekunden"),
        ("gbp-phone-differs", "Google: 5550119; website: 555-0163; our record: 555-0163",
         "5550119", "555-0163"),
        ("onpage-thin-content", "85 words", "only 85 words", "nur 85 Wörter"),
        ("onpage-generic-title", "“Home”", "only “Home”", "nur „Home“"),
        ("visual-broken-images", "2 of 3 pictures, for example “a.gif”", "the 3 pictures", "3 Bildern"),
        ("semrush-few-backlinks", "5 linking websites", "nly 5 other", "nur 5 andere"),
        ("visual-old-copyright", "it says 2019, seen in 2026", "says 2019", "noch 2019"),
        ("visual-no-tap-to-call", "“(419) 555-0187” is plain text", "(419) 555-0187", "(419) 555-0187"),
        ("visual-no-tap-to-call", "“a@b.example” opens an app", "number can't", "ummer"),
        ("visual-parked-page", "Buy this domain", "“Buy this domain”", "„Buy this domain“"),
        ("visual-parked-page", "Go to <a href=//x.example>", "a page of ads", "Seite mit Werbung"),
    ],
)  # fmt: skip
def test_figures_that_an_owner_understands_are_said(code, seen, english, german):
    for text in written(finding(code, "high", seen)):
        assert english in text
    for text in written(finding(code, "high", seen), language="de"):
        assert german in text


def test_praise_has_its_figures_and_spares_what_is_to_be_fixed():
    good = [finding("gbp-well-reviewed", "passed", "4.6 of 5 from 142 reviews"),
            finding("fast-page", "passed"), finding("https-works", "passed")]  # fmt: skip
    summary, _, letter = written(finding("slow-server", "high"), *good)
    for text in (summary, letter):
        assert "4.6 out of 5 in 142 Google reviews" in text
        assert "fast on a phone" not in text
        assert "secure connection" in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_a_finding_means_may_follow_in_its_sentence(language):
    seen = {
        " ".join(written(finding("gbp-no-hours"), business=n, language=language)) for n in NAMES
    }
    joint = {"en": ", so customers can't", "de": ", und Kunden können"}[language]
    assert 5 < sum(joint in text for text in seen) < len(NAMES)
    follows = TOPICS["follows"]["topics"]
    assert set(follows) <= TOPICS["codes"].keys()


def test_the_business_is_named_in_summary_and_letter():
    for name in NAMES:
        for found in (LIKE, LIKE[:1]):
            summary, _, letter = written(*found, business=name)
            assert name in summary
            assert name in letter


def test_a_letter_names_trade_and_town_once():
    about = {"trade": "dentist", "address": "905 Williamson Street, Madison, WI 53703"}
    for name in NAMES:
        letter = written(*LIKE, business=name, **about)[2]
        assert letter.count("in Madison") == letter.count("looking for a dentist") == 1, letter


@pytest.mark.parametrize(
    ("category", "trade", "address", "said"),
    [
        ("Dentist", "plumber", "1 Elm St, Ames, IA 50010", "people looking for a dentist in Ames"),
        (None, "plumber", None, "people looking for a plumber"),
        (None, "no such trade", "1 Elm St, Ames, IA 50010", "people in Ames"),
        (None, "x.y", "Ames", None),
    ],
)  # fmt: skip
def test_google_s_trade_goes_before_the_record_s(category, trade, address, said):
    prior = {"gbp": {"metrics": {"category": category}}}
    assert seeker(prior, load(), trade, address) == said


def test_british_readers_read_their_own_names_of_trades():
    assert load("en-GB").words["one"].keys() == load("en-GB").words["trades"].keys()
    assert seeker({}, load("en-GB"), "law_firm") == "people looking for a solicitor"


def test_the_town_is_google_s_where_the_record_has_none():
    nap = [{"field": "address", "record": None, "google": "9 Oak Ave, Toledo, OH 43612, USA"}]
    assert seeker({"gbp": {"metrics": {"nap": nap}}}, load()) == "people in Toledo"


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("4471 Lagrange Street, Toledo, OH 43612", "Toledo"),
        ("77 State Street, Suite 400, Albany, NY 12207-1234, United States", "Albany"),
        ("18 Quay Street, Halifax, NS B3J 1S9", "Halifax"),
        ("Hauptstraße 5, 10115 Berlin", "Berlin"),
        ("12 High Street, Leeds LS1 4AB, UK", "Leeds"),
        ("Harbor House, 12 High Street, St. Ives", None),
        ("1234 Main Street", None),
        ("Main Street, Suite 5, OH 43612", None),
        ("Main Street, <b>Town</b>, OH 43612", None),
        ("", None),
        (None, None),
    ],
)
def test_a_town_is_named_only_where_the_address_is_clear(address, town):
    assert town_in(address) == town


def test_a_finding_of_another_package_is_said_by_its_title():
    summary, opener, letter = written(finding("unheard-of", "high"), finding("gbp-no-hours", "low"))
    assert "opening hours" in summary  # with advice, so first
    texts = written(finding("unheard-of", "high"))
    assert all("Title of unheard-of." in text for text in texts)
    assert "None" not in " ".join((*texts, summary, opener, letter))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It only works over http://. There is no HTTPS.", "It only works over http://."),
        ("One sentence, e.g. this one.", "One sentence, e.g. this one."),
        ("Is it open? Nobody knows.", "Is it open?"),
        ("Das Profil fehlt. Über Google findet es niemand.", "Das Profil fehlt."),
    ],
)
def test_the_first_sentence_of_advice_ends_where_the_next_begins(text, first):
    assert first_sentence(text) == first

"""Nothing of another language in an owner's pages: German without English, British without American."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import codespell_lib
import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.assessment.completion.rendering import chosen_language
from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, evidence, sentences, titles, worths
from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from lfassess.checks.llm_analysis.rules_grounding import figures_in, without_claims
from lfassess.checks.pagespeed.rules_categories import _ACCESSIBILITY, _PRACTICES, _SEO, plain
from lfassess.errors import ConfigurationError
from lfassess.language import Language, codes, load, of_country
from lfassess.report import branding
from lfassess.report.branding import Branding
from lfassess.report.render import render_html
from lfassess.report.tables.observatory_labels import RESULTS, TESTS
from lfassess.sandbox.businesses import demo_businesses
from lfassess.settings import Settings
from tests.checks.test_reasons import LISTS
from tests.report.factories import bakery
from tests.report.factories.evidence import judged
from tests.report.factories.rows import PNG, report, run
from tests.report.test_contract import demo
from tests.report.test_wording import get_texts

ROOT = Path(__file__).resolve().parents[2]
GERMAN, BRITISH = load("de"), load("en-GB")
# Words of English sentences that are no German ones.
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "is",
        "are",
        "were",
        "be",
        "been",
        "being",
        "have",
        "with",
        "without",
        "from",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "they",
        "their",
        "there",
        "which",
        "who",
        "what",
        "when",
        "where",
        "why",
        "how",
        "no",
        "none",
        "than",
        "then",
        "but",
        "because",
        "could",
        "would",
        "should",
        "can",
        "doesn",
        "don",
        "isn",
        "didn",
        "you",
        "your",
        "we",
        "our",
        "for",
        "by",
        "on",
        "page",
        "pages",
        "sites",
        "visitors",
        "customers",
        "words",
        "more",
        "shown",
        "found",
        "seen",
        "missing",
        "looked",
        "month",
        "after",
        "before",
        "only",
        "above",
        "below",
    ]
)
_WORD = re.compile(r"[A-Za-z]+")
_QUOTED = re.compile(r"“[^”]*”|„[^“]*“|\"[^\"]*\"")
_ADDRESS = re.compile(r"\S*[./@=]\w\S*")
_PICTURES = {"desktop.png": PNG, "mobile.png": PNG}


def owner_reads(html):
    """Yield each text of a page that is for an owner, without quotations and addresses."""
    return texts_of(html, "#developer")


def texts_of(html, less):
    """Yield each text of a page, without what a selector finds."""
    tree = LexborHTMLParser(html)
    for node in tree.css(f"style, script, {less}"):
        node.decompose()
    for node in tree.body.traverse(include_text=True):
        if node.tag == "-text" and (text := (node.text_content or "").strip()):
            yield text
    for node in tree.css("[aria-label], [alt]"):
        yield node.attributes.get("aria-label") or node.attributes.get("alt") or ""


def english_in(text):
    bare = _ADDRESS.sub(" ", _QUOTED.sub(" ", text)).lower()
    return [word for word in _WORD.findall(bare) if word in _ENGLISH]


@cache
def german_pages():
    """Reports over what the checks themselves judged, and over every defect of the demo sites."""
    made = [report(*judged(seed), artefacts=_PICTURES, language="de") for seed in range(40)]
    for business in demo_businesses():
        runs = demo(business)
        for one in runs:
            for row in one.findings:
                row["evidence"] = ""
        made.append(report(*runs, language="de"))
    return [render_html(one) for one in made]


def test_no_owner_of_a_german_report_reads_english():
    texts = {text for html in german_pages() for text in owner_reads(html)}
    assert len(texts) > 500
    assert {text: words for text in texts if len(words := english_in(text)) > 1} == {}


def test_a_german_developer_reads_no_english_either():
    texts = {text for html in german_pages() for text in texts_of(html, ".nothing-at-all")}
    assert {text: words for text in texts if len(words := english_in(text)) > 1} == {}
    labels = [*TESTS.values(), *RESULTS.values()]
    assert [label for label in labels if GERMAN.text(label) == label] == ["Cookies"]


def test_english_would_be_found():
    html = render_html(report(*bakery.RUNS, language="de"))
    assert [t for t in owner_reads(html.replace("Barrierefreiheit", "how the page is seen"))
            if len(english_in(t)) > 1]  # fmt: skip


def test_figures_of_a_german_report_have_a_comma():
    shown = " ".join(text for html in german_pages() for text in owner_reads(html))
    assert re.search(r"\d,\d s\b", shown)
    assert re.findall(r"\b\d+\.\d s\b|\b\d,\d{3}\b(?!,)", shown) == []


@pytest.mark.parametrize("language", codes())
def test_no_advice_names_a_country_s_calling_code(language):
    """A German report may be a business's in the States, an American one's in Ireland."""
    texts = [t for a in catalogue(language).values() for t in (a.what, a.why, a.fix, a.seen or "")]
    texts += worths(language).values()
    assert [text for text in texts if re.search(r"\+\d|\b00[1-9]\d", text)] == []


def test_each_finding_s_evidence_has_german():
    """Of whatever a check of ours may find; tests/checks/conftest.py holds the sentences to it."""
    assert {c for check in all_checks().values() for c in check.kinds} - sentences(
        "de"
    ).keys() == set()


def installed(name):
    """Return a file of the installed Lighthouse or its axe-core; skip where there is none."""
    folders = (ROOT / ".venv" / "lighthouse", *ROOT.glob(".venv/lighthouse/*/node_modules"))
    found = next((f / name for f in folders if (f / name).exists()), None)
    return json.loads(found.read_text(encoding="utf-8")) if found else pytest.skip("no Lighthouse")


def test_each_rule_of_axe_has_german_words():
    rules = installed("axe-core/locales/_template.json")["rules"]
    stricter = {"color-contrast-enhanced"}  # it is not run
    asked = {rule["help"] for name, rule in rules.items() if name not in stricter}
    said = {a: evidence("visual-no-landmarks", f"2 places: {a[:120]}", GERMAN) for a in asked}
    assert {a: text for a, text in said.items() if "„" in text} == {}


def test_each_failed_audit_that_is_named_has_german_words():
    titles_ = installed("lighthouse/shared/localization/locales/en-US.json")
    named = {*_ACCESSIBILITY, *_PRACTICES, *_SEO} - {"font-size", "tap-targets"}  # Lighthouse 12's
    failed = {
        name: plain(entry["message"]).rstrip(".")
        for name in named
        for key, entry in titles_.items()
        if key.endswith(f"/{name}.js | failureTitle")
    }
    assert len(failed) > 30
    said = {
        name: evidence("poor-seo-basics", f"60 of 100: {title}", GERMAN)
        for name, title in failed.items()
    }
    assert {name: text for name, text in said.items() if "„" in text} == {}


@pytest.mark.parametrize(
    ("code", "english", "german"),
    [
        ("visual-broken-images", "1,204 of 2,000 pictures, for example “a.jpg”",
         "1.204 von 2.000 Bildern, zum Beispiel „a.jpg“"),
        ("onpage-thin-content", "1 word", "1 Wort"),
        ("onpage-thin-content", "14 words", "14 Wörter"),
        ("visual-old-copyright", "it says 2019, seen in 2026", "dort steht 2019, gesehen 2026"),
        ("slow-largest-paint", "5.4 s; above 4.0 s is poor", "5,4 s; über 4,0 s ist schlecht"),
        ("onpage-stale-news", "the newest entry is of 2019-05-01",
         "der neueste Eintrag ist vom 1. Mai 2019"),
        ("semrush-no-first-page", "best: “plumber, and more” at 12 (1,300 searches a month)",
         "am besten: „plumber, and more“ auf Platz 12 (1.300 Suchen im Monat)"),
        ("onpage-broken-links", "“Home, sweet” to /a (status 404), /b (no such website) and 2 more",
         "„Home, sweet“ zu /a (Status 404), /b (keine solche Website) und 2 weitere"),
        ("gbp-record-outdated", "only our record says phone: (1) 2; address: 12 Main St, Toledo",
         "nur uns genannt: Telefon: (1) 2; Anschrift: 12 Main St, Toledo"),
        ("gbp-consistent", "compared and found equal: phone, website",
         "verglichen und gleich: Telefon, Website"),
        ("fast-page", "91 of 100", "91 von 100"),
        ("visual-unnamed-controls", "1 place: Links must have discernible text, for example .nav > a",
         "1 Stelle: Links brauchen lesbaren Text, zum Beispiel .nav > a"),
        ("visual-unnamed-controls", "2 places: A rule of tomorrow", "2 Stellen: „A rule of tomorrow“"),
        ("no-csp", "content-security-policy: not sent", "content-security-policy: nicht gesendet"),
        ("gbp-no-photos", "not shown on the profile", "auf dem Profil nicht zu sehen"),
        ("no-https", "http://a.example/ works; a.example refuses connections on port 443",
         "http://a.example/ funktioniert; a.example nimmt auf Port 443 keine Verbindungen an"),
        ("www-missing", "www.a.example: did what nobody foresaw",
         "www.a.example: „did what nobody foresaw“"),
        ("certificate-untrusted", "certificate has expired; ended 2026-03-01",
         "Zertifikat abgelaufen; abgelaufen am 1. März 2026"),
        ("outdated-cms", "WordPress 6.8 (of April 2025; only the newest branch is supported)",
         "WordPress 6.8 (vom April 2025; unterstützt wird nur der neueste Zweig)"),
        ("insecure-cookies", "sid lacks Secure, HttpOnly; b lacks SameSite and 3 more",
         "sid ohne Secure, HttpOnly; b ohne SameSite und 3 weitere"),
        ("poor-accessibility",
         ("61 of 100: Image elements do not have [alt] attributes; Lists do not contain only <li>"
         " elements and script supporting elements (<script> and <template>); and 2 more"),
         "61 von 100: Bilder haben kein alt-Attribut; Listen enthalten anderes als <li>; und 2 weitere"),
        ("onpage-several-titles", "on 12 pages: /a, /b and 10 more",
         "auf 12 Seiten: /a, /b und 10 weitere"),
        ("onpage-data-broken", "single quotes, comments, on 2 pages: /a, /b",
         "einfachen Anführungszeichen, Kommentaren, auf 2 Seiten: /a, /b"),
        ("onpage-generic-title", "“Home and 5 more”", "„Home and 5 more“"),
        ("visual-broken-images", "words that no check writes", None),
    ],
)  # fmt: skip
def test_evidence_is_said_over(code, english, german):
    assert evidence(code, english, GERMAN) == german


def test_evidence_without_german_words_is_left_to_the_developer():
    kind = all_checks()["visual"].kinds["visual-small-text"]
    row = {"code": "visual-small-text", "severity": "medium", "title": kind.title, "area": kind.area,
           "evidence": "something unheard of", "advice_id": "visual-small-text"}  # fmt: skip
    made = report(run("visual", score=60, findings=[row]), language="de")
    finding = next(f for s in made.sections for f in s.findings)
    assert finding.shown == ""
    assert [e.evidence for e in made.developer] == ["something unheard of"]


def test_what_a_person_took_out_and_what_a_picture_marks_is_named_in_german():
    code = "visual-small-text"
    kind = all_checks()["visual"].kinds[code]
    row = {
        "code": code,
        "severity": "medium",
        "title": kind.title,
        "evidence": "",
        "area": kind.area,
    }
    mark = {"code": code, "label": kind.title, "x": 9, "y": 9, "width": 50, "height": 20}
    regions = [{**mark, "viewport": "desktop"}]
    seen = run("visual", score=60, findings=[row], metrics={"regions": regions})
    german = titles("de")[code]
    made = report(seen, artefacts=_PICTURES, language="de")
    assert [r.label for s in made.sections for shot in s.screenshots for r in shot.regions] == [
        german
    ]
    gone = report(seen, language="de", dismissed={("visual", code): "Absicht"})
    assert [d.title for d in gone.dismissed] == [german]


def test_reasons_and_terms_are_said_in_german():
    wordings = {r.wording for reasons in LISTS.values() for r in reasons.values()}
    assert [w for w in wordings if GERMAN.text(w) == w] == []
    assert all(GERMAN.table(f"terms.{area}").keys() == load().table(f"terms.{area}").keys()
               for area in load().fallback["terms"])  # fmt: skip


# --- British English ---------------------------------------------------------------------------


def american_words():
    """Return American spellings and their British ones, from codespell's own list."""
    data = Path(codespell_lib.__file__).parent / "data" / "dictionary_en-GB_to_en-US.txt"
    pairs = (line.split("->") for line in data.read_text(encoding="utf-8").splitlines())
    return {us.strip(): gb for gb, all_us in pairs for us in all_us.split(",") if us.strip()}


# Right in British English, too: a website's map, a dialog box, the noun practice, a story written.
_BOTH = {"story", "stories", "practice", "practices", "program", "programs", "dialog", "dialogs", "math",
         "tire", "meter", "check", "license", "draft", "curb", "disk", "mom", "ax"}  # fmt: skip


def british_texts():
    yield from (BRITISH.spell(text) for text in get_texts(load().words))
    yield from (
        t for a in catalogue("en-GB").values() for t in (a.what, a.why, a.fix, a.seen or "")
    )
    yield from worths("en-GB").values()
    for check in all_checks().values():
        yield from (
            titles("en-GB").get(c) or BRITISH.spell(k.title) for c, k in check.kinds.items()
        )
    yield from (BRITISH.text(r.wording) for reasons in LISTS.values() for r in reasons.values())


def test_no_american_spelling_is_left_in_british_texts():
    american = american_words().keys() - _BOTH
    assert len(american) > 500
    found = {word for text in british_texts() for word in _WORD.findall(text.lower())} & american
    assert found == set()


def test_no_british_spelling_is_in_american_texts():
    british = set(american_words().values()) - american_words().keys()
    written = [t for a in catalogue().values() for t in (a.what, a.why, a.fix, a.seen or "")]
    written += [*get_texts(load().words), *worths().values()]
    written += [k.title for check in all_checks().values() for k in check.kinds.values()]
    written += [r.wording for reasons in LISTS.values() for r in reasons.values()]
    wrong = [(w, text) for text in written for w in _WORD.findall(text.lower()) if w in british]
    assert wrong == [], "write these as Americans do; en-GB.toml makes the British spelling"


def test_american_texts_hold_what_british_ones_spell_otherwise():
    american = american_words().keys() - _BOTH
    text = " ".join(t for a in catalogue().values() for t in (a.what, a.why, a.fix))
    assert set(_WORD.findall(text.lower())) & american


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("Optimize the colors toward the Center.", "Optimise the colours towards the Centre."),
        ("ORGANIZATION", "ORGANISATION"),
        (
            "Add the ZIP code and a cell phone number.",
            "Add the postcode and a mobile phone number.",
        ),
        ("The page says “color”.", "The page says “color”."),
        (
            "color-contrast, text.color, www.color.example",
            "color-contrast, text.color, www.color.example",
        ),
        ("Call right away.", "Call straight away."),
        ("entire, laboratory", "entire, laboratory"),
    ],
)
def test_british_spelling_and_words(american, british):
    assert BRITISH.spell(american) == british


def test_an_entry_of_its_own_goes_before_the_spelling():
    some = Language(
        "en-GB",
        {"a": {"b": "Bonnet"}},
        {"a": {"b": "Hood", "c": "Color"}},
        spelling={"color": "colour"},
    )
    assert (some("a.b"), some("a.c")) == ("Bonnet", "Colour")


def test_a_british_report_is_british_throughout():
    html = render_html(report(*bakery.RUNS, language="en-GB"))
    assert '<html lang="en-GB"' in html
    assert "17 March 2026" in html
    assert "March 17, 2026" not in html


# --- chosen by -------------------------------------------------------------------------------------


def test_a_country_has_its_language():
    assert {c: of_country(c) for c in ("US", "CA", "GB", "IE", "DE", "AT", "CH", "FR", None)} == {
        "US": "en", "CA": "en", "GB": "en-GB", "IE": "en-GB", "DE": "de", "AT": "de", "CH": "de",
        "FR": "en", None: "en",
    }  # fmt: skip
    assert codes() == ["de", "en", "en-GB"]


@pytest.mark.parametrize(
    ("asked", "brand", "setting", "country", "code"),
    [
        ("en", "de", "de", "DE", "en"),
        (None, "en-GB", "de", "DE", "en-GB"),
        (None, None, "en", "DE", "en"),
        (None, None, None, "DE", "de"),
        (None, None, None, "GB", "en-GB"),
        (None, None, None, "FR", "en"),
    ],
)
def test_who_chooses_a_report_s_language(asked, brand, setting, country, code):
    settings = Settings(_env_file=None, report_language=setting)
    assert chosen_language(asked, Branding(language=brand), settings, country) == code


def test_a_branding_file_names_a_language_there_is(tmp_path):
    (tmp_path / "b.toml").write_text('language = "de"')
    assert branding.load(tmp_path / "b.toml").language == "de"
    (tmp_path / "b.toml").write_text('language = "xx"')
    with pytest.raises(ConfigurationError) as error:
        branding.load(tmp_path / "b.toml")
    assert "no language xx" in str(error.value)
    assert "en-GB" in str(error.value.hint)


def test_other_languages_have_only_what_english_has():
    def keys(words, before=""):
        for key, value in words.items():
            if isinstance(value, dict):
                yield from keys(value, f"{before}{key}.")
            else:
                yield before + key

    own = {"spelling", "countries"}
    british = {k: v for k, v in BRITISH.words.items() if k not in own}
    assert set(keys(british)) <= set(keys(load().words))
    codes_ = {code for check in all_checks().values() for code in check.kinds}
    assert sentences("de").keys() <= codes_ | {"all"}


# --- what is written by rule, or by a model -----------------------------------------------------


PRIOR = {"visual": {"findings": [
    {"code": "visual-no-phone-number", "severity": "high", "title": "No phone number",
     "evidence": "no number in the text, no link that calls one", "advice_id": "visual-no-phone-number"},
    {"code": "visual-easy-to-call", "severity": "passed", "title": "x", "evidence": ""},
]}}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "greeting"), [("en", ""), ("en-GB", ""), ("de", "Guten Tag,\n\n")]
)
def test_texts_by_rule_are_in_the_report_s_language(language, greeting):
    written = recommendations_by_rule(PRIOR, "Bäckerei Lang", language)
    advice = catalogue(language)["visual-no-phone-number"]
    assert written["recommendations"][0]["how"] == advice.fix
    texts = [written[k] for k in ("executive_summary", "sales_talking_point", "email_draft")]
    assert all("Bäckerei Lang" in text for text in (texts[0], texts[2]))
    assert not (greeting and [t for t in texts if english_in(t)])
    assert texts[2].startswith(greeting)


def test_a_model_s_english_is_not_shown_in_a_german_report():
    insights = {"by": "llm", "executive_summary": "All in English here.", "recommendations": []}
    written = run("llm_analysis", metrics={"insights": insights})
    assert "All in English here." in render_html(report(*bakery.RUNS[:-1], written))
    assert "All in English here." not in render_html(
        report(*bakery.RUNS[:-1], written, language="de")
    )
    insights["language"] = "de"
    insights["executive_summary"] = "Alles auf Deutsch."
    assert "Alles auf Deutsch." in render_html(report(*bakery.RUNS[:-1], written, language="de"))


def test_german_figures_are_checked_as_german():
    assert figures_in("1.960 Besucher, 5,40 s, 3 Seiten", "de") == {"1960", "5.4"}
    assert figures_in("1,960 visitors, 5.40 s, 3 pages") == {"1960", "5.4"}


@pytest.mark.parametrize(
    "claim",
    ["Sie verlieren täglich viele Kunden.", "Das verstößt gegen die DSGVO.", "Das kostet 500 €.",
     "Daten können gestohlen werden."],
)  # fmt: skip
def test_german_claims_are_removed(claim):
    assert without_claims(f"Die Seite ist langsam. {claim}") == ("Die Seite ist langsam.", 1)


def test_plain_german_stays():
    text = (
        "Besucher warten lange, manche gehen wieder. Ein Anruf ist nicht mit einem Tippen möglich."
    )
    assert without_claims(text) == (text, 0)

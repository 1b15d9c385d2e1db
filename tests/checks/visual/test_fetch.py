"""The visual check from a real page in a real browser to its findings."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from lfassess.checks.base import CheckContext, Judgement, Target
from lfassess.checks.visual import CHECK, fetch
from lfassess.clients import browser
from lfassess.clients.chromium.traffic import FailedRequest
from lfassess.settings import Settings
from tests.page_server import Answer, website

pytestmark = pytest.mark.browser

_PHONE = "+1 503-555-0142"

_CLEAN = """<!doctype html><html lang=en><head><meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1">
<title>Plumber in Portland: Brightwater Plumbing</title><style>
body { margin: 0; font: 17px/1.5 sans-serif; color: #222; background: #fff }
main { padding: 16px; max-width: 60rem } img { max-width: 100% }
.button { display: inline-block; padding: 14px 20px; background: #0a5a3c; color: #fff }
</style></head><body><main><h1>Plumbers for Portland</h1>
<p>Burst pipes, boilers and bathrooms, every day of the week from seven in the morning.</p>
<a class=button href="tel:+15035550142">Call (503) 555-0142</a>
<p>TEXT</p><img src=/van.svg alt="Our van" width=200 height=100>
<p>© 2019-2026 Brightwater Plumbing</p></main></body></html>""".replace(
    "TEXT", "We come when we said we would. " * 40
)
_VAN = Answer(
    b"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='100'>"
    b"<rect width='200' height='100' fill='teal'/></svg>",
    headers={"Content-Type": "image/svg+xml"},
)

_NEGLECTED = """<html><head><title>Untitled</title></head>
<body bgcolor=white style="font-size:10px"><center><font size=6>Don's</font></center>
<table width=1600><tr><td><font color=#777777>TEXT</font></td></tr></table>
<img src=gone.jpg width=100 height=100><img src=gone2.jpg width=100 height=100>
<script>counter.show()</script><script src=lost.js></script>
<p>Copyright 2009 Don's, under construction</p></body></html>""".replace(
    "TEXT", "Honest work since 1978. " * 40
)

_CROWDED = """<!doctype html><html lang=en><head>
<meta name=viewport content="width=device-width, initial-scale=1, user-scalable=no">
<title>Flowers in Savannah</title></head><body style="margin:0;font:10px sans-serif">
<h1>Flowers</h1><nav>LINKS</nav><p style="color:#bbb">TEXT</p>
<div style="width:700px;height:20px;background:teal"></div>
<p>Lorem ipsum dolor. Tel (912) 555-0176</p>
<div id=late></div><p style="height:4000px">More</p>
<div style="position:fixed;inset:40px 20px;background:white;z-index:9">
<h2>10% off!</h2><form><input name=email type=email><button>Join</button></form></div>
<script>alert('Welcome'); setTimeout(() => {
  document.body.insertAdjacentHTML('afterbegin', '<div style="height:400px">Sale</div>');
}, 250)</script></body></html>""".replace(
    "LINKS",
    "".join(f"<a style='display:block;height:11px' href=/{i}>Page {i}</a>" for i in range(8)),
).replace("TEXT", "Loose, seasonal flowers, grown near the city. " * 20)


@pytest.fixture(scope="module", autouse=True)
def _end_browser():
    yield
    browser.shutdown()


def assess(tmp_path: Path, pages: dict, *, at: str = "/", country: str = "US"):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with website(pages) as site:
        target = Target("Brightwater", url=site.url + at, phone=_PHONE, country=country)
        fetched = CHECK.fetch(target, CheckContext(settings, time.monotonic() + 120))
    evidence = json.loads(json.dumps(fetched.evidence))
    evidence["fetched_at"] = "2026-11-23T12:00:00+00:00"
    return fetched, CHECK.judge(evidence)


def codes(judgement: Judgement, *severities: str) -> set[str]:
    return {
        f.code
        for f in judgement.findings
        if (not severities and f.severity != "passed") or f.severity in severities
    }


def test_a_clean_page_gets_praise_and_nothing_above_low(tmp_path):
    fetched, judgement = assess(tmp_path, {"/": _CLEAN, "/van.svg": _VAN})
    assert codes(judgement, "critical", "high", "medium") == set()
    assert codes(judgement, "passed") == {
        "visual-fits-phones",
        "visual-easy-to-call",
        "visual-clear-action",
        "visual-clean-load",
        "visual-accessible",
    }
    assert judgement.score_from_findings
    assert [a.name for a in fetched.artefacts] == [
        f"{device}{part}" for device in ("desktop", "mobile") for part in (".webp", "-fold.jpg")
    ]
    begin = {"image/jpeg": b"\xff\xd8", "image/webp": b"RIFF"}
    assert all(a.data.startswith(begin[a.content_type]) for a in fetched.artefacts)
    assert judgement.metrics["mobile"]["status"] == 200


def test_a_neglected_page_gets_what_it_deserves(tmp_path):
    _, judgement = assess(tmp_path, {"/": _NEGLECTED})
    assert codes(judgement) == {
        "visual-no-mobile-layout",
        "visual-no-phone-number",
        "visual-no-call-to-action",
        "visual-broken-images",
        "visual-script-errors",
        "visual-failed-requests",
        "visual-desktop-overflow",
        "visual-old-copyright",
        "visual-obsolete-build",
        "visual-no-title",
        "visual-low-contrast",
        "visual-no-heading",
        "visual-no-language",
        "visual-alt-missing",
        "visual-no-landmarks",
    }
    marked = {(r["code"], r["viewport"]) for r in judgement.metrics["regions"]}
    assert ("visual-low-contrast", "desktop") in marked
    said = {f.code: f.evidence for f in judgement.findings}
    assert said["visual-old-copyright"] == "it says 2009, seen in 2026"
    assert said["visual-low-contrast"].endswith("at 4.4:1")  # 4.48, which 4.5 would not be below
    assert said["visual-broken-images"] == "2 of 2 pictures, for example “gone.jpg”"


def test_a_crowded_phone_page(tmp_path):
    _, judgement = assess(tmp_path, {"/": _CROWDED})
    assert codes(judgement) >= {
        "visual-mobile-overflow",
        "visual-small-text",
        "visual-tiny-tap-targets",
        "visual-zoom-blocked",
        "visual-no-tap-to-call",
        "visual-popup",
        "visual-dialog-box",
        "visual-placeholder-text",
        "visual-low-contrast",
    }
    said = {f.code: f.evidence for f in judgement.findings}
    assert said["visual-mobile-overflow"].startswith("310 px")
    assert "10% off!" in said["visual-popup"]
    assert said["visual-dialog-box"] == "1 dialog box"


def test_a_page_that_jumps(tmp_path):
    jumping = _CLEAN.replace(
        "<h1>",
        "<script>setTimeout(() => document.body.insertAdjacentHTML('afterbegin',"
        "'<div style=\"height:500px\">Sale</div>'), 250)</script><h1>",
    )
    _, judgement = assess(tmp_path, {"/": jumping, "/van.svg": _VAN})
    assert "visual-layout-shift" in codes(judgement)


def test_a_page_of_fifty_thousand_pixels_is_done_and_remarked(tmp_path):
    tall = _CLEAN.replace("<p>©", "<p style='height:50000px'>x<p>©")
    fetched, judgement = assess(tmp_path, {"/": tall, "/van.svg": _VAN})
    assert codes(judgement) == {"visual-very-long-page"}
    assert all(len(a.data) < 2_000_000 for a in fetched.artefacts)


def test_a_cookie_wall_is_told_from_a_popup(tmp_path):
    wall = _CLEAN.replace(
        "<main>",
        "<div style='position:fixed;inset:0;background:#fff;z-index:9'>We use cookies</div><main>",
    )
    _, judgement = assess(tmp_path, {"/": wall, "/van.svg": _VAN})
    assert codes(judgement) == {"visual-cookie-wall", "visual-no-landmarks"}


_CALL = '<a class=button href="tel:+15035550142">Call (503) 555-0142</a>'


def without_link(**pages: str) -> dict:
    return {"/": _CLEAN.replace(_CALL, pages["body"]), "/van.svg": _VAN, **_paths(pages)}


def _paths(pages: dict[str, str]) -> dict[str, str]:
    return {f"/{name}": page for name, page in pages.items() if name != "body"}


_ROW = "<p style='display:flex;gap:4px'><span>(503)</span><span>555</span><span>0142</span></p>"
_SHADOW = """<x-call></x-call><script>customElements.define("x-call", class extends HTMLElement {
connectedCallback() { this.attachShadow({mode: "open"}).innerHTML = `CALL` } })</script>""".replace(
    "CALL", _CALL.replace('"', "'")
)
_WRAPPED = '<a href="tel:+15035550142">us by phone (503) 555-0142</a>'
_FRAME = "<iframe src=/bar title=Call width=300 height=80></iframe>"


@pytest.mark.parametrize(
    ("pages", "missing"),
    [
        ({"body": "<p>Call <b>(503)</b> <i>555</i>-<u>0142</u></p>"}, {"visual-no-tap-to-call"}),
        ({"body": _ROW}, {"visual-no-tap-to-call"}),
        ({"body": "<p>503·555·0142</p>"}, {"visual-no-tap-to-call"}),
        ({"body": "<p>Call 1-800-DRAINED</p>"}, {"visual-no-tap-to-call"}),
        ({"body": "<a href='callto:5035550142'>Call us</a>"}, {"visual-no-tap-to-call"}),
        ({"body": "<p>503</p><p>555</p><p>0142</p>"}, {"visual-no-phone-number"}),
        ({"body": "<p>Apprentice 03/2015 \u2013 03/2016</p>"}, {"visual-no-phone-number"}),
        ({"body": "<button onclick=\"location='tel:5035550142'\">Call us</button>"}, set()),
        ({"body": _SHADOW}, set()),
        ({"body": f"<p style='width:8em'>Ask {_WRAPPED}</p>"}, set()),
        ({"body": _FRAME, "bar": f"<title>Call</title>{_CALL}"}, set()),
        (
            {"body": _FRAME, "bar": "<title>Call</title>Call (503) 555-0142"},
            {"visual-no-tap-to-call"},
        ),
    ],
)
def test_numbers_are_found_however_a_page_is_built(tmp_path, pages, missing):
    _, judgement = assess(tmp_path, without_link(**pages))
    about_phones = {"visual-no-phone-number", "visual-no-tap-to-call", "visual-phone-out-of-sight"}
    assert codes(judgement) & about_phones == missing
    assert ("visual-easy-to-call" in codes(judgement, "passed")) is (not missing)


def test_a_frame_of_another_origin_is_looked_into(tmp_path):
    with website({"/bar": f"<title>Call</title>{_CALL}"}) as other:
        frame = _FRAME.replace("/bar", f"http://localhost:{other.port}/bar")
        _, judgement = assess(tmp_path, without_link(body=frame))
    assert "visual-easy-to-call" in codes(judgement, "passed")


@pytest.mark.parametrize(
    ("cover", "code"),
    [
        (
            "You must be 21 or older to enter. We use cookies. <button>I am</button>",
            "visual-age-gate",
        ),
        ("Join our club <input type=email><button>Join</button>", "visual-popup"),
    ],
)
def test_nothing_under_a_full_overlay_can_be_reached(tmp_path, cover, code):
    over = "<div style='position:fixed;inset:0;background:#fff;z-index:9'>COVER</div><main>"
    page = _CLEAN.replace("<main>", over.replace("COVER", cover))
    _, judgement = assess(tmp_path, {"/": page, "/van.svg": _VAN})
    assert code in codes(judgement)
    assert not codes(judgement, "passed") & {
        "visual-easy-to-call",
        "visual-clear-action",
        "visual-fits-phones",
    }


@pytest.mark.parametrize(
    ("loader", "slow"),
    [
        ("<div id=pre style='position:fixed;inset:0;background:#fff;z-index:9'></div>", False),
        (
            "<div id=pre style='position:fixed;inset:0;background:#fff;z-index:9'>Loading…</div>",
            True,
        ),
    ],
)
def test_a_loading_screen_is_waited_for(tmp_path, loader, slow):
    end = f"<script>setTimeout(() => pre.remove(), {4000 if slow else 1200})</script>"
    page = _CLEAN.replace("<main>", loader + end + "<main>")
    _, judgement = assess(tmp_path, {"/": page, "/van.svg": _VAN})
    assert "visual-easy-to-call" in codes(judgement, "passed")
    assert ("visual-loading-screen" in codes(judgement)) is slow
    assert "visual-popup" not in codes(judgement)


def test_a_white_first_screen_is_a_page(tmp_path):
    page = _CLEAN.replace("<main>", "<section style='height:110vh'></section><main>")
    _, judgement = assess(tmp_path, {"/": page, "/van.svg": _VAN})
    assert judgement.inconclusive is None
    assert "visual-phone-out-of-sight" in codes(judgement)


_DEAD = "".join(f"<p><a href='{href}'>{href} link</a></p>" for href in ("#", "#!", "javascript:;"))


@pytest.mark.parametrize(
    ("links", "dead"),
    [
        (_DEAD, True),
        (_DEAD.replace("#!", "/prices"), False),
        (f"<div id=app>{_DEAD}</div><script>app.addEventListener('click', x => x)</script>", False),
        (_DEAD.replace("<a ", "<a data-target='#menu' "), False),
        (_DEAD.replace("<a ", "<a class=dropdown-toggle "), False),
        (_DEAD.replace("<a ", "<a onclick='go()' "), False),
        ("<a href='#'>Top</a> <a href='#'>Home</a> <a href='#'>&times;</a>", False),
    ],
)
def test_links_that_lead_nowhere(tmp_path, links, dead):
    _, judgement = assess(tmp_path, {"/": _CLEAN.replace("<p>©", links + "<p>©"), "/van.svg": _VAN})
    assert ("visual-dead-links" in codes(judgement)) is dead
    assert ("visual-clean-load" in codes(judgement, "passed")) is (
        "/prices" not in links and not dead
    )


_OVER = "<p>Open every day</p><p style='margin-top:-2.6em;STYLE'>Fresh bread at seven</p>"


@pytest.mark.parametrize(
    ("texts", "overlap"),
    [
        (_OVER, True),
        (_OVER.replace("-2.6em", "-1em"), False),
        (_OVER.replace("STYLE", "background:#fff;position:relative"), False),
        (_OVER.replace("STYLE", "opacity:0"), False),
        (f"<div class=carousel>{_OVER}</div>", False),
        ("<h2 style='line-height:0.8'>Fresh bread<br>every morning</h2>", False),
    ],
)
def test_texts_that_overlap_on_a_phone(tmp_path, texts, overlap):
    page = _CLEAN.replace("<h1>", texts + "<h1>")
    _, judgement = assess(tmp_path, {"/": page, "/van.svg": _VAN})
    assert ("visual-overlapping-text" in codes(judgement)) is overlap


_BUTTON = "display:inline-block;padding:12px 20px;"


@pytest.mark.parametrize(
    ("button", "clear"),
    [
        (f"<a href=/more style='{_BUTTON}background:#f60'>FIND OUT MORE</a>", True),
        (f"<a href=/more style='{_BUTTON}border:2px solid #222'>Tell me more</a>", True),
        (f"<a href=/more><span style='{_BUTTON}background:#f60'>Book a table</span></a>", True),
        ("<form><input name=a><textarea></textarea><button>Send</button></form>", True),
        ("<a href='https://apps.apple.com/app/id1'><img src=/van.svg alt=App height=40></a>", True),
        ("<a href=/more>Book a table</a>", False),
        (f"<a href=/more style='{_BUTTON}background:#fffffe'>Book a table</a>", False),
        (f"<footer><a href=/more style='{_BUTTON}background:#f60'>Book</a></footer>", False),
        ("<form role=search><input name=q><button>Find</button></form>", False),
        ("<form><input name=u><input type=password><button>Go on</button></form>", False),
    ],
)
def test_a_call_to_action_is_told_by_its_looks(tmp_path, button, clear):
    _, judgement = assess(tmp_path, without_link(body=button))
    assert ("visual-clear-action" in codes(judgement, "passed")) is clear
    assert ("visual-no-call-to-action" in codes(judgement)) is not clear


_LOW = "padding:2px 12px;color:white;background:#044a64"
_TITLES = "".join(f"<h3><a href=/{n}>What we bake in {n}</a></h3>" for n in ("May", "June"))


@pytest.mark.parametrize(
    ("link", "asks"),
    [
        (f"<p>Version 3 <a href=/get style='{_LOW}'>Download</a></p>", True),
        (f"<div style='{_LOW}'><a href=/book style='color:white'>Book a table</a></div>", True),
        ("<p><a href=/book style='font-size:22px'>Book a table</a></p>", True),
        ("<p><b><a href=/quote style='font-weight:700'>Get a quote</a></b></p>", True),
        ("<a href=/order><img src=/van.svg alt='Order here' width=160 height=50></a>", True),
        ("<div onclick='go()' style='padding:12px 40px;background:#f60'>Reserve now</div>", True),
        ("<p>We bake <a href=/bread style='font-weight:700'>sourdough bread</a> here.</p>", False),
        ("<p><a href=/ style='font-size:22px'>Quayside Bakery</a></p>", False),
        ("<a href=/><img src=/van.svg alt='Quayside Bakery' width=160 height=50></a>", False),
        (_TITLES, False),
        ("<p>Rye <a href=/new style='padding:2px 4px;background:#fc0'>New</a></p>", False),
    ],
)
def test_a_link_that_is_set_apart_asks_for_something(tmp_path, link, asks):
    _, judgement = assess(tmp_path, without_link(body=link))
    assert ("visual-no-call-to-action" in codes(judgement)) is not asks


def test_a_whole_page_in_a_fixed_frame_is_no_popup(tmp_path):
    framed = _CLEAN.replace("main {", "main { position: fixed; inset: 0; overflow: auto;")
    _, judgement = assess(tmp_path, {"/": framed, "/van.svg": _VAN})
    assert codes(judgement) == set()


def test_a_challenge_is_no_verdict_and_no_picture(tmp_path):
    page = Answer(b"<title>Just a moment...</title><h2>Verifying you are human</h2>", status=503)
    fetched, judgement = assess(tmp_path, {"/": page})
    assert judgement.metrics["visit"]["kind"] == "wall"
    assert "bot challenge" in (judgement.inconclusive or "")
    assert not judgement.findings
    assert (judgement.score, judgement.score_from_findings) == (None, False)
    assert not fetched.artefacts


def test_a_blank_page_is_tried_twice_and_not_scored(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with website({"/": "<!doctype html><title>Shop</title><div id=app></div>"}) as site:
        context = CheckContext(settings, time.monotonic() + 40)
        fetched = CHECK.fetch(Target("Shop", url=site.url + "/"), context)
        assert site.asked == ["/", "/"]
    judgement = CHECK.judge(fetched.evidence)
    assert judgement.inconclusive == "The page stayed blank in our browser"
    assert not judgement.score_from_findings


def test_a_challenge_gets_a_second_look_and_no_picture(tmp_path):
    wall = Answer(b"<title>Just a moment...</title><p>Checking", status=403)
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with website({"/": wall}) as site:
        context = CheckContext(settings, time.monotonic() + 60)
        fetched = CHECK.fetch(Target("Shop", url=site.url + "/"), context)
        assert site.asked.count("/") == 2
    assert fetched.artefacts == ()
    assert "challenge" in CHECK.judge(fetched.evidence).inconclusive


@pytest.mark.parametrize(
    ("answer", "code", "finding"),
    [
        (Answer(b"<h1>Internal Server Error</h1>", status=500), "error_page", "visual-error-page"),
        (Answer(b"<h1>Gone</h1>", status=410), "error_page", "visual-error-page"),
        (Answer(b"<title>Not found</title><h1>Oops</h1>"), "soft_404", "visual-error-page"),
        (Answer(b"<h1>Welcome to nginx!</h1>"), "default_page", "visual-default-page"),
        (Answer(b"<h1>shop.test</h1><p>Buy this domain."), "for_sale", "visual-parked-page"),
        (Answer(b"<h1>Coming soon</h1>"), "coming_soon", "visual-coming-soon"),
        (Answer(b"<h1>Account suspended</h1>"), "suspended", "visual-suspended-site"),
        (Answer(b"<h1>Bread</h1><p>And cakes."), "empty", "visual-empty-page"),
        (
            Answer(b"<title>Freelancer - Start Bootstrap Theme</title>" + b"<p>Our work</p>" * 50),
            "template",
            "visual-template-page",
        ),
    ],
)
def test_an_address_without_a_site_is_shown_not_scored(tmp_path, answer, code, finding):
    fetched, judgement = assess(tmp_path, {"/": answer})
    assert [f.code for f in judgement.findings] == [finding]
    assert (judgement.score, judgement.score_from_findings) == (None, False)
    assert judgement.metrics["visit"]["code"] == code
    assert judgement.metrics["reason"]["code"] == "visual.no_site"
    assert "desktop-fold.jpg" in {a.name for a in fetched.artefacts}


_FRAMESET = """<html><head><title>Brightwater</title></head><frameset rows="100%,*">
<frame src="/inside"><frame></frameset></html>"""
_IFRAME = """<!doctype html><title>Brightwater</title><style>
html, body { margin: 0; height: 100% } iframe { border: 0; width: 100%; height: 100% }
</style><iframe src="/inside"></iframe>"""
_FORWARD = "<meta http-equiv=refresh content='0; url=/inside'>"
_MAP = _CLEAN.replace("</main>", "<iframe src=/map style='width:98vw;height:95vh'></iframe></main>")


@pytest.mark.parametrize("front", [_FRAMESET, _IFRAME, _FORWARD])
def test_a_page_behind_a_frame_is_what_is_judged(tmp_path, front):
    pages = {"/": front, "/inside": _CLEAN, "/van.svg": _VAN}
    fetched, judgement = assess(tmp_path, pages)
    assert codes(judgement) == set()
    assert judgement.metrics["visit"]["kind"] == "site"
    assert fetched.evidence["desktop"]["url"].endswith("/inside")


_LATE = """<!doctype html><title>Oak</title><style>body { background: teal }</style>
<main>Loading</main><script>setTimeout(() => {
  document.querySelector('main').textContent = 'We build kitchens of oak. '.repeat(20);
}, 1200)</script>"""
_COMPONENT = """<!doctype html><title>Oak</title><x-page></x-page><script>
customElements.define('x-page', class extends HTMLElement { connectedCallback() {
  this.attachShadow({mode: 'MODE'}).innerHTML =
    '<main style="background: teal">' + 'We build kitchens of oak. '.repeat(20) + '</main>';
} })</script>"""


@pytest.mark.parametrize(
    "page",
    [_LATE, _COMPONENT.replace("MODE", "open"), _COMPONENT.replace("MODE", "closed")],
    ids=["late", "open component", "closed component"],
)
def test_what_scripts_bring_late_or_apart_is_not_empty(tmp_path, page):
    _, judgement = assess(tmp_path, {"/": page})
    assert judgement.metrics["visit"]["kind"] == "site"


def test_a_page_that_scripts_build_is_stored_as_it_was_shown(tmp_path):
    built = "<!doctype html><title>App</title><div id=root></div><script src=/app.js></script>"
    script = f"document.querySelector('#root').innerHTML = '<main>{'<p>We repair pipes.</p>' * 60}</main>'"
    fetched, _ = assess(tmp_path, {"/": Answer(built.encode()), "/app.js": Answer(script.encode())})
    assert fetched.evidence["desktop"]["html"].count("We repair pipes") == 60
    fetched, _ = assess(tmp_path, {"/": Answer(_CLEAN.encode()), "/van.svg": _VAN})
    assert fetched.evidence["desktop"]["html"] is None


def test_a_frame_in_a_page_of_text_is_not_followed(tmp_path):
    fetched, _ = assess(tmp_path, {"/": _MAP, "/map": "<p>A map</p>", "/van.svg": _VAN})
    assert fetched.evidence["desktop"]["url"].endswith("/")


def test_a_frame_that_leads_nowhere_is_unread(tmp_path):
    gone = _IFRAME.replace("/inside", "http://127.0.0.1:1/")
    fetched, judgement = assess(tmp_path, {"/": gone})
    assert judgement.metrics["reason"]["code"] == "visual.unread"
    assert judgement.findings == ()
    assert fetched.artefacts == ()


@pytest.mark.parametrize(
    ("whys", "visits"),
    [
        ([["ERR_NETWORK_CHANGED"], []], 2),
        ([["404", "ERR_OUT_OF_MEMORY"], ["404"]], 2),
        ([["404"]], 1),
        ([["ERR_NAME_NOT_RESOLVED"]], 1),
        ([[]], 1),
    ],
)
def test_a_page_of_which_parts_failed_on_our_side_is_opened_again(monkeypatch, whys, visits):
    page, opened = SimpleNamespace(failed_requests=[]), []

    def seen(page, _target, wait_s=0.0):
        page.failed_requests = [FailedRequest("https://x.test/a.css", "Stylesheet", why)
                                for why in whys[len(opened)]]  # fmt: skip
        opened.append(wait_s)
        return {"url": "https://x.test/", "status": 200, "text_chars": 900,
                "visit": {"kind": "site", "code": "site", "shown": ""}}, b""  # fmt: skip

    monkeypatch.setattr(fetch, "_seen", seen)
    fetch._look(page, Target("X", "https://x.test/"))
    assert len(opened) == visits

"""Opens the home page in a browser, on a desktop and on a phone: measures and photographs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lfassess.checks.base import Artefact, CheckContext, Fetched, Target
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.shared.technologies import technologies, technologies_at
from lfassess.checks.shared.visit import Kind, Met, Visit, meet
from lfassess.checks.visual.evidence import SCREENS, Device, Evidence
from lfassess.checks.visual.fetch_page import contacts, copyright_year
from lfassess.checks.visual.fetch_vision import rate
from lfassess.clients.browser import browser_page, without_listener
from lfassess.clients.chromium.navigation import OURS
from lfassess.clients.chromium.pixels import smaller, uniform_share
from lfassess.clients.chromium.traffic import FailedRequest
from lfassess.clients.lighthouse import axe_source
from lfassess.errors import BrowserBusyError, DeferredError, InvalidTargetError, PermanentError
from lfassess.statuses import DeferredCode

if TYPE_CHECKING:
    from lfassess.clients.chromium.page import Page

Json = dict[str, Any]

DESKTOP: Final = SCREENS["desktop"]
PHONE: Final = SCREENS["mobile"]

DESKTOP_HEIGHT: Final = 6000  # of the screenshot, in CSS pixels
PHONE_HEIGHT: Final = 3 * PHONE[1]  # at two device pixels each it is a large picture
_MAX_TEXT: Final = 600
_SECOND_CHANCE_S: Final = 2.0  # to paint, or to let a challenge pass us
_VISION_S: Final = 30.0  # reserved for the language model
_BUSY_S: Final = 5.0
_PARTS: Final = ("page", "width", "targets", "overlay", "actions", "clash", "old")
_MAX_DEAD_LINKS: Final = 5
_MAX_HOSTS: Final = 20
_TAG_MANAGER: Final = "tag_manager"
_WATCHED_S: Final = 1.5  # after the load event, a tag manager
_UNFOLLOWED: Final = "frame"


@cache
def _script(name: str) -> str:
    return (resources.files("lfassess.checks.visual") / name).read_text(encoding="utf-8")


@cache
def _measure() -> str:
    parts = "\n".join(_script(f"{name}.js") for name in ("reach", "actions", "clash"))
    return _script("measure.js").replace("//PARTS", parts)


def fetch_page(target: Target, ctx: CheckContext) -> Fetched:
    """Open the page on a desktop, then as a new visitor on a phone; measure and photograph both.

    With a language model at hand the first screens are rated once the browser is given back.

    Raises:
        InvalidTargetError: there is no website; and whatever ``Page.goto`` raises.
        DeferredError: the browser was busy with other leads.
    """
    if not target.url:
        raise InvalidTargetError("The lead has no website.")
    evidence: Json = {"url": target.url, "fetched_at": datetime.now(UTC).isoformat()}
    try:
        shots = _visit(target, ctx, evidence)
    except BrowserBusyError as e:
        raise DeferredError(
            e.message, wait_s=_BUSY_S, provider="browser", deferred_code=DeferredCode.BROWSER
        ) from e
    if not shots:
        return Fetched(_stored(evidence))  # a picture of a challenge would pass for the site's
    folds = {name: shots[f"{name}-fold.jpg"] for name in SCREENS}
    emulated = False
    if Evidence.from_json(evidence).met()[0].judged:
        evidence["vision"], emulated = rate(ctx, target.name, folds, target.country)
    return Fetched(_stored(evidence), tuple(_files(shots)), sandbox=emulated)


def _files(shots: dict[str, bytes]) -> Iterator[Artefact]:
    """Yield the pictures as they are stored.

    The first screens stay JPEGs, which go into a PDF as they are; of WebP it would hold the pixels.
    """
    for name, jpeg in shots.items():
        data = jpeg if "-fold" in name else smaller(jpeg)
        if data is jpeg:
            yield Artefact(name, "image/jpeg", jpeg)
        else:
            yield Artefact(f"{name.removesuffix('.jpg')}.webp", "image/webp", data)


def _stored(evidence: Json) -> Json:
    return Evidence.from_json(evidence).to_json()


def _visit(target: Target, ctx: CheckContext, evidence: Json) -> dict[str, bytes]:
    """Measure both devices into the evidence; return pictures by file name, none of a challenge."""
    shots: dict[str, bytes] = {}
    width, height = DESKTOP
    deadline = ctx.deadline - _VISION_S
    with browser_page(ctx.settings, width=width, height=height, deadline=deadline) as page:
        for name, device, fold in _devices(page, target):
            evidence[name] = device
            seen = Device.from_json(device)
            met = seen.met(target.url)
            if seen.is_unseen(met):
                return {}
            tallest = PHONE_HEIGHT if name == "mobile" else DESKTOP_HEIGHT
            page.scroll_through(tallest)
            if _spoilt(page):  # again: what is missing, and what it broke, says nothing of the site
                device["script_errors"] = None
            else:
                device["images"] = page.evaluate(_script("images.js"))
                device["failed_requests"] = _failures(page)
            if name == "desktop" and met.judged:
                device["axe"] = _accessibility(page, ctx)
                device["dead_links"] = _dead_links(page)
                device["html"] = page.evaluate(_script("rendered.js"))
                device["tags"] = _tags(page)
            shots |= {
                f"{name}.jpg": page.screenshot_jpeg(max_height=tallest),
                f"{name}-fold.jpg": fold,
            }
    return shots


def _accessibility(page: Page, ctx: CheckContext) -> Any:
    """Return what axe-core finds; None where it is not installed or the page breaks it."""
    source = axe_source(ctx.settings)
    if source is None:
        return None
    page.evaluate(source + ";true")
    return page.evaluate(_script("axe.js"))


def _tags(page: Page) -> Json | None:
    """Return what was loaded beside a tag manager; None where none was, or not everything came."""
    seen = _loaded_tags(page)
    if seen and not seen["others"] and seen["watched_s"] < _WATCHED_S:  # be sure before it is said
        time.sleep(_WATCHED_S - seen["watched_s"])
        seen = _loaded_tags(page)
    return seen and {**seen, "consent": page.evaluate(_script("consent.js")) is True}


def _loaded_tags(page: Page) -> Json | None:
    asked, watched_s = page.asked_for()
    by_scripts = [one.url for one in asked if one.by_script]
    known = {url: technologies_at(url) for url in by_scripts}
    started = {key for keys in known.values() for key in keys}
    manages = any(technologies()[key].category == _TAG_MANAGER for key in started)
    if not manages or not page.load_finished or any(map(_is_manager, page.failed_requests)):
        return None
    hosts = {host_of(url) for url, keys in known.items() if keys} | {host_of(page.url)}
    others = {host for url in by_scripts if (host := host_of(url)) not in hosts and host}
    return {
        "technologies": sorted(started),
        "others": sorted(others)[:_MAX_HOSTS],
        "watched_s": round(watched_s, 1),
    }


def _is_manager(failed: FailedRequest) -> bool:
    found = technologies_at(failed.url)
    return any(technologies()[key].category == _TAG_MANAGER for key in found)


def _dead_links(page: Page) -> Json:
    """Return {count, examples: [{text, box}]} of links to nowhere that no script listens to."""
    dead = without_listener(page, _script("dead.js"))
    named = [{"text": one.get("text"), "box": one.get("box")} for one in dead[:_MAX_DEAD_LINKS]]
    return {"count": len(dead), "examples": named}


def _framed(page: Page, seen: Any) -> list[Json]:
    """Return what stands in the page's larger frames; a page that still loads is left in peace."""
    if not page.load_finished:
        return []
    script = _script("frame.js")
    looked = [
        (frame, page.in_frame(frame["index"], script)) for frame in get_objects(seen, "frames")
    ]
    return [{**frame, **inside} for frame, inside in looked if isinstance(inside, dict)]


def _devices(page: Page, target: Target) -> Iterator[tuple[str, Json, bytes]]:
    """Yield (name, what was seen, the first screen) of each device, with its page still open."""
    yield "desktop", *_look(page, target)
    page.forget_visitor()
    page.emulate(*PHONE, mobile=True)
    yield "mobile", *_look(page, target)


def _look(page: Page, target: Target) -> tuple[Json, bytes]:
    """Open the page and measure it; what is not there in full gets a second chance.

    That is a blank or empty page, a challenge, or one of which parts failed for a reason on this
    machine: in the cage, a network that has just come up counts as changed.
    """
    device, fold = _seen(page, target)
    seen = Device.from_json(device)
    met = seen.met(target.url)
    if seen.is_unseen(met) or met.code == "empty":
        return _seen(page, target, wait_s=_SECOND_CHANCE_S)
    return _seen(page, target) if _spoilt(page) else (device, fold)


def _spoilt(page: Page) -> bool:
    """Whether parts of the page did not come for a reason on this machine."""
    return any(failed.why in OURS for failed in page.failed_requests)


def _seen(page: Page, target: Target, wait_s: float = 0.0) -> tuple[Json, bytes]:
    met = arrive(page, target, wait_s)
    preloader = page.evaluate(_script("preloader.js"))
    fold = page.screenshot_jpeg(full_page=False)
    seen = page.evaluate(_measure())
    text = get_object(seen, "text")
    everything = get_text(text, "all") or ""
    device = {
        "visit": met.as_json(page.url),
        "url": page.url,
        "title": page.title,
        "status": page.status,
        "load_finished": page.load_finished,
        "requests": page.requests,
        "received_bytes": page.bytes_received,
        "refused": page.refused[:10],
        "script_errors": page.console_errors,
        "uniform_share": uniform_share(fold),
        "vitals": page.evaluate(_script("vitals.js")),
        **{key: seen.get(key) for key in _PARTS},
        "failed_parts": get_texts(seen, "failed"),
        "preloader": preloader,
        "text_chars": get_number(text, "chars") or 0,
        "text_start": everything[:_MAX_TEXT],
        "text": {k: v for k, v in text.items() if k not in {"all", "fold"}},
        "placeholder": "lorem ipsum" in everything.lower(),
        "copyright_year": copyright_year(everything),
        **contacts(seen, _framed(page, seen), target.country),
    }
    return device, fold


def _failures(page: Page) -> list[Json]:
    """Return the page's own parts that did not come, and others' stylesheets and scripts."""
    own = urlsplit(page.url).hostname or ""
    failures = [
        f.as_json()
        for f in page.failed_requests
        if (urlsplit(f.url).hostname or "").endswith(own.removeprefix("www."))
        or f.kind in {"Stylesheet", "Script", "Font"}
    ]
    return failures[:10]


def arrive(page: Page, target: Target, wait_s: float = 0.0) -> Met:
    """Open the lead's page, or the one that its frame shows in its place, and say what it is.

    Args:
        page: the browser's.
        target: with a URL.
        wait_s: to leave a bot check, or a slow page, before looking.

    Raises:
        CheckError: whatever ``Page.goto`` raises.
    """
    assert target.url
    page.goto(target.url)
    time.sleep(wait_s)
    seen = page.evaluate(_script("visit.js"))
    if frame := get_text(seen, "frame"):
        return _behind(page, target, frame, _met(page, target, seen))
    return _met(page, target, seen)


def _behind(page: Page, target: Target, frame: str, outside: Met) -> Met:
    """Open what a frame shows, unless the page around it is no website already."""
    if outside.kind in {Kind.PLATFORM, Kind.WALL, Kind.REFUSED}:
        return outside
    try:
        page.goto(frame)
    except PermanentError:
        assert target.url
        page.goto(target.url)
        return Met(Kind.UNREAD, _UNFOLLOWED, frame[:100])
    return _met(page, target, page.evaluate(_script("visit.js")))


def _met(page: Page, target: Target, seen: object) -> Met:
    visit = Visit(
        requested_url=target.url or page.url,
        url=page.url,
        status=page.status,
        title=page.title,
        text=get_text(seen, "text") or "",
        html=get_text(seen, "html") or "",
        rendered=True,
        pictures=round(get_number(seen, "pictures") or 0),
    )
    return meet(visit, target.name)

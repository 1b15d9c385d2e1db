"""What is in a visitor's way, and what is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.loose import dict_in, dicts_in, number_in, text_in, texts_in
from lfassess.checks.visual_rules.make import finding, quoted
from lfassess.counting import plural

Json = dict[str, Any]

_POPUP_SHARE: Final = 0.3
_WALL_SHARE: Final = 0.5  # a cookie notice has to be somewhere
_POOR_SHIFT: Final = 0.25  # web.dev/articles/cls
_SIDEWAYS: Final = 8  # CSS pixels
_COOKIES: Final = re.compile(
    r"cookie|consent|gdpr|privacy|datenschutz|zustimm|einwillig|confidentialité|privacidad"
    r"|onetrust|cmp\b",
    re.IGNORECASE,
)


def in_the_way(desktop: Json, mobile: Json) -> Iterator[Finding]:
    yield from _overlay(dict_in(mobile, "overlay"))
    dialogs = max(_vital(device, "dialogs") for device in (desktop, mobile))
    if dialogs > 0:
        yield finding("visual-dialog-box", f"{plural(dialogs, 'dialog box', 'dialog boxes')}")
    shift = max(_vital(device, "layout_shift") for device in (desktop, mobile))
    if shift > _POOR_SHIFT:
        yield finding("visual-layout-shift", f"layout shift {shift:.2f}; above 0.25 is poor")
    if late := [n for n, d in _named(desktop, mobile) if d.get("load_finished") is False]:
        yield finding("visual-never-loaded", f"on the {' and the '.join(late)}")


def broken(desktop: Json, mobile: Json) -> Iterator[Finding]:
    trouble = [
        *_images(desktop, mobile),
        *_scripts(desktop, mobile),
        *_requests(desktop, mobile),
    ]
    yield from trouble
    over = number_in(dict_in(desktop, "width"), "sideways_px") or 0
    if over > _SIDEWAYS:
        yield finding("visual-desktop-overflow", f"{over:,.0f} px more than a 1,366 px window")
    finished = desktop.get("load_finished") is True and mobile.get("load_finished") is True
    if finished and not trouble and dict_in(mobile, "images"):
        requests = number_in(mobile, "requests") or 0
        yield finding("visual-clean-load", f"{plural(requests, 'request')}, none failed")


def _overlay(overlay: Json) -> Iterator[Finding]:
    share = number_in(overlay, "share") or 0
    text = text_in(overlay, "text") or ""
    cookies = _COOKIES.search(f"{text} {text_in(overlay, 'marks') or ''}") is not None
    if share <= (_WALL_SHARE if cookies else _POPUP_SHARE):
        return
    said = f": {quoted(text)}" if text else ""
    code = "visual-cookie-wall" if cookies else "visual-popup"
    yield finding(code, f"covers {share:.0%} of a phone's screen{said}")


def _images(desktop: Json, mobile: Json) -> Iterator[Finding]:
    worst = max(
        (dict_in(device, "images") for device in (desktop, mobile)),
        key=lambda images: number_in(images, "broken_count") or 0,
    )
    count = number_in(worst, "broken_count") or 0
    if count > 0:
        example = next(iter(texts_in(worst, "broken")), "")
        name = example.partition("?")[0].rpartition("/")[2]
        of = number_in(worst, "count") or count
        at = f", for example {quoted(name)}" if name else ""
        yield finding("visual-broken-images", f"{count:,.0f} of {plural(of, 'picture')}{at}")


def _scripts(desktop: Json, mobile: Json) -> Iterator[Finding]:
    errors = texts_in(desktop, "script_errors") or texts_in(mobile, "script_errors")
    if errors:
        said = errors[0][errors[0].find("Uncaught") :] if "Uncaught" in errors[0] else errors[0]
        yield finding("visual-script-errors", f"{plural(len(errors), 'error')}: {quoted(said)}")


def _requests(desktop: Json, mobile: Json) -> Iterator[Finding]:
    for device in (desktop, mobile):
        failed = [f for f in dicts_in(device, "failed_requests") if text_in(f, "kind") != "Image"]
        if failed:
            url, why = text_in(failed[0], "url") or "", text_in(failed[0], "why") or "failed"
            name = url.partition("?")[0].rpartition("/")[2] or url
            reason = " ".join(why.split())[:40]
            yield finding(
                "visual-failed-requests",
                f"{plural(len(failed), 'request')}, for example {quoted(name)} ({reason})",
            )
            return


def _vital(device: Json, key: str) -> float:
    return number_in(dict_in(device, "vitals"), key) or 0


def _named(desktop: Json, mobile: Json) -> tuple[tuple[str, Json], ...]:
    return (("desktop", desktop), ("phone", mobile))

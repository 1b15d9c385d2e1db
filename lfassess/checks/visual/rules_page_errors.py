"""What is in a visitor's way, and what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.visual import rules_overlays
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.rules_contact import measured
from lfassess.quantities import plural

Json = dict[str, Any]

_POOR_SHIFT: Final = 0.25  # web.dev/articles/cls
_SIDEWAYS: Final = 8  # CSS pixels


def in_the_way(desktop: Json, mobile: Json) -> Iterator[Finding]:
    yield from rules_overlays.findings(mobile)
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
    over = get_number(get_object(desktop, "width"), "sideways_px") or 0
    if over > _SIDEWAYS:
        yield finding("visual-desktop-overflow", f"{over:,.0f} px more than a 1,366 px window")
        return
    if not trouble and all(_wholly_loaded(device) for device in (desktop, mobile)):
        requests = get_number(mobile, "requests") or 0
        yield finding("visual-clean-load", f"{plural(requests, 'request')}, none failed")


def _wholly_loaded(device: Json) -> bool:
    """Return whether all that "everything loads and works" speaks of was measured, and well."""
    lists = ("script_errors", "failed_requests")
    told = all(isinstance(device.get(key), list) for key in lists) and measured(device, "images")
    dead = get_number(get_object(device, "dead_links"), "count") or 0
    return told and device.get("load_finished") is True and not dead


def _images(desktop: Json, mobile: Json) -> Iterator[Finding]:
    worst = max(
        (get_object(device, "images") for device in (desktop, mobile)),
        key=lambda images: get_number(images, "broken_count") or 0,
    )
    count = get_number(worst, "broken_count") or 0
    if count > 0:
        example = next(iter(get_texts(worst, "broken")), "")
        name = example.partition("?")[0].rpartition("/")[2]
        of = get_number(worst, "count") or count
        at = f", for example {quoted(name)}" if name else ""
        yield finding("visual-broken-images", f"{count:,.0f} of {plural(of, 'picture')}{at}")


def _scripts(desktop: Json, mobile: Json) -> Iterator[Finding]:
    errors = get_texts(desktop, "script_errors") or get_texts(mobile, "script_errors")
    if errors:
        said = errors[0][errors[0].find("Uncaught") :] if "Uncaught" in errors[0] else errors[0]
        yield finding("visual-script-errors", f"{plural(len(errors), 'error')}: {quoted(said)}")


def _requests(desktop: Json, mobile: Json) -> Iterator[Finding]:
    for device in (desktop, mobile):
        failed = [
            f for f in get_objects(device, "failed_requests") if get_text(f, "kind") != "Image"
        ]
        if failed:
            url, why = get_text(failed[0], "url") or "", get_text(failed[0], "why") or "failed"
            name = url.partition("?")[0].rpartition("/")[2] or url
            reason = " ".join(why.split())[:40]
            yield finding(
                "visual-failed-requests",
                f"{plural(len(failed), 'request')}, for example {quoted(name)} ({reason})",
            )
            return


def _vital(device: Json, key: str) -> float:
    return get_number(get_object(device, "vitals"), key) or 0


def _named(desktop: Json, mobile: Json) -> tuple[tuple[str, Json], ...]:
    return (("desktop", desktop), ("phone", mobile))

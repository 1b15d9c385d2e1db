"""What is in a visitor's way, and what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.visual import rules_overlays
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import Device, Images, Width
from lfassess.quantities import apart, number, plural

_POOR_SHIFT: Final = 0.25  # web.dev/articles/cls
_SIDEWAYS: Final = 8  # CSS pixels


def in_the_way(desktop: Device, mobile: Device) -> Iterator[Finding]:
    yield from rules_overlays.findings(mobile)
    dialogs = max(desktop.vitals.dialogs, mobile.vitals.dialogs)
    if dialogs > 0:
        yield finding("visual-dialog-box", f"{plural(dialogs, 'dialog box', 'dialog boxes')}")
    shift = max(desktop.vitals.layout_shift or 0, mobile.vitals.layout_shift or 0)
    if shift > _POOR_SHIFT:
        said = apart(shift, _POOR_SHIFT, _hundredths)
        yield finding("visual-layout-shift", f"layout shift {said}; above 0.25 is poor")
    named = (("desktop", desktop), ("phone", mobile))
    if late := [name for name, device in named if device.load_finished is False]:
        yield finding("visual-never-loaded", f"on the {' and the '.join(late)}")


def _hundredths(shift: float, more_digits: int) -> str:
    return number(shift, 2 + more_digits)


def broken(desktop: Device, mobile: Device) -> Iterator[Finding]:
    trouble = [
        *_images(desktop.images or Images(), mobile.images or Images()),
        *_scripts(desktop.script_errors or mobile.script_errors or ()),
        *_requests(desktop, mobile),
    ]
    yield from trouble
    over = (desktop.width or Width()).sideways_px or 0
    if over > _SIDEWAYS:
        yield finding("visual-desktop-overflow", f"{number(over)} px more than a 1,366 px window")
        return
    if not trouble and all(_wholly_loaded(device) for device in (desktop, mobile)):
        requests = plural(mobile.requests or 0, "request")
        yield finding("visual-clean-load", f"{requests}, none failed")


def _wholly_loaded(device: Device) -> bool:
    """Return whether all that "everything loads and works" speaks of was measured, and well."""
    ran = device.measured("script_errors", "failed_requests", "images")
    return ran and device.load_finished is True and not device.dead_links.count


def _images(desktop: Images, mobile: Images) -> Iterator[Finding]:
    worst = max((desktop, mobile), key=lambda images: images.broken_count)
    if worst.broken_count > 0:
        name = next(iter(worst.broken), "").partition("?")[0].rpartition("/")[2]
        of = worst.count or worst.broken_count
        at = f", for example {quoted(name)}" if name else ""
        said = f"{number(worst.broken_count)} of {plural(of, 'picture')}{at}"
        yield finding("visual-broken-images", said)


def _scripts(errors: tuple[str, ...]) -> Iterator[Finding]:
    if errors:
        said = errors[0][errors[0].find("Uncaught") :] if "Uncaught" in errors[0] else errors[0]
        yield finding("visual-script-errors", f"{plural(len(errors), 'error')}: {quoted(said)}")


def _requests(desktop: Device, mobile: Device) -> Iterator[Finding]:
    for device in (desktop, mobile):
        failed = [f for f in device.failed_requests or () if f.kind != "Image"]
        if failed:
            url = failed[0].url
            name = url.partition("?")[0].rpartition("/")[2] or url
            reason = " ".join((failed[0].why or "failed").split())[:40]
            yield finding(
                "visual-failed-requests",
                f"{plural(len(failed), 'request')}, for example {quoted(name)} ({reason})",
            )
            return

"""What axe-core finds, grouped so that a business owner can act on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lfassess.checks.base import Area, Finding, Severity
from lfassess.checks.visual.catalogue import finding
from lfassess.checks.visual.evidence import Axe, Device, Text, Violation
from lfassess.quantities import number, plural

# Rules that another finding of this check covers; broken, they rule out praise.
_COVERED_ELSEWHERE: Final = frozenset(
    {"color-contrast", "document-title", "html-has-lang", "image-alt", "meta-viewport",
     "meta-viewport-large", "page-has-heading-one", "target-size"}
)  # fmt: skip
# Findings of other areas that an accessible page has none of.
_FORBIDDING: Final = frozenset(
    {"visual-no-title", "visual-zoom-blocked", "visual-small-text", "visual-tiny-tap-targets"}
)
_GROUPS: Final = {
    "visual-unnamed-controls": {
        "aria-command-name", "area-alt", "button-name", "input-button-name", "link-name",
    },
    "visual-unlabelled-fields": {
        "aria-input-field-name", "form-field-multiple-labels", "label", "label-title-only",
        "select-name",
    },
    "visual-heading-order": {"empty-heading", "heading-order"},
    "visual-no-landmarks": {"bypass", "landmark-one-main", "region", "skip-link"},
}  # fmt: skip
_REST: Final = "visual-confusing-structure"


def group_of(rule: str) -> str | None:
    """Return the finding that an axe rule belongs to; None where another one covers it."""
    if rule in _COVERED_ELSEWHERE:
        return None
    return next((code for code, rules in _GROUPS.items() if rule in rules), _REST)


def violations(device: Device) -> dict[str, list[Violation]]:
    """Return axe's violations by finding code."""
    grouped: dict[str, list[Violation]] = {}
    for violation in (device.axe.violations if device.axe else None) or ():
        if violation.id and (code := group_of(violation.id)):
            grouped.setdefault(code, []).append(violation)
    return grouped


def findings(device: Device) -> Iterator[Finding]:
    """Yield one finding for each group that is violated."""
    grouped = violations(device)
    for code in (*_GROUPS, _REST):
        if found := grouped.get(code):
            yield finding(code, _evidence(found))


def praise(desktop: Device, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the praise where axe-core and each measure of ours ran, and none found a fault.

    axe-core leaves contrast to us, whose measure takes a tenth of the time; text over pictures is
    judged by neither.
    """
    axe, contrast = desktop.axe or Axe(), (desktop.text or Text()).contrast
    ran = (
        axe.passes > 0
        and axe.violations is not None
        and desktop.page is not None
        and contrast.checked_chars > 0
        and desktop.images is not None
        and desktop.images.alt_missing is not None
    )
    faults = axe.violations or contrast.low_share != 0 or any(_forbids(f) for f in found)
    if ran and not faults:
        said = f"axe-core: {number(axe.passes)} rules passed, none broken; no text too faint"
        yield finding("visual-accessible", said)


def _forbids(found: Finding) -> bool:
    if found.severity is Severity.PASSED:
        return False
    return found.area is Area.ACCESSIBILITY or found.code in _FORBIDDING


def _evidence(found: list[Violation]) -> str:
    places = max(sum(v.count for v in found), 1)
    first = max(found, key=lambda v: v.count)
    said = f"{plural(places, 'place')}: {first.help or first.id}"
    return f"{said}, for example {first.example}" if first.example else said

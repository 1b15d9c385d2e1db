"""What axe-core finds, grouped so that a business owner can act on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lfassess.checks.base import Area, Finding, Severity
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.checks.visual.catalogue import finding
from lfassess.quantities import plural

Json = dict[str, Any]

# Rules whose matter another finding of this check tells already; broken, they forbid praise.
_TOLD_ELSEWHERE: Final = frozenset(
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
    """Return the finding that an axe rule belongs to; None when another one tells it."""
    if rule in _TOLD_ELSEWHERE:
        return None
    return next((code for code, rules in _GROUPS.items() if rule in rules), _REST)


def violations(device: Json) -> dict[str, list[Json]]:
    """Return axe's violations by finding code."""
    grouped: dict[str, list[Json]] = {}
    for violation in get_objects(get_object(device, "axe"), "violations"):
        rule = get_text(violation, "id")
        if rule and (code := group_of(rule)):
            grouped.setdefault(code, []).append(violation)
    return grouped


def findings(device: Json) -> Iterator[Finding]:
    """Yield one finding for each group that is violated."""
    grouped = violations(device)
    for code in (*_GROUPS, _REST):
        if found := grouped.get(code):
            yield finding(code, _evidence(found))


def praise(desktop: Json, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the praise where axe-core and each measure of ours ran, and none found a fault.

    axe-core leaves contrast to us, whose measure takes a tenth of the time; text over pictures is
    judged by neither.
    """
    axe, contrast = get_object(desktop, "axe"), get_object(get_object(desktop, "text"), "contrast")
    passes = get_number(axe, "passes") or 0
    ran = (
        passes > 0
        and isinstance(axe.get("violations"), list)
        and isinstance(desktop.get("page"), dict)
        and (get_number(contrast, "checked_chars") or 0) > 0
        and get_number(get_object(desktop, "images"), "alt_missing") is not None
    )
    faults = (
        axe.get("violations")
        or get_number(contrast, "low_share") != 0
        or any(_forbids(f) for f in found)
    )
    if ran and not faults:
        said = f"axe-core: {passes:.0f} rules passed, none broken; no text too faint"
        yield finding("visual-accessible", said)


def _forbids(found: Finding) -> bool:
    if found.severity is Severity.PASSED:
        return False
    return found.area is Area.ACCESSIBILITY or found.code in _FORBIDDING


def _evidence(found: list[Json]) -> str:
    count = sum(get_number(v, "count") or 0 for v in found)
    first = max(found, key=lambda v: get_number(v, "count") or 0)
    told = f"{plural(max(count, 1), 'place')}: {get_text(first, 'help') or get_text(first, 'id')}"
    example = get_text(first, "example")
    return f"{told}, for example {example}" if example else told

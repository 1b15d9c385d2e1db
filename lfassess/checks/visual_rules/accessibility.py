"""What axe-core finds, grouped so that a business owner can act on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.loose import dict_in, dicts_in, number_in, text_in
from lfassess.checks.visual_rules.make import finding
from lfassess.counting import plural

Json = dict[str, Any]

# Rules whose matter another finding of this check tells already.
_TOLD_ELSEWHERE: Final = frozenset(
    {"color-contrast", "document-title", "html-has-lang", "html-lang-valid", "image-alt",
     "meta-viewport", "meta-viewport-large", "page-has-heading-one"}
)  # fmt: skip
# What axe need not look for; contrast alone took it twice as long as all the rest.
RULES_OFF: Final = {rule: {"enabled": False} for rule in sorted({*_TOLD_ELSEWHERE, "target-size"})}
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


@cache
def axe_source() -> str | None:
    """Return axe-core's script, or None where its package is not installed."""
    spec = importlib.util.find_spec("selenium_axe_python")
    if spec is None or not spec.submodule_search_locations:
        return None
    return (Path(spec.submodule_search_locations[0]) / "axe-core" / "axe.min.js").read_text("utf-8")


def group_of(rule: str) -> str | None:
    """Return the finding that an axe rule belongs to; None when another one tells it."""
    if rule in _TOLD_ELSEWHERE:
        return None
    return next((code for code, rules in _GROUPS.items() if rule in rules), _REST)


def violations(device: Json) -> dict[str, list[Json]]:
    """Return axe's violations by finding code."""
    grouped: dict[str, list[Json]] = {}
    for violation in dicts_in(dict_in(device, "axe"), "violations"):
        rule = text_in(violation, "id")
        if rule and (code := group_of(rule)):
            grouped.setdefault(code, []).append(violation)
    return grouped


def findings(device: Json) -> Iterator[Finding]:
    """Yield one finding for each group that is violated."""
    grouped = violations(device)
    for code in (*_GROUPS, _REST):
        if found := grouped.get(code):
            yield finding(code, _evidence(found))
    if (passes := number_in(dict_in(device, "axe"), "passes")) and not grouped:
        yield finding("visual-accessible", f"axe-core: {passes:.0f} rules passed, none broken")


def _evidence(found: list[Json]) -> str:
    count = sum(number_in(v, "count") or 0 for v in found)
    first = max(found, key=lambda v: number_in(v, "count") or 0)
    told = f"{plural(max(count, 1), 'place')}: {text_in(first, 'help') or text_in(first, 'id')}"
    example = text_in(first, "example")
    return f"{told}, for example {example}" if example else told

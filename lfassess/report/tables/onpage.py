"""Tables of the on-page check: what the site is made with, and the domain's e-mail records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.shared.json_access import get_object, get_objects, get_text
from lfassess.report.model import Cell, Table
from lfassess.report.tables.common import NONE, cell, table

_MOST_ROWS: Final = 30
_CATEGORIES: Final = {
    "cms": "content management",
    "builder": "website builder",
    "shop": "shop",
    "theme": "theme",
    "plugin": "plug-in",
    "analytics": "visitor statistics",
    "tag_manager": "tag manager",
    "advertising": "advertising",
    "calls": "call tracking",
    "chat": "chat",
    "booking": "booking",
    "consent": "cookie consent",
    "payment": "payment",
    "cdn": "delivery network",
    "hosting": "hosting",
    "server": "web server",
    "framework": "scripts",
    "fonts": "fonts",
    "security": "protection",
    "reviews": "reviews",
    "mail": "newsletters",
}
_POLICIES: Final = {
    "none": "is only reported",
    "quarantine": "is set aside",
    "reject": "is refused",
}


def tables(metrics: Mapping[str, Any]) -> list[Table]:
    """Return technology and e-mail records; what isn't known is left out."""
    return [
        *table(
            "What the site is made with",
            ("Name", "What it is for", "Version"),
            [_tool(row) for row in get_objects(metrics, "technologies")[:_MOST_ROWS]],
        ),
        *table("E-mail in the domain's name", ("Question", "Answer"), _mail(metrics)),
    ]


def _tool(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    category = get_text(row, "category") or ""
    version = get_text(row, "version")
    return (cell(get_text(row, "name")), cell(_CATEGORIES.get(category, category)), cell(version))


def _mail(metrics: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    mail = get_object(metrics, "mail")
    if not mail:
        return []
    policy = get_text(mail, "dmarc")
    return [
        (Cell("The domain receives e-mail"), _yes(mail, "receives")),
        (Cell("It says who may send its e-mail (SPF)"), _yes(mail, "spf")),
        (Cell("Fake e-mail in its name (DMARC)"), cell(_POLICIES.get(policy or "", policy))),
        (Cell("Its records are signed (DNSSEC)"), _yes(mail, "dnssec")),
        (Cell("It says who may issue its certificates (CAA)"), _yes(mail, "caa")),
    ]


def _yes(mail: Mapping[str, Any], key: str) -> Cell:
    value = mail.get(key)
    return Cell("yes" if value else "no") if isinstance(value, bool) else NONE

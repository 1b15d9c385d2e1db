"""Tables of the on-page check: technology, e-mail records, and what builds trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_object, get_objects, get_text, get_texts
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Table
from lfassess.report.tables.common import NONE, cell, table

_MAX_ROWS: Final = 30
_MAX_PROFILES: Final = 6
_CATEGORIES: Final = {
    "cms": "content management",
    "builder": "website builder",
    "shop": "shop",
    "theme": "theme",
    "plugin": "plugin",
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
_FAULTY: Final = "the rule has errors and doesn't count"
_POLICIES: Final = {
    "missing": "no rule set",
    "none": "deliver it, and report it",
    "quarantine": "set it aside",
    "reject": "refuse it",
}


def tables(metrics: Mapping[str, Any], area: str, _figures: Quantities = US) -> list[Table]:
    """Return what belongs to an area: technology, e-mail records or what builds trust.

    What isn't known is left out.
    """
    if area == Area.SECURITY.value:
        return table("Email sent in the domain's name", ("Question", "Answer"), _mail(metrics))
    if area == Area.FIRST_IMPRESSION.value:
        return table("What customers look for", ("Question", "Answer"), _trust(metrics))
    return table(
        "What the site is built with",
        ("Name", "What it is for", "Version"),
        [_tool(row) for row in get_objects(metrics, "technologies")[:_MAX_ROWS]],
        technical=True,
    )


def _tool(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    category = get_text(row, "category") or ""
    version = get_text(row, "version")
    return (cell(get_text(row, "name")), cell(_CATEGORIES.get(category, category)), cell(version))


def _mail(metrics: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    mail = get_object(metrics, "mail")
    if not mail:
        return []
    faulty = get_texts(mail, "faulty")
    policy = _FAULTY if "dmarc" in faulty else get_text(mail, "dmarc")
    return [
        (Cell("The domain names a mail server"), _yes(mail, "receives")),
        (
            Cell("Only chosen servers may send its email (SPF)"),
            Cell(_FAULTY) if "spf" in faulty else _yes(mail, "spf"),
        ),
        (
            Cell("What receivers should do with fake email (DMARC)"),
            cell(_POLICIES.get(policy or "", policy)),
        ),
        (Cell("Its records are signed (DNSSEC)"), _yes(mail, "dnssec")),
        (Cell("It says who may issue its certificates (CAA)"), _yes(mail, "caa")),
    ]


def _trust(metrics: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    trust = get_object(metrics, "trust")
    if not trust:
        return []
    profiles = get_texts(trust, "profiles")
    return [
        (Cell("A phone number"), _yes(trust, "phone")),
        (Cell("A number that calls when tapped"), _tapped(trust)),
        (Cell("A contact form"), _yes(trust, "form")),
        (Cell("An email address"), _yes(trust, "mail")),
        (Cell("A postal address"), _yes(trust, "address")),
        (Cell("A privacy policy"), _yes(trust, "privacy")),
        (Cell("Profiles on social networks"), cell(", ".join(profiles[:_MAX_PROFILES]))),
    ]


def _tapped(trust: Mapping[str, Any]) -> Cell:
    return _yes(trust, "phone_link") if trust.get("phone") else NONE


def _yes(mail: Mapping[str, Any], key: str) -> Cell:
    value = mail.get(key)
    return Cell("yes" if value else "no") if isinstance(value, bool) else NONE

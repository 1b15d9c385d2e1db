"""What the columns of an exported list are called, for those who write and who read it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lfassess.db.models.assessment import AREAS

LEAD: Final = ("id", "name", "website", "phone", "address", "country", "industry")
AUDIT: Final = ("status", "score", "grade", "change", "review")
FOUND: Final = ("code", "title", "impact")  # of a finding
FINDINGS: Final = (
    *(f"finding_{number}_{part}" for number in (1, 2, 3) for part in FOUND),
    *("findings", "technologies"),
)
RANKING: Final = ("rank", "opportunity", "need", "worth", "reach", "why")
LINKS: Final = ("report_file", "audit_page", "share_link", "shared_until")
MORE: Final = ("assessed_at", "assessment_id", "sandbox")
NAMES: Final = (*LEAD, *AUDIT, *AREAS, *FINDINGS, *RANKING, *LINKS, *MORE)
OURS: Final = frozenset(NAMES) - frozenset(LEAD) | {"id"}  # of no list that is read again

_RENAMED: Final = " (list)"  # a list's own column that is called as one of ours
_LEAST: Final = 3  # of ours, which make a list one that was exported here


def is_export(header: Sequence[str]) -> bool:
    """Whether a list was exported from here: what audits found is then none of its own columns."""
    names = set(header)
    return {"name", "website"} <= names and len(names & OURS) >= _LEAST


def renamed(name: str) -> str:
    """Return what a list's own column is called in an export."""
    return f"{name}{_RENAMED}" if name in NAMES else name


def original(name: str) -> str:
    """Return what a list's own column was called before it was exported."""
    bare = name.removesuffix(_RENAMED)
    return bare if bare != name and bare in NAMES else name

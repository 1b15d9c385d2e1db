"""The six areas of an audit: what each means for a business, and where its data come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lfassess.report.language import Language

ORDER: Final = ("pagespeed", "security", "gbp", "semrush", "visual", "llm_analysis")


@dataclass(frozen=True, slots=True)
class Area:
    """What the report says about a check whatever it found."""

    title: str
    phrase: str  # its name within a sentence
    question: str  # of an owner who is not technical
    about: str  # what it means for customers and money
    worth: str  # what a strength here brings
    method: str
    source: str
    grading: str  # how its score comes about


def area(name: str, say: Language) -> Area:
    """Return the area of a check; one that is not known here is named by its check's name."""
    key = name if name in ORDER else "other"
    words = {field: say(f"areas.{key}.{field}") for field in Area.__dataclass_fields__}
    if key == "other":
        title = name.replace("_", " ").strip().capitalize() or "Other"
        words |= {"title": title, "phrase": title.lower()}
    return Area(**words)


def place(name: str) -> tuple[int, str]:
    """Return a sort key: the areas' order, then by name."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)

"""The areas of an audit, an owner's questions: what each means, and which checks feed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lfassess.checks import own_area, title_of
from lfassess.checks.base import Area as Question
from lfassess.language import Language
from lfassess.report.model import RECOMMENDATIONS

_WRITER: Final = "llm_analysis"
ORDER: Final = (*(area.value for area in Question), RECOMMENDATIONS)

# The checks that decide whether an area was assessed; its own check first.
DECIDED_BY: Final = {
    Question.SPEED.value: ("pagespeed",),
    Question.SECURITY.value: ("security",),
    Question.ACCESSIBILITY.value: ("visual", "pagespeed"),
    Question.SEARCH_BASICS.value: ("pagespeed", "visual", "onpage"),
    Question.SEARCH_VISIBILITY.value: ("semrush",),
    Question.GOOGLE_PROFILE.value: ("gbp",),
    Question.FIRST_IMPRESSION.value: ("visual",),
    RECOMMENDATIONS: (_WRITER,),
}


@dataclass(frozen=True, slots=True)
class Area:
    """What the report says about an area whatever was found."""

    title: str
    phrase: str  # its name within a sentence
    question: str  # of an owner who is not technical
    about: str  # what it means for customers
    grading: str  # how its score comes about


def area(name: str, say: Language) -> Area:
    """Return an area by its name; one that is not known here is named by its check's name."""
    key = name if name in ORDER else "other"
    words = {field: say(f"areas.{key}.{field}") for field in Area.__dataclass_fields__}
    if key == "other":
        title = title_of(name)
        words |= {"title": title, "phrase": title.lower()}
    return Area(**words)


def home(check: str) -> str:
    """Return the area a check belongs to; an unknown check is an area of its own."""
    if check == _WRITER:
        return RECOMMENDATIONS
    area = own_area(check)
    return area.value if area else check


def place(name: str) -> tuple[int, str]:
    """Return a sort key: the areas' order, then by name."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)

"""Technical terms the report can't do without, by the area that uses them."""

from __future__ import annotations

from collections.abc import Iterable

from lfassess.language import Language


def glossary(areas: Iterable[str], say: Language) -> tuple[tuple[str, str], ...]:
    """Return (term, what it means) of the areas, by term; a text is "CLS: what it means"."""
    texts = [text for area in areas for text in say.table(f"terms.{area}").values()]
    terms = (text.partition(": ") for text in texts)
    return tuple(sorted((term, meaning) for term, _, meaning in terms))

"""The one form of a Lighthouse result, whoever ran it: what judging needs, a few kilobytes."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
# Of each audit; the rest of a result is up to 3 MB of details and pictures.
AUDIT_KEYS: Final = (
    "title",
    "score",
    "scoreDisplayMode",
    "numericValue",
    "displayValue",
    "metricSavings",
)
RESULT_KEYS: Final = (
    "requestedUrl",
    "finalUrl",
    "finalDisplayedUrl",
    "lighthouseVersion",
    "fetchTime",
    "runWarnings",
    "runtimeError",
    "configSettings",
)
_PASSED: Final = 0.9  # Lighthouse's own line between green and the rest


def normal_form(result: Json) -> Json:
    """Return {requestedUrl, ..., categories {name: {score}}, audits {id: {title, score, ...}}}.

    Passed audits keep their score alone, unless they measured something; audits that neither
    judged nor measured are left out. Whatever is not of the expected type is left out, too.
    """
    kept: Json = {key: result[key] for key in RESULT_KEYS if key in result}
    if "configSettings" in kept:
        settings = kept["configSettings"]
        form = settings.get("formFactor") if isinstance(settings, dict) else None
        kept["configSettings"] = {"formFactor": form}
    categories = _objects(result.get("categories"))
    kept["categories"] = {
        name: {"score": entry.get("score")}
        for name, entry in categories.items()
        if name in CATEGORIES
    }
    audits = _objects(result.get("audits"))
    kept["audits"] = {
        name: slim for name, entry in audits.items() if (slim := _slim(entry)) is not None
    }
    return kept


def _slim(entry: Json) -> Json | None:
    score, measured = entry.get("score"), entry.get("numericValue") is not None
    if score is None and not measured:
        return None
    if isinstance(score, int | float) and score >= _PASSED and not measured:
        return {"score": score}
    return {key: entry[key] for key in AUDIT_KEYS if key in entry}


def _objects(entries: object) -> dict[str, Json]:
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

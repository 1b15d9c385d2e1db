"""The one form of a Lighthouse result, whoever ran it: what judging needs, a few kilobytes."""

from __future__ import annotations

from typing import Any, Final

from lfassess.clients.lighthouse.filmstrip import frames

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
    "environment",
)
# Audits whose failure is about files, so that these can be named; see `worker.mjs` as well.
ITEMIZED: Final = ("unsized-images", "modern-http-insight", "uses-http2")
_NAMED: Final = 3
_MAX_URL: Final = 300  # characters
_PASSED: Final = 0.9  # Lighthouse's own line between green and the rest


def normal_form(result: Json) -> Json:
    """Return {requestedUrl, ..., categories {name: {score, scored}}, audits {id: {title, ...}}}.

    ``scored`` has the weights of the audits that count for a category; speed's are its measures.
    Passed audits keep their score alone, unless they measured something; audits that neither
    judged nor measured are left out. Whatever is not of the expected type is left out, too. Failed
    audits of ITEMIZED have ``files``: {n, urls} of those that fail it, the first three by address.

    Of a phone ``frames`` are added, as `lfassess.clients.lighthouse.filmstrip` has them, if any.
    """
    trimmed: Json = {key: result[key] for key in RESULT_KEYS if key in result}
    if "configSettings" in trimmed:
        settings = trimmed["configSettings"]
        form = settings.get("formFactor") if isinstance(settings, dict) else None
        trimmed["configSettings"] = {"formFactor": form}
    if "environment" in trimmed:
        machine = trimmed["environment"]
        index = machine.get("benchmarkIndex") if isinstance(machine, dict) else None
        trimmed["environment"] = {"benchmarkIndex": index}
    categories = _objects(result.get("categories"))
    trimmed["categories"] = {
        name: {"score": entry.get("score"), **_scored(name, entry)}
        for name, entry in categories.items()
        if name in CATEGORIES
    }
    audits = _objects(result.get("audits"))
    trimmed["audits"] = {
        name: {**slim, **_files(name, entry)}
        for name, entry in audits.items()
        if (slim := _slim(entry)) is not None
    }
    if pictures := frames(result):
        trimmed["frames"] = pictures
    return trimmed


def _scored(category: str, entry: Json) -> Json:
    references = entry.get("auditRefs")
    if category == CATEGORIES[0] or not isinstance(references, list):
        return {}
    weights = {r["id"]: r.get("weight") for r in references
               if isinstance(r, dict) and isinstance(r.get("id"), str)}  # fmt: skip
    return {"scored": {n: w for n, w in weights.items() if isinstance(w, int | float) and w > 0}}


def local_form(result: Json) -> Json:
    """Return the normal form of a result of this machine, with what only such a one has.

    ``page`` is {title, text, words, pictures} of the page as it was measured, where all categories
    were; ``performanceAudits`` names the audits of loading speed, whatever came of them.
    """
    trimmed = normal_form(result)
    if isinstance(page := result.get("page"), dict):
        trimmed["page"] = page
    performance = _objects(result.get("categories")).get("performance", {})
    refs = performance.get("auditRefs")
    refs = refs if isinstance(refs, list) else []
    trimmed["performanceAudits"] = [
        ref["id"] for ref in refs if isinstance(ref, dict) and "id" in ref
    ]
    return trimmed


def _slim(entry: Json) -> Json | None:
    score, measured = entry.get("score"), entry.get("numericValue") is not None
    if score is None and not measured:
        return None
    if isinstance(score, int | float) and score >= _PASSED and not measured:
        return {"score": score}
    return {key: entry[key] for key in AUDIT_KEYS if key in entry}


def _files(name: str, entry: Json) -> Json:
    details = entry.get("details")
    items = details.get("items") if isinstance(details, dict) else None
    if name not in ITEMIZED or not isinstance(items, list) or not items:
        return {}
    found = [item.get("url") for item in items if isinstance(item, dict)]
    urls = [url[:_MAX_URL] for url in found if isinstance(url, str)]
    return {"files": {"n": len(items), "urls": urls[:_NAMED]}}


def _objects(entries: object) -> dict[str, Json]:
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

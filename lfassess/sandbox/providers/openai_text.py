"""What the emulated language model says: the same for the same prompt, and to the point."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from random import Random
from typing import Any, Final

from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.checks.llm_analysis.evidence_prior import PriorFinding
from lfassess.checks.llm_analysis.rules_prose import texts
from lfassess.language import ENGLISH, Language, codes, load
from lfassess.sandbox.providers.openai_asked import Asked

Json = dict[str, Any]

_DATA: Final = re.compile(r"<data>\s*(\{.*?\})\s*</data>", re.DOTALL)
_MAX_RECOMMENDATIONS: Final = 6
_LANGUAGE: Final = re.compile(r"Write all texts in the language `([\w-]+)`")
_RATED: Final = {
    "en": "The sandbox's model gives {stars} of 5 without looking.",
    "de": "Die Sandbox gibt {stars} von 5, ohne hinzusehen.",
}
_PLAIN: Final = "This is the sandbox's language model; it has no opinion of its own."


def answer_for(asked: Asked, schema: Json | None) -> str:
    """Return a text, or JSON that fits the schema.

    Where the prompt quotes an audit's findings as data and the schema has room for
    recommendations, these cite the quoted findings; where it shows pictures and has room for
    ratings, each aspect is rated. Any other schema is filled with the least.
    """
    if schema is None:
        return _PLAIN
    answer = _least(schema, schema)
    if isinstance(answer, dict):
        reply = _insights(_quoted(asked.text), _language(asked)) | _ratings(asked, schema)
        answer.update({name: reply[name] for name in answer.keys() & reply.keys()})
    return json.dumps(answer)


def _quoted(prompt: str) -> Json:
    found = _DATA.search(prompt)
    try:
        data = json.loads(found[1]) if found else {}
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _insights(data: Json, say: Language) -> Json:
    findings = [f for f in data.get("findings") or () if isinstance(f, dict) and f.get("code")]
    if not findings:
        return {}
    business = str(data.get("business") or "the business")
    strengths = [s for s in data.get("strengths") or () if isinstance(s, dict) and s.get("title")]
    made = [_recommendation(f, say) for f in findings[:_MAX_RECOMMENDATIONS]]
    written = texts(business, [*map(_stored, findings), *map(_passed, strengths)], say)
    quick = [m for m in made if m["effort"] != "high"][:3]
    made_of = {
        "executive_summary": written.summary if written else "",
        "recommendations": made,
        "quick_wins": [f"{m['title']}: {m['how']}" for m in quick],
        "sales_talking_point": written.opener if written else "",
        "email_draft": written.email if written else "",
    }
    return {**_spelt(made_of, say), "summary_first": str(findings[0]["code"])}


def _language(asked: Asked) -> Language:
    found = _LANGUAGE.search(asked.instructions) or _LANGUAGE.search(asked.text)
    return load(found[1] if found and found[1] in codes() else ENGLISH)


def _stored(finding: Json) -> PriorFinding:
    """Return a quoted finding as the rules read it."""
    code = str(finding["code"])
    title, evidence = str(finding.get("title") or code), str(finding.get("evidence") or "")
    severity = str(finding.get("severity") or "medium")
    return PriorFinding(str(finding.get("check")), code, severity, title, evidence, code)


def _passed(strength: Json) -> PriorFinding:
    return replace(_stored({"code": "", **strength}), severity="passed")


def _spelt(made: Any, say: Language) -> Any:
    if isinstance(made, dict):
        return {k: v if k == "evidence_ids" else _spelt(v, say) for k, v in made.items()}
    if isinstance(made, list):
        return [_spelt(v, say) for v in made]
    return say.spell(made) if isinstance(made, str) else made


def _advice(finding: Json, say: Language) -> Advice:
    title, code = str(finding.get("title") or finding["code"]), str(finding["code"])
    return catalogue(say.code).get(code) or Advice(
        what=f"{title}.",
        why="It may make it harder for customers to find, trust or reach the business.",
        fix="Ask whoever looks after the website to fix it, and check the result afterwards.",
        effort="medium",
        impact="medium",
    )


def _recommendation(finding: Json, say: Language) -> Json:
    title, code = str(finding.get("title") or finding["code"]), str(finding["code"])
    advice = _advice(finding, say)
    effect = say.find(f"insights.effects.{finding.get('check')}") or say("insights.effects.other")
    return {
        "title": title,
        "why": advice.why,
        "how": advice.fix,
        "impact": advice.impact,
        "effort": advice.effort,
        "expected_effect": effect,
        "evidence_ids": [code],
    }


def _ratings(asked: Asked, schema: Json) -> Json:
    """Return a rating per aspect the schema names, the same for the same text."""
    items = _resolved((schema.get("properties") or {}).get("ratings") or {}, schema).get("items")
    if not asked.pictures or not isinstance(items, dict):
        return {}
    parts = _resolved(items, schema).get("properties") or {}
    aspects = _resolved(parts.get("aspect") or {}, schema).get("enum") or ()
    because = _RATED["de" if _language(asked).reads("de") else "en"]
    return {"ratings": [_rating(asked.text, str(aspect), because) for aspect in aspects]}


def _rating(text: str, aspect: str, because: str) -> Json:
    rng = Random(f"{text}:{aspect}")  # noqa: S311 - repeatable
    stars = rng.choice((2, 3, 3, 4, 4, 5))
    return {
        "aspect": aspect,
        "stars": stars,
        "because": because.format(stars=stars),
        "picture": rng.choice(("desktop", "mobile")),
        "x": rng.randrange(0, 500),
        "y": rng.randrange(0, 300),
        "width": rng.randrange(200, 500),
        "height": rng.randrange(50, 200),
    }


def _least(schema: Json, root: Json) -> Any:
    """Return the smallest value that fits a schema of the strict kind."""
    schema = _resolved(schema, root)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _least(schema["anyOf"][0], root)
    kind = schema.get("type")
    if kind == "object":
        return {name: _least(p, root) for name, p in (schema.get("properties") or {}).items()}
    simple: Json = {"array": [], "string": "none", "integer": 0, "number": 0, "boolean": False}
    return simple.get(kind) if isinstance(kind, str) else None


def _resolved(schema: Json, root: Json) -> Json:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found if isinstance(found, dict) else {}

"""What the emulated language model says: the same for the same prompt, and to the point."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any, Final

from lfassess.checks.advice_catalogue import Advice, catalogue, evidence
from lfassess.checks.llm_analysis.rules_fallback import summary, talking_point
from lfassess.language import ENGLISH, Language, codes, load
from lfassess.sandbox.providers.openai_asked import Asked

Json = dict[str, Any]

_DATA: Final = re.compile(r"<data>\s*(\{.*?\})\s*</data>", re.DOTALL)
_MAX_RECOMMENDATIONS: Final = 6
_LANGUAGE: Final = re.compile(r"Write all texts in the language `([\w-]+)`")
_WORDS: Final = {
    "en": {
        "rated": "The sandbox's model gives {stars} of 5 without looking.",
        "email": "Hello,\n\nWhile looking at the web presence of {business} we noticed:\n\n"
        "{points}\n\nWe would be glad to show you what that means and how to fix it.\n\n"
        "Kind regards",
    },
    "de": {
        "rated": "Die Sandbox gibt {stars} von 5, ohne hinzusehen.",
        "email": "Guten Tag,\n\nbeim Blick auf den Webauftritt von {business} sahen wir:\n\n"
        "{points}\n\nGern zeigen wir Ihnen, was das bedeutet und wie es sich beheben lässt.\n\n"
        "Freundliche Grüße",
    },
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
    titles = [str(f.get("title") or f["code"]) for f in findings]
    strengths = [s for s in data.get("strengths") or () if isinstance(s, dict) and s.get("title")]
    made = [_recommendation(f, say) for f in findings[:_MAX_RECOMMENDATIONS]]
    # By titles: advice names addresses and figures that the audit didn't find.
    said = [(f"{title}.", _advice(f, say).why) for title, f in zip(titles, findings, strict=True)]
    well = [str(strength["title"]) for strength in strengths]
    quick = [m for m in made if m["effort"] != "high"][:3]
    points = "\n".join(f"- {title}" for title in titles[:3])
    made_of = {
        "executive_summary": summary(business, said, well, say),
        "recommendations": made,
        "quick_wins": [f"{m['title']}: {m['how']}" for m in quick],
        "sales_talking_point": talking_point(
            business, said[0][0], _figure(findings[0], say), said[0][1], say
        ),
        "email_draft": _words(say)["email"].format(business=business, points=points),
    }
    return {**_spelt(made_of, say), "summary_first": str(findings[0]["code"])}


def _language(asked: Asked) -> Language:
    found = _LANGUAGE.search(asked.instructions) or _LANGUAGE.search(asked.text)
    return load(found[1] if found and found[1] in codes() else ENGLISH)


def _words(say: Language) -> dict[str, str]:
    return _WORDS["de" if say.reads("de") else "en"]


def _figure(finding: Json, say: Language) -> str:
    """Return what was seen, as far as it is fit for an owner."""
    code, seen = str(finding["code"]), str(finding.get("evidence") or "")
    advice = catalogue().get(code)
    said = None if advice is None or advice.technical else evidence(code, seen, say)
    return said or ""


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
    because = _words(_language(asked))["rated"]
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

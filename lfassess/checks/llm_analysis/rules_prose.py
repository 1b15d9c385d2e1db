"""Words by rule for an owner: a summary, what to open a call with, and a first letter.

configs/topics.toml says what findings mean the same to an owner, configs/languages what is said of
it: [topics], [praise], and the frames of [insights]. Which frames a text takes depends on the
business and on what was found there, so that ten letters are not ten times one letter, and one
business always gets the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Final

from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.checks.llm_analysis.evidence_prior import PriorFinding, strengths, to_fix
from lfassess.config_files import read_toml
from lfassess.language import Language

FILE: Final = "topics.toml"
_NAMED: Final = 3
_PRAISED: Final = 2
_SHIELDS: Final = "shields"  # the family that no customer notices
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ“„])")
_SERIOUS: Final = frozenset({"critical", "high"})
_WEIGHTY: Final = _SERIOUS | {"medium"}
_FIGURES: Final = frozenset({"n", "of", "own", "often", "stars", "seconds"})  # of the gaps
# Words that stay capital within a sentence: a name, German nouns.
_NOUNS: Final = frozenset({"Google", "Kunden", "Besucher", "Browser", "Fälschungen"})
_REVIEWED: Final = "gbp-well-reviewed"


@dataclass(frozen=True, slots=True)
class Texts:
    """What was found, in prose."""

    summary: str
    opener: str
    email: str


@dataclass(frozen=True, slots=True)
class _Point:
    """One topic, as a language puts it."""

    family: str
    what: str  # sentences
    that: str  # what stands behind "that"; "" where only sentences are known
    so: str  # what it likely means, a sentence or ""
    fix: str  # how it is put right, a sentence or ""
    follows: bool = False  # whether one sentence may say what was found and what it means


def texts(
    business: str, findings: Sequence[PriorFinding], say: Language, seeker: str | None = None
) -> Texts | None:
    """Return the texts, or None where there is nothing to fix.

    Args:
        business: what to call it.
        findings: as `stored_findings` orders them, with evidence in English.
        say: the language to write in.
        seeker: who may look for the business, as `rules_seeker` words it.
    """
    found = to_fix(list(findings))
    if not found:
        return None

    def writer(name: str) -> _Writer:  # one wording here, perhaps another there
        points = _points(found, f"{business}\n{name}", say)
        return _Writer(business, points, findings, say, seeker)

    return Texts(writer("summary").summary(), writer("opener").opener(), writer("email").email())


def first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]


class _Writer:
    def __init__(
        self,
        business: str,
        points: list[_Point],
        findings: Sequence[PriorFinding],
        say: Language,
        seeker: str | None,
    ) -> None:
        self.business = business
        self.say = say
        self.seeker = seeker
        self.first = points[0]
        shields = self.first.family == _SHIELDS
        others = [p for p in points[1:] if p.that and (shields or p.family != _SHIELDS)]
        self.more = others[: _NAMED - 1]
        named = {p.family for p in points[:_NAMED]}
        self.well = _praise(findings, named | _families(findings, _WEIGHTY), say)
        reviewed = next((f for f in strengths(list(findings)) if f.code == _REVIEWED), None)
        self.stars = _seen(reviewed, say).get("stars", "")
        self.serious = any(f.severity in _SERIOUS for f in findings)
        self.seed = f"{business}\n{findings[0].code}"

    def summary(self) -> str:
        good = self._good("well")  # names the business
        parts = [self._frame("first_plain" if good else "first")]
        if self._pick("eased", 3):
            parts.append(self.first.fix)
        return " ".join(filter(None, [*parts, self._others("next"), good]))

    def opener(self) -> str:
        rated = self.stars and self.first.family != "reviews" and self._pick("rated", 2)
        return self._frame("opener_rated" if rated else "opener")

    def email(self) -> str:
        sound = not self.serious and bool(self.well)
        opening = self._frame("mail_open_sound" if sound else "mail_open")
        first = self._frame("mail_first_sound" if sound else "mail_first")
        found = [first, self._others("mail_next")]
        if self._pick("paragraphs", 3) == 0:
            found = [" ".join(filter(None, found))]
        good = self._good("mail_sound" if sound else "mail_well")
        body = [good, *found] if sound else [*found, good]
        close = self._frame("mail_close")
        if self.seeker and self.seeker not in opening:
            close = f"{self._frame('local')} {close}"
        text = "\n\n".join(filter(None, [opening, *body, close]))
        return self.say("insights.email", text=text)

    def _others(self, name: str) -> str:
        if not self.more:
            return ""
        clauses = [point.that for point in self.more]
        return self._frame(
            name,
            those=self._joined(clauses, "and_that"),
            both=self._joined(clauses, "and"),
            sentences=" ".join(point.what for point in self.more),
        )

    def _good(self, name: str) -> str:
        if not self.well:
            return ""
        good = self._joined(self.well, "and")
        return self._frame(name, good=good, Good=_capital(good))

    def _joined(self, parts: Sequence[str], joint: str) -> str:
        """Return the parts in one; a comma within one closes before the next begins."""
        text, joint = parts[0], self.say(f"insights.{joint}")
        for part in parts[1:]:
            text += "," if "," in text and not joint.startswith(",") else ""
            text += joint + _shortened(text, part, self.say)
        return text

    def _frame(self, name: str, **values: str) -> str:
        first, known = self.first, self.say.table(f"insights.{name}").values()
        fit = [text for text in known if first.that or "{that}" not in text]
        values |= {"business": self.business, "stars": self.stars}
        values |= {"seeker": self.seeker or self.say("insights.seeker.none")}
        values |= {"what": first.what, "that": first.that, "so": first.so, "fix": first.fix}
        frame = fit[self._pick(name, len(fit))]
        joint = self.say("insights.follows")
        if first.follows and joint not in first.so and self._pick(f"{name} in one", 2):
            frame = frame.replace("{what} {so}", "{one}")
            values["one"] = first.what.removesuffix(".") + joint + _lowered(first.so)
        return " ".join(frame.format(**values).split())

    def _pick(self, name: str, of: int) -> int:
        """Return one of so many: the same for the same business with the same first finding."""
        return _picked(f"{self.seed}\n{name}", of)


def _picked(seed: str, of: int) -> int:
    digest = blake2b(seed.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest) % of


def _shortened(before: str, clause: str, say: Language) -> str:
    """Return a clause with "it" for the words that the text before it begins with, too."""
    instead = say.table("insights.instead")
    for place, words in say.table("insights.same").items():
        if before.startswith(words) and words in clause:
            return clause.replace(words, instead[place], 1)
    return clause


def _points(findings: Sequence[PriorFinding], seed: str, say: Language) -> list[_Point]:
    """Return each family's first topic, in the findings' order."""
    advice = catalogue(say.code)
    advised = [f for f in findings if f.advice_id in advice] or findings
    points: dict[str, _Point] = {}
    for finding in advised:
        topic, family = _topics().get(finding.code, ("", finding.code))
        if family in points:
            continue
        if topic:
            points[family] = _point(finding, topic, family, seed, say)
        else:  # of a check that a package brings
            points[family] = _other(finding, advice.get(finding.advice_id))
    return list(points.values())


def _other(finding: PriorFinding, advice: Advice | None) -> _Point:
    what, so = (advice.what, first_sentence(advice.why)) if advice else (f"{finding.title}.", "")
    return _Point(finding.code, what, "", so, "")


def _point(finding: PriorFinding, topic: str, family: str, seed: str, say: Language) -> _Point:
    key, seen = f"topics.{topic}", _seen(finding, say)
    forms = ["_seen"] if seen and say.find(f"{key}.say_seen") else ["", "_2"]
    forms = [form for form in forms if say.find(f"{key}.say{form}")]
    form = forms[_picked(f"{seed}\n{topic}", len(forms))]
    return _Point(
        family,
        what=say(f"{key}.say{form}", **seen),
        that=say(f"{key}.that{form}", **seen),
        so=say(f"{key}.so"),
        fix=say(f"{key}.fix"),
        follows=topic in read_toml(FILE)["follows"]["topics"],
    )


def _seen(finding: PriorFinding | None, say: Language) -> dict[str, str]:
    """Return what an owner understands of a finding's evidence, by the names of gaps."""
    pattern = read_toml(FILE)["seen"].get(finding.code) if finding else None
    found = re.fullmatch(pattern, finding.evidence) if finding and pattern else None
    gaps = found.groupdict() if found else {}
    return {name: _worded(name, text, say) for name, text in gaps.items()}


def _worded(name: str, text: str, say: Language) -> str:
    if name == "words":
        return say("ui.quoted", text=text)
    return say.figure(text.removesuffix(".0")) if name in _FIGURES else text


def _praise(findings: Sequence[PriorFinding], flawed: set[str], say: Language) -> list[str]:
    """Return what is done well, what an owner is gladdest of first, outside the flawed families."""
    passed = {f.code: f for f in strengths(list(findings))}
    praised: dict[str, str] = {}
    for code, family in read_toml(FILE)["praise"].items():
        if code in passed and family not in flawed and family not in praised:
            seen = _seen(passed[code], say)
            form = "-seen" if seen and say.find(f"praise.{code}-seen") else ""
            praised[family] = say(f"praise.{code}{form}", **seen)
    return list(praised.values())[:_PRAISED]


def _families(findings: Sequence[PriorFinding], severities: Collection[str]) -> set[str]:
    known = _topics()
    return {known[f.code][1] for f in findings if f.severity in severities and f.code in known}


@cache
def _topics() -> dict[str, tuple[str, str]]:
    """Return topic and family of each finding's code."""
    table = read_toml(FILE)
    families = {topic: family for family, topics in table["families"].items() for topic in topics}
    return {
        code: (topic, families[topic]) for topic, codes in table["codes"].items() for code in codes
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    return text if text.partition(" ")[0] in _NOUNS else text[:1].lower() + text[1:]

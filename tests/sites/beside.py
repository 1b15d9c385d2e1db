"""`python -m tests.sites.beside FILE`: our on-page findings beside Lighthouse's SEO category and axe.

Writes docs/reference/checks/onpage-beside-lighthouse.md, or whatever file is named, from the corpus of real
sites. axe's rules are those that Lighthouse's accessibility category runs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.onpage import CHECK
from lfassess.checks.onpage.fetch import fetch_pages
from lfassess.clients import lighthouse
from lfassess.settings import Settings
from tests.sites.corpus import Site, sites
from tests.sites.serving import serving

OURS, SEO, AXE = "on-page check", "Lighthouse SEO", "axe"
_PASSED: Final = 0.9
# What is about the same thing: our findings without "onpage-", audits and rules by their ids.
TOPICS: Final[Mapping[str, tuple[str, str, str]]] = {
    "listing by search engines": (
        (
            "noindex robots-forbids robots-failing robots-no-text canonical-elsewhere canonical-broken"
            " canonicals-home canonicals-several canonical-relative no-sitemap sitemap-broken"
            " sitemap-foreign sitemap-dead soft-404"
        ),
        "is-crawlable robots-txt canonical http-status-code",
        "",
    ),
    "titles": (
        "no-title generic-title several-titles title-length same-titles title-unrelated",
        "document-title",
        "document-title",
    ),
    "descriptions": (
        "no-description description-length same-descriptions",
        "meta-description",
        "",
    ),
    "headings": (
        "no-h1 several-h1 generic-h1 heading-order",
        "",
        "heading-order empty-heading",
    ),
    "texts": ("thin-content sample-text garbled-text stale-news needs-scripts", "", ""),
    "language": (
        "no-language wrong-language bad-hreflang",
        "hreflang",
        "html-has-lang html-lang-valid html-xml-lang-mismatch valid-lang",
    ),
    "structured data": (
        (
            "no-structured-data data-broken no-local-business data-incomplete data-sparse"
            " data-differs data-address self-rating"
        ),
        "",
        "",
    ),
    "share previews, profiles": (
        "no-share-preview share-picture social-profiles social-sample",
        "",
        "",
    ),
    "links": (
        (
            "broken-navigation broken-links broken-external staging-links http-links vague-links"
            " link-detours odd-addresses"
        ),
        "link-text crawlable-anchors",
        "link-name link-in-text-block identical-links-same-purpose skip-link",
    ),
    "getting in touch": ("no-phone no-tel-link no-contact no-address mail-only", "", ""),
    "privacy and law": ("no-privacy-policy no-imprint trackers-unasked insecure-form", "", ""),
    "visitor statistics": ("no-analytics old-analytics idle-tag-manager advertising", "", ""),
    "technology": ("technology builder-address address-gone", "", ""),
    "AI search": ("ai-answers-blocked ai-training-blocked", "", ""),
    "pictures' descriptions": ("", "image-alt", "image-alt input-image-alt image-redundant-alt"),
    "contrast": ("", "", "color-contrast"),
    "controls and forms": (
        "",
        "",
        (
            "button-name label select-name input-button-name label-content-name-mismatch"
            " aria-allowed-attr aria-required-attr aria-roles aria-valid-attr aria-valid-attr-value"
            " aria-hidden-focus aria-command-name target-size tabindex"
        ),
    ),
    "structure": (
        "",
        "",
        (
            "landmark-one-main list listitem dlitem definition-list bypass frame-title"
            " meta-viewport meta-refresh duplicate-id-aria table-duplicate-name"
        ),
    ),
}


@dataclass(frozen=True)
class Seen:
    """What the three say of one site, by topic."""

    site: Site
    said: Mapping[str, frozenset[str]]  # by tool
    unjudged: str | None  # why the on-page check judged nothing

    def of(self, tool: str, topic: str) -> set[str]:
        ids = TOPICS[topic][(OURS, SEO, AXE).index(tool)].split()
        return self.said[tool] & set(ids)


def look(site: Site, settings: Settings) -> Seen:
    """Crawl a site, and have Lighthouse look at its home page."""
    ctx = CheckContext(settings, time.monotonic() + CHECK.time_limit_s)
    evidence = fetch_pages(Target(site.business, site.url), ctx, gap_s=0).evidence
    judged = CHECK.judge(evidence)
    ours = {f.code.removeprefix("onpage-") for f in judged.findings if f.severity != "passed"}
    result = lighthouse.audit(
        site.url,
        settings=settings,
        categories=("seo", "accessibility"),
        deadline=time.monotonic() + 120,
    )
    failed = {
        category: frozenset(_failed(result, result["categories"][category]))
        for category in ("seo", "accessibility")
    }
    said = {OURS: frozenset(ours), SEO: failed["seo"], AXE: failed["accessibility"]}
    return Seen(site, said, judged.inconclusive)


def _failed(result: Mapping[str, Any], category: Mapping[str, Any]) -> Iterator[str]:
    for name in category.get("scored", {}):
        score = result["audits"].get(name, {}).get("score")
        if isinstance(score, int | float) and score < _PASSED:
            yield name


def page(seen: Sequence[Seen], version: str) -> str:
    """Return the page in Markdown."""
    return "\n".join([*_intro(seen, version), *_by_topic(seen), *_alone(seen), ""])


def _intro(seen: Sequence[Seen], version: str) -> Iterator[str]:
    yield "# The on-page check beside Lighthouse and axe"
    yield ""
    yield f"What each says of the {len(seen)} sites of the corpus that are websites (`tests/sites`),"
    yield "written by `python -m tests.sites.beside`. Lighthouse"
    yield f"{version} looks at the home page; axe's rules are those of its accessibility category. The on-page"
    yield "check reads up to 21 pages, and asks for files, links and DNS records. The corpus has no mail"
    yield "records and no other hosts, so nothing is said of those. What axe says stands in an audit all the same:"
    yield "the [visual check](visual.md) runs its rules, and reads the page as the browser shows it."
    yield ""
    for one in seen:
        if one.unjudged:
            yield f"The on-page check judged nothing of `{one.site.name}`: {one.unjudged.lower()}."
            yield ""


def _by_topic(seen: Sequence[Seen]) -> Iterator[str]:
    yield "## By topic"
    yield ""
    yield "On how many sites each found something amiss:"
    yield ""
    yield f"| topic | {OURS} | {SEO} | {AXE} |"
    yield "|---|---|---|---|"
    for topic, ids in TOPICS.items():
        counts = [sum(bool(s.of(tool, topic)) for s in seen) for tool in (OURS, SEO, AXE)]
        cells = [str(n) if known else "\N{EN DASH}" for n, known in zip(counts, ids, strict=True)]
        yield f"| {topic} | {' | '.join(cells)} |"
    yield ""
    yield "A dash: it doesn't look."
    yield ""


def _alone(seen: Sequence[Seen]) -> Iterator[str]:
    for tool, others in ((OURS, (SEO, AXE)), (SEO, (OURS,)), (AXE, (OURS,))):
        alone, both = _counts(seen, tool, others)
        beside = " and ".join(others)
        yield f"## What the {tool} says" if tool == OURS else f"## What {tool} says"
        yield ""
        yield f"Sites with it, and how many of them where {beside} said nothing on its topic:"
        yield ""
        yield "| | sites | said by it alone |"
        yield "|---|---|---|"
        for name, number in sorted(both.items(), key=lambda item: (-item[1], item[0])):
            shown = f"onpage-{name}" if tool == OURS else name
            yield f"| `{shown}` | {number} | {alone[name]} |"
        yield ""


def _counts(
    seen: Sequence[Seen], tool: str, others: Sequence[str]
) -> tuple[Counter[str], Counter[str]]:
    alone: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for one in seen:
        for topic in TOPICS:
            found = one.of(tool, topic)
            every.update(found)
            if not any(one.of(other, topic) for other in others):
                alone.update(found)
        rest = one.said[tool] - {name for topic in TOPICS for name in one.of(tool, topic)}
        every.update(rest)
        alone.update(rest)
    return alone, every


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    default = (
        Path(__file__).parents[2] / "docs" / "reference" / "checks" / "onpage-beside-lighthouse.md"
    )
    words.add_argument("file", nargs="?", type=Path, default=default)
    given = words.parse_args()
    chosen = [site for site in sites() if site.judged]
    with (
        tempfile.TemporaryDirectory(prefix="lfassess-sites-") as folder,
        serving(tuple(chosen), Path(folder)) as settings,
    ):
        try:
            seen = [look(site, settings) for site in chosen]
        finally:
            lighthouse.shutdown()
    given.file.write_text(page(seen, lighthouse_version()), encoding="utf-8")


def lighthouse_version() -> str:
    """Return the version that the lock file pins."""
    lock = Path(lighthouse.__file__).with_name("package-lock.json")
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return str(packages["node_modules/lighthouse"]["version"])


if __name__ == "__main__":
    main()

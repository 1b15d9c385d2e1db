"""Reads robots.txt as search engines do (RFC 9309), with Scrapy's parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from lfassess.checks.onpage.evidence import Robots

OURS: Final = "lfassess"
ANSWERING: Final = (
    "OAI-SearchBot",
    "ChatGPT-User",
    "Claude-User",
    "Claude-SearchBot",
    "PerplexityBot",
)
TRAINING: Final = ("GPTBot", "ClaudeBot", "Google-Extended", "CCBot")

_MAX_BYTES: Final = 500_000  # bytes that Google reads
_MAX_LINES: Final = 20_000
_LONGEST_LINE: Final = 2_000
_STARS: Final = re.compile(r"\*{2,}")
_MAX_STARS: Final = 8  # of one rule; each more makes matching slower by a power


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may read what; ``nobody`` where the file can't be read for now (RFC 9309 §2.3.1.4)."""

    parsed: Any = None
    nobody: bool = False

    def may_read(self, url: str, agent: str = OURS) -> bool:
        if self.nobody:
            return False
        if self.parsed is None:
            return True
        try:
            return bool(self.parsed.can_fetch(url, agent))
        except ValueError:  # an address that can't be taken apart
            return False


EVERYONE: Final = Rules()


def read(status: int | None, text: str, home: str) -> tuple[Robots, Rules]:
    """Return what robots.txt says of a site, and its rules.

    Args:
        status: of the answer; None where there was none.
        text: of the answer, a web page's in place of a file's included.
        home: the home page's address.
    """
    if status is None:
        return Robots(), EVERYONE
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Robots(status), Rules(nobody=True)
    if status != HTTPStatus.OK:
        return Robots(status), EVERYONE
    start = text[:2_000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body", "<script")):
        return Robots(status, text=False), EVERYONE
    rules = Rules(_parsed(text))
    forbidden = [bot for bot in (*ANSWERING, *TRAINING) if not rules.may_read(home, bot)]
    robots = Robots(
        status,
        forbids_all=not rules.may_read(home, "another"),
        forbids_google=not rules.may_read(home, "Googlebot"),
        forbidden_bots=tuple(forbidden),
        sitemaps=tuple(str(url)[:1_000] for url in list(rules.parsed.sitemaps)[:10]),
    )
    return robots, rules


def _parsed(text: str) -> Any:
    # Imported here: of all checks' processes only those that crawl need it.
    from protego import Protego  # noqa: PLC0415

    lines = (_STARS.sub("*", line) for line in text[:_MAX_BYTES].splitlines()[:_MAX_LINES])
    read = (line for line in lines if len(line) <= _LONGEST_LINE and line.count("*") <= _MAX_STARS)
    return Protego.parse("\n".join(read))

"""What the documentation's Markdown says: headings to link to, and commands to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"(?:lfassess|tests|scripts|configs|deploy|docs|examples)/[\w./-]+")
_IN_PACKAGE = re.compile(r"(?:api|assessment|checks|cli|clients|db|report|stack)/[\w./-]+")
_COMMAND = re.compile(r"(?:^|(?<=\s))(.*?)\blfassess (?=[a-z-])([^|;&>#`)\n]*)")
# What may stand before the program's name, but for variables: nothing, a prompt, another command.
_BEFORE = {"", "$", "&&", "||", "|", ";", "sudo", "cli", "'", '"'}


def anchors(text: str) -> set[str]:
    """Return what the headings can be linked by, as on GitHub and on the site."""
    found: set[str] = set()
    for title in re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).strip().lower()
        found.add(re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", plain)))
    return found


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the words of each `lfassess …` in fenced blocks and code spans."""
    fenced = "\n".join(_FENCED.findall(text)).replace("\\\n", " ")
    for line in [*fenced.splitlines(), *(" ".join(span.split()) for span in spans(text))]:
        for before, typed in _COMMAND.findall(line):
            word = (before.split() or [""])[-1]
            if word in _BEFORE or "=" in word:
                try:
                    yield shlex.split(typed)
                except ValueError:  # a quotation goes on where the shell would split
                    yield typed.split()


def spans(text: str) -> list[str]:
    """Return the texts of code spans."""
    return _SPAN.findall(_FENCED.sub("", text))


def paths_in(text: str) -> set[str]:
    """Return the files and folders of the project that code spans name, from its folder on.

    A module may stand without its ending; NAME and the like stand for a reader's own.
    """
    named = [span for span in spans(text) if not re.search(r"NAME|NNNN", span)]
    return {s for s in named if _PATH.fullmatch(s)} | {
        f"lfassess/{s}" for s in named if _IN_PACKAGE.fullmatch(s)
    }


def operations_in(text: str) -> set[str]:
    """Return the paths of the API that code spans name, with * in the place of ids."""
    found = [
        re.match(r"(?:GET |POST )?(/(?:api/v1/|health(?!check)|ready|metrics)[^?]*)", s)
        for s in spans(text)
    ]
    return {re.sub(r"\{\w+\}|\bID\b|\b\d+\b", "*", m[1]).rstrip("/") for m in found if m}


def targets_in(text: str) -> set[str]:
    """Return which targets of make are typed, in fenced blocks and code spans."""
    typed = "\n".join([*_FENCED.findall(text), *spans(text)])
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", typed))


def fault(words: list[str], tree: Any) -> str | None:
    """Return which command or option of these words there isn't; None where all are."""
    command, rest = tree, list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    if hasattr(command, "commands") and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        return f"no command {rest[0]!r}"
    known = {"-h", "--help"}
    for param in command.params:
        known |= {*param.opts, *param.secondary_opts}
    asked = [word.partition("=")[0] for word in rest if re.match(r"--?[a-zA-Z]", word)]
    unknown = [word for word in asked if word not in known]
    return f"no option {unknown[0]}" if unknown else None

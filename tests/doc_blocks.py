"""The shell blocks of a Markdown document, typed as a reader types them.

A block is fenced as ```sh, ```bash or ```console. In ```console, lines after ``$ `` are commands (``> `` goes on with
one) and the others are what it prints: each must appear, in order, ``...`` stands for anything. In the other two, every
line is a command. What a reader knows and a test doesn't, a comment on the line before says:

    <!-- not run: it needs root -->     left out, with the reason
    <!-- needs: server -->              runs only for a reader who has that; several with commas
    <!-- exits: 1 -->                   with what the block's last command ends; 0 without it
    <!-- file: leads.csv -->            any block: its text is put into that file
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHELL = ("sh", "bash", "console")
_FENCE = re.compile(r"^( *)(```+)(\w*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"<!-- *((?:not run|needs|exits|file):(?:(?!-->).)*?) *-->\s*\Z", re.DOTALL)
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_PROMPT, _MORE = "$ ", "> "


@dataclass(frozen=True)
class Command:
    """What is typed, and what the document says it prints."""

    text: str
    line: int  # in the document
    prints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A fenced block with what the comment before it says."""

    document: Path
    line: int  # of its first line
    language: str
    text: str
    said: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.document.name}:{self.line}"

    @property
    def is_shell(self) -> bool:
        return self.language in SHELL and "file" not in self.said

    @property
    def not_run(self) -> str | None:
        """The reason why nobody runs it."""
        return self.said.get("not run")

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(word.strip() for word in self.said.get("needs", "").split(",") if word)

    @property
    def commands(self) -> list[Command]:
        """Its commands in order; one that goes over several lines is one."""
        typed = _console if self.language == "console" else _plain
        return list(typed(self.text.splitlines(), self.line))


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document, of all languages, in order."""
    whole = document.read_text()
    found = []
    for match in _FENCE.finditer(whole):
        said = _SAID.search(whole[: match.start()])
        words = dict(_directive(part) for part in said[1].split(";")) if said else {}
        indent = len(match[1])
        text = "".join(line[indent:] or "\n" for line in match[4].splitlines(keepends=True))
        line = whole.count("\n", 0, match.start(4)) + 1
        found.append(Block(document, line, match[3], text, words))
    return found


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.partition(":")
    return name.strip(), value.strip()


def _plain(lines: list[str], first: int) -> Iterator[Command]:
    typed: list[str] = []
    for number, line in enumerate(lines, first):
        if typed or (line.strip() and not line.lstrip().startswith("#")):
            typed.append(line)
        if typed and _is_whole("\n".join(typed)):
            yield Command("\n".join(typed), number - len(typed) + 1)
            typed = []
    assert not typed, f"a command of line {first} does not end: {typed}"


def _console(lines: list[str], first: int) -> Iterator[Command]:
    typed: list[str] = []
    prints: list[str] = []
    began = first
    for number, line in enumerate(lines, first):
        if line.startswith(_PROMPT):
            if typed:
                yield Command("\n".join(typed), began, tuple(prints))
            typed, prints, began = [line.removeprefix(_PROMPT)], [], number
        elif typed and not prints and line.startswith(_MORE) and not _is_whole("\n".join(typed)):
            typed.append(line.removeprefix(_MORE))
        else:
            assert typed, f"line {number} stands before any `$ `: {line!r}"
            prints.append(line)
    if typed:
        yield Command("\n".join(typed), began, tuple(prints))


def _is_whole(text: str) -> bool:
    """Tell whether a shell would run this now, rather than ask for more."""
    if text.endswith("\\"):
        return False
    if here := _HERE.search(text):
        return text.splitlines()[-1].strip() == here[2]
    try:
        shlex.split(text, comments=True)
    except ValueError:  # a quotation is open
        return False
    return True


@dataclass
class Reader:
    """Somebody who types a document's blocks, one after another, in one shell of theirs.

    The working folder and variables stay from one command to the next.
    """

    folder: Path  # where they begin, and where the files go that a document names
    env: Mapping[str, str]
    has: frozenset[str] = frozenset()  # what blocks may need
    reads_as: Mapping[str, str] = field(default_factory=dict)  # text -> what it is here
    timeout_s: float = 300

    def follow(self, block: Block) -> None:
        """Do what a block says; fails where a command ends or prints otherwise than it is said."""
        if name := block.said.get("file"):
            (self.folder / name).write_text(block.text)
        if not block.is_shell or block.not_run is not None or not block.needs <= self.has:
            return
        commands = block.commands
        for command in commands:
            done = self.type(command.text)
            last = command is commands[-1]
            expected = int(block.said.get("exits", "0")) if last else 0
            where = f"{block.document.name}:{command.line}: {command.text}"
            said = f"{where}\nended with {done.returncode}\n{done.stdout}\n{done.stderr}"
            assert done.returncode == expected, said
            if missing := first_missing(command.prints, done.stdout + done.stderr):
                raise AssertionError(f"{where}\nprints no line like {missing!r}, but\n{said}")

    def type(self, text: str) -> subprocess.CompletedProcess[str]:
        """Type one command and return how it ended."""
        for ours, here in self.reads_as.items():
            text = text.replace(ours, here)
        state = shlex.quote(str(self.folder / ".reader"))
        script = (
            f"set -a; if [ -e {state} ]; then . {state}; fi\n{text}\nended=$?\n"
            f'{{ export -p; printf "cd %q\\n" "$PWD"; }} > {state}; exit $ended\n'
        )
        return subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=dict(self.env), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=self.timeout_s, check=False,
        )  # fmt: skip


def first_missing(expected: tuple[str, ...], printed: str) -> str | None:
    """Return the first expected line that isn't printed in its order; spaces count as one."""
    lines = iter([" ".join(line.split()) for line in printed.splitlines()])
    for line in expected:
        parts = [re.escape(part.strip()) for part in " ".join(line.split()).split("...")]
        pattern = re.compile(r"\s*.*?\s*".join(parts))
        if line.strip(" .") and not any(pattern.fullmatch(each) for each in lines):
            return line
    return None


def commands_after(document: Path, words: str) -> list[str]:
    """Return the commands of the first shell block after these words, without their comments."""
    text = document.read_text()
    assert words in text, f"{document.name} does not say {words!r}"
    line = text.count("\n", 0, text.index(words)) + 1
    block = next(b for b in blocks(document) if b.is_shell and b.line > line)
    return [re.sub(r"\s{2,}#.*", "", command.text).strip() for command in block.commands]

"""What `--help` says: examples first, choices as choices, where to read on; and `lfassess help`.

Every command has its examples in `cli/examples.py`; a test fails for one that has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from lfassess.cli.examples import COMMANDS, Usage
from lfassess.errors import UsageError
from lfassess.plain_text import did_you_mean

_DOCS: Final = "docs/"
_EVERYWHERE: Final = re.compile(r"-q|-v+|--quiet|--verbose|--no-color")
_KINDS: Final = {bool: "", int: "N", float: "N"}
_WRONG_CHOICE: Final = re.compile(r"'(.*)' is not one of ((?:'[^']*'(?:, )?)+)\.")


class Root(TyperGroup):
    """The whole command line: each of its commands says what `COMMANDS` has of it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        exits = self.epilog
        _enrich(self, COMMANDS.get(""), "")
        self.epilog = f"{exits}\n\n{self.epilog}"
        for path, command in walk(self):
            _enrich(command, COMMANDS.get(" ".join(path)), " ".join(path))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options of every command wherever they stand, as in ``lfassess run URL -q``."""
        mine: list[str] = []
        others = list(args)
        end = others.index("--") if "--" in others else len(others)
        for place in reversed([n for n in range(end) if _EVERYWHERE.fullmatch(others[n])]):
            mine.insert(0, others.pop(place))
        return super().parse_args(ctx, mine + others)

    def get_params(self, ctx: Any) -> Any:
        """Return the options, with those that Typer adds late: they show no type either."""
        params = super().get_params(ctx)
        _say_kinds(params)
        return params

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a value that is none of an option's choices is met with the nearest."""
        try:
            return super().invoke(ctx)
        except Exception as e:
            if (said := getattr(e, "message", None)) and (wrong := _WRONG_CHOICE.search(said)):
                known = re.findall(r"'([^']*)'", wrong[2])
                said = said.removeprefix("Value error, ") + did_you_mean(wrong[1], known)
                e.message = said  # type: ignore[attr-defined]
            raise


def walk(
    group: TyperGroup, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    """Yield all commands and groups below a group, with their names."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield (*path, name), command
            yield from walk(command, (*path, name))
        elif isinstance(command, TyperCommand):
            yield (*path, name), command


def page_address(page: str) -> str:
    """Return where a page of the documentation is: in the project, or on its published site.

    Args:
        page: below docs/, with an anchor if need be, as in ``how-to/lists.md#columns``.
    """
    try:
        urls = metadata.metadata("lfassess").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:  # run from its checkout, which has the pages
        urls = []
    sites = [url.partition(", ")[2] for url in urls if url.startswith("Documentation, ")]
    return f"{sites[0].rstrip('/')}/{page.replace('.md', '.html')}" if sites else _DOCS + page


def _enrich(command: TyperCommand | TyperGroup, usage: Usage | None, path: str) -> None:
    context = typer.Context(command, help_option_names=["-h", "--help"])
    _say_kinds([*command.params, command.get_help_option(context)])
    purpose, *more = [" ".join(p.split()) for p in (command.help or "").split("\n\n")]
    shown = [f"\n[bold]Examples[/bold]\n{_examples(usage)}"] if usage else []
    command.help = "\n\n".join([purpose, *shown, *more])
    own = f"reference/cli.md#{'-'.join(['lfassess', *path.split()])}"
    command.epilog = f"More: {page_address(usage.page if usage and usage.page else own)}"


def _say_kinds(params: Iterable[Any]) -> None:
    for param in params:
        if isinstance(param, TyperOption) and param.metavar is None:
            param.metavar = _metavar(param)


def _metavar(option: TyperOption) -> str:
    kind: Any = option.type_descriptor
    if kind.is_choice:  # with spaces, where a long line may be broken
        return " | ".join(map(str, kind.choices or ()))
    plain = "FILE" if "path" in str(kind.annotation).lower() else "TEXT"
    return _KINDS.get(kind.annotation, plain)


def _examples(usage: Usage) -> str:
    lines = []
    for typed, meaning in usage.examples:
        if meaning:
            lines.append(f"  [dim]# {_escaped(meaning)}[/dim]")
        lines.append(f"  [cyan]{_escaped(typed)}[/cyan]")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")


def help_(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="COMMAND", help="Of which.")] = None,
) -> None:
    """Show a command's help, as `lfassess COMMAND --help` does."""
    found: Any = ctx.find_root()
    for word in words or []:
        commands = getattr(found.command, "commands", {})
        if word not in commands:
            path = " ".join(found.command_path.split()[1:])
            where = f" of `lfassess {path}`" if path else ""
            raise UsageError(
                f"There is no command {word!r}{where}.{did_you_mean(word, commands)}",
                hint="`lfassess --help` lists them." if not path else f"`lfassess {path} --help`",
            )
        command = commands[word]
        found = command.context_class(command, info_name=word, parent=found)
    typer.echo(found.get_help())

"""`lfassess init`: asks for keys, branding and folders, and writes them into settings."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lfassess.cli.common import out_console, settings
from lfassess.errors import ConfigurationError, LfassessError, ToolMissingError, UsageError
from lfassess.runtime_hints import program

if TYPE_CHECKING:
    from pydantic import SecretStr

    from lfassess.settings import Settings
    from lfassess.settings_sources import Setting

_BRANDING: Final = "branding.toml"
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Key:
    """A provider's key: what an audit has by it, and what it is without."""

    setting: str
    title: str
    providers: tuple[str, ...]  # that bill it, by their names in providers.toml
    adds: str
    without: str
    anchor: str  # of docs/how-to/keys.md


KEYS: Final = (
    Key(
        "google_api_key",
        "Google",
        ("psi", "places"),
        "speed as Google measures it, and the Google Business Profile",
        "Lighthouse on this machine measures speed, and the profile isn't assessed",
        "google",
    ),
    Key(
        "semrush_api_key",
        "SEMrush",
        ("semrush",),
        "rankings, competitors and backlinks",
        "search visibility isn't assessed",
        "semrush",
    ),
    Key(
        "openai_api_key",
        "OpenAI",
        ("openai",),
        "a language model's recommendations, and its look at the screenshots",
        "recommendations are made by rule",
        "openai-or-another-model",
    ),
)


def init(
    *,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; store keys of the environment.")
    ] = False,
    try_keys: Annotated[
        bool | None,
        typer.Option(
            "--try-keys/--no-try-keys",
            help="Try new keys: free, and less than a cent for OpenAI's. Without: asks.",
        ),
    ] = None,
) -> None:
    """Ask for keys, branding and the data folder, and write them into your settings.

    Nothing is needed, and each question can be skipped. What is set already stays, unless something
    else is typed. The file is yours alone to read; keys aren't shown while they are typed.
    """
    from lfassess import settings_writer
    from lfassess.settings import Settings, load_settings, variable_of
    from lfassess.settings_files import target_file

    target = target_file()
    configured = settings()
    if not (yes or sys.stdin.isatty()):
        raise UsageError(
            "There is nobody to ask for keys.", hint="Add --yes, and pass them as variables."
        )
    text = _text_of(target)
    if yes:
        values = _of_environment(configured, try_keys=bool(try_keys))
    else:
        values = _asked(configured, target, try_keys)
    names = {name: variable_of(name) for name in Settings.model_fields}
    settings_writer.write(target, settings_writer.with_values(text, values, names))
    load_settings()
    _say_done(target, values)


def _text_of(target: Path) -> str:
    try:
        return target.read_text(encoding="utf-8") if target.exists() else ""
    except OSError as e:
        raise ConfigurationError(
            f"{target} can't be read: {e.strerror}.", hint="Correct its permissions."
        ) from e


def _of_environment(configured: Settings, *, try_keys: bool) -> dict[str, str]:
    """Return the keys that the environment has; raises ConfigurationError for one not taken."""
    from lfassess.settings_sources import source_of

    values = {}
    for key in KEYS:
        if source_of(key.setting).kind != "environment":
            continue
        secret: SecretStr = getattr(configured, key.setting)
        if try_keys and not _is_taken(configured, key, secret.get_secret_value()):
            raise ConfigurationError(
                f"{key.title}'s key is not taken; nothing was written.",
                hint="Correct it, or leave out --try-keys.",
            )
        values[key.setting] = secret.get_secret_value()
    return values


def _asked(configured: Settings, target: Path, try_keys: bool | None) -> dict[str, str]:
    from lfassess.settings_sources import all_settings

    out = out_console()
    out.print(f"What you answer goes into {target}, which only you can read.", soft_wrap=True)
    out.print("Nothing is needed: Enter skips a question, and keeps what is set.")
    known = {setting.name: setting for setting in all_settings(configured)}
    values: dict[str, str] = {}
    for key in KEYS:
        if _may_be_set(known[key.setting]):
            values |= _ask_key(configured, key, known[key.setting], try_keys)
    if known["branding_file"].value:
        out.print(f"\n[bold]Branding[/bold]: {known['branding_file'].value} stays.")
    else:
        values |= _ask_branding(target.parent)
    out.print("\n[bold]Folder and country[/bold]")
    if _may_be_set(known["data_dir"]):
        values |= _changed("data_dir", known, "Folder for reports and the database", _folder)
    if _may_be_set(known["default_country"]):
        values |= _changed(
            "default_country", known, "Country of leads whose list names none", _country
        )
    return values


def _may_be_set(setting: Setting) -> bool:
    """Whether a file has a say; tells of a variable that goes before it."""
    if setting.source.kind != "environment":
        return True
    out_console().print(
        f"\n{setting.variable} ({setting.value}) is set in the environment, which goes first.",
        soft_wrap=True,
    )
    return False


# --- keys -----------------------------------------------------------------------------------------


def _ask_key(
    configured: Settings, key: Key, known: Setting, try_keys: bool | None
) -> dict[str, str]:
    from lfassess.cli.help import page_address

    out = out_console()
    out.print(f"\n[bold]{key.title}[/bold]: {key.adds}; {_price(configured, key)}.")
    out.print(f"Without a key {key.without}.")
    out.print(f"How to get one: {page_address(f'how-to/keys.md#{key.anchor}')}", style="dim")
    skip = f"Enter keeps {known.value}" if known.value else "Enter skips"
    while True:
        typed = typer.prompt(
            f"{key.title} key (not shown; {skip})", default="", show_default=False, hide_input=True
        ).strip()
        if not typed:
            return {}
        if not typed.isascii() or not typed.isprintable() or " " in typed:
            out.print("That is not a key: it has spaces or other characters than ASCII.")
            continue
        taken = not _wants_trial(key, try_keys) or _is_taken(configured, key, typed)
        if taken or typer.confirm("Store it all the same?", default=False):
            return {key.setting: typed}


def _price(configured: Settings, key: Key) -> str:
    """Return what a lead costs with the key, by the usual costs of the checks that need it."""
    from pydantic import SecretStr

    from lfassess.checks import all_checks

    there = configured.model_copy(update={key.setting: SecretStr("to be"), "sandbox_url": None})
    costs = [cost for check in all_checks().values() if (cost := check.usual_cost(there))]
    usd = sum(cost.cost_usd for cost in costs if cost.provider in key.providers)
    return f"about ${usd:.4g} a lead"


def _wants_trial(key: Key, chosen: bool | None) -> bool:
    from lfassess.clients.key_trials import TRIALS

    if chosen is not None:
        return chosen
    trials = TRIALS[key.setting]
    who = " and ".join(trial.service for trial in trials)
    return typer.confirm(f"Try it now? It asks {who}: {trials[0].price}.", default=True)


def _is_taken(configured: Settings, key: Key, secret: str) -> bool:
    from pydantic import SecretStr
    from rich.text import Text

    from lfassess.clients.key_trials import try_key

    out = out_console()
    outcomes = try_key(key.setting, configured.model_copy(update={key.setting: SecretStr(secret)}))
    for outcome in outcomes:
        if outcome.taken:
            out.print(Text.assemble(("ok  ", "green"), f"{outcome.service} {outcome.said}."))
        else:
            out.print(Text.assemble(("no  ", "red"), f"{outcome.service}: {outcome.said}"))
            if outcome.hint:
                out.print(Text.assemble(("    → ", "dim"), outcome.hint))
    return all(outcome.taken for outcome in outcomes)


# --- branding -------------------------------------------------------------------------------------


def _ask_branding(folder: Path) -> dict[str, str]:
    from lfassess import settings_writer
    from lfassess.cli.help import page_address

    out = out_console()
    out.print("\n[bold]Branding[/bold]: your name, logo and color on reports.")
    file = folder / _BRANDING
    if file.exists():
        out.print(f"{file} is there, and is used as it is.", soft_wrap=True)
        return {"branding_file": str(file)}
    name = _ask("Your agency's name")
    if not name:
        return {}
    accent = _ask("Its color, as in #173f6b", _checked(lambda v: {"colours": {"accent": v}}))
    logo = _ask("Its logo: a PNG, JPEG, GIF or WebP", _checked(lambda v: {"logo": v}, _folder))
    contact = {
        part: value
        for part, words in (
            ("person", "Who signs"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("website", "Website"),
        )
        if (value := _ask(words))
    }
    text = _toml({"name": name, "logo": logo})
    for title, table in (("colours", {"accent": accent}), ("contact", contact)):
        if lines := _toml(table):
            text += f"\n[{title}]\n{lines}"
    settings_writer.write(file, text)
    out.print(
        f"Written: {file}. More of it: {page_address('how-to/white-label.md')}", soft_wrap=True
    )
    return {"branding_file": str(file)}


def _checked(
    table: Callable[[str], Mapping[str, object]], change: Callable[[str], str] = str
) -> Callable[[str], str]:
    """Return what takes a value that a branding file may have; raises ConfigurationError."""
    from lfassess.report import branding

    def taken(typed: str) -> str:
        value = change(typed)
        branding.of_table(table(value), Path())
        return value

    return taken


def _toml(table: Mapping[str, str]) -> str:
    from lfassess.settings_writer import line

    return "".join(line(name, value) for name, value in table.items() if value)


# --- single questions -----------------------------------------------------------------------------


def _ask(question: str, taken: Callable[[str], str] = str, default: str = "") -> str:
    """Return an answer that is taken; "" for none."""
    while True:
        typed = typer.prompt(question, default=default, show_default=bool(default)).strip()
        try:
            return taken(typed) if typed else ""
        except LfassessError as e:
            out_console().print(" ".join(filter(None, (e.message, e.hint))), markup=False)


def _changed(
    name: str, known: Mapping[str, Setting], question: str, taken: Callable[[str], str]
) -> dict[str, str]:
    """Ask for a setting with a default; return nothing where that stays."""
    before = known[name].value or ""
    value = _ask(question, taken, before)
    return {name: value} if value not in {"", before} else {}


def _folder(typed: str) -> str:
    return os.path.abspath(Path(typed).expanduser())  # noqa: PTH100 - a link stays one


def _country(typed: str) -> str:
    if not _COUNTRY.fullmatch(typed):
        raise UsageError(f"{typed!r} is not a country's two letters, as in US.")
    return typed.upper()


# --- the end --------------------------------------------------------------------------------------


def _say_done(target: Path, values: Mapping[str, str]) -> None:
    from lfassess.clients.browser import find_tools, require_packages
    from lfassess.settings import load_settings, variable_of
    from lfassess.settings_sources import source_of

    out = out_console()
    what = f": {', '.join(values)}" if values else "; nothing is new"
    out.print(f"\nWritten: {target}{what}.", soft_wrap=True)
    for name in values:
        path = source_of(name).path
        if path is not None and not path.samefile(target):
            out.print(
                f"Note: in this folder {path.absolute()} goes first: it sets {variable_of(name)}.",
                soft_wrap=True,
            )
    try:
        require_packages()
        find_tools(load_settings())
    except ToolMissingError:
        out.print(f"Next: {program()} setup")
    else:
        out.print(f"Next: {program()} run https://example.com")

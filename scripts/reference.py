"""Writes the pages of docs/reference that say what the code says; a test holds them to it.

Run it after a change of commands, options, findings, the API, metrics or configs:
python -m scripts.reference
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperArgument, TyperOption

from lfassess.api.app import create_app
from lfassess.assessment.runtime import Runtime
from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.cli.app import app
from lfassess.cli.examples import COMMANDS
from lfassess.cli.help import walk
from lfassess.settings import Settings
from scripts import settings_table

ROOT: Final = Path(__file__).parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
SCHEMAS: Final = ROOT / "docs" / "schemas"
OPENAPI: Final = SCHEMAS / "openapi.json"
_MADE: Final = "<!-- Written by `python -m scripts.reference`: don't edit. -->\n"
_COMMANDS: Final = """\
`lfassess help COMMAND` shows the same. Results go to stdout, progress and messages to stderr;
[exit codes](errors.md#what-a-command-may-end-with) are those of all commands.
"""
_FINDINGS: Final = """\
Every finding there is, with the advice that its report gives. What each is measured by, and its
title, is on its check's page. A code is stable: lists, filters and the API name findings by it.
Effort and impact order the plan of a report.
"""
_OPERATIONS: Final = """\
Made from [openapi.json](../schemas/openapi.json), which programs can read; a running API serves it
at `/openapi.json`. [The API](api.md) says how to begin, and what goes for all operations.
"""
_METRICS: Final = """\
What `/metrics` says to Prometheus; [the API](api.md#health-and-metrics) says who may ask.
Dashboards and alerts on them are in `deploy/`.
"""
_CONFIGS: Final = """\
What `configs/` holds, by the words that each file begins with. A file of the same name in a folder
of your own goes over it, entry by entry: [configuration](configuration.md) says how, and lists the
settings, which are variables.
"""
_FEW: Final = 15  # tables of a file that are worth listing


def pages() -> Mapping[Path, str]:
    """Return every page that is made, with its text as it should be."""
    described = _openapi()
    made: dict[Path, Callable[[], str]] = {
        REFERENCE / "cli.md": _commands,
        REFERENCE / "findings.md": _findings,
        REFERENCE / "api-operations.md": lambda: _operations(described),
        REFERENCE / "metrics.md": _metrics,
        REFERENCE / "configs.md": _configs,
        REFERENCE / "schemas.md": _schemas,
    }
    texts = {path: f"{_MADE}\n{text().rstrip()}\n" for path, text in made.items()}
    texts[OPENAPI] = json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    document = settings_table.DOCUMENT
    texts[document] = settings_table.written(document.read_text(encoding="utf-8"))
    return texts


def _table(head: str, rows: Iterable[Iterable[str]]) -> str:
    columns = head.count("|") + 1
    lines = [f"| {head} |", "|" + "---|" * columns]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


# --- commands -------------------------------------------------------------------------------------


def _commands() -> str:
    root = typer.main.get_command(app)
    parts = [
        "# Commands\n",
        _COMMANDS,
        "## lfassess\n",
        _parameters(root),
    ]
    for path, command in walk(root):
        name = " ".join(path)
        examples = "\n".join(_example(*each) for each in COMMANDS[name].examples)
        paragraphs = [p for p in (command.help or "").split("\n\n") if "[bold]" not in p]
        parts += [f"## lfassess {name}\n", "\n\n".join(paragraphs) + "\n"]
        parts += [f"```text\n{examples}\n```\n", _parameters(command)]
    return "\n".join(part for part in parts if part)


def _example(typed: str, meaning: str) -> str:
    return f"# {meaning}\n{typed}" if meaning else typed


def _parameters(command: Any) -> str:
    rows = []
    for param in command.params:
        if param.hidden or "completion" in param.name:
            continue
        if isinstance(param, TyperArgument):
            name = param.display_name_raw.upper()
            rows.append((f"`{name}`", "" if param.required else "optional", param.help or ""))
        elif isinstance(param, TyperOption):
            names = ", ".join(f"`{o}`" for o in (*param.opts, *param.secondary_opts))
            kind = f" `{param.metavar}`" if param.metavar else ""
            rows.append((names + kind, _default(param), param.help or ""))
    return _table("argument or option | default | meaning", rows) if rows else ""


def _default(param: TyperOption) -> str:
    if isinstance(param.show_default, str):
        return param.show_default
    value = param.default
    if value is None or value == () or callable(value):
        return ""
    if isinstance(value, bool):
        return param.opts[-1] if value and param.secondary_opts else ""
    return f"`{value}`"


# --- findings -------------------------------------------------------------------------------------


def _findings() -> str:
    advice, strengths = catalogue(), worths()
    parts = [
        "# Findings\n",
        _FINDINGS,
    ]
    for check in all_checks().values():
        if not check.kinds:
            continue
        rows = [
            (
                f"`{code}`",
                kind.severity.value,
                kind.area.label,
                *(
                    (advice[code].effort, advice[code].impact, advice[code].fix)
                    if code in advice
                    else ("", "", strengths.get(code, ""))
                ),
            )
            for code, kind in check.kinds.items()
        ]
        head = "code | severity | area | effort | impact | what to do, or what it is worth"
        parts += [f"## {check.title}\n", f"[How it is judged](checks/{check.name}.md)\n"]
        parts += [_table(head, rows)]
    return "\n".join(parts)


# --- the API --------------------------------------------------------------------------------------


def _openapi() -> dict[str, Any]:
    runtime = Runtime.of(Settings(data_dir=ROOT / ".reference"))
    try:
        described: dict[str, Any] = create_app(runtime).openapi()
        return described
    finally:
        runtime.close()


def _operations(described: Mapping[str, Any]) -> str:
    parts = [
        "# Operations of the API\n",
        _OPERATIONS,
    ]
    for tag in described["tags"]:
        parts += [f"## {tag['name'].capitalize()}\n", f"{tag['description']}\n"]
        for path, method, operation in _tagged(described, tag["name"]):
            parts += [f"### {method.upper()} {path}\n", f"{operation.get('summary', '')}.\n"]
            if text := operation.get("description"):
                parts += [" ".join(text.split()) + "\n"]
            if rows := [_parameter(p) for p in operation.get("parameters", ())]:
                parts += [_table("parameter | in | type | meaning", rows)]
            if body := operation.get("requestBody"):
                parts += [f"Body: {_content(body)}.\n"]
            answers = [
                (f"`{code}`", _content(answer), answer.get("description", ""))
                for code, answer in operation["responses"].items()
                if "$ref" not in answer
            ]
            parts += [_table("response | body | meaning", answers)]
    return "\n".join(parts)


def _tagged(described: Mapping[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if tag in operation.get("tags", ()):
                yield path, method, operation


def _parameter(p: Mapping[str, Any]) -> tuple[str, str, str, str]:
    needed = "" if p.get("required") else ", optional"
    return f"`{p['name']}`", f"{p['in']}{needed}", _type(p["schema"]), p.get("description", "")


def _content(holder: Mapping[str, Any]) -> str:
    found = holder.get("content", {})
    said = []
    for media, content in found.items():
        kind = _type(content.get("schema", {}))
        said.append(f"`{media}`" + (f" ({kind})" if kind else ""))
    return ", ".join(said)


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if options := schema.get("anyOf") or schema.get("oneOf"):
        kinds = [_type(each) for each in options]
        return " or ".join(dict.fromkeys(kind for kind in kinds if kind and kind != "null"))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    kind = schema.get("type", "")
    return " or ".join(k for k in kind if k != "null") if isinstance(kind, list) else str(kind)


# --- metrics --------------------------------------------------------------------------------------


def _metrics() -> str:
    tree = ast.parse((ROOT / "lfassess/api/metrics.py").read_text())
    rows = sorted({*_families(tree), *_infos(tree)})
    return f"# Metrics\n\n{_METRICS}\n" + _table("metric | labels | kind | meaning", rows)


def _infos(tree: ast.AST) -> Iterator[tuple[str, str, str, str]]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") == "InfoMetricFamily":
            name, text, labels = call.args
            keys = labels.keys if isinstance(labels, ast.Dict) else []
            shown = ", ".join(f"`{_text(key)}`" for key in keys if key)
            yield f"`{_text(name)}_info`", shown, "info", _text(text) or ""


def _families(tree: ast.AST) -> Iterator[tuple[str, str, str, str]]:
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
        if isinstance(loop.iter, ast.Tuple) and "CounterMetricFamily" in ast.unparse(loop):
            for row in (each for each in loop.iter.elts if isinstance(each, ast.Tuple)):
                name, *_, text = [_text(each) or "" for each in row.elts]
                yield f"`lfassess_{name}_total`", "`provider`, `state`", "counter", text
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        texts = [_text(each) for each in call.args]
        lists = [*call.args, *(k.value for k in call.keywords)]
        labels = [_text(e) or "" for each in lists if isinstance(each, ast.List) for e in each.elts]
        name = getattr(call.func, "id", "")
        kind = "gauge"
        if name == "_by" and isinstance(call.args[0], ast.Name):
            kind = call.args[0].id.removesuffix("MetricFamily").lower()
        elif name == "HistogramMetricFamily":
            kind = "histogram"
        elif name == "family":
            labels = ["queue"]
        elif name != "_gauge":
            continue
        said = [text for text in texts if text]
        if len(said) >= 2:  # noqa: PLR2004 - a name and a text: what is passed on has none
            metric = said[0].removeprefix("lfassess_") + ("_total" if kind == "counter" else "")
            yield f"`lfassess_{metric}`", ", ".join(f"`{x}`" for x in labels), kind, said[1]


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    return None


# --- configs --------------------------------------------------------------------------------------


def _configs() -> str:
    parts = [
        "# Files of configuration\n",
        _CONFIGS,
    ]
    for path in sorted((ROOT / "configs").rglob("*.toml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        head = []
        for line in lines:
            if not line.startswith("#"):
                break
            head.append(line.removeprefix("#").removeprefix(" "))
        tables = [line.strip("[] ") for line in lines if line.startswith("[") and "#" not in line]
        parts += [f"## {path.relative_to(ROOT / 'configs')}\n"]
        parts += ["```text\n" + "\n".join(head).strip() + "\n```\n"] if head else []
        if tables and len(tables) <= _FEW:
            parts += ["Tables: " + ", ".join(f"`{table}`" for table in tables) + ".\n"]
    return "\n".join(parts)


# --- schemas --------------------------------------------------------------------------------------


def _schemas() -> str:
    parts = ["# Schemas\n"]
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        parts += [f"## {schema.get('title', path.name)}\n"]
        parts += [f"[{path.name}](../schemas/{path.name}). {schema.get('description', '')}\n"]
        parts += [_fields(schema)]
        for name, each in sorted(schema.get("$defs", {}).items()):
            parts += [f"### {name}\n", f"{each.get('description', '')}\n", _fields(each)]
    return "\n".join(part for part in parts if part.strip())


def _fields(schema: Mapping[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        (
            f"`{name}`",
            _type(each),
            "" if name in needed else "optional",
            each.get("description", ""),
        )
        for name, each in schema.get("properties", {}).items()
    ]
    return _table("field | type | | meaning", rows) if rows else f"{_type(schema)}\n"


def main() -> int:
    """Write them."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

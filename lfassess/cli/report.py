"""`lfassess report ID`: the audit report of an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lfassess.cli.common import connect, err_console, print_json, settings
from lfassess.errors import UsageError

_FORMATS = ("html", "pdf", "json")


def report(
    assessment: Annotated[int, typer.Argument(help="The assessment, by its id.")],
    *,
    formats: Annotated[
        str, typer.Option("--format", help="html, pdf, json, separated by commas.")
    ] = "html",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file, or a folder for several formats.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the audit report of an assessment from what is stored; no provider is asked again."""
    wanted = [f.strip() for f in formats.split(",") if f.strip()]
    if not wanted or any(f not in _FORMATS for f in wanted):
        raise UsageError(f"--format takes {', '.join(_FORMATS)}.")
    database_url = connect()
    from lfassess.assessment.orchestrator import render_report
    from lfassess.cli.summary import load

    stored = load(database_url, assessment)
    texts = {name.rsplit(".")[-1]: text for name, _, text in render_report(stored, settings())}
    paths = []
    for fmt in wanted:
        path = _destination(output, assessment, fmt, many=len(wanted) > 1)
        data = _pdf(texts["html"]) if fmt == "pdf" else texts[fmt].encode()
        _write(path, data)
        paths.append(str(path))
    if json:
        print_json({"assessment_id": assessment, "files": paths})
    else:
        for path_text in paths:
            err_console().print(f"Report: [bold]{path_text}[/bold]", soft_wrap=True)


def _destination(output: Path | None, assessment: int, fmt: str, *, many: bool) -> Path:
    name = f"audit-{assessment}.{fmt}"
    if output is None:
        return Path(name)
    return output / name if many or output.is_dir() else output


def _pdf(html: str) -> bytes:
    from lfassess.clients.browser import print_pdf

    return print_pdf(html, settings())


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e

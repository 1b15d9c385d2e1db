"""`lfassess report ID`: the audit report of an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lfassess.cli.common import connect, err_console, print_json, settings
from lfassess.errors import UsageError

Paper = Literal["A4", "Letter"]

_FORMATS = ("html", "pdf", "json")
_PAPERS: tuple[Paper, ...] = ("A4", "Letter")


def report(
    assessment: Annotated[int, typer.Argument(help="The assessment, by its id.")],
    *,
    formats: Annotated[
        str, typer.Option("--format", help="html, pdf, json, separated by commas.")
    ] = "html",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file, or a folder for several formats.")
    ] = None,
    paper: Annotated[str, typer.Option("--paper", help="Of the PDF: A4 or Letter.")] = "A4",
    language: Annotated[
        str | None, typer.Option("--language", help="en or de; default: LFASSESS_LANGUAGE.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the audit report of an assessment from what is stored; no provider is asked again.

    Until the audit is approved (`lfassess review`), it carries the mark DRAFT.
    """
    wanted = [f.strip() for f in formats.split(",") if f.strip()]
    if not wanted or any(f not in _FORMATS for f in wanted):
        raise UsageError(f"--format takes {', '.join(_FORMATS)}.")
    size = next((known for known in _PAPERS if known.lower() == paper.lower()), None)
    if size is None:
        raise UsageError("--paper takes A4 or Letter.")
    texts, draft = _texts(assessment, language, size)
    paths = []
    for fmt in wanted:
        path = _destination(output, assessment, fmt, many=len(wanted) > 1)
        _write(path, _pdf(texts["html"], size) if fmt == "pdf" else texts[fmt].encode())
        paths.append(str(path))
    _tell(assessment, paths, draft=draft, json=json)


def _texts(assessment: int, language: str | None, paper: Paper) -> tuple[dict[str, str], bool]:
    """Return the texts by format, and whether the audit is a draft."""
    database_url = connect()
    from lfassess.assessment import review
    from lfassess.assessment.rendering import render_texts
    from lfassess.db import assessments
    from lfassess.db.session import session_scope

    with session_scope(database_url) as session:
        stored = assessments.load(session, assessment)
        decided = review.decided(session, assessment)
        session.expunge_all()
    made = render_texts(stored, settings(), decided, language=language, paper=paper)
    return {name.rsplit(".")[-1]: text for name, _, text in made}, decided.draft


def _tell(assessment: int, paths: list[str], *, draft: bool, json: bool) -> None:
    if json:
        print_json({"assessment_id": assessment, "draft": draft, "files": paths})
        return
    for path in paths:
        err_console().print(f"Report: [bold]{path}[/bold]", soft_wrap=True)
    if draft:
        err_console().print(f"[yellow]DRAFT:[/yellow] see `lfassess review {assessment}`.")


def _destination(output: Path | None, assessment: int, fmt: str, *, many: bool) -> Path:
    name = f"audit-{assessment}.{fmt}"
    if output is None:
        return Path(name)
    return output / name if many or output.is_dir() else output


def _pdf(html: str, paper: Paper) -> bytes:
    from lfassess.clients.browser import print_pdf

    return print_pdf(html, settings(), paper=paper)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e

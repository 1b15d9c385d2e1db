"""`lfassess report ID`: the audit report of an assessment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from lfassess.cli import completion
from lfassess.cli.common import connect, out_console, print_json, settings
from lfassess.cli.param_types import parse_choices
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.report.model import AuditReport

Paper = Literal["A4", "Letter"]

Format = Literal["html", "pdf", "json", "teaser", "teaser-html", "teaser-png"]

_FORMATS: tuple[Format, ...] = get_args(Format)


def report(
    assessment: Annotated[
        int | None, typer.Argument(help="The assessment, by its id; or --batch.")
    ] = None,
    *,
    batch: Annotated[
        int | None,
        typer.Option(
            "--batch",
            help="Of all completed audits of this batch.",
            autocompletion=completion.batches,
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help=f"{', '.join(_FORMATS)}; several with commas.",
            autocompletion=completion.some_of(lambda: _FORMATS),
        ),
    ] = "html",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file, - for stdout, or a folder."),
    ] = None,
    paper: Annotated[
        Paper, typer.Option("--paper", case_sensitive=False, help="Of the PDF.")
    ] = "A4",
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            help="en, en-GB or de; default: the lead's country's.",
            autocompletion=completion.language,
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=32, help="Of a batch: so many at once.")
    ] = 2,
    mail_merge: Annotated[
        Path | None,
        typer.Option("--mail-merge", help="Of a batch: a CSV with texts and files for each lead."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the audit report of an assessment from what is stored; no provider is asked again.

    With --batch N -o FOLDER the reports of all its completed audits; the same command again writes
    what is missing or has changed. Until an audit is approved (`lfassess review`), its report
    carries the mark DRAFT.
    """
    requested = parse_choices(formats, _FORMATS, "--format")
    if batch is not None and assessment is None:
        from lfassess.assessment.completion.report_files import Order
        from lfassess.cli.report_batch import write_batch

        order = Order(tuple(requested), paper, language)
        write_batch(batch, output, order, jobs=jobs, mail_merge=mail_merge, as_json=json)
        return
    if assessment is None or batch is not None:
        raise UsageError("Give the assessment's id, or --batch with the batch's.")
    if mail_merge is not None:
        raise UsageError("--mail-merge goes with --batch.")
    if str(output) == "-" and (json or len(requested) > 1):
        raise UsageError("-o - takes one format, and no --json beside it.")
    audit = _load(assessment, language, requested)
    if str(output) == "-":
        sys.stdout.buffer.write(_rendered(audit, requested[0], paper))
        return
    paths: dict[str, Format] = {}
    for fmt in requested:
        path = _destination(output, assessment, fmt, many=len(requested) > 1)
        _write(path, _rendered(audit, fmt, paper))
        paths[str(path)] = fmt
    _print_paths(assessment, paths, draft=audit.draft, json=json)


def _load(assessment: int, language: str | None, formats: list[Format]) -> AuditReport:
    database = connect().database
    from lfassess.assessment.completion import review
    from lfassess.assessment.completion.rendering import audit_report, require_allowed
    from lfassess.db.commands import assessments

    with database.session() as session:
        stored = assessments.load(session, assessment)
        decided = review.decided(session, assessment)
        session.expunge_all()
    for fmt in formats:
        require_allowed(stored.lead, fmt)
    return audit_report(stored, settings(), decided, language=language)


def _rendered(audit: AuditReport, fmt: Format, paper: Paper) -> bytes:
    from lfassess.assessment.completion.rendering import render_as

    return render_as(audit, settings(), fmt, paper)


def _print_paths(assessment: int, paths: dict[str, Format], *, draft: bool, json: bool) -> None:
    if json:
        print_json({"assessment_id": assessment, "draft": draft, "files": list(paths)})
        return
    for path, fmt in paths.items():
        kind = "Teaser" if fmt.startswith("teaser") else "Report"
        out_console().print(f"{kind}: [bold]{path}[/bold]", soft_wrap=True)
    if draft:
        out_console().print(f"[yellow]DRAFT:[/yellow] see `lfassess review {assessment}`.")


def _destination(output: Path | None, assessment: int, fmt: Format, *, many: bool) -> Path:
    from lfassess.assessment.completion.rendering import file_name

    name = file_name(assessment, fmt)
    if output is None:
        return Path(name)
    return output / name if many or output.is_dir() else output


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e

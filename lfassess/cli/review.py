"""`lfassess review`: the gate between an assessed lead and a sold audit."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lfassess.cli.common import connect, out_console, print_json, print_json_lines
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.assessment.completion.rescore import Rescored
    from lfassess.db.database import Database

State = Literal["needs_review", "approved", "issued"]


def review(
    assessment: Annotated[
        int | None, typer.Argument(help="The audit, by its assessment's id; without: a list.")
    ] = None,
    *,
    approve: Annotated[bool, typer.Option("--approve", help="Fit to be sold.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="It has gone to the customer.")] = False,
    dismiss: Annotated[
        list[str] | None,
        typer.Option("--dismiss", help="CHECK:CODE of a wrong finding; CHECK:* for the area."),
    ] = None,
    overrule: Annotated[  # what --dismiss was called before
        list[str] | None, typer.Option("--overrule", hidden=True)
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Why; --dismiss needs it.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who decides; default: you.")] = None,
    listed: Annotated[State, typer.Option("--list", help="Which audits to list.")] = "needs_review",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Of the list.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout; Lines for lists.")] = False,
) -> None:
    """List the audits that wait for a person, look at one, dismiss findings, approve, issue.

    Audits with nothing doubtful are approved by rule. Only approved ones render without DRAFT.
    """
    dismiss = [*(dismiss or []), *(overrule or [])]
    if assessment is None:
        if approve or issue or dismiss:
            raise UsageError("Which audit? Give its assessment's id.")
        _list(listed, limit, json=json)
        return
    found = [_split(each) for each in dismiss]
    if found and not (note or "").strip():
        raise UsageError("To dismiss a finding, say why: --note.")
    database = connect().database
    scores = _decide(database, assessment, found, approve=approve, issue=issue, note=note, by=by)
    _show(database, assessment, scores, json=json)


def _split(text: str) -> tuple[str, str]:
    check, colon, code = text.partition(":")
    if not (check and colon and code):
        raise UsageError(f"--dismiss takes CHECK:CODE, not {text!r}.")
    return check, code


def _decide(
    database: Database,
    assessment: int,
    findings: list[tuple[str, str]],
    *,
    approve: bool,
    issue: bool,
    note: str | None,
    by: str | None,
) -> list[Rescored]:
    from lfassess.assessment.completion import review as gate

    who = by or getpass.getuser()
    scores = [
        gate.dismiss(database, assessment, check, code, note=note or "", by=who)
        for check, code in findings
    ]
    if approve:
        gate.approve(database, assessment, by=who, note=note)
    if issue:
        gate.issue(database, assessment)
    return scores


def _list(state: State, limit: int, *, json: bool) -> None:
    from lfassess.cli.columns import Column, Columns
    from lfassess.db.queries import reviews

    with connect().database.session() as session:
        rows = reviews.listing(session, state, limit=limit)
    if json:
        print_json_lines(rows)
        return
    table = Columns(
        [
            Column("Audit", right=True),
            Column("Business", cut=True),
            Column("Grade"),
            Column("Checks"),
        ]
    )
    for row in rows:
        why = ", ".join(row["reasons"]) or (row["note"] or row["decided_by"] or "")
        cells = (str(row["assessment_id"]), row["lead"], row["grade"] or "-")
        table.add(*cells, row["completeness"] or "-", notes=(why,))
    out_console().print(table if rows else f"No audit is in the state {state}.")


def _show(database: Database, assessment: int, scores: list[Rescored], *, json: bool) -> None:
    from lfassess.db.commands import assessments
    from lfassess.db.queries import reviews

    with database.session() as session:
        stored = assessments.load(session, assessment)
        found = reviews.review(session, assessment)
        dismissed = reviews.dismissals(session, assessment)
        answer = {
            "assessment_id": assessment,
            "lead": stored.lead.name,
            "state": found.state if found else None,
            "reasons": found.reasons if found else [],
            "note": found.note if found else None,
            "decided_by": found.decided_by if found else None,
            "score": stored.assessment.score,
            "grade": stored.assessment.grade,
            "score_before": scores[0].before if scores else None,
            "completeness": stored.assessment.completeness,
            "dismissed": [
                {"check": o.check_name, "code": o.code, "note": o.note, "by": o.decided_by}
                for o in dismissed
            ],
        }
    if json:
        print_json(answer)
    else:
        _print_review(answer)


def _print_review(answer: dict[str, Any]) -> None:
    from rich.text import Text

    from lfassess.report.review import words

    console, number = out_console(), answer["assessment_id"]
    state = (answer["state"] or "not ended").replace("_", " ")
    console.print(Text.assemble((answer["lead"], "bold"), f"  audit {number}: {state}"))
    was = answer["score_before"]
    score = "no score" if answer["score"] is None else f"{answer['score']}/100"
    console.print(
        f"  {score}{'' if was is None else f', was {was}'}, {answer['completeness']} assessed"
    )
    for text in words(answer["reasons"]):
        console.print(Text(f"  • {text}"))
    for row in answer["dismissed"]:
        console.print(
            Text(f"  dismissed {row['check']}:{row['code']} by {row['by']}: {row['note']}")
        )
    if answer["state"] == "needs_review":
        console.print(Text(f"  Look: lfassess report {number}"))
        console.print(Text(f"  Then: lfassess review {number} --approve --note …"))

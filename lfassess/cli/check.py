"""`lfassess check NAME URL`: one check alone, without Redis or Postgres."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli import completion
from lfassess.cli.common import err_console, out_console, print_json, settings
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.checks.base import Check, Fetched, Judgement, Target


def check(
    name: Annotated[
        str,
        typer.Argument(
            help="pagespeed, security, gbp, semrush, visual, onpage, ...",
            autocompletion=completion.check,
        ),
    ],
    url: Annotated[str, typer.Argument(help="The website.")],
    *,
    business: Annotated[str | None, typer.Option("--name", help="The business's name.")] = None,
    phone: Annotated[str | None, typer.Option(help="Its phone number.")] = None,
    address: Annotated[str | None, typer.Option(help="Its address.")] = None,
    country: Annotated[str | None, typer.Option(help="Its two-letter country code.")] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=1, max=9, help="How often Lighthouse here measures a phone."),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Pages that onpage reads besides the home page."),
    ] = None,
    links: Annotated[
        bool, typer.Option("--links/--no-links", help="Let onpage try where links lead.")
    ] = True,
    evidence: Annotated[bool, typer.Option("--evidence", help="With the raw evidence.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Run one check alone, without Redis or Postgres."""
    from lfassess.checks import all_checks, require
    from lfassess.checks.base import CheckContext
    from lfassess.report.branding import with_language

    require([name])
    chosen = all_checks()[name]
    options = {"lighthouse_runs": runs, "crawl_pages": pages, "crawl_links": links and None}
    given = {name: value for name, value in options.items() if value is not None}
    used = with_language(settings()).model_copy(update=given)
    target = _target(url, business, phone, address, country)
    if reason := chosen.applicable(target, settings()):
        raise UsageError(f"{chosen.title} can't run: {reason}.")
    started = time.monotonic()
    prior = _other_results(chosen, target)
    ctx = CheckContext(used, chosen.deadline(used), prior)
    fetched = chosen.fetch(target, ctx)
    judgement = chosen.judge(fetched.evidence)
    answer = as_json(chosen, target, fetched, judgement, time.monotonic() - started)
    answer["cost"] = ctx.ledger.usage.cost_usd
    if evidence:
        answer["evidence"] = fetched.evidence
    if json:
        print_json(answer)
    else:
        _show(chosen, answer)


def _target(
    url: str, name: str | None, phone: str | None, address: str | None, country: str | None
) -> Target:
    from urllib.parse import urlsplit

    from lfassess.assessment.intake.normalise import InvalidValueError, given_website, names_scheme
    from lfassess.checks.base import Target
    from lfassess.checks.shared import address as addresses

    try:
        website = given_website(url, settings())
    except InvalidValueError as e:
        raise UsageError(f"{url!r} can't be checked: {e}") from e
    host = urlsplit(website or "").hostname or url
    if website is not None and not names_scheme(url):  # where nothing answers, the check says so
        website = addresses.find(website, settings(), name or host) or website
    return Target(
        name or host, website, phone, address, country=(country or settings().default_country)
    )


def _other_results(chosen: Check, target: Target) -> dict[str, Any]:
    """A check that reads the others' results runs those first."""
    if not chosen.depends_on_others:
        return {}
    from lfassess.assessment.execution.standalone import run_prerequisite_checks

    return run_prerequisite_checks(target, settings(), tell=lambda m: err_console().print(m))


def as_json(
    chosen: Check, target: Target, fetched: Fetched, judgement: Judgement, duration_s: float
) -> dict[str, Any]:
    """Return the object that `check --json` prints."""
    from lfassess import scoring

    answer: dict[str, Any] = {
        "check": chosen.name,
        "url": target.url,
        "status": "completed",
        "score": scoring.check_score(judgement, scoring.load_rules()),
        "duration_s": round(duration_s, 3),
        "inconclusive": judgement.inconclusive,
        "sandbox": fetched.sandbox,
        "findings": [f.as_json() for f in judgement.findings],
        "metrics": judgement.stored_metrics,
    }
    if "observatory" in judgement.metrics:
        answer["observatory"] = judgement.metrics["observatory"]
    return answer


def _show(chosen: Check, answer: dict[str, Any]) -> None:
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns
    from lfassess.cli.theme import SEVERITY_ORDER, SEVERITY_STYLE
    from lfassess.report.tables import runs

    console = out_console()
    score = "no score" if answer["score"] is None else f"{answer['score']}/100"
    console.print(Text.assemble((chosen.title, "bold"), f"  {score}  ", (answer["url"], "dim")))
    if rules := answer.get("observatory"):
        scored = f"MDN's rules: {rules['score']} points, grade {rules['grade']}"
        console.print(Text(f"{scored} (algorithm {rules['algorithm']})", style="dim"))
    if sure := runs.in_words(answer["metrics"]):
        console.print(Text(f"  {sure}", style="dim"))
    if answer["inconclusive"]:
        console.print(Text(answer["inconclusive"], style="yellow"))
    table = Columns([Column(), Column(cut=True)], indent=12)
    for f in sorted(answer["findings"], key=lambda f: SEVERITY_ORDER.get(f["severity"], 9)):
        style = SEVERITY_STYLE.get(f["severity"], "dim")
        evidence = Text(f["evidence"], style="dim")
        table.add(Text(f"  {f['severity']}", style=style), f["title"], notes=(evidence,))
    console.print(table)

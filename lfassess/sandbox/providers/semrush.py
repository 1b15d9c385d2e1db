"""SEMrush's SEO API v3, emulated: CSV reports, API units and `ERROR n :: TEXT`."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from lfassess.sandbox.business import Business
from lfassess.sandbox.businesses import business_for
from lfassess.sandbox.pricing import semrush_bill
from lfassess.sandbox.providers.semrush_reports import BACKLINKS, REPORTS, UNITS
from lfassess.settings import SANDBOX_KEY

router = APIRouter()

_DEFAULT_LINES: Final = 10_000
_BACKLINKS_TYPE: Final = "backlinks_overview"


class Account:
    """The API units of the one account the sandbox has."""

    def __init__(self, units: int) -> None:
        self.units = units
        self._lock = threading.Lock()

    def afford(self, selected: int, price: int) -> int:
        """Pay for as many lines as there are units for; returns how many."""
        with self._lock:
            lines = min(selected, self.units // price)
            self.units -= lines * price
            return lines


account = Account(units=1_000_000_000)


class _RefusedError(Exception):
    def __init__(self, number: int, text: str, status: int = 200) -> None:
        super().__init__(text)
        self.response = PlainTextResponse(f"ERROR {number} :: {text}", status_code=status)


@router.get("/")
def report(request: Request) -> PlainTextResponse:
    """Answer the reports on a domain in one country."""
    query = request.query_params
    try:
        _check(query, needed={"type": 41})
        kind = query["type"]
        if kind not in REPORTS:
            return PlainTextResponse("query type not found", status_code=400)
        _check(query, needed={"domain": 42, "database": 46})
        _check_database(query["database"])
        columns, lines = REPORTS[kind]
        found = _business(request, query["domain"])
        return _csv(request, columns, lines(found) if found else [], UNITS[kind])
    except _RefusedError as e:
        return e.response


@router.get("/analytics/v1/")
def backlinks(request: Request) -> PlainTextResponse:
    """Answer the overview of the links to a domain."""
    query = request.query_params
    try:
        _check(query, needed={"type": 41})
        if query["type"] != _BACKLINKS_TYPE:
            return PlainTextResponse("query type not found", status_code=400)
        _check(query, needed={"target": 42, "target_type": 42, "export_columns": 42})
        columns, lines = BACKLINKS
        found = _business(request, query["target"])
        return _csv(request, columns, lines(found) if found else [], UNITS[_BACKLINKS_TYPE])
    except _RefusedError as e:
        return e.response


@router.get("/users/countapiunits.html")
def balance(request: Request) -> PlainTextResponse:
    """Answer how many units are left, with the comma the documentation shows."""
    try:
        _check(request.query_params, needed={})
    except _RefusedError as e:
        return e.response
    return PlainTextResponse(f"{account.units:,}")


def _check(query: Mapping[str, str], *, needed: dict[str, int]) -> None:
    if query.get("key") != SANDBOX_KEY:
        raise _RefusedError(120, "WRONG KEY - ID PAIR", status=403)
    for name, number in needed.items():
        if not query.get(name):
            raise _RefusedError(number, f"MANDATORY PARAMETER {name} NOT SET OR EMPTY", status=400)


def _check_database(database: str) -> None:
    # Great Britain's database is called uk; two letters otherwise, three and more for special ones.
    if database == "gb" or len(database.rpartition("-")[2]) < 2:  # noqa: PLR2004 - see above
        raise _RefusedError(10_006, "Wrong parameter: database", status=400)


def _business(request: Request, domain: str) -> Business | None:
    return business_for(domain, seed=int(getattr(request.app.state, "seed", 1)))


def _csv(
    request: Request,
    columns: Mapping[str, str],
    lines: Iterable[Mapping[str, str]],
    price: int,
) -> PlainTextResponse:
    """Return the report's lines, cut short without a word when the units don't suffice."""
    query = request.query_params
    selected = list(lines)[: _limit(query)]
    if not selected:
        raise _RefusedError(50, "NOTHING FOUND")
    paid = account.afford(len(selected), price)
    if not paid:
        raise _RefusedError(132, "API UNITS BALANCE IS ZERO", status=403)
    request.state.bill = semrush_bill(paid * price)
    asked = (query.get("export_columns") or ",".join(columns)).split(",")
    codes = [code for code in asked if code in columns]
    if not codes:
        raise _RefusedError(10_001, "Wrong parameter: export_columns", status=400)
    quoted = query.get("export_escape") == "1"
    rows = [";".join(columns[code] for code in codes)]
    rows += [
        ";".join(_cell(line[code], quoted=quoted) for code in codes) for line in selected[:paid]
    ]
    return PlainTextResponse("\r\n".join(rows) + "\r\n")


def _cell(text: str, *, quoted: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("display_limit", "")
    return int(text) if text.isdigit() and int(text) else _DEFAULT_LINES

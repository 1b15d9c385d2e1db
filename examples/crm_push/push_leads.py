#!/usr/bin/env python3
"""Pushes the leads that are best to call into a CRM: HubSpot's companies, with who to ask for.

Needs nothing but Python 3.11. The same lead is the same company, and the same contact, however
often this runs: HubSpot finds them by the property lfassess_lead_id, which `--setup` makes, with
the others, once. A contact whose e-mail address the CRM has already is linked to the company, and
otherwise left as somebody made it.

    LFASSESS_API_KEY=... HUBSPOT_TOKEN=... python3 push_leads.py --setup
    LFASSESS_API_KEY=... HUBSPOT_TOKEN=... python3 push_leads.py --top 10 --since-hours 24

Exit codes: 0 done; 1 the CRM refused some leads; 2 usage; 3 a key is missing or refused; 4 the CRM
or lfassess can't be reached, or asks to wait for longer than we do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

UNIQUE = "lfassess_lead_id"
GROUP = "lfassess"
# (name, label, type, field type) of the properties of companies; contacts have the first.
PROPERTIES = (
    (UNIQUE, "lfassess: lead", "string", "text"),
    ("lfassess_opportunity", "lfassess: opportunity (0-100)", "number", "number"),
    ("lfassess_score", "lfassess: audit score (0-100)", "number", "number"),
    ("lfassess_grade", "lfassess: grade", "string", "text"),
    ("lfassess_why", "lfassess: why call", "string", "textarea"),
    ("lfassess_findings", "lfassess: findings", "string", "textarea"),
    ("lfassess_audit", "lfassess: audit", "string", "text"),
)
AT_ONCE = 100  # inputs of one batch request, the CRM's limit
PAGE = 100
TRIES = 4
LONGEST_WAIT_S = 60.0
FIRST_THAT_IS_NO_SUCCESS = 300


class PushError(Exception):
    """Something to tell and to end with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class NotTakenError(PushError):
    """The service doesn't take what was sent; sent again it would not, either."""


@dataclass
class Pushed:
    """What became of the leads."""

    created: int = 0
    updated: int = 0
    refused: list[str] = field(default_factory=list)  # why, each
    ids: dict[str, str] = field(default_factory=dict)  # in the CRM, by lead


def main(argv: list[str] | None = None, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Push; return the exit code."""
    asked = _arguments().parse_args(argv)
    try:
        token = _secret("HUBSPOT_TOKEN", "a private app's; README.md says with which scopes")
        crm = Service("The CRM", asked.crm, {"Authorization": f"Bearer {token}"}, sleep)
        if asked.setup:
            set_up(crm)
            print(f"The CRM's companies have {len(PROPERTIES)} properties of lfassess, contacts 1.")
            return 0
        key = os.environ.get("LFASSESS_API_KEY", "")
        audits = Service("lfassess", asked.lfassess, {"X-API-Key": key} if key else {}, sleep)
        leads = best(audits, asked)
        if asked.dry_run:
            for lead in leads:
                print(f"{lead['rank']:>4}  {lead['opportunity']:>5.1f}  {lead['name']}")
            return 0
        companies = upsert(crm, "companies", [company(lead, asked.lfassess) for lead in leads])
        tell("Companies", companies)
        people = Pushed()
        if not asked.companies_only:
            people = push_contacts(crm, leads, companies.ids)
            tell("Contacts", people)
    except PushError as e:
        print(f"push_leads: {e}", file=sys.stderr)
        return e.code
    return 1 if companies.refused or people.refused else 0


def tell(what: str, pushed: Pushed) -> None:
    refused = len(pushed.refused)
    print(f"{what}: {pushed.created} created, {pushed.updated} updated, {refused} refused.")
    for reason in pushed.refused:
        print(f"refused: {reason}", file=sys.stderr)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--top", type=int, default=10, help="so many leads (10)")
    add("--batch", type=int, help="of this batch")
    add("--since-hours", type=float, help="whose audit ended in this time: 24 is the day's")
    add("--sandbox", action="store_true", help="emulated audits, too; to try this out")
    add("--companies-only", action="store_true", help="no contacts")
    add("--dry-run", action="store_true", help="only list them")
    add("--setup", action="store_true", help="make the CRM's properties, once")
    add("--lfassess", default="http://127.0.0.1:8000", help="where `lfassess api` serves")
    add("--crm", default="https://api.hubapi.com", help="where the CRM's API is")
    return parser


def _secret(name: str, what: str) -> str:
    if value := os.environ.get(name, "").strip():
        return value
    raise PushError(f"{name} is not set ({what}).", 3)


# --- from lfassess -------------------------------------------------------------------------------


def best(audits: Service, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the leads to push, best first.

    Whoever is on the do-not-contact list, closed for good or without a fault isn't in the ranking.
    """
    earliest = None
    if asked.since_hours is not None:
        earliest = datetime.now(UTC) - timedelta(hours=asked.since_hours)
    found: list[dict[str, Any]] = []
    for lead in _ranked(audits, asked.batch):
        if len(found) == asked.top:
            break
        ended = lead["finished_at"]
        if earliest and (not ended or datetime.fromisoformat(ended) < earliest):
            continue
        if lead["sandbox"] and not asked.sandbox:
            continue  # its figures are invented
        found.append(lead)
    return found


def _ranked(audits: Service, batch: int | None) -> Iterator[dict[str, Any]]:
    query: dict[str, Any] = {"limit": PAGE} | ({"batch_id": batch} if batch else {})
    while True:
        page = audits.ask("GET", f"/api/v1/leads/ranked?{urlencode(query)}")
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


# --- into the CRM --------------------------------------------------------------------------------


def set_up(crm: Service) -> None:
    """Make the properties that the leads are written into; those that are there stay."""
    group = {"name": GROUP, "label": "lfassess", "displayOrder": -1}
    for kind, properties in (("companies", PROPERTIES), ("contacts", PROPERTIES[:1])):
        crm.ask("POST", f"/crm/v3/properties/{kind}/groups", group, fine=(409,))
        for name, label, of, shown in properties:
            made = {"name": name, "label": label, "type": of, "fieldType": shown}
            unique = {"hasUniqueValue": True} if name == UNIQUE else {}
            body = {**made, **unique, "groupName": GROUP}
            crm.ask("POST", f"/crm/v3/properties/{kind}", body, fine=(409,))


def upsert(crm: Service, kind: str, inputs: list[dict[str, Any]]) -> Pushed:
    """Create or update records by their unique property."""
    pushed = Pushed()
    for some in in_batches(inputs):
        _upsert(crm, kind, some, pushed)
    return pushed


def _upsert(crm: Service, kind: str, inputs: list[dict[str, Any]], pushed: Pushed) -> None:
    try:
        answer = crm.ask("POST", f"/crm/v3/objects/{kind}/batch/upsert", {"inputs": inputs})
    except NotTakenError as e:
        if len(inputs) == 1:
            pushed.refused.append(f"lead {inputs[0]['id']}: {e}")
        else:  # one bad record has the whole batch refused: the others go in without it
            for one in inputs:
                _upsert(crm, kind, [one], pushed)
        return
    for result in answer.get("results", []):
        pushed.created += bool(result.get("new"))
        pushed.updated += not result.get("new")
        pushed.ids[result["properties"][UNIQUE]] = result["id"]
    pushed.refused += [str(error.get("message", error)) for error in answer.get("errors", [])]


def push_contacts(crm: Service, leads: list[dict[str, Any]], companies: dict[str, str]) -> Pushed:
    """Create or update who to ask for, and link each to the company.

    Args:
        crm: the CRM.
        leads: with their contacts; one without a name and an e-mail address makes none.
        companies: ids of the companies, by lead.
    """
    people = {
        lead_id: made
        for lead in leads
        if (lead_id := str(lead["lead_id"])) in companies and (made := contact(lead))
    }
    emails = {lead_id: one["properties"].get("email") for lead_id, one in people.items()}
    known = known_by_email(crm, sorted({email for email in emails.values() if email}))
    owners = {email: lead for email, (_, lead) in known.items()}
    for lead_id, email in emails.items():
        if email:
            owners.setdefault(email, lead_id)  # of two leads with one address the better one
    made = [one for id_, one in people.items() if owners.get(emails[id_], id_) == id_]
    pushed = upsert(crm, "contacts", made)
    ids = pushed.ids | {
        lead_id: known[email][0] if email in known else pushed.ids.get(owners[email])
        for lead_id, email in emails.items()
        if email and lead_id not in pushed.ids
    }
    links = [
        {"from": {"id": contact_id}, "to": {"id": companies[lead_id]}}
        for lead_id, contact_id in ids.items()
        if contact_id
    ]
    for some in in_batches(links):
        path = "/crm/v4/associations/contacts/companies/batch/associate/default"
        crm.ask("POST", path, {"inputs": some})
    return pushed


def known_by_email(crm: Service, emails: list[str]) -> dict[str, tuple[str, str | None]]:
    """Return (id, lead) of the contacts that have these addresses; None: somebody made it."""
    known: dict[str, tuple[str, str | None]] = {}
    for some in in_batches(emails):
        asked = {
            "idProperty": "email",
            "properties": ["email", UNIQUE],
            "inputs": [{"id": email} for email in some],
        }
        answer = crm.ask("POST", "/crm/v3/objects/contacts/batch/read", asked)
        for found in answer.get("results", []):
            values = found["properties"]
            known[values["email"].lower()] = (found["id"], values.get(UNIQUE))
    return known


def in_batches(inputs: list[Any]) -> Iterator[list[Any]]:
    return (inputs[start : start + AT_ONCE] for start in range(0, len(inputs), AT_ONCE))


def company(lead: dict[str, Any], lfassess_url: str) -> dict[str, Any]:
    """Return a lead as an input of the CRM's batch upsert; what nobody knows is left alone."""
    findings = "\n".join(f"- {finding['title']}" for finding in lead["findings"])
    given = {
        UNIQUE: str(lead["lead_id"]),
        "name": lead["name"],
        "website": lead["website"],
        "domain": _domain(lead["website"]),
        "phone": lead["phone"],
        "lfassess_opportunity": lead["opportunity"],
        "lfassess_score": lead["audit_score"],
        "lfassess_grade": lead["grade"],
        "lfassess_why": lead["why"],
        "lfassess_findings": findings,
        "lfassess_audit": f"{lfassess_url.rstrip('/')}/assessments/{lead['assessment_id']}",
    }
    return record(given)


def contact(lead: dict[str, Any]) -> dict[str, Any] | None:
    """Return who to ask for as an input of the batch upsert; None where nobody is known."""
    person = lead["contact"]
    if not (person["first_name"] or person["last_name"] or person["email"]):
        return None
    return record(
        {
            UNIQUE: str(lead["lead_id"]),
            "firstname": person["first_name"],
            "lastname": person["last_name"],
            "email": (person["email"] or "").lower(),
            "phone": person["phone"],
        }
    )


def record(given: dict[str, Any]) -> dict[str, Any]:
    """Return properties as an input of the batch upsert, without those that nobody knows."""
    known = {name: str(value) for name, value in given.items() if value not in {None, ""}}
    return {"idProperty": UNIQUE, "id": known[UNIQUE], "properties": known}


def _domain(website: str | None) -> str | None:
    host = urlsplit(website or "").hostname
    return host.removeprefix("www.") if host else None


# --- HTTP ----------------------------------------------------------------------------------------


class Service:
    """One HTTP API: asked in JSON, and again where it says that it is busy."""

    def __init__(
        self, name: str, url: str, headers: dict[str, str], sleep: Callable[[float], None]
    ) -> None:
        self._name, self._url, self._sleep = name, url.rstrip("/"), sleep
        self._headers = {"Accept": "application/json", **headers}

    def ask(
        self, method: str, path: str, body: Any = None, *, fine: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        """Return the answer; an upsert may be sent again, so that trouble costs only time."""
        for attempt in range(TRIES):
            status, headers, text = self._send(method, path, body)
            if status < FIRST_THAT_IS_NO_SUCCESS or status in fine:
                return json.loads(text or "{}")
            if status in {401, 403}:
                raise PushError(f"{self._name} refuses the key ({status}): {_reason(text)}", 3)
            if status not in {429, 500, 502, 503, 504}:
                raise NotTakenError(f"{self._name} answered {status}: {_reason(text)}", 1)
            wait = _wait(headers.get("Retry-After"), attempt)
            if wait > LONGEST_WAIT_S:
                raise PushError(f"{self._name} asks to come back in {wait:.0f} s ({status}).", 4)
            if attempt + 1 < TRIES:
                self._sleep(wait)
        raise PushError(f"{self._name} answered {status} {TRIES} times: {_reason(text)}", 4)

    def _send(self, method: str, path: str, body: Any) -> tuple[int, Any, str]:
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if data else {})
        # The operator says where both are.
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.headers, e.read().decode(errors="replace")
        except OSError as e:
            raise PushError(f"{self._name} can't be reached at {self._url}: {e}", 4) from e


def _wait(said: str | None, attempt: int) -> float:
    return float(said) if said and said.isdigit() else float(2**attempt)


def _reason(text: str) -> str:
    try:
        answer = json.loads(text)
    except ValueError:
        return text[:200] or "no reason given"
    return str(answer.get("message") or answer.get("detail") or answer)[:300]


if __name__ == "__main__":
    sys.exit(main())

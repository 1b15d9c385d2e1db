"""What each command's help shows before anything else: how it is used, and where to read on.

A test holds this to the command line: every command is here, and every example can be parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Usage:
    """A command's examples, and its page below docs/; without one, its part of the reference."""

    examples: tuple[tuple[str, str], ...]  # what is typed, what it is for ("" if that is plain)
    page: str = ""


_LISTS: Final = "how-to/lists.md"
_OPERATIONS: Final = "how-to/operations.md"
_AGAIN: Final = "how-to/again.md"
_REPORT: Final = "reference/report.md"

COMMANDS: Final[Mapping[str, Usage]] = {
    "": Usage(
        (
            ("lfassess run https://example.com", "one audit, watched live"),
            ("lfassess batch leads.csv", "many; the same file again resumes"),
            ("lfassess report 1 --format pdf -o audit.pdf", ""),
            ("lfassess doctor", "what is configured, reachable and missing"),
        ),
        "index.md",
    ),
    "run": Usage(
        (
            ("lfassess run https://example.com", "one audit, watched live"),
            ("lfassess run https://example.com --checks security,onpage", "two of the checks"),
            ("lfassess run --lead 7 --max-age 7d --report audit.html", "a lead of the store"),
        ),
    ),
    "batch": Usage(
        (
            ("lfassess batch leads.csv --dry-run", "what it would do and cost"),
            ("lfassess batch leads.csv --budget 400", "the same file again resumes"),
            ("lfassess batch --from-db --only stale", "leads whose audit is old"),
        ),
        _LISTS,
    ),
    "check": Usage(
        (
            ("lfassess check security https://example.com", ""),
            ("lfassess check onpage https://example.com --pages 20", "read up to 20 pages"),
            ('lfassess check gbp https://example.com --name "Harbour Dental"', ""),
        ),
    ),
    "status": Usage(
        (
            ("lfassess status", "all batches"),
            ("lfassess status 3 --watch", "one batch, live"),
            ("lfassess status --lead 7", "one lead, check by check"),
        ),
    ),
    "report": Usage(
        (
            ("lfassess report 7 --format pdf -o audit.pdf", ""),
            ("lfassess report 7 --format json -o - | jq .summary", "into another program"),
            ("lfassess report --batch 3 --format pdf,teaser -o reports", "a whole batch"),
        ),
        _REPORT,
    ),
    "compare": Usage(
        (
            ("lfassess compare 7 12", "assessments of one lead"),
            ("lfassess compare 7 12 -o change.html", ""),
        ),
        _AGAIN,
    ),
    "review": Usage(
        (
            ("lfassess review", "what waits for a person"),
            ("lfassess review 7", "one audit, with its reasons"),
            ('lfassess review 7 --dismiss onpage:no-title --note "it has one"', ""),
            ("lfassess review 7 --approve", "it may be sold"),
        ),
        f"{_REPORT}#review",
    ),
    "share": Usage(
        (
            ("lfassess share 7 --days 30", "a link to the report"),
            ("lfassess share --list", ""),
            ("lfassess share --revoke 2", "end a link now"),
        ),
        f"{_REPORT}#links-to-share",
    ),
    "rescore": Usage(
        (
            ("lfassess rescore --lead 7", ""),
            ("lfassess rescore --batch 3", "after a change of scoring.toml"),
        ),
        f"{_REPORT}#scoring-again-comparing",
    ),
    "help": Usage((("lfassess help leads import", ""), ("lfassess help", "all commands"))),
    "setup": Usage(
        (
            ("lfassess setup", "says what it will install, and asks"),
            ("lfassess setup --yes", "installs without asking"),
        ),
    ),
    "init": Usage(
        (
            ("lfassess init", "asks; Enter skips a question"),
            ("GOOGLE_API_KEY=... lfassess init --yes", "stores what the environment has"),
        ),
        "how-to/keys.md",
    ),
    "doctor": Usage(
        (
            ("lfassess doctor", ""),
            ("lfassess doctor --keys", "also asks whether providers take the keys"),
            ("lfassess doctor --settings", "every setting and its source"),
            ("lfassess doctor --json", "for a monitor"),
        ),
        "reference/configuration.md",
    ),
    "up": Usage((("lfassess up", ""),), f"{_OPERATIONS}#start-change-stop"),
    "ps": Usage((("lfassess ps", ""), ("lfassess ps --json", ""))),
    "down": Usage((("lfassess down", ""),), f"{_OPERATIONS}#start-change-stop"),
    "logs": Usage(
        (("lfassess logs", ""), ("lfassess logs postgres -n 50", "the last 50 lines of one part")),
        f"{_OPERATIONS}#logs",
    ),
    "worker": Usage(
        (
            ("lfassess worker", "all queues"),
            ("lfassess worker --queues browser -c 2", "two browsers at a time"),
        ),
        "how-to/scaling.md#what-a-worker-does",
    ),
    "flower": Usage((("lfassess flower --port 5555", ""),), f"{_OPERATIONS}#ask-what-runs"),
    "api": Usage(
        (
            ("lfassess api", "pages and API on http://127.0.0.1:8000"),
            ("LFASSESS_API_KEY=... lfassess api --host 0.0.0.0", "for other machines"),
        ),
        "reference/api.md",
    ),
    "scale": Usage(
        (
            ("lfassess scale 4", "four workers"),
            ("lfassess scale 2 --kind browser", ""),
            ("lfassess scale --auto --min 1 --max 8", "as the work demands"),
        ),
        "how-to/scaling.md",
    ),
    "pause": Usage((('lfassess pause --reason "SEMrush contract ends"', ""),), _OPERATIONS),
    "resume": Usage(
        (
            ("lfassess resume", ""),
            ("lfassess resume --batch 3 --budget 500", "one that met its budget"),
        ),
        _OPERATIONS,
    ),
    "cancel": Usage((("lfassess cancel --batch 3", ""), ("lfassess cancel --lead 7", ""))),
    "drain": Usage((("lfassess drain --slots 4", ""),), f"{_OPERATIONS}#redisdown"),
    "backup": Usage(
        (
            ("lfassess backup store.backup", ""),
            ("lfassess backup - | ssh nas 'cat > store.backup'", "onto another machine"),
        ),
        f"{_OPERATIONS}#backup-and-restore",
    ),
    "restore": Usage(
        (
            ("lfassess restore store.backup", "into an empty store"),
            ("lfassess restore store.backup --force", "what is there goes"),
        ),
        f"{_OPERATIONS}#backup-and-restore",
    ),
    "errors": Usage(
        (
            ("lfassess errors report", "begin here"),
            ("lfassess errors retry --code provider_timeout", ""),
        ),
        "reference/errors.md",
    ),
    "errors list": Usage(
        (
            ("lfassess errors list --batch 3", ""),
            ("lfassess errors list --since 24h --csv -", "as CSV on stdout"),
        ),
        "reference/errors.md",
    ),
    "errors retry": Usage(
        (
            ("lfassess errors retry --code provider_timeout", ""),
            ("lfassess errors retry --batch 3 --check gbp", ""),
            ("lfassess errors retry --all --limit 100", "the first hundred of all"),
        ),
        "reference/errors.md",
    ),
    "errors ack": Usage(
        (('lfassess errors ack gbp:places:rate_limited --note "asked for more quota"', ""),),
        "reference/errors.md",
    ),
    "errors resolve": Usage(
        (("lfassess errors resolve gbp:places:rate_limited", ""),), "reference/errors.md"
    ),
    "errors report": Usage(
        (("lfassess errors report", ""), ("lfassess errors report --since 7d --batch 3", "")),
        "reference/errors.md",
    ),
    "leads": Usage(
        (
            ("lfassess leads import leads.csv", ""),
            ("lfassess leads rank --top 20", "who to call first"),
        ),
        _LISTS,
    ),
    "leads import": Usage(
        (
            ("lfassess leads import leads.csv --preview", "look first"),
            ("lfassess leads import crm.xlsx --map website=Homepage", "name a column"),
            ("cat leads.csv | lfassess leads import -", ""),
        ),
        _LISTS,
    ),
    "leads add": Usage(
        (
            ("lfassess leads add https://example.com", ""),
            ('lfassess leads add --name "Harbour Dental" --phone "+1 206 555 0142"', ""),
        ),
        _LISTS,
    ),
    "leads list": Usage(
        (
            ("lfassess leads list --search dental", ""),
            ("lfassess leads list --field source=fair --limit 200", "by a column of your own"),
        ),
    ),
    "leads show": Usage((("lfassess leads show 7", ""),)),
    "leads export": Usage(
        (("lfassess leads export leads-scored.csv", ""), ("lfassess leads export > all.csv", "")),
    ),
    "leads rank": Usage(
        (
            ("lfassess leads rank --top 20", ""),
            ("lfassess leads rank 3 --where no-https --csv calls.csv", "of batch 3"),
            ("lfassess leads rank --details", "with an opener and a first e-mail"),
        ),
        "explanation/ranking.md",
    ),
    "leads changed": Usage(
        (
            ("lfassess leads changed --since 30d", ""),
            ("lfassess leads changed --batch 3 --batch 8 --only worse,gone", ""),
        ),
        _AGAIN,
    ),
    "leads suppress": Usage(
        (
            ("lfassess leads suppress", "show the list"),
            ('lfassess leads suppress example.com --note "asked on the phone"', ""),
            ("lfassess leads suppress --import do-not-call.csv", ""),
        ),
        "explanation/ranking.md#who-may-not-be-contacted",
    ),
    "db": Usage((("lfassess db current", ""), ("lfassess db upgrade", "")), _OPERATIONS),
    "db upgrade": Usage((("lfassess db upgrade", "to the newest"),), f"{_OPERATIONS}#a-migration"),
    "db current": Usage((("lfassess db current", ""),), f"{_OPERATIONS}#a-migration"),
    "storage": Usage((("lfassess storage prune --dry-run", ""),), _OPERATIONS),
    "storage prune": Usage(
        (
            ("lfassess storage prune --dry-run", "only count"),
            ("lfassess storage prune --older-than 365d", ""),
        ),
        f"{_OPERATIONS}#files-disk-or-s3-and-for-how-long",
    ),
    "sandbox": Usage((("lfassess sandbox serve", ""),)),
    "sandbox serve": Usage(
        (
            ("lfassess sandbox serve", "try lfassess without keys"),
            ("lfassess sandbox serve --profile chaos --seed 1", "with outages"),
            ("lfassess sandbox serve --fault 429=0.1 --fault timeout=0.02", ""),
        ),
    ),
}

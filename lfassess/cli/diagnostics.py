"""What `lfassess doctor` looks at, item by item."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lfassess import settings_sources
from lfassess.cli.doctor_output import Finding, State
from lfassess.errors import LfassessError, ToolMissingError
from lfassess.log import redact
from lfassess.runtime_hints import require_extra
from lfassess.settings import Settings

if TYPE_CHECKING:
    from lfassess.clients.key_trials import Outcome
    from lfassess.paths import Layout

_ROOM_MB = 500


def examine(settings: Settings, *, keys: bool = False) -> list[Finding]:
    """Look at everything; no service is started and nothing is changed.

    Args:
        settings: what is configured.
        keys: ask the providers whether they take their keys, at the price in `key_trials`; without,
            none is asked.
    """
    items: list[Callable[[Settings], Iterator[Finding]]] = [
        _python,
        _settings,
        _data_dir,
        _files,
        _postgres,
        _redis,
        _s3,
        _browser,
        _cage,
        _fonts,
        _lighthouse,
        lambda configured: _providers(configured, _outcomes(configured) if keys else {}),
        _targets,
    ]
    return [finding for item in items for finding in item(settings)]


def _source(variable: str, settings: Settings, field: str) -> str:
    source = settings_sources.source_of(field)
    if source.kind == "environment":
        return f"environment, {variable}"
    if source.kind == "default" and field in settings.model_fields_set:
        return "this program"
    return str(source)


def _settings(_settings: Settings) -> Iterator[Finding]:
    for sentence in settings_sources.notes():
        yield Finding("Settings", "system", "note", sentence)


def _python(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "system", "ok", f"{version} at {sys.executable}")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir
    source = _source("LFASSESS_DATA_DIR", settings, "data_dir")
    existing = next(p for p in (path, *path.parents) if p.exists())
    fix = "Fix the folder's rights or set LFASSESS_DATA_DIR to a folder of yours."
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as e:
        detail = f"{path} can't be written to: {e.strerror}"
        yield Finding("Data folder", "system", "bad", detail, fix, source)
        return
    free = shutil.disk_usage(existing).free // 2**20
    state: State = "ok" if free > _ROOM_MB else "bad"
    yield Finding(
        "Data folder",
        "system",
        state,
        f"{path}, {free:,} MB free",
        None if state == "ok" else "Make room, or set LFASSESS_DATA_DIR.",
        source,
    )


def _files(settings: Settings) -> Iterator[Finding]:
    from lfassess.clients.cage.account import other_people
    from lfassess.clients.storage_disk import DiskStorage

    folder = DiskStorage.from_settings(settings).root
    if not (folder.is_dir() and folder.stat().st_mode & 0o007):
        return
    if others := other_people():
        said = f"other accounts ({', '.join(others)}) may read {folder}"
        yield Finding("Reports", "system", "note", said, f"To close it: chmod 700 {folder}")


def _postgres(settings: Settings) -> Iterator[Finding]:
    source = _source("DATABASE_URL", settings, "database_url")
    if settings.database_url is None:
        from lfassess.stack.binaries import find_postgres

        where = _embedded(settings, "postgres")
        yield _startable("Postgres", where, find_postgres, settings, source)
        return
    from lfassess.db import revision
    from lfassess.db.database import Database

    try:
        with Database(settings.database_url) as database:
            schema = revision.look(database)
    except LfassessError as e:
        yield Finding("Postgres", "service", "bad", e.message, e.hint, source)
        return
    where = redact(settings.database_url)
    if schema.at == revision.HEAD:
        yield Finding("Postgres", "service", "ok", f"{where}, schema {schema.at}", source=source)
    elif schema.is_newer:
        yield Finding(
            "Postgres",
            "service",
            "note" if schema.is_usable else "bad",
            f"{where}, schema {schema.at} of a newer lfassess; this one knows {revision.HEAD}",
            "Install the newer version again when you can.",
            source,
        )
    else:
        yield Finding(
            "Postgres",
            "service",
            "note",
            f"{where}, schema {schema.at}, newest {revision.HEAD}",
            "Run `lfassess db upgrade`.",
            source,
        )


def _redis(settings: Settings) -> Iterator[Finding]:
    source = _source("CELERY_BROKER_URL", settings, "broker_url")
    if settings.broker_url is not None:
        where = redact(settings.broker_url)
    else:
        from lfassess.stack.binaries import find_valkey

        where = _embedded(settings, "valkey")
        if "running" not in where:
            yield _startable("Redis", where, find_valkey, settings, source)
            return
    if (said := _trouble(settings)) is not None:
        yield Finding("Redis", "service", "bad", f"{where}: {said}", _REDIS_ADVICE, source)
    elif settings.broker_url is not None and _is_unverified(settings.broker_url):
        advice = "Add ?ssl_cert_reqs=required to CELERY_BROKER_URL (and ssl_ca_certs=FILE)."
        said = f"{where}: encrypted, but nobody checks whose certificate it is"
        yield Finding("Redis", "service", "note", said, advice, source)
    else:
        yield Finding("Redis", "service", "ok", where, source=source)


_REDIS_ADVICE = "Work goes through Postgres until it takes messages. Look at its log and settings."


def _trouble(settings: Settings) -> str | None:
    from lfassess import reconnect
    from lfassess.assessment.execution.enqueue import trouble
    from lfassess.assessment.worker.celery_config import broker_url, create_app

    app = create_app(settings, broker_url(settings))
    try:
        return trouble(app, within_s=reconnect.WITHIN_S)
    finally:
        app.close()


def _is_unverified(url: str) -> bool:
    """Tell whether a TLS connection to this Redis takes any certificate."""
    if not url.startswith("rediss:"):
        return False  # kombu can't take a socket's address apart either
    from kombu.utils.url import parse_url

    return not parse_url(url).get("ssl", {}).get("ssl_cert_reqs")


def _s3(settings: Settings) -> Iterator[Finding]:
    if settings.s3_bucket is None:
        return
    source = _source("S3_BUCKET", settings, "s3_bucket")
    yield examine_s3(settings, settings.s3_bucket, source)


def _embedded(settings: Settings, part: str) -> str:
    from lfassess import stack

    state = next((p.state for p in stack.ps(settings) if p.name == part), "stopped")
    return f"embedded, {state}" + (" (starts when needed)" if state != "running" else "")


def _startable(
    title: str, where: str, program: Callable[[Layout], Path], settings: Settings, source: str
) -> Finding:
    """Return whether the embedded server runs or could be started; none is."""
    from lfassess.paths import Layout

    try:
        program(Layout(settings.data_dir))
    except LfassessError as e:
        return Finding(title, "service", "bad", e.message, e.hint, source)
    return Finding(title, "service", "ok", where, source=source)


def _browser(settings: Settings) -> Iterator[Finding]:
    from lfassess.clients.browser import find_tools, require_packages

    source = _source("LFASSESS_BROWSER", settings, "browser_path")
    try:
        require_packages()
        browser, driver = find_tools(settings)
    except LfassessError as e:
        yield Finding("Browser", "tool", "bad", e.message, e.hint, source)
        return
    yield Finding("Browser", "tool", "ok", f"{browser}, driver {driver}", source=source)


def _cage(settings: Settings) -> Iterator[Finding]:
    from lfassess.cli.diagnostics_cage import examine_cage

    yield from examine_cage(settings)


def _fonts(_settings: Settings) -> Iterator[Finding]:
    from lfassess.clients.chromium import fonts

    lacking = fonts.missing()
    if lacking is None:
        detail = "not known: fontconfig isn't there, or can't be asked"
        yield Finding("Fonts", "tool", "note", detail, fonts.INSTALL_HINT)
    elif lacking:
        detail = f"none for {', '.join(lacking)}: screenshots and PDFs show boxes"
        yield Finding("Fonts", "tool", "note", detail, fonts.INSTALL_HINT)
    else:
        yield Finding("Fonts", "tool", "ok", "for Chinese, Japanese, Korean and emoji, too")


def _lighthouse(settings: Settings) -> Iterator[Finding]:
    from lfassess.clients.lighthouse import axe_source, installed

    path: Path | None = installed(settings)
    source = _source("LFASSESS_LIGHTHOUSE_DIR", settings, "lighthouse_dir")
    if path is None:
        yield Finding(
            "Lighthouse",
            "tool",
            "note",
            "not installed yet",
            "The first PageSpeed check installs it, or `lfassess setup`.",
            source,
        )
    else:
        yield Finding("Lighthouse", "tool", "ok", str(path), source=source)
    if axe_source(settings) is None:
        advice = "It comes with Lighthouse: `lfassess setup`."
        yield Finding("axe-core", "tool", "note", "not installed yet", advice, source)


def _outcomes(settings: Settings) -> dict[str, Outcome]:
    """Return what each service says of its key."""
    from lfassess.clients.key_trials import TRIALS, try_key

    return {tried.service: tried for name in TRIALS for tried in try_key(name, settings)}


def _providers(settings: Settings, outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    without = "SANDBOX" if settings.sandbox_url else None
    rows = (
        (
            "PageSpeed",
            "GOOGLE_API_KEY",
            "google_api_key",
            None if settings.local_lighthouse else settings.google_api_key,
            "Lighthouse runs on this machine",
        ),
        (
            "Places",
            "GOOGLE_API_KEY",
            "google_api_key",
            settings.google_api_key,
            without or "the Google Business Profile isn't assessed",
        ),
        (
            "SEMrush",
            "SEMRUSH_API_KEY",
            "semrush_api_key",
            settings.semrush_api_key,
            without or "Search visibility isn't assessed",
        ),
        (
            "OpenAI",
            "OPENAI_API_KEY",
            "openai_api_key",
            settings.openai_api_key,
            without or "recommendations are made by rule",
        ),
    )
    for name, variable, field, key, otherwise in rows:
        source = _source(variable, settings, field)
        if name == "OpenAI" and (lacking := _llm_lacking(settings)):
            yield Finding(name, "provider", "bad", lacking.message, lacking.hint, source)
        elif key is not None:
            shown = f"key {settings_sources.masked(key)}"
            tried = outcomes.get(name)
            if tried is None:
                yield Finding(name, "provider", "ok", shown, source=source)
            elif tried.taken:
                yield Finding(name, "provider", "ok", f"{shown}: {tried.said}", source=source)
            else:
                said = f"{shown}: {tried.said}"
                yield Finding(name, "provider", "bad", said, tried.hint, source)
        else:
            yield Finding(
                name,
                "provider",
                "note",
                f"no key: {otherwise}",
                f"`lfassess init` asks for it, or set {variable}.",
                source,
            )
    if settings.sandbox_url:
        yield Finding(
            "Sandbox",
            "provider",
            "note",
            f"{settings.sandbox_url} stands in for the paid providers; its data is marked SANDBOX.",
            source=_source("LFASSESS_SANDBOX_URL", settings, "sandbox_url"),
        )


def _llm_lacking(settings: Settings) -> ToolMissingError | None:
    """Return why a language model that is configured can't be asked from here."""
    from lfassess.clients.llm_endpoint import endpoint, require_package

    if endpoint(settings) is None:
        return None
    try:
        require_package()
    except ToolMissingError as e:
        return e
    return None


def _targets(settings: Settings) -> Iterator[Finding]:
    if settings.allow_private_targets:
        yield Finding(
            "Private targets",
            "system",
            "note",
            "allowed",
            "For tests and intranets only: unset LFASSESS_ALLOW_PRIVATE_TARGETS.",
            _source("LFASSESS_ALLOW_PRIVATE_TARGETS", settings, "allow_private_targets"),
        )


def examine_s3(settings: Settings, bucket: str, source: str = "") -> Finding:
    """Ask it whether it takes files; none is stored."""
    where = f"s3://{bucket}"
    if settings.s3_endpoint_url is not None:
        where += f" at {redact(settings.s3_endpoint_url)}"
    try:
        require_extra("s3", "boto3", "S3_BUCKET")
        from lfassess.clients.storage_s3 import S3Storage

        S3Storage.from_settings(settings).look()
    except LfassessError as e:
        return Finding("S3", "service", "bad", f"{where}: {e.message}", e.hint, source)
    return Finding("S3", "service", "ok", f"{where}, takes files", source=source)

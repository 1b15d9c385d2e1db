"""The error family: every expected failure, with the stable code that is stored on an attempt."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import ClassVar

from lfassess.plain_text import plain
from lfassess.statuses import DeferredCode


class LfassessError(Exception):
    """Something expected went wrong.

    The message says what happened; ``hint`` says what to do about this one, ``advice`` what an
    operator does about its kind. ``code`` is stable: it is stored on attempts, counted in error
    reports and documented in docs/reference/errors.md. Commands end with ``exit_code``, requests
    with ``http_status``.
    """

    code: ClassVar[str] = "error"
    advice: ClassVar[str] = "See the worker's log: `lfassess logs`."
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        # It may quote a website or a provider, and goes to terminals, logs and rows.
        super().__init__(plain(message) or _summary(type(self)))
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self)


# --- what a command may end with -----------------------------------------------------------------


class UsageError(LfassessError):
    """The command's words don't fit together."""

    code = "usage"
    exit_code = 2
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class ConfigurationError(LfassessError):
    """A setting is missing or wrong."""

    code = "configuration"
    advice = "A setting or folder is wrong; `lfassess doctor` says which."
    exit_code = 3


class ServiceUnreachableError(LfassessError):
    """A service lfassess needs is out of reach."""

    code = "service_unreachable"
    exit_code = 4
    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class InternalFaultError(LfassessError):
    """A fault in lfassess itself."""

    code = "internal_fault"
    exit_code = 70  # EX_SOFTWARE of sysexits.h


class BudgetStopError(LfassessError):
    """The budget or a quota is used up."""

    code = "budget_stop"
    exit_code = 5
    http_status = HTTPStatus.CONFLICT


class AlreadyRunningError(LfassessError):
    """The same command is under way, and must not be so twice."""

    code = "already_running"
    exit_code = 75  # EX_TEMPFAIL of sysexits.h: later it may work
    http_status = HTTPStatus.CONFLICT


class NotFoundError(LfassessError):
    """There is no such lead, batch or assessment."""

    code = "not_found"
    exit_code = 2
    http_status = HTTPStatus.NOT_FOUND


# --- what an attempt at a check may end with ------------------------------------------------------


class CheckError(LfassessError):
    """A check could not be done.

    ``provider`` names who answered (psi, places, semrush, openai, website, lighthouse, browser);
    ``status`` is the HTTP status where there was one.
    """

    code = "check_error"
    transient: ClassVar[bool] = False
    reached: bool = False  # a website let us in, over TLS where that was asked for, and then failed

    def __init__(
        self,
        message: str = "",
        *,
        provider: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.provider = provider
        self.status = status
        self.retry_after = retry_after


class DeferredError(CheckError):
    """Not now: a rate, quota, budget or breaker holds the call back.

    No failure and no retry: the check waits in Postgres until ``wait_s`` seconds have passed, for
    ever (until somebody acts) when that is None.
    """

    code = "deferred"
    advice = "Nothing to do: it goes on by itself; `lfassess status` says when and why."

    def __init__(
        self,
        message: str = "",
        *,
        wait_s: float | None = None,
        provider: str | None = None,
        deferred_code: DeferredCode = DeferredCode.OTHER,
    ) -> None:
        super().__init__(message, provider=provider)
        self.wait_s = wait_s
        self.deferred_code = deferred_code


class TransientError(CheckError):
    """It may work on the next try."""

    code = "transient"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    transient = True


class ProviderUnavailableError(TransientError):
    """The provider answered with a server error or not at all."""

    code = "provider_unavailable"
    advice = "The provider had trouble; try these leads again later."


class ProviderTimeoutError(TransientError):
    """The provider took longer than its time limit."""

    code = "provider_timeout"
    advice = "The provider or website was too slow; try these leads again later."


class RateLimitedError(TransientError):
    """The provider asked us to slow down."""

    code = "rate_limited"
    advice = "Lower its rate: providers.toml in LFASSESS_CONFIG_DIR."


class InvalidResponseError(TransientError):
    """The provider's answer was cut off or is not what its documentation promises."""

    code = "bad_answer"
    advice = "The provider's answer made no sense; try again, then report it with the log."


class BrowserCrashedError(TransientError):
    """The browser died or stopped answering."""

    code = "browser_crashed"
    advice = "See the browser worker's log and its memory; `lfassess doctor` tests it."


class BrowserBusyError(TransientError):
    """Other leads had the browser for too long."""

    code = "browser_busy"
    advice = "Wait, or add a browser worker: `lfassess scale 2 --kind browser`."


class StorageError(TransientError):
    """A screenshot or report could not be stored."""

    code = "storage_failed"
    advice = "Is the disk full, is S3 reachable? Fix it, then retry these checks."


class PermanentError(CheckError):
    """Trying again would give the same answer."""

    code = "permanent"


class ProviderRejectedError(PermanentError):
    """The provider refused the request as wrong."""

    code = "provider_rejected"
    advice = "The request was wrong for this lead; look at its data."


class QuotaExhaustedError(PermanentError):
    """The provider's quota or balance is used up."""

    code = "quota_exhausted"
    advice = "The quota or balance is used up; top it up or wait for the next period."
    exit_code = 5


class CredentialError(PermanentError):
    """The provider refused our key, or the key may not use this service."""

    code = "credential_rejected"
    advice = "Check the key and what it may use; `lfassess doctor` shows its source."
    exit_code = 3


class TargetUnreachableError(PermanentError):
    """The lead's website could not be reached."""

    code = "target_unreachable"
    advice = "The lead's website does not answer: a finding in itself; check the URL."


class NoWebPageError(TargetUnreachableError):
    """The address answers with a file, such as a PDF, and not with a web page.

    ``content_type`` is the file's MIME type, or None where a browser got a download.
    """

    code = "no_web_page"
    advice = "The address leads to a file; correct the lead's website."

    def __init__(
        self, message: str = "", *, provider: str | None = None, content_type: str | None = None
    ) -> None:
        super().__init__(message, provider=provider)
        self.content_type = content_type


class TargetBlockedError(PermanentError):
    """The website answered with a bot challenge instead of its page."""

    code = "target_blocked"
    advice = "The website blocks automated visits; assess it by hand."


class TargetForbiddenError(PermanentError):
    """The website's address is private, and lfassess does not connect to private addresses."""

    code = "target_forbidden"
    advice = "The URL leads to a private address; correct the lead."


class TargetPortError(TargetForbiddenError):
    """The website's address names a port that lfassess does not visit."""

    code = "target_port"
    advice = "Correct the lead's website, or set LFASSESS_TARGET_PORTS."


class TargetTooLargeError(PermanentError):
    """The website sent more, or its page took more memory, than the limit allows."""

    code = "target_too_large"
    advice = "The page is larger than the limit; assess it by hand."


class InvalidTargetError(PermanentError):
    """The lead has no website, or its address can't be used."""

    code = "invalid_target"
    advice = "Correct the lead's website."


class ToolMissingError(PermanentError):
    """A program or extra the check needs (browser, driver, Selenium, Node) is not installed."""

    code = "tool_missing"
    advice = "Install what is missing; `lfassess doctor` says what and how."
    exit_code = 3
    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class BrowserExposedError(ToolMissingError):
    """Other people's accounts on this machine could run programs as ours through the browser."""

    code = "browser_exposed"
    advice = "`lfassess doctor` says how the browser's ports are closed to others."


class ContentRefusedError(PermanentError):
    """The language model refused, or its answer was cut off or filtered."""

    code = "content_refused"
    advice = "The language model declined; the report uses recommendations by rule."


class DeadlineExceededError(PermanentError):
    """The check did not end within its time limit."""

    code = "deadline_exceeded"
    advice = "This machine was busy or the site slow: `lfassess status`, then retry."
    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class WorkerLostError(PermanentError):
    """Workers died on this check again and again."""

    code = "worker_lost"
    advice = "Workers died on this check; see their logs and the machine's memory."


class InternalError(PermanentError):
    """A fault in lfassess itself; the log has its traceback."""

    code = "internal_error"
    advice = "A fault in lfassess: the worker's log has the traceback; please report it."


# --- codes that are stored -----------------------------------------------------------------------


def advice_for(code: str) -> str:
    """Return one line of advice for the code."""
    return _by_code().get(code, LfassessError).advice


def check_codes() -> list[str]:
    """Return the codes that an attempt at a check may end with, in order."""
    kinds = _by_code().items()
    return sorted(code for code, kind in kinds if issubclass(kind, CheckError))


def cause_of(code: str) -> str:
    """Return what the code means, as its error says it."""
    kind = _by_code().get(code)
    return _summary(kind) if kind else "An error that this version does not know."


def _summary(kind: type[LfassessError]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


@cache
def _by_code() -> dict[str, type[LfassessError]]:
    found, families = {}, [LfassessError]
    while families:
        family = families.pop()
        found[family.code] = family
        families += family.__subclasses__()
    return found

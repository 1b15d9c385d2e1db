"""The error family: every expected failure, with the stable code that is stored on an attempt."""

from __future__ import annotations

from typing import ClassVar

from lfassess.plain_text import plain


class LfassessError(Exception):
    """Something expected went wrong.

    The message says what happened; ``hint`` says what to do about it. ``code`` is stable: it is
    stored on attempts, counted in error reports and documented in docs/reference/errors.md.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        # It may quote a website or a provider, and goes to terminals, logs and rows.
        super().__init__(plain(message) or (type(self).__doc__ or "").strip().splitlines()[0])
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self)


# --- what a command may end with -----------------------------------------------------------------


class UsageError(LfassessError):
    """The command's words don't fit together."""

    code = "usage"
    exit_code = 2


class ConfigurationError(LfassessError):
    """A setting is missing or wrong."""

    code = "configuration"
    exit_code = 3


class ServiceUnreachableError(LfassessError):
    """A service lfassess needs is out of reach."""

    code = "service_unreachable"
    exit_code = 4


class InternalFaultError(LfassessError):
    """A fault in lfassess itself."""

    code = "internal_fault"
    exit_code = 70  # EX_SOFTWARE of sysexits.h


class BudgetStopError(LfassessError):
    """The budget or a quota is used up."""

    code = "budget_stop"
    exit_code = 5


class NotFoundError(LfassessError):
    """There is no such lead, batch or assessment."""

    code = "not_found"
    exit_code = 2


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

    code = "parked"

    def __init__(
        self, message: str = "", *, wait_s: float | None = None, provider: str | None = None
    ) -> None:
        super().__init__(message, provider=provider)
        self.wait_s = wait_s


class TransientError(CheckError):
    """It may work on the next try."""

    code = "transient"
    transient = True


class ProviderUnavailableError(TransientError):
    """The provider answered with a server error or not at all."""

    code = "provider_unavailable"


class ProviderTimeoutError(TransientError):
    """The provider took longer than its time limit."""

    code = "provider_timeout"


class RateLimitedError(TransientError):
    """The provider asked us to slow down."""

    code = "rate_limited"


class InvalidResponseError(TransientError):
    """The provider's answer was cut off or is not what its documentation promises."""

    code = "bad_answer"


class BrowserCrashedError(TransientError):
    """The browser died or stopped answering."""

    code = "browser_crashed"


class BrowserBusyError(TransientError):
    """Other leads had the browser for too long."""

    code = "browser_busy"


class StorageError(TransientError):
    """A screenshot or report could not be stored."""

    code = "storage_failed"


class PermanentError(CheckError):
    """Trying again would give the same answer."""

    code = "permanent"


class ProviderRejectedError(PermanentError):
    """The provider refused the request as wrong."""

    code = "provider_rejected"


class QuotaExhaustedError(PermanentError):
    """The provider's quota or balance is used up."""

    code = "quota_exhausted"
    exit_code = 5


class CredentialError(PermanentError):
    """The provider refused our key, or the key may not use this service."""

    code = "credential_rejected"
    exit_code = 3


class TargetUnreachableError(PermanentError):
    """The lead's website could not be reached."""

    code = "target_unreachable"


class NoWebPageError(TargetUnreachableError):
    """The address answers with a file, such as a PDF, and not with a web page.

    ``content_type`` is the file's MIME type, or None where a browser got a download.
    """

    code = "no_web_page"

    def __init__(
        self, message: str = "", *, provider: str | None = None, content_type: str | None = None
    ) -> None:
        super().__init__(message, provider=provider)
        self.content_type = content_type


class TargetBlockedError(PermanentError):
    """The website answered with a bot challenge instead of its page."""

    code = "target_blocked"


class TargetForbiddenError(PermanentError):
    """The website's address is private, and lfassess does not connect to private addresses."""

    code = "target_forbidden"


class TargetPortError(TargetForbiddenError):
    """The website's address names a port that lfassess does not visit."""

    code = "target_port"


class TargetTooLargeError(PermanentError):
    """The website sent more, or its page took more memory, than the limit allows."""

    code = "target_too_large"


class InvalidTargetError(PermanentError):
    """The lead has no website, or its address can't be used."""

    code = "invalid_target"


class ToolMissingError(PermanentError):
    """A program the check needs (browser, driver, Node, Lighthouse) is not installed."""

    code = "tool_missing"
    exit_code = 3


class BrowserExposedError(ToolMissingError):
    """Other people's accounts on this machine could run programs as ours through the browser."""

    code = "browser_exposed"


class ContentRefusedError(PermanentError):
    """The language model refused, or its answer was cut off or filtered."""

    code = "content_refused"


class DeadlineExceededError(PermanentError):
    """The check did not end within its time limit."""

    code = "deadline_exceeded"


class WorkerLostError(PermanentError):
    """Workers died on this check again and again."""

    code = "worker_lost"


class InternalError(PermanentError):
    """A fault in lfassess itself; the log has its traceback."""

    code = "internal_error"

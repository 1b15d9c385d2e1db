"""The error bodies of PageSpeed Insights."""

from __future__ import annotations

from typing import Any, Final

from fastapi.responses import JSONResponse

Json = dict[str, Any]

_UNLOADABLE: Final = (
    "Lighthouse was unable to reliably load the page you requested. Make sure you are testing the "
    "correct URL and that the server is properly responding to all requests."
)
_SERVICE: Final = "pagespeedonline.googleapis.com"
_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
_SANDBOX_PROJECT: Final = "000000000000"
_SHARED_PROJECT: Final = "583797351490"  # to which calls without a key are counted


class RefusedError(Exception):
    """The request ends with this answer."""

    def __init__(self, code: int, message: str, *, domain: str, reason: str, **more: Any) -> None:
        super().__init__(message)
        entry = {"message": message, "domain": domain, "reason": reason}
        error: Json = {"code": code, "message": message, "errors": [entry], **more}
        self.response = JSONResponse({"error": error}, status_code=code)


def failed_document(network: str) -> RefusedError:
    """Return what is said of a page that doesn't load; `network` as "ERR_FAILED"."""
    return _lighthouse(400, f"FAILED_DOCUMENT_REQUEST. {_UNLOADABLE} (Details: net::{network})")


def errored_document(status: int) -> RefusedError:
    """Return what is said of a page that answers with an error."""
    return _lighthouse(
        500, f"ERRORED_DOCUMENT_REQUEST. {_UNLOADABLE} (Status code: {status})", "lighthouseError"
    )


def insecure_document(network: str) -> RefusedError:
    """Return what is said of a page whose certificate does not hold."""
    said = "The URL you have provided does not have a valid security certificate."
    return _lighthouse(400, f"INSECURE_DOCUMENT_REQUEST. {said} net::{network}")


def no_paint() -> RefusedError:
    """Return what is said of a page that shows nothing."""
    said = (
        "The page did not paint any content. Please ensure you keep the browser window in the "
        "foreground during the load and try again. (NO_FCP)"
    )
    return _lighthouse(400, f"NO_FCP. {said}")


def went_wrong() -> RefusedError:
    """Return what is said where Google does not know itself."""
    return _lighthouse(500, "Something went wrong.", "lighthouseError")


def throttled() -> RefusedError:
    """Return what is said to those who ask about one site again and again."""
    said = "Unable to process request. Please wait a while and try again."
    return RefusedError(500, said, domain="global", reason="internalError")


def over_quota(*, per: str, keyless: bool = False) -> RefusedError:
    """Return the refusal of a day's or a minute's quota; `per` is day or minute."""
    project = _SHARED_PROJECT if keyless else _SANDBOX_PROJECT
    said = (
        f"Quota exceeded for quota metric 'Queries' and limit 'Queries per {per}' of service "
        f"'{_SERVICE}' for consumer 'project_number:{project}'."
    )
    metadata = {
        "consumer": f"projects/{project}",
        "service": _SERVICE,
        "quota_unit": "1/d/{project}" if per == "day" else "1/min/{project}",
        "quota_metric": "pagespeedonline.googleapis.com/default",
        "quota_location": "global",
        "quota_limit_value": "0" if keyless else "25000" if per == "day" else "240",
        "quota_limit": f"defaultPer{per.title()}PerProject",
    }
    return RefusedError(
        429,
        said,
        domain="global",
        reason="rateLimitExceeded",
        status="RESOURCE_EXHAUSTED",
        details=[_info("RATE_LIMIT_EXCEEDED", metadata)],
    )


def bad_key() -> RefusedError:
    """Return the refusal of a key nobody knows: 400, not 401."""
    return RefusedError(
        400,
        "API key not valid. Please pass a valid API key.",
        domain="global",
        reason="badRequest",
        status="INVALID_ARGUMENT",
        details=[_info("API_KEY_INVALID", {"service": _SERVICE})],
    )


def bad_value(name: str, said: str) -> RefusedError:
    """Return the refusal of a parameter."""
    error = RefusedError(
        400, said, domain="gdata.CoreErrorDomain", reason="INVALID_PARAMETER",
        status="INVALID_ARGUMENT",
    )  # fmt: skip
    error.add_note(name)
    return error


def bad_enum(name: str, value: str) -> RefusedError:
    """Return the refusal of a word that is none of the parameter's."""
    kind = f"type.googleapis.com/google.chrome.pagespeedonline.v5.{name.title()}"
    said = f"Invalid value at '{name}' ({kind}), \"{value[:60]}\""
    return RefusedError(400, said, domain="global", reason="invalid", status="INVALID_ARGUMENT")


def bad_fields(selection: str) -> RefusedError:
    """Return the refusal of a field mask."""
    said = f"Invalid field selection {selection[:60]}"
    return RefusedError(
        400, said, domain="global", reason="invalidParameter", status="INVALID_ARGUMENT"
    )


def _lighthouse(code: int, said: str, reason: str = "lighthouseUserError") -> RefusedError:
    # Unlike Google's other errors these carry no status.
    message = f"Lighthouse returned error: {said}"
    return RefusedError(code, message, domain="lighthouse", reason=reason)


def _info(reason: str, metadata: Json) -> Json:
    return {"@type": _INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}

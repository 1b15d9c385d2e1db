"""Turns S3's refusals into ours."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    InvalidRegionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
)

from lfassess.errors import ConfigurationError, LfassessError, StorageError
from lfassess.log import redact

_GONE: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_BUSY: Final = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException"})
_HINTS: Final = {
    "NoSuchBucket": "Create the bucket, or fix S3_BUCKET.",
    "PermanentRedirect": "The bucket lies in another region: set AWS_REGION.",
    "AuthorizationHeaderMalformed": "The bucket lies in another region: set AWS_REGION.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "NotImplemented": "The server may not encrypt at rest: give it a key, or use another.",
}
_CREDENTIALS: Final = (
    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the machine's role), and that they may "
    "put, get and delete objects in the bucket and use its key."
)
_MISUSED: Final = {
    NoCredentialsError: _CREDENTIALS,
    PartialCredentialsError: _CREDENTIALS,
    ParamValidationError: "Fix S3_BUCKET.",
    ProfileNotFound: "Fix AWS_PROFILE, or unset it.",
    ConfigParseError: "Fix AWS's own files, see AWS_CONFIG_FILE.",
    InvalidRegionError: "Fix AWS_REGION.",
    ValueError: "Fix AWS_ENDPOINT_URL_S3: http://HOST:PORT or https://HOST.",
}
_SERVER: Final = 500


def is_gone(e: ClientError) -> bool:
    """Whether the object, rather than anything else, is missing."""
    return e.response.get("Error", {}).get("Code", "") in _GONE


def error_for(e: ClientError | BotoCoreError, bucket: str) -> LfassessError:
    """Return the error to raise: StorageError where it may pass, else ConfigurationError."""
    if isinstance(e, ClientError):
        return _answered(e, bucket)
    if isinstance(e, tuple(_MISUSED)):
        return misused(e)
    hint = "Check AWS_ENDPOINT_URL_S3 and AWS_REGION, and that it runs."
    return StorageError(f"S3 is out of reach: {_said(e)}", provider="s3", hint=hint)


def misused(e: Exception) -> ConfigurationError:
    """Return what is said of a setting that no client can be made of."""
    hint = next(hint for kind, hint in _MISUSED.items() if isinstance(e, kind))
    return ConfigurationError(f"S3 can't be used: {_said(e)}", hint=hint)


def _said(e: Exception) -> str:
    return redact(" ".join(str(e).split()))[:200]


def _answered(e: ClientError, bucket: str) -> LfassessError:
    error = e.response.get("Error", {})
    code = error.get("Code", "unknown")
    status = e.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = redact(f"S3 answered {status} ({code}) for the bucket {bucket}")
    if (status >= _SERVER and code not in _HINTS) or code in _BUSY:
        return StorageError(said, provider="s3", status=status, hint="It may pass: try again.")
    return ConfigurationError(said, hint=_HINTS.get(code, _CREDENTIALS))

"""Turns S3's refusals into ours."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from lfassess.errors import ConfigurationError, LfassessError, StorageError
from lfassess.log import redact

_GONE: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_BUSY: Final = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException"})
_HINTS: Final = {
    "NoSuchBucket": "Create the bucket, or fix S3_BUCKET.",
    "PermanentRedirect": "The bucket lies in another region: set AWS_REGION.",
    "AuthorizationHeaderMalformed": "The bucket lies in another region: set AWS_REGION.",
    "NotImplemented": "The server may not encrypt at rest: give it a key, or use another.",
}
_CREDENTIALS: Final = (
    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the machine's role), and that they may "
    "put, get and delete objects in the bucket and use its key."
)
_MISUSED: Final = (NoCredentialsError, PartialCredentialsError, ParamValidationError)
_SERVER: Final = 500


def is_gone(e: ClientError) -> bool:
    """Whether the object, rather than anything else, is missing."""
    return e.response.get("Error", {}).get("Code", "") in _GONE


def error_for(e: ClientError | BotoCoreError, bucket: str) -> LfassessError:
    """Return the error to raise: StorageError where it may pass, else ConfigurationError."""
    if isinstance(e, ClientError):
        return _answered(e, bucket)
    said = redact(" ".join(str(e).split()))[:200]
    if isinstance(e, _MISUSED):
        return ConfigurationError(f"S3 can't be used: {said}", hint=_CREDENTIALS)
    return StorageError(
        f"S3 is out of reach: {said}", provider="s3", hint="Check AWS_ENDPOINT_URL_S3."
    )


def _answered(e: ClientError, bucket: str) -> LfassessError:
    error = e.response.get("Error", {})
    code = error.get("Code", "unknown")
    status = e.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = redact(f"S3 answered {status} ({code}) for the bucket {bucket}")
    if (status >= _SERVER and code not in _HINTS) or code in _BUSY:
        return StorageError(said, provider="s3", status=status)
    return ConfigurationError(said, hint=_HINTS.get(code, _CREDENTIALS))

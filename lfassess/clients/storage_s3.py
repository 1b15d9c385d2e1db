"""Keeps artefacts in an S3 bucket, encrypted at rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from lfassess import reconnect
from lfassess.clients.storage_disk import DiskStorage, checked_name
from lfassess.errors import ConfigurationError, LfassessError, StorageError
from lfassess.log import redact
from lfassess.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

_SCHEME: Final = "s3://"
_LOOK_HAS_S: Final = 5.0
_LONGEST_LINK_S: Final = 7 * 86_400  # what signature version 4 allows
# when_required: the newer default sends checksum trailers that several S3 look-alikes refuse.
# s3v4: presigned links are made in version 2 otherwise, which KMS-encrypted objects refuse.
_CONFIG: Final = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    max_pool_connections=50,
)
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


class S3Storage:
    """Keeps files at s3://<bucket>/<prefix>/<assessment id>/<name>; safe to use from threads."""

    def __init__(
        self,
        bucket: str,
        *,
        prefix: str = "",
        endpoint_url: str | None = None,
        kms_key: str | None = None,
        earlier: DiskStorage | None = None,
    ) -> None:
        """Take who may do it from AWS's own environment variables, files or the machine's role.

        Args:
            bucket: its name; it must exist.
            prefix: goes before all keys.
            endpoint_url: of a server other than AWS's.
            kms_key: encrypt with this KMS key; None = AES256 with the bucket's own.
            earlier: where files with a path for a URI lie.
        """
        self._bucket = bucket
        self._prefix = "".join(f"{part}/" for part in prefix.split("/") if part)
        self._endpoint_url = endpoint_url
        self._earlier = earlier
        self._encryption: dict[str, Any] = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
            if kms_key
            else {"ServerSideEncryption": "AES256"}
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> S3Storage:
        """Return the bucket that the settings name; files from before it was set up are found."""
        assert settings.s3_bucket is not None
        return cls(
            settings.s3_bucket,
            prefix=settings.s3_prefix,
            endpoint_url=settings.s3_endpoint_url,
            kms_key=settings.s3_kms_key,
            earlier=DiskStorage.from_settings(settings),
        )

    def put(
        self,
        assessment_id: int,
        name: str,
        data: bytes,
        content_type: str = "application/octet-stream",
    ) -> str:
        """Upload the file; returns its s3:// URI. Raises as Storage.put()."""
        key = self._prefix + checked_name(assessment_id, name)
        self._do(
            lambda s3: s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=data,
                ContentType=content_type,
                CacheControl="private",
                **self._encryption,
            )
        )
        return f"{_SCHEME}{self._bucket}/{key}"

    def get(self, uri: str) -> bytes | None:
        """Return the file's bytes, or None if it is gone or not one of ours."""
        if self._earlier is not None and not uri.startswith(_SCHEME):
            return self._earlier.get(uri)
        key = self._key(uri)
        if key is None:
            return None
        try:
            return self._do(lambda s3: s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except FileNotFoundError:
            return None

    def link(self, uri: str, expires_s: int) -> str:
        """Return a presigned URL; seven days at most, as signatures allow no more.

        Raises:
            ValueError: the URI is none of this storage's.
        """
        if self._earlier is not None and not uri.startswith(_SCHEME):
            return self._earlier.link(uri, expires_s)
        key = self._key(uri)
        if key is None:
            raise ValueError(f"not in this bucket: {uri[:200]!r}")
        expires = min(max(expires_s, 1), _LONGEST_LINK_S)
        where = {"Bucket": self._bucket, "Key": key}
        return self._do(
            lambda s3: s3.generate_presigned_url("get_object", Params=where, ExpiresIn=expires)
        )

    def delete(self, uri: str) -> bool:
        """Remove the file; returns whether it was there and ours."""
        if self._earlier is not None and not uri.startswith(_SCHEME):
            return self._earlier.delete(uri)
        key = self._key(uri)
        if key is None:
            return False
        try:
            self._do(lambda s3: s3.head_object(Bucket=self._bucket, Key=key))
        except FileNotFoundError:
            return False
        self._do(lambda s3: s3.delete_object(Bucket=self._bucket, Key=key))
        return True

    def look(self) -> None:
        """Find out whether files may be stored: an upload is begun and given up at once.

        Raises:
            ConfigurationError: no; it says why, and what to do.
            StorageError: S3 is out of reach for now.
        """
        key = f"{self._prefix}0/doctor"

        def begin(s3: S3Client) -> None:
            begun = s3.create_multipart_upload(Bucket=self._bucket, Key=key, **self._encryption)
            with suppress(ClientError):  # it holds nothing; to give it up may need a right more
                s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=begun["UploadId"])

        self._do(begin, read_timeout_s=_LOOK_HAS_S)

    def _key(self, uri: str) -> str | None:
        start = f"{_SCHEME}{self._bucket}/{self._prefix}"
        return uri.removeprefix(f"{_SCHEME}{self._bucket}/") if uri.startswith(start) else None

    def _do(self, act: Callable[[S3Client], T], *, read_timeout_s: float = 30) -> T:
        """Act, again where S3 is out of reach; FileNotFoundError where nothing is there."""
        try:
            s3 = _client(self._endpoint_url, read_timeout_s)
            return reconnect.persistently(lambda: act(s3), (BotoConnectionError, HTTPClientError))
        except ClientError as e:
            if is_gone(e):
                raise FileNotFoundError from e
            raise error_for(e, self._bucket) from e
        except BotoCoreError as e:
            raise error_for(e, self._bucket) from e


@lru_cache(maxsize=8)
def _client(endpoint_url: str | None, read_timeout_s: float) -> S3Client:
    """Return the process's client: making one takes longer than using it."""
    config = _CONFIG.merge(Config(read_timeout=read_timeout_s))
    try:
        return boto3.session.Session().client("s3", endpoint_url=endpoint_url, config=config)
    except ValueError as e:
        raise misused(e) from e


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
    if (status >= HTTPStatus.INTERNAL_SERVER_ERROR and code not in _HINTS) or code in _BUSY:
        return StorageError(said, provider="s3", status=status, hint="It may pass: try again.")
    return ConfigurationError(said, hint=_HINTS.get(code, _CREDENTIALS))

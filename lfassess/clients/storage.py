"""Stores screenshots and reports: in an S3 bucket where one is configured, else on disk."""

from __future__ import annotations

from typing import Protocol

from lfassess.clients.storage_disk import DiskStorage
from lfassess.runtime_hints import require_extra
from lfassess.settings import Settings

__all__ = ["DiskStorage", "Storage", "storage_for"]

OCTETS = "application/octet-stream"


class Storage(Protocol):
    """Keeps files by assessment and name; a URI says where one lies."""

    def put(self, assessment_id: int, name: str, data: bytes, content_type: str = OCTETS) -> str:
        """Keep the file whole or not at all, in place of one of that name; returns its URI.

        Raises:
            ValueError: the name could lead elsewhere.
            ConfigurationError: the place refuses us; trying again would change nothing.
            StorageError: the place is out of reach for now.
        """
        ...

    def get(self, uri: str) -> bytes | None:
        """Return the file's bytes, or None if it is gone or not one of ours; raises as put()."""
        ...

    def link(self, uri: str, expires_s: int) -> str:
        """Return a URL under which the file can be fetched for so many seconds, where it can."""
        ...

    def delete(self, uri: str) -> bool:
        """Remove the file; returns whether it was there and ours. Raises as put()."""
        ...


def storage_for(settings: Settings) -> Storage:
    """Return the configured storage; with S3, files from before it was set up are found, too."""
    if settings.s3_bucket is None:
        return DiskStorage.from_settings(settings)
    require_extra("s3", "boto3", "S3_BUCKET")
    from lfassess.clients.storage_s3 import S3Storage  # noqa: PLC0415 - boto3 takes long to import

    return S3Storage.from_settings(settings)

"""What `lfassess doctor` says of the bucket that reports and screenshots go to."""

from __future__ import annotations

from lfassess.cli.doctor_finding import Finding
from lfassess.errors import LfassessError
from lfassess.log import redact
from lfassess.runtime_hints import require_extra
from lfassess.settings import Settings


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

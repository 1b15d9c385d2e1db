"""Files in S3, against a server that speaks its protocol."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from lfassess.clients.storage import DiskStorage, Storage, storage_for
from lfassess.errors import ConfigurationError, StorageError
from lfassess.settings import Settings

_BUCKET = "audits"


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing-secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def s3(s3_url: str, credentials: None):
    client = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
    client.create_bucket(Bucket=_BUCKET)
    yield client
    requests.post(f"{s3_url}/moto-api/reset", timeout=60)
    client.close()


@pytest.fixture
def storage(settings: Settings, s3_url: str, s3) -> Storage:
    return storage_for(_with(settings, s3_endpoint_url=s3_url, s3_prefix="/acme/prod/"))


def _with(settings: Settings, **changes: str) -> Settings:
    return settings.model_copy(update={"s3_bucket": _BUCKET, **changes})


def test_gives_back_what_was_put_under_its_prefix(storage: Storage) -> None:
    uri = storage.put(7, "report.pdf", b"%PDF", "application/pdf")

    assert uri == "s3://audits/acme/prod/7/report.pdf"
    assert storage.get(uri) == b"%PDF"


def test_objects_are_encrypted_and_keep_their_content_type(storage: Storage, s3) -> None:
    storage.put(7, "report.pdf", b"%PDF", "application/pdf")

    head = s3.head_object(Bucket=_BUCKET, Key="acme/prod/7/report.pdf")
    assert head["ServerSideEncryption"] == "AES256"
    assert head["ContentType"] == "application/pdf"


def test_encrypts_with_the_key_that_is_configured(settings: Settings, s3_url: str, s3) -> None:
    settings = _with(settings, s3_endpoint_url=s3_url, s3_kms_key="alias/audits")
    storage_for(settings).put(7, "a.jpg", b"")

    head = s3.head_object(Bucket=_BUCKET, Key="7/a.jpg")
    assert head["ServerSideEncryption"] == "aws:kms"
    assert head["SSEKMSKeyId"].endswith("alias/audits")


def test_a_link_opens_the_file_without_credentials_until_it_expires(storage: Storage) -> None:
    uri = storage.put(7, "report.html", b"<p>done", "text/html")
    link = storage.link(uri, 90)

    query = parse_qs(urlsplit(link).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["90"]
    assert "testing-secret" not in link
    assert requests.get(link, timeout=60).content == b"<p>done"


def test_a_link_lives_a_week_at_most(storage: Storage) -> None:
    link = storage.link(storage.put(7, "a.jpg", b""), 90 * 86_400)

    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == [str(7 * 86_400)]


def test_deletes_once(storage: Storage) -> None:
    uri = storage.put(7, "a.jpg", b"a")

    assert storage.delete(uri) is True
    assert storage.delete(uri) is False
    assert storage.get(uri) is None


def test_touches_nothing_of_other_buckets_and_prefixes(storage: Storage, s3) -> None:
    s3.put_object(Bucket=_BUCKET, Key="other/7/a.jpg", Body=b"theirs")

    for uri in ("s3://audits/other/7/a.jpg", "s3://elsewhere/acme/prod/7/a.jpg"):
        assert storage.get(uri) is None
        assert storage.delete(uri) is False
        with pytest.raises(ValueError, match="not in this bucket"):
            storage.link(uri, 60)
    assert s3.get_object(Bucket=_BUCKET, Key="other/7/a.jpg")["Body"].read() == b"theirs"


def test_refuses_names_that_lead_elsewhere(storage: Storage) -> None:
    with pytest.raises(ValueError, match="no name"):
        storage.put(7, "../8/report.html", b"")


def test_still_finds_files_from_before_there_was_a_bucket(
    settings: Settings, storage: Storage
) -> None:
    uri = DiskStorage.from_settings(settings).put(3, "desktop.jpg", b"old")

    assert storage.get(uri) == b"old"
    assert storage.link(uri, 60).startswith("file://")
    assert storage.delete(uri) is True
    assert storage.get(uri) is None


def test_a_missing_bucket_is_a_matter_of_configuration(settings: Settings, s3_url: str, s3) -> None:
    settings = _with(settings, s3_endpoint_url=s3_url, s3_bucket="nobodys")

    with pytest.raises(ConfigurationError, match="NoSuchBucket") as caught:
        storage_for(settings).put(1, "a.jpg", b"")
    assert "S3_BUCKET" in (caught.value.hint or "")


def test_missing_credentials_are_a_matter_of_configuration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nonexistent")
    # A client keeps the credentials it began with; one is cached for each server.
    settings = _with(settings, s3_endpoint_url="http://127.0.0.1:1/no-credentials")

    with pytest.raises(ConfigurationError, match="credentials") as caught:
        storage_for(settings).put(1, "a.jpg", b"")
    assert "AWS_ACCESS_KEY_ID" in (caught.value.hint or "")


class _HangingUp(threading.Thread):
    """Takes calls and ends them without a word."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(daemon=True)
        self.seen = 0
        self.over = False
        self._listener = listener

    def run(self) -> None:
        while not self.over:
            connection, _ = self._listener.accept()
            self.seen += 1
            connection.close()


def test_tries_a_server_out_of_reach_again_then_says_it_may_pass(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = _with(settings, s3_endpoint_url=f"http://127.0.0.1:{port}")
        calls = _HangingUp(listener)
        calls.start()
        with pytest.raises(StorageError) as caught:
            storage_for(settings).put(1, "a.jpg", b"")
        calls.over = True
        socket.create_connection(("127.0.0.1", port)).close()
        calls.join()
    assert calls.seen - 1 > 1  # the last was ours
    assert caught.value.transient

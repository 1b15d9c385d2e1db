"""What the doctor says of S3, asked over HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lfassess.cli.diagnostics import examine, examine_s3
from lfassess.cli.doctor_output import Finding
from lfassess.settings import Settings
from tests.s3_server import BUCKET, CREDENTIALS, NOBODY, S3, s3_server


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # none of whoever runs this
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with s3_server() as server:
        server.create_bucket()
        yield server


def seen(tmp_path: Path, url: str, bucket: str = BUCKET) -> Finding:
    settings = Settings(data_dir=tmp_path, s3_bucket=bucket, s3_endpoint_url=url)
    return examine_s3(settings, bucket)


@dataclass
class Refusing:
    """A server that answers every request with one of S3's errors."""

    url: str = ""
    status: int = 500
    code: str = ""


@pytest.fixture(scope="module")
def refusing() -> Iterator[Refusing]:
    answer = Refusing()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = f"<Error><Code>{answer.code}</Code><Message>No.</Message></Error>".encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield answer
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_bucket_that_takes_files_is_fine_and_stays_empty(s3: S3, tmp_path: Path):
    found = seen(tmp_path, s3.url)
    assert (found.state, found.fix) == ("ok", None)
    assert found.detail == f"s3://audits at {s3.url}, takes files"
    assert s3.keys() == set()


def test_the_doctor_asks_it(s3: S3, tmp_path: Path):
    found = examine(Settings(data_dir=tmp_path, s3_bucket=BUCKET, s3_endpoint_url=s3.url))
    assert [f.state for f in found if f.name == "S3"] == ["ok"]


def test_a_bucket_that_is_not_there_is_named(s3: S3, tmp_path: Path):
    found = seen(tmp_path, s3.url, bucket="nobodys")
    assert found.state == "bad"
    assert "NoSuchBucket" in found.detail
    assert found.fix == "Create the bucket, or fix S3_BUCKET."


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        (403, "AccessDenied", "put, get and delete"),
        (400, "ExpiredToken", "AWS_ACCESS_KEY_ID"),
        (400, "AuthorizationHeaderMalformed", "AWS_REGION"),
        (501, "NotImplemented", "encrypt"),
        (403, "RequestTimeTooSkewed", "clock"),
        (503, "SlowDown", "again"),
        (500, "InternalError", "again"),
    ],
)
def test_a_refusal_is_said_with_what_to_do(
    refusing: Refusing, status: int, code: str, fix: str, tmp_path: Path
):
    refusing.status, refusing.code = status, code
    found = seen(tmp_path, refusing.url)
    assert found.state == "bad"
    assert code in found.detail
    assert fix in (found.fix or "")
    assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in found.detail


def test_one_that_nobody_serves_or_that_says_nothing_is_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lfassess.clients.storage_s3._LOOK_HAS_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        for url in (NOBODY, f"http://127.0.0.1:{frozen.getsockname()[1]}"):
            found = seen(tmp_path, url)
            assert found.state == "bad"
            assert "S3 is out of reach" in found.detail
            assert "AWS_ENDPOINT_URL_S3" in (found.fix or "")


@pytest.mark.parametrize(
    ("where", "variables", "fix"),
    [
        (("nonsense", BUCKET), {}, "AWS_ENDPOINT_URL_S3"),
        (("http://name:pass@word/", BUCKET), {"AWS_PROFILE": "nobodys"}, "AWS_PROFILE"),
        ((f"{NOBODY}/bucket", "Not A Bucket"), {}, "S3_BUCKET"),
        ((f"{NOBODY}/half", BUCKET), {"AWS_SECRET_ACCESS_KEY": ""}, "AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_setting_that_no_client_can_use_is_named(
    where: tuple[str, str],
    variables: dict[str, str],
    fix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = seen(tmp_path, *where)
    assert found.state == "bad"
    assert "S3 can't be used" in found.detail
    assert "pass@" not in found.detail
    assert fix in (found.fix or "")

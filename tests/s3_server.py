"""A server that speaks S3's protocol, and a port at which nobody does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import boto3
import requests
from moto.server import ThreadedMotoServer

BUCKET: Final = "audits"
NOBODY: Final = "http://127.0.0.1:1"
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing-secret",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class S3:
    """A running server; what it holds outlives a pause."""

    url: str
    server: ThreadedMotoServer

    @contextmanager
    def away(self) -> Iterator[None]:
        """Answer nobody inside the block."""
        host, port = self.server.get_host_and_port()
        self.server.stop()
        try:
            yield
        finally:
            self.server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
            self.server.start()

    def create_bucket(self) -> None:
        client = self._client()
        client.create_bucket(Bucket=BUCKET)
        client.close()

    def keys(self) -> set[str]:
        client = self._client()
        found = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        client.close()
        return {o["Key"] for o in found}

    def _client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing-secret",
        )


@contextmanager
def s3_server() -> Iterator[S3]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it logs every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    url = f"http://127.0.0.1:{port}"
    requests.post(f"{url}/moto-api/reset", timeout=60)  # what an earlier one had is there still
    running = S3(url, server)
    try:
        yield running
    finally:
        running.server.stop()

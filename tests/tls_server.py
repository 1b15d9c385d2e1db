"""A certificate authority of our own, and TLS servers on loopback that are set up in odd ways."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID as Aia
from cryptography.x509.oid import NameOID

HOST = "shop.demo.test"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<h1>Bread</h1>"


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def sign(
    name: str,
    by: Signed | None = None,
    *,
    ca: bool = False,
    issuer_at: str | None = None,
    days: int = 90,
    key: Key | None = None,
) -> Signed:
    """Make a certificate; ``issuer_at`` is where its issuer's can be fetched (AIA)."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
    if issuer_at:
        where = x509.AccessDescription(Aia.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_at))
        builder = builder.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key)


def context(
    folder: Path, leaf: Signed, chain: Sequence[Signed] = (), *, ciphers: str | None = None
) -> ssl.SSLContext:
    """Return a server's context; with ``ciphers`` it speaks TLS 1.2 and nothing but those."""
    path = folder / f"{leaf.certificate.serial_number}.pem"
    key = leaf.key.private_bytes(
        Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(b"".join([leaf.pem(), *(c.pem() for c in chain), key]))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    if ciphers:
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers(ciphers)
    return made


@contextlib.contextmanager
def serving(answer: bytes = ANSWER, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer every connection with the same bytes; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError):
                client, _ = listener.accept()
                client.settimeout(5)
                with tls.wrap_socket(client, server_side=True) if tls else client as sock:
                    sock.recv(65_536)
                    sock.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listener.close()

"""Fetches the certificates that a server left out of its chain, as browsers do (RFC 5280 §4.2.2.1).

The leaf names its issuer's address. What comes from there is trusted for nothing by itself.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from lfassess.clients.body import read_body
from lfassess.clients.http import USER_AGENT
from lfassess.clients.http1 import HeadTooLargeError, NotHttpError, Stream, read_head
from lfassess.errors import CheckError
from lfassess.netguard import Guard

Certificates = Sequence[x509.Certificate]

_DEPTH: Final = 3  # certificates above the leaf
_MAX_BYTES: Final = 64 * 1024
_MAX_CERTIFICATES: Final = 10  # certificates of one answer that are looked at
_REMEMBERED: Final = 256  # issuers; a few dozen sign nearly all certificates

_LOADERS: Final[tuple[Callable[[bytes], list[x509.Certificate]], ...]] = (
    lambda data: [x509.load_der_x509_certificate(data)],
    x509.load_pem_x509_certificates,
    pkcs7.load_der_pkcs7_certificates,
    pkcs7.load_pem_pkcs7_certificates,
)

_known: OrderedDict[str, list[x509.Certificate]] = OrderedDict()
_lock = threading.Lock()


def issuers(der: bytes | None, guard: Guard, deadline: float) -> list[x509.Certificate]:
    """Return the certificates above this one, as far as they are offered over http.

    Args:
        der: the server's own certificate.
        guard: for the addresses that it names.
        deadline: time.monotonic(); what has not come by then is left out.
    """
    found: list[x509.Certificate] = []
    current = _loaded(der or b"")
    while current and len(found) < _DEPTH:
        above = [c for c in _offered(current[0], guard, deadline) if _signs(c, current[0])]
        current = above[:1] if above and above[0].issuer != above[0].subject else []
        found += above[:1]
    return found


def _signs(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _offered(certificate: x509.Certificate, guard: Guard, deadline: float) -> Certificates:
    for url in _addresses(certificate):
        if found := _remembered(url):
            return found
        try:
            found = _loaded(_get(url, guard, deadline))
        except (OSError, CheckError, NotHttpError, HeadTooLargeError, ValueError):
            continue
        if found:
            _remember(url, found)
            return found
    return []


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_oid(
            ExtensionOID.AUTHORITY_INFORMATION_ACCESS
        ).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    assert isinstance(extension, x509.AuthorityInformationAccess)
    named = [
        access.access_location.value
        for access in extension
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS
    ]
    return [url for url in named if isinstance(url, str) and url.startswith("http://")][:_DEPTH]


def _get(url: str, guard: Guard, deadline: float) -> bytes:
    parts = urlsplit(url)
    left = deadline - time.monotonic()
    if left <= 0 or not parts.hostname:
        return b""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: {USER_AGENT}\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    )
    with guard.connect(parts.hostname, parts.port or 80, left) as sock:
        sock.sendall(request.encode("ascii"))
        stream = Stream(sock, deadline)
        head = read_head(stream, secure=False)
        if head.status != HTTPStatus.OK:
            return b""
        return read_body(stream, head, "GET", max_bytes=_MAX_BYTES, deadline=deadline).data


def _loaded(data: bytes) -> list[x509.Certificate]:
    """Return the certificates in DER, PEM or PKCS #7 of either."""
    for load in _LOADERS:
        try:
            return load(data)[:_MAX_CERTIFICATES]
        except (ValueError, UnsupportedAlgorithm):
            continue
    return []


def _remembered(url: str) -> Certificates:
    with _lock:
        return _known.get(url, [])


def _remember(url: str, found: list[x509.Certificate]) -> None:
    with _lock:
        _known[url] = found
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)

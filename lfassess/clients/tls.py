"""TLS to a lead's site: verified where possible, described in any case."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """What the handshake showed; times are ISO 8601 in UTC."""

    verified: bool
    error: str | None  # why the certificate was not trusted
    version: str | None  # "TLSv1.3"
    cipher: str | None
    subject: str | None
    issuer: str | None
    names: tuple[str, ...]  # subject alternative names
    not_before: str | None
    not_after: str | None
    self_signed: bool
    problems: tuple[str, ...] = ()  # expired, not-yet-valid, wrong-host, self-signed, untrusted
    incomplete: bool = False  # part of the chain was missing, and fetched from where it is offered

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "names": list(self.names), "problems": list(self.problems)}


_MODERN: Final = "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2"  # besides TLS 1.3
# What current browsers offer besides TLS 1.3 (BoringSSL's ALL without 3DES): RSA key exchange and
# CBC, too. At level 1 certificates and signatures with SHA-1 stay refused.
_WIDE: Final = (
    "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:kRSA+AESGCM:kRSA+AES:!PSK:!SRP:!AESCCM:@SECLEVEL=1"
)
_LEGACY_SERVERS: Final = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT of Python 3.12: without RFC 5746
_STRICTER: Final = ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN


def _context(ca_bundle: Path | None, *, verify: bool, wide: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where() if verify else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags &= ~_STRICTER  # newer Pythons set them, browsers don't
    if ca_bundle is not None:
        context.load_verify_locations(ca_bundle)
    context.set_ciphers(_WIDE if wide else _MODERN)
    if wide:
        context.options |= _LEGACY_SERVERS
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


_cached_context = lru_cache(maxsize=8)(_context)


def wrap(
    sock: socket.socket,
    host: str,
    *,
    ca_bundle: Path | None,
    verify: bool,
    wide: bool = False,
    issuers: Sequence[x509.Certificate] = (),
) -> tuple[ssl.SSLSocket, TlsInfo]:
    """Do the handshake; returns the socket and what it showed.

    Args:
        sock: connected; it is taken over.
        host: to ask for, and whose certificate it must be.
        ca_bundle: certificates to trust besides the usual ones.
        verify: refuse a certificate that is not trusted.
        wide: also offer the outdated encryption that browsers still accept.
        issuers: certificates that the server may have left out. None of them is trusted for
            itself: only for what it leads to.

    Raises:
        ssl.SSLCertVerificationError: ``verify`` was asked for and the certificate is not trusted.
        OSError: the handshake failed.
    """
    if issuers:
        context = _context(ca_bundle, verify=verify, wide=wide)
        left_out = [c.public_bytes(Encoding.DER) for c in issuers if c.issuer != c.subject]
        for der in left_out:
            context.load_verify_locations(cadata=der)
    else:
        context = _cached_context(ca_bundle, verify=verify, wide=wide)
    tls = context.wrap_socket(sock, server_hostname=host)
    return tls, describe(tls, verified=verify)


_FOREIGN: Final = frozenset({19, 20, 21})  # OpenSSL: a chain that ends in nothing we trust
_UNENDED: Final = frozenset({20, 21})  # OpenSSL: an issuer is neither sent nor known


def may_be_incomplete(error: ssl.SSLCertVerificationError) -> bool:
    """Return whether the certificate may be fine, and only a part of its chain be missing."""
    return error.verify_code in _UNENDED


def distrusted(info: TlsInfo, host: str, error: ssl.SSLCertVerificationError) -> TlsInfo:
    """Return the description with why the certificate was not trusted, all reasons together.

    OpenSSL stops at the first: that a certificate has expired hides that it is another host's.
    """
    now = datetime.now(UTC).isoformat()
    seen = {
        "expired": info.not_after is not None and info.not_after < now,
        "not-yet-valid": info.not_before is not None and info.not_before > now,
        "wrong-host": bool(info.names) and not any(matches(host, name) for name in info.names),
        "self-signed": info.self_signed,
        "untrusted": error.verify_code in _FOREIGN and not info.self_signed,
    }
    problems = tuple(problem for problem, is_so in seen.items() if is_so)
    return replace(info, error=error.verify_message, problems=problems)


def matches(host: str, name: str) -> bool:
    """Return whether a certificate's name covers a host; * is any first label (RFC 6125)."""
    host, name = host.rstrip(".").lower(), name.rstrip(".").lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return host == name


def describe(tls: ssl.SSLSocket, *, verified: bool, error: str | None = None) -> TlsInfo:
    """Describe an established connection; the certificate is read from its DER form.

    Of a certificate that can't be parsed, only its presence is reported.
    """
    der = tls.getpeercert(binary_form=True)
    cipher = tls.cipher()
    return TlsInfo(
        verified=verified,
        error=error,
        version=tls.version(),
        cipher=cipher[0] if cipher else None,
        **(_said_by(der) if der else _NOTHING_SAID),
    )


_NOTHING_SAID: Final[dict[str, Any]] = {
    "subject": None,
    "issuer": None,
    "names": (),
    "not_before": None,
    "not_after": None,
    "self_signed": False,
}


@lru_cache(maxsize=256)  # a crawl meets the same one with each request
def _said_by(der: bytes) -> dict[str, Any]:
    try:
        certificate = x509.load_der_x509_certificate(der)
        return {
            "subject": _common_name(certificate.subject),
            "issuer": _organisation(certificate.issuer),
            "names": _names(certificate),
            "not_before": _iso(certificate.not_valid_before_utc),
            "not_after": _iso(certificate.not_valid_after_utc),
            "self_signed": certificate.issuer == certificate.subject,
        }
    except ValueError:
        return _NOTHING_SAID


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _common_name(name: x509.Name) -> str | None:
    return _first(name, NameOID.COMMON_NAME)


def _organisation(name: x509.Name) -> str | None:
    return _first(name, NameOID.ORGANIZATION_NAME) or _common_name(name)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        )
    except (x509.ExtensionNotFound, ValueError):
        return ()
    value = extension.value
    assert isinstance(value, x509.SubjectAlternativeName)
    addresses = map(str, value.get_values_for_type(x509.IPAddress))
    return (*value.get_values_for_type(x509.DNSName), *addresses)


_NOT_TLS: Final = "it answers there without encryption"
_OLD: Final = "it offers nothing that browsers still accept (TLS 1.1 or older)"
_NO_CERTIFICATE: Final = (
    "it has no certificate for this name, or no encryption that browsers accept"
)
_WEAK: Final = "its keys are too short for browsers"
_ENDED: Final = "it ends the connection in the middle of the handshake"

# Parts of OpenSSL's names; those of alerts begin with SSLV3_ALERT_, TLSV1_ALERT_ or TLSV1_.
_WORDS: Final = {
    "WRONG_VERSION_NUMBER": _NOT_TLS,
    "PACKET_LENGTH_TOO_LONG": _NOT_TLS,  # what OpenSSL 3.2 and newer make of plain HTTP
    "RECORD_LAYER_FAILURE": _NOT_TLS,
    "HTTP_REQUEST": _NOT_TLS,
    "UNKNOWN_PROTOCOL": _NOT_TLS,
    "UNSUPPORTED_PROTOCOL": _OLD,
    "PROTOCOL_VERSION": _OLD,
    "WRONG_SSL_VERSION": _OLD,
    "HANDSHAKE_FAILURE": _NO_CERTIFICATE,
    "UNRECOGNIZED_NAME": _NO_CERTIFICATE,
    "INTERNAL_ERROR": _NO_CERTIFICATE,  # how some servers refuse a name
    "ACCESS_DENIED": _NO_CERTIFICATE,
    "KEY_TOO_SMALL": _WEAK,
    "EOF": _ENDED,
}


def failure_wording(error: ssl.SSLError) -> str:
    """Return what the server did, with OpenSSL's name for it in brackets."""
    reason = (error.reason or type(error).__name__).upper()
    code = reason.replace("_", " ").lower()
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"{_ENDED} ({code})"
    said = next((words for part, words in _WORDS.items() if part in reason), None)
    return f"{said} ({code})" if said else f"its handshake fails ({code})"

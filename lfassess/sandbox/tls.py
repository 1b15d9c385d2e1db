"""The sandbox's own certificate authority: valid, expired and wrong certificates for demo sites."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lfassess.sandbox.sites import DOMAIN, Certificate, Site

_CA_LIFE: Final = timedelta(days=365)
_CA_RENEW: Final = timedelta(days=100)  # outlives the leaves it signs
_LEAF_LIFE: Final = timedelta(days=90)
_WRONG_HOST: Final = f"shared-hosting{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority that may speak for the demo domain alone."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def load_authority(directory: Path) -> Authority:
    """Return the authority stored in the directory (ca.pem, ca.key), made there if it's missing.

    It is stored, so that clients that trust ca.pem still trust a restarted sandbox.
    """
    try:
        key = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
    except (FileNotFoundError, ValueError):
        return _make_authority(directory)
    expires_soon = certificate.not_valid_after_utc < datetime.now(UTC) + _CA_RENEW
    matches = certificate.public_key() == key.public_key()
    if expires_soon or not matches or not isinstance(key, ec.EllipticCurvePrivateKey):
        return _make_authority(directory)
    return Authority(certificate, key)


def server_context(
    authority: Authority, sites: Mapping[str, Site], directory: Path
) -> ssl.SSLContext:
    """Return a TLS context that picks each site's certificate by the name the client asks for.

    Sites without HTTPS refuse the handshake. Certificates and keys are written to the directory,
    as Python loads them from files only.
    """
    now = datetime.now(UTC)
    names = [f"*{DOMAIN}", *sites, *(f"www.{host}" for host in sites)]
    fresh, stale = now - timedelta(days=1), now - _LEAF_LIFE - timedelta(days=9)
    contexts = {
        Certificate.VALID: _context(authority, names, fresh, directory / "valid.pem"),
        Certificate.EXPIRED: _context(authority, names, stale, directory / "expired.pem"),
        Certificate.WRONG_HOST: _context(
            authority, [_WRONG_HOST], fresh, directory / "wrong-host.pem"
        ),
    }

    def pick(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        site = sites.get((name or "").lower().removeprefix("www."))
        if site and site.http_only:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if site:
            connection.context = contexts[site.certificate]
        return None

    default = contexts[Certificate.VALID]
    default.sni_callback = pick
    return default


def _make_authority(directory: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("lfassess sandbox CA")
    now = datetime.now(UTC)
    domain = [x509.DNSName(DOMAIN.removeprefix("."))]
    builder = _certificate(name, name, key.public_key(), now - timedelta(days=200), now + _CA_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.NameConstraints(domain, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    authority = Authority(certificate, key)
    _write_private(directory / "ca.key", _key_pem(key))
    (directory / "ca.pem").write_bytes(authority.pem())
    return authority


def _context(
    authority: Authority, names: Sequence[str], starts: datetime, path: Path
) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(authority, key.public_key(), names, starts)
    # The root is sent too: some clients are configured to trust chains by any key in them.
    chain = leaf.public_bytes(serialization.Encoding.PEM) + authority.pem()
    _write_private(path, _key_pem(key) + chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _leaf(
    authority: Authority, key: ec.EllipticCurvePublicKey, names: Sequence[str], starts: datetime
) -> x509.Certificate:
    issuer = authority.certificate.subject
    alternatives: list[x509.GeneralName] = [x509.DNSName(n) for n in names]
    alternatives.append(x509.IPAddress(IPv4Address("127.0.0.1")))
    return (
        _certificate(_name(names[0]), issuer, key, starts, starts + _LEAF_LIFE)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    starts: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_private(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        f.write(data)

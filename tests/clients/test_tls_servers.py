"""Servers with outdated encryption or an incomplete chain are reached, and described as they are."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from lfassess.clients.website import fetch
from lfassess.errors import TargetUnreachableError
from lfassess.settings import Settings
from tests.tls_server import ANSWER, HOST, context, serving, sign

AT = "http://ca.demo.test/issuer.cer"


@pytest.fixture(scope="module")
def root():
    return sign("Demo Root", ca=True)


@pytest.fixture(scope="module")
def middle(root):
    return sign("Demo Issuing CA", root, ca=True, issuer_at="http://ca.demo.test/root.cer")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("tls")
    (folder / "root.pem").write_bytes(root.pem())
    return folder


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setattr("lfassess.clients.aia._known", OrderedDict())


def visit(folder, port, ca_port=1, *, private=False):
    settings = Settings(
        connect_to=(f"{HOST}:443:127.0.0.1:{port}", f"ca.demo.test:80:127.0.0.1:{ca_port}"),
        ca_bundle=folder / "root.pem",
        allow_private_targets=private,
    )
    return fetch(f"https://{HOST}/", settings=settings, deadline=time.monotonic() + 60)


@contextmanager
def authority(body, status="200 OK"):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with serving(head + body) as port:
        yield port


@pytest.mark.parametrize(
    ("ciphers", "cipher"),
    [
        ("AES128-GCM-SHA256", "AES128-GCM-SHA256"),
        ("AES256-SHA", "AES256-SHA"),
        ("AES128-SHA256", "AES128-SHA256"),
        ("ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA"),
        ("ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384"),
        ("ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA", "ECDHE-RSA-AES128-GCM-SHA256"),
    ],
)
def test_outdated_encryption_is_spoken_where_nothing_else_is_offered(
    folder, middle, key, ciphers, cipher
):
    tls = context(folder, sign(HOST, middle, key=key), [middle], ciphers=ciphers)
    with serving(tls=tls) as port:
        page = visit(folder, port)
    assert page.text == "<h1>Bread</h1>"
    assert (page.tls.cipher, page.tls.version, page.tls.verified) == (cipher, "TLSv1.2", True)


@pytest.mark.parametrize("ciphers", ["ADH@SECLEVEL=0", "PSK+AES", "AES128-CCM"])
def test_what_no_browser_speaks_is_no_https(folder, middle, key, ciphers):
    tls = context(folder, sign(HOST, middle, key=key), [middle], ciphers=ciphers)
    with serving(tls=tls) as port, pytest.raises(TargetUnreachableError, match="no working HTTPS"):
        visit(folder, port)


def test_an_untrusted_certificate_behind_outdated_encryption_is_described(folder, key):
    tls = context(folder, sign(HOST, key=key), ciphers="AES256-SHA")
    with serving(tls=tls) as port:
        page = visit(folder, port)
    assert (page.tls.problems, page.tls.cipher) == (("self-signed",), "AES256-SHA")


def packed(signed, form):
    if form == "der":
        return signed.der()
    if form == "pem":
        return signed.pem()
    encoding = Encoding.DER if form == "p7c" else Encoding.PEM
    return pkcs7.serialize_certificates([signed.certificate], encoding)


@pytest.mark.parametrize("form", ["der", "pem", "p7c", "p7c in PEM"])
def test_a_missing_issuer_is_fetched_from_where_it_is_offered(folder, middle, form):
    tls = context(folder, sign(HOST, middle, issuer_at=AT))
    with authority(packed(middle, form)) as ca, serving(tls=tls) as port:
        page = visit(folder, port, ca)
    assert (page.tls.verified, page.tls.incomplete, page.tls.error) == (True, True, None)
    assert page.text == "<h1>Bread</h1>"


def test_with_outdated_encryption_too(folder, middle, key):
    leaf = sign(HOST, middle, issuer_at=AT, key=key)
    tls = context(folder, leaf, ciphers="AES256-SHA")
    with authority(middle.der()) as ca, serving(tls=tls) as port:
        page = visit(folder, port, ca)
    assert (page.tls.verified, page.tls.incomplete) == (True, True)


def test_a_whole_chain_is_not_called_incomplete(folder, middle):
    tls = context(folder, sign(HOST, middle, issuer_at=AT), [middle])
    with serving(tls=tls) as port:
        page = visit(folder, port)
    assert (page.tls.verified, page.tls.incomplete) == (True, False)


@pytest.mark.parametrize("between", [1, 2, 3])
def test_three_certificates_are_fetched_at_most(folder, root, between):
    issuers = [root]
    for n in range(between):
        issuers.append(
            sign(f"Demo CA {n}", issuers[-1], ca=True, issuer_at=f"http://ca{n}.demo.test/")
        )
    leaf = sign(HOST, issuers[-1], issuer_at=f"http://ca{between}.demo.test/")
    offered = {between - n: issuer for n, issuer in enumerate(reversed(issuers))}
    with pytest.MonkeyPatch.context() as patch:
        asked = []

        def get(url, *_):
            asked.append(url)
            return offered[int(url[len("http://ca")])].der()

        patch.setattr("lfassess.clients.aia._get", get)
        with serving(tls=context(folder, leaf)) as port:
            page = visit(folder, port)
    assert page.tls.verified
    assert len(asked) <= 3


def other_root():
    return sign("Other Root", ca=True)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", "200 OK"),
        (b"no certificate", "200 OK"),
        (b"x" * 1_000_000, "200 OK"),
        (b"", "404 Not Found"),
        (b"", "302 Found"),
    ],
)
def test_without_the_missing_issuer_there_is_no_trust(folder, middle, answer, status):
    tls = context(folder, sign(HOST, middle, issuer_at=AT))
    with authority(answer, status) as ca, serving(tls=tls) as port:
        page = visit(folder, port, ca)
    assert (page.tls.verified, page.tls.incomplete, page.tls.problems) == (
        False,
        False,
        ("untrusted",),
    )


def test_an_issuer_that_nobody_trusts_is_not_trusted_for_being_offered(folder):
    other = other_root()
    tls = context(folder, sign(HOST, other, issuer_at=AT))
    with authority(other.der()) as ca, serving(tls=tls) as port:
        assert not visit(folder, port, ca).tls.verified


def test_nor_is_one_of_the_right_name_and_another_key(folder, middle, root):
    fake = sign("Demo Issuing CA", root, ca=True)
    tls = context(folder, sign(HOST, middle, issuer_at=AT))
    with authority(fake.der()) as ca, serving(tls=tls) as port:
        assert not visit(folder, port, ca).tls.verified


def test_an_expired_certificate_stays_expired(folder, middle):
    tls = context(folder, sign(HOST, middle, issuer_at=AT, days=-1))
    with authority(middle.der()) as ca, serving(tls=tls) as port:
        page = visit(folder, port, ca)
    assert (page.tls.verified, page.tls.problems) == (False, ("expired",))


@pytest.mark.parametrize(
    "at", ["http://127.0.0.1:{port}/", "ldap://ca.demo.test/x", "https://ca.demo.test/"]
)
def test_issuers_are_fetched_over_http_and_from_public_addresses_alone(folder, middle, at):
    with authority(middle.der()) as ca:
        tls = context(folder, sign(HOST, middle, issuer_at=at.format(port=ca)))
        with serving(tls=tls) as port:
            assert not visit(folder, port, ca).tls.verified


def test_what_was_fetched_once_is_cached(folder, middle):
    leaves = [context(folder, sign(HOST, middle, issuer_at=AT)) for _ in range(2)]
    with authority(middle.der()) as ca, serving(tls=leaves[0]) as port:
        visit(folder, port, ca)
    with serving(ANSWER, leaves[1]) as port:
        assert visit(folder, port).tls.incomplete

"""What the security check brings home from real local servers."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.security.fetch import fetch_site
from lfassess.checks.security.judge import judge
from lfassess.errors import (
    ProviderUnavailableError,
    TargetForbiddenError,
    TargetUnreachableError,
)
from lfassess.settings import Settings
from tests.tls_server import context, sign

HTML = {"Content-Type": "text/html"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a self-signed certificate for *.demo.test; trusted where it is the CA bundle."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.demo.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("shop.demo.test")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def serving(answer, certificate=None):
    """Serve ``answer(method, path) -> (status, headers, body)``; yields the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answer(self.command, self.path)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_OPTIONS(self):
            self.do_GET()

        def log_message(self, *_args):
            """Keep the test's output quiet."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *_args):
            """A client that distrusts the certificate hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def shop(plain, secure, certificate, *, trusted=True):
    """Serve a shop on its usual ports; yields the settings that lead there."""
    with ExitStack() as stack:
        ports = {}
        if plain:
            ports[80] = stack.enter_context(serving(plain))
        if secure:
            ports[443] = stack.enter_context(serving(secure, certificate))
        routes = tuple(f"shop.demo.test:{p}:127.0.0.1:{to}" for p, to in ports.items())
        closed = tuple(f"shop.demo.test:{p}:127.0.0.1:1" for p in {80, 443} - ports.keys())
        yield Settings(connect_to=routes + closed, ca_bundle=certificate if trusted else None)


def look(settings, url="http://shop.demo.test/"):
    context = CheckContext(settings, time.monotonic() + 60)
    return fetch_site(Target("Shop", url), context).evidence


def redirect(_method, _path):
    return 301, [("Location", "https://shop.demo.test/")], b""


def page(*headers, body=b"<p>" + b"We bake bread and cakes every day. " * 10, status=200):
    return lambda _method, _path: (status, [*HTML.items(), *headers], body)


def results(evidence):
    return judge(evidence).metrics["observatory"]["tests"]


def test_looks_at_both_ports_and_the_preflight(certificate):
    asked = []

    def secure(method, path):
        asked.append(method)
        allow = ("Access-Control-Allow-Origin", "*")
        return 200, [*HTML.items(), ("Set-Cookie", "a=1"), allow], b"<script src=/a.js></script>"

    with shop(redirect, secure, certificate) as settings:
        evidence = look(settings)
    assert evidence["http"]["route"] == ["http://shop.demo.test/", "https://shop.demo.test/"]
    assert evidence["https"]["tls"]["names"] == ["shop.demo.test"]
    assert evidence["https"]["verified"] is True
    assert evidence["set_cookies"] == [["https://shop.demo.test/", "a=1"]]
    assert evidence["page"]["scripts"] == [{"src": "/a.js", "integrity": None}]
    assert sorted(asked) == ["GET", "GET", "GET", "OPTIONS"]  # the last GET is for security.txt
    found = results(evidence)
    assert found["redirection"] == "redirection-to-https"
    assert found["cookies"] == "cookies-without-secure-flag"
    assert found["cross-origin-resource-sharing"].endswith("public-access")


def test_untrusted_certificate_is_looked_behind(certificate):
    with shop(redirect, page(), certificate, trusted=False) as settings:
        evidence = look(settings)
    assert evidence["https"]["verified"] is False
    assert "self-signed" in evidence["https"]["tls"]["error"]
    found = results(evidence)
    assert found["strict-transport-security"] == "hsts-invalid-cert"
    assert found["redirection"] == "redirection-invalid-cert"


def test_untrusted_certificate_on_the_way_is_not_forgotten(certificate):
    def onwards(_method, path):
        return 302, [("Location", "http://shop.demo.test/home")], b""

    with shop(page(), onwards, certificate, trusted=False) as settings:
        evidence = look(settings)
    assert evidence["https"]["url"] == "http://shop.demo.test/home"
    assert evidence["https"]["verified"] is False


def test_site_without_https_is_looked_at_over_http(certificate):
    with shop(page(), None, certificate) as settings:
        evidence = look(settings)
    assert evidence["https"] is None
    assert "refuses connections" in evidence["https_error"]
    assert results(evidence)["redirection"] == "redirection-missing"
    assert "no-https" in {f.code for f in judge(evidence).findings}


def test_site_without_http_needs_no_redirect(certificate):
    with shop(None, page(), certificate) as settings:
        assert results(look(settings))["redirection"] == "redirection-not-needed-no-http"


def test_address_with_a_port_is_asked_there_alone():
    with serving(page()) as port:
        evidence = look(Settings(allow_private_targets=True), f"http://127.0.0.1:{port}/")
    assert evidence["http"]["url"] == f"http://127.0.0.1:{port}/"
    assert evidence["https"] is None


def test_refused_preflight_allows_nothing(certificate):
    def secure(method, path):
        headers = [*HTML.items(), ("Access-Control-Allow-Origin", "*")]
        body = page()(method, path)[2]
        return (405 if method == "OPTIONS" else 200), headers, body

    with shop(None, secure, certificate) as settings:
        assert look(settings)["cors"] is None


def test_cookies_of_redirects_stay_in_order(certificate):
    def secure(_method, path):
        if path == "/":
            return 302, [("Location", "/home"), ("Set-Cookie", "a=1")], b""
        return 200, [*HTML.items(), ("Set-Cookie", "a=1; Secure")], b""

    with shop(None, secure, certificate) as settings:
        evidence = look(settings)
    assert [value for _, value in evidence["set_cookies"]] == ["a=1", "a=1; Secure"]


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (page(status=404), "refused", "security.refused"),
        (page(status=403), "refused", "security.refused"),
        (page(status=406), "refused", "security.refused"),
        (page(status=503), "refused", "security.refused"),
        (page(status=429), "refused", "security.refused"),
        (page(status=401, body=b""), "refused", "security.refused"),
        (page(status=403, body=b"<title>Just a moment...</title>"), "wall", "security.bot_wall"),
        (page(status=200, body=b"<title>Are you a robot?</title>"), "wall", "security.bot_wall"),
        (page(("cf-mitigated", "challenge"), status=403), "wall", "security.bot_wall"),
        (page(body=b"<title>Welcome to nginx!</title>"), "no_site", "security.no_site"),
        (page(body=b"<p>This domain has expired.</p>"), "no_site", "security.no_site"),
        (page(body=b"<p>Hello</p>"), "no_site", "security.no_site"),
    ],
)
def test_what_is_no_page_is_not_judged(answer, kind, code, certificate):
    with shop(None, answer, certificate) as settings:
        evidence = look(settings)
    judged = judge(evidence)
    assert judged.metrics["visit"]["kind"] == kind
    assert judged.metrics["reason"]["code"] == code
    assert judged.score is None
    assert [f.code for f in judged.findings] == (["no-site"] if kind == "no_site" else [])
    assert "variant" not in evidence


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failing_server_may_work_the_next_time(status, certificate):
    answer = page(status=status)
    with shop(None, answer, certificate) as settings, pytest.raises(ProviderUnavailableError):
        look(settings)


def test_a_shell_is_judged_by_its_headers(certificate):
    """Scripts fill it in a browser; its headers are the address's own all the same."""
    body = b"<title>Shop</title><div id=root></div><script src=/app.js></script>"
    with shop(redirect, page(("X-Frame-Options", "DENY"), body=body), certificate) as settings:
        judged = judge(look(settings))
    visit = judged.metrics["visit"]
    assert (visit["kind"], visit["code"]) == ("site", "script_shell")
    assert judged.score is not None
    assert judged.metrics["tests"]["x-frame-options"]["result"] == "pass"


def test_a_platform_page_is_not_judged(certificate):
    body = b"<p>" + b"See our posts and photos. " * 30
    with serving(page(body=body), certificate) as port:
        routes = (f"www.facebook.com:443:127.0.0.1:{port}", "www.facebook.com:80:127.0.0.1:1")
        evidence = look(Settings(connect_to=routes), "https://www.facebook.com/joes")
    judged = judge(evidence)
    assert [f.code for f in judged.findings] == ["platform-page"]
    assert judged.metrics["visit"]["shown"] == "facebook.com"
    assert judged.score is None


def test_another_business_domain_is_judged_and_said(certificate):
    def away(_method, path):
        return 302, [("Location", f"http://new-owner.com:{port}/")], b""

    with serving(page()) as port, shop(away, None, certificate) as settings:
        routes = (*settings.connect_to, f"new-owner.com:{port}:127.0.0.1:{port}")
        with_route = settings.model_copy(update={"connect_to": routes})
        judged = judge(look(with_route, "http://shop.demo.test/"))
    assert judged.metrics["visit"]["kind"] == "elsewhere"
    assert "other-domain" in {f.code for f in judged.findings}
    assert judged.score is not None


def test_connections_that_are_dropped_say_nothing(certificate):
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_hang_up, args=(server,))
        thread.start()
        port = server.getsockname()[1]
        routes = (f"shop.demo.test:80:127.0.0.1:{port}", "shop.demo.test:443:127.0.0.1:1")
        judged = judge(look(Settings(connect_to=routes)))
        with socket.create_connection(server.getsockname()) as last:
            last.sendall(b"end")
        thread.join()
    assert judged.metrics["visit"]["code"] == "dropped"
    assert judged.metrics["reason"]["code"] == "security.refused"
    assert judged.findings == ()


def _hang_up(server):
    """Accept connections, read the question, and close without an answer."""
    said = b""
    while said != b"end":
        visitor, _ = server.accept()
        with visitor:
            said = visitor.recv(4096)


def test_site_that_answers_nowhere_is_unreachable(certificate):
    with shop(None, None, certificate) as settings, pytest.raises(TargetUnreachableError):
        look(settings)


@pytest.mark.parametrize("packing", ["gzip", "br", "zstd", "deflate, gzip"])
def test_page_that_is_not_packed_as_it_says_is_unread(packing, certificate):
    headers = (("Content-Encoding", packing), ("X-Frame-Options", "DENY"))
    with shop(redirect, page(*headers), certificate) as settings:
        judged = judge(look(settings))
    assert "page-unreadable" in {f.code for f in judged.findings}
    assert judged.metrics["tests"]["x-frame-options"]["result"] == "pass"


DEFAULT = (
    b"<title>Apache2 Ubuntu Default Page: It works</title><h1>It works!</h1>" + b"<p>x</p>" * 9
)


@pytest.mark.parametrize(
    ("secure", "plain", "has_https"),
    [
        (page(body=DEFAULT), page(), False),
        (page(status=404), page(), False),
        (page(), page(), True),  # the site, though with a warning
        (page(body=DEFAULT), page(body=DEFAULT), True),
        (page(body=DEFAULT), redirect, True),
    ],
)
def test_https_that_answers_for_another_name_is_none(tmp_path, secure, plain, has_https):
    root = sign("Demo Root", ca=True)
    other = sign("server7.demo.test", root)
    context(tmp_path, other, [root])
    certificate = tmp_path / f"{other.certificate.serial_number}.pem"
    with shop(plain, secure, certificate, trusted=False) as settings:
        evidence = look(settings)
    assert (evidence["https"] is not None) is has_https
    assert ("no-https" in {f.code for f in judge(evidence).findings}) is not has_https


def test_private_address_is_refused():
    with pytest.raises(TargetForbiddenError):
        look(Settings(), "http://127.0.0.1/")

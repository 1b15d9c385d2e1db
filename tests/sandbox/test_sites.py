"""Each demo site answers by its Host, over HTTP and HTTPS, with its own merits and faults."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from datetime import UTC, datetime

import psutil
import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from lfassess.sandbox.sites import Certificate, all_sites

SITES = list(all_sites().values())
WITH_TLS = [s for s in SITES if not s.http_only and s.certificate is Certificate.VALID]


def get(sandbox, host, path="/", *, headers=None):
    """Fetch over plain HTTP; a redirect is an answer."""
    return requests.get(
        sandbox.url + path,
        headers={"Host": host, **(headers or {})},
        allow_redirects=False,
        timeout=60,
    )


def connect_tls(sandbox, host, *, verify=True):
    context = ssl.create_default_context(cafile=sandbox.ca_bundle)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", sandbox.tls_port), timeout=60)
    try:
        return context.wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise


def get_tls(sandbox, host, path="/", *, verify=True):
    """Return (status, headers, body) of a page fetched over TLS."""
    connection = http.client.HTTPConnection(host)
    connection.sock = connect_tls(sandbox, host, verify=verify)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("site", WITH_TLS, ids=lambda s: s.name)
def test_site_shows_its_page_over_verified_tls(sandbox, site):
    status, _, body = get_tls(sandbox, site.host, "/?delay=0")
    assert status == site.status
    assert "</html>" in body.lower()


@pytest.mark.parametrize("site", [s for s in SITES if s.redirect], ids=lambda s: s.name)
def test_plain_http_leads_to_https(sandbox, site):
    answer = get(sandbox, site.host, "/a?b=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{site.host}/a?b=1")


@pytest.mark.parametrize("site", [s for s in SITES if s.http_only], ids=lambda s: s.name)
def test_site_without_https_refuses_the_handshake(sandbox, site):
    assert get(sandbox, site.host).status_code == 200
    with pytest.raises(OSError, match=r"(?i)ssl|tls|eof|reset"):
        connect_tls(sandbox, site.host, verify=False)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("old-mill-books.demo.test", "expired"),
        ("summit-yoga.demo.test", "Hostname mismatch"),
    ],
)
def test_bad_certificate_fails_verification_and_only_that(sandbox, host, reason):
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        connect_tls(sandbox, host)
    assert get_tls(sandbox, host, verify=False)[0] == 200


def test_sends_the_root_along_with_the_certificate(sandbox):
    with connect_tls(sandbox, "harbour-bakery.demo.test", verify=False) as connection:
        chain = connection._sslobj.get_unverified_chain()
    root = ssl.PEM_cert_to_DER_cert(sandbox.ca_bundle.read_text())
    assert [c.public_bytes(2) for c in chain][-1:] == [root]
    assert len(chain) == 2


@pytest.mark.parametrize("site", SITES, ids=lambda s: s.name)
def test_every_site_works_below_a_path_too(sandbox, site):
    answer = requests.get(f"{sandbox.url}/site/{site.name}/?delay=0", timeout=60)
    assert answer.status_code == site.status
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("site", SITES, ids=lambda s: s.name)
def test_pages_load_nothing_from_elsewhere_and_miss_only_planted_files(sandbox, site):
    base = f"{sandbox.url}/site/{site.name}/"
    html = LexborHTMLParser(requests.get(base + "?delay=0", timeout=60).text)
    links = [
        n.attributes.get("src") or n.attributes.get("href")
        for n in html.css("img, script, link[rel~=icon], link[rel=stylesheet]")
    ]
    files = [link for link in links if link]
    assert not [f for f in files if re.match(r"(?i)[a-z]+:|//", f)]
    missing = {
        f for f in files if requests.get(f"{base}{f}?delay=0", timeout=60).status_code != 200
    }
    assert missing == (
        {"counter.js", "images/logo_new2.gif", "images/ase.jpg"}
        if site.name == "dons-garage"
        else set()
    )


@pytest.mark.parametrize("host", ["nosuch.demo.test", "example.com"])
def test_unknown_host_is_not_found(sandbox, host):
    assert get(sandbox, host).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../manifest.toml", "/%2e%2e/manifest.toml", "/index.html.j2/x", "/nosuch.html"]
)
def test_serves_nothing_but_its_pages(sandbox, path):
    assert get(sandbox, "dons-garage.demo.test", path).status_code == 404


def test_www_leads_to_the_bare_name(sandbox):
    answer = get(sandbox, "www.dons-garage.demo.test", "/x")
    assert answer.headers["Location"] == "http://dons-garage.demo.test/x"


def test_good_site_has_all_headers_and_this_years_copyright(sandbox):
    _, headers, body = get_tls(sandbox, "harbour-bakery.demo.test")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert int(re.search(r"max-age=(\d+)", headers["Strict-Transport-Security"])[1]) >= 15_552_000
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Server" not in headers
    assert f"© {datetime.now(UTC).year}" in body


def test_neglected_site_gives_its_versions_away_and_has_no_viewport(sandbox):
    answer = get(sandbox, "dons-garage.demo.test")
    assert answer.headers["Server"] == "Apache/2.2.15 (CentOS)"
    assert answer.headers["X-Powered-By"] == "PHP/5.3.3"
    assert "viewport" not in answer.text.lower()
    assert "Copyright 2014" in answer.text


def test_neglected_sites_photo_is_huge(sandbox):
    photo = get(sandbox, "dons-garage.demo.test", "/images/DSC00142.png")
    assert photo.content.startswith(b"\x89PNG")
    assert len(photo.content) > 2_000_000


def test_average_site_sets_a_bare_session_cookie(sandbox):
    _, headers, body = get_tls(sandbox, "brightwater-plumbing.demo.test")
    assert headers["Set-Cookie"] == "sessionid=b7f1c2e9; Path=/"
    assert 'name="description"' not in body


def test_challenge_page_looks_like_one(sandbox):
    status, headers, body = get_tls(sandbox, "ironworks-gym.demo.test")
    assert (status, headers["Cf-Mitigated"]) == (403, "challenge")
    assert "Just a moment" in body


def test_slow_site_keeps_its_visitors_waiting(sandbox):
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{sandbox.url}/site/northside-vet/", timeout=0.3)


def test_text_is_compressed_where_the_site_is_maintained(sandbox):
    answer = requests.get(f"{sandbox.url}/site/harbour-bakery/styles.css", timeout=60)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "body {" in answer.text


def test_listens_on_loopback_alone(sandbox):
    ours = {sandbox.port, sandbox.tls_port}
    sockets = [c for c in psutil.Process().net_connections("inet") if c.laddr.port in ours]
    listening = {c.laddr for c in sockets if c.status == psutil.CONN_LISTEN}
    assert {(a.ip, a.port) for a in listening} == {("127.0.0.1", port) for port in ours}


def test_a_site_is_redone_like_another_and_keeps_its_name(sandbox):
    def ask(path, **query):
        return requests.post(f"{sandbox.url}/_sandbox{path}", params=query, timeout=60)

    host = "wildflower-studio.demo.test"
    before = get(sandbox, host, "/site/x").text
    assert ask("/sites/wildflower-studio", like="riverside-deli").status_code == 200
    parked = get(sandbox, host)
    assert parked.status_code == 200
    assert "Parking" in parked.headers["server"]
    assert host in parked.text or "Wildflower" in parked.text
    assert ask("/sites/wildflower-studio", like="nobody").status_code == 404
    assert ask("/reset").status_code == 204
    assert get(sandbox, host, "/site/x").text == before

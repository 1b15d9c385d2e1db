"""Where a bare domain answers, asked of real servers."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from lfassess.checks.shared import address
from lfassess.settings import Settings
from tests.tls_server import context, serving, sign

HOST = "bakery.com"
WWW = "www.bakery.com"
SITE = (
    b"<title>Lindqvist Bakery</title><h1>Lindqvist Bakery</h1>"
    + b"<p>Bread, rolls and cakes.</p>" * 30
)
DEFAULT = (
    b"<title>Apache2 Ubuntu Default Page: It works</title><h1>It works!</h1>"
    b"<p>This is the default welcome page used to test the correct operation of the server.</p>"
)


def answer(body=SITE, status="200 OK", more=""):
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


OK = answer()
GONE = answer(b"<h1>Not Found</h1>", "404 Not Found")
LOCKED = answer(b"<h1>Forbidden</h1>", "403 Forbidden")
NO_SITE = answer(DEFAULT)


def to(url):
    return answer(b"", "301 Moved", f"Location: {url}\r\n")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    root = sign("Demo Root", ca=True)
    folder = tmp_path_factory.mktemp("tls")
    (folder / "root.pem").write_bytes(root.pem())
    known = {name: context(folder, sign(name, root), [root]) for name in (HOST, WWW)}
    return folder / "root.pem", known | {
        "other": context(folder, sign("server7.test", root), [root])
    }


@pytest.fixture
def serve(authority):
    """Serve what is given by (host, port), nothing elsewhere; returns settings that lead there."""
    bundle, contexts = authority
    with ExitStack() as stack:

        def build(servers):
            routes = []
            for host in (HOST, WWW):
                for port in (80, 443):
                    said, certificate = servers.get((host, port), (None, None))
                    where = 1
                    if said is not None:
                        tls = contexts[certificate or host] if port == 443 else None
                        where = stack.enter_context(serving(said, tls))
                    routes.append(f"{host}:{port}:127.0.0.1:{where}")
            return Settings(connect_to=tuple(routes), ca_bundle=bundle)

        yield build


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ({(HOST, 443): (OK, None), (HOST, 80): (OK, None)}, f"https://{HOST}/"),
        ({(HOST, 80): (OK, None)}, f"http://{HOST}/"),
        ({(WWW, 443): (OK, None), (WWW, 80): (OK, None)}, f"https://{WWW}/"),
        ({(WWW, 80): (OK, None)}, f"http://{WWW}/"),
        # what can't be the site
        ({(HOST, 443): (NO_SITE, "other"), (HOST, 80): (OK, None)}, f"http://{HOST}/"),
        ({(HOST, 443): (GONE, "other"), (HOST, 80): (OK, None)}, f"http://{HOST}/"),
        ({(HOST, 443): (OK, "other"), (HOST, 80): (OK, None)}, f"http://{HOST}/"),
        (
            {(HOST, 443): (GONE, None), (HOST, 80): (GONE, None), (WWW, 443): (OK, None)},
            f"https://{WWW}/",
        ),
        ({(HOST, 443): (NO_SITE, None), (WWW, 443): (OK, None)}, f"https://{WWW}/"),
        (
            {(HOST, 443): (GONE, None), (WWW, 443): (answer(b"<h1>Bread</h1>"), None)},
            f"https://{WWW}/",
        ),
        # nothing better than the first
        ({(HOST, 443): (OK, "other")}, f"https://{HOST}/"),
        (
            {(HOST, 443): (OK, "other"), (HOST, 80): (to(f"https://{HOST}/"), None)},
            f"https://{HOST}/",
        ),
        (
            {(HOST, 443): (NO_SITE, None), (HOST, 80): (to(f"https://{HOST}/"), None)},
            f"https://{HOST}/",
        ),
        ({(HOST, 80): (GONE, None)}, f"http://{HOST}/"),
        # what may be meant for our visit alone
        ({(HOST, 443): (LOCKED, None), (WWW, 443): (OK, None)}, f"https://{HOST}/"),
        # redirects are the site's own business
        ({(HOST, 443): (to(f"https://{WWW}/"), None), (WWW, 443): (OK, None)}, f"https://{HOST}/"),
        ({(HOST, 80): (to(f"https://{WWW}/"), None), (WWW, 443): (OK, None)}, f"http://{HOST}/"),
        ({}, None),
    ],
)
def test_the_first_address_that_shows_something_is_taken(serve, servers, found):
    assert address.find(f"https://{HOST}/", serve(servers), "Lindqvist Bakery") == found


@pytest.mark.parametrize(
    ("website", "tried"),
    [
        ("https://bakery.com/a?b=c", ["https://bakery.com/a?b=c", "http://bakery.com/a?b=c",
                                       "https://www.bakery.com/a?b=c", "http://www.bakery.com/a?b=c"]),
        ("https://www.bakery.com/", ["https://www.bakery.com/", "http://www.bakery.com/",
                                      "https://bakery.com/", "http://bakery.com/"]),
        ("https://shop.bakery.com/", ["https://shop.bakery.com/", "http://shop.bakery.com/"]),
        ("https://bakery.com:8443/", ["https://bakery.com:8443/", "http://bakery.com:8443/"]),
        ("https://192.0.2.7/", ["https://192.0.2.7/", "http://192.0.2.7/"]),
    ],
)  # fmt: skip
def test_https_comes_before_http_and_the_name_as_given_before_the_other(website, tried):
    assert address.candidates(website) == tried


def test_private_addresses_are_not_visited():
    with serving(OK) as port:
        assert address.find(f"https://127.0.0.1:{port}/", Settings()) is None

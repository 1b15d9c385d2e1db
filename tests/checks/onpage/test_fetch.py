"""The crawl on real servers: what it reads, how politely, and that it ends."""

from __future__ import annotations

import contextlib
import gzip
import io
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from PIL import Image

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.onpage import CHECK, evidence_robots, fetch
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.fetch import fetch_pages
from lfassess.errors import ProviderTimeoutError, ProviderUnavailableError, TargetUnreachableError
from lfassess.settings import Settings
from tests import dns_server
from tests.checks.onpage.pages import BODY, HEAD, SAID, html
from tests.page_server import Answer, website

pytestmark = pytest.mark.integration

HOST = "brightwater.example"
URL = f"http://{HOST}/"
ZONE = {
    HOST: {
        "MX": [f"10 mail.{HOST}."],
        "TXT": ['"v=spf1 -all"'],
        "AAAA": ["2001:db8::1"],
        "SOA": [f"ns.{HOST}. a.{HOST}. 1 2 3 4 5"],
    },
    f"_dmarc.{HOST}": {"TXT": ['"v=DMARC1; p=reject"']},
}


def picture(width=1200, height=630):
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, "JPEG")
    return Answer(made.getvalue(), headers={"Content-Type": "image/jpeg"})


def inner(title):
    return html(
        f"<title>{title}</title>",
        f"<h1>{title}</h1><p>{SAID}</p><form><textarea name=a></textarea></form>",
    )


PAGES: dict[str, str | Answer] = {
    "/": html(HEAD.replace("https://", "http://"), BODY),
    "/services": inner("What we repair in Cedar Falls"),
    "/contact": inner("Call Brightwater Plumbing"),
    "/privacy": inner("Privacy policy of Brightwater"),
    "/van.jpg": picture(),
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret\n", headers={"Content-Type": "text/plain"}),
}  # fmt: skip


def crawl(pages: Mapping[str, str | Answer], *, gap_s=0.0, url=URL, awaited=False, **settings):
    """Serve the pages as the clean site's, crawl them; return evidence and what was asked."""
    with website(pages) as server, dns_server.serving(ZONE) as dns:
        routes = (f"{HOST}:80:127.0.0.1:{server.port}",)
        used = Settings(connect_to=routes, dns_server=dns.address, **settings)
        ctx = replace(context(used), is_awaited=lambda: awaited)
        fetched = fetch_pages(target(url), ctx, gap_s=gap_s)
        return Evidence.from_json(fetched.evidence), server.asked


def target(url=URL):
    return Target("Brightwater Plumbing", url, "(319) 555-0142", "12 Mill Street, Cedar Falls")


def context(settings):
    return CheckContext(settings, time.monotonic() + CHECK.time_limit_s)


def codes(evidence):
    return {f.code.removeprefix("onpage-") for f in CHECK.judge(evidence.to_json()).findings}


def test_a_clean_site_is_read_whole_and_praised():
    evidence, asked = crawl(PAGES)
    assert [urlsplit(p.url).path for p in evidence.pages] == ["/contact", "/privacy", "/services"]
    assert (evidence.ended, evidence.refused, evidence.made_up_status) == ("done", 0, 404)
    assert evidence.mail.dmarc == ("v=DMARC1; p=reject",)
    assert evidence.tried[0].width == 1200
    assert codes(evidence) == {"listed-well", "described-well", "mail-protected"}
    assert len(asked) == evidence.requests


def test_planted_defects_are_found():
    links = "<a href=/gone>Gone</a><a href=/secret>Secret</a><a href=http://nobody.example/>x</a>"
    pages = {
        **PAGES,
        "/": html(
            HEAD.replace("https://", "http://").replace("/van.jpg", "/tiny.jpg"), BODY + links
        ),
        "/tiny.jpg": picture(90, 90),
        "/contact": inner("What we repair in Cedar Falls").replace(SAID, "Lorem ipsum dolor"),
        "/robots.txt": Answer(
            b"User-agent: *\nDisallow: /secret\nUser-agent: GPTBot\nDisallow: /\n"
            b"User-agent: PerplexityBot\nDisallow: /\nSitemap: http://brightwater.example/map.xml"
        ),
        "/map.xml": "<urlset><url><loc>http://elsewhere.example/</loc></url>"
        "<url><loc>http://brightwater.example/old</loc></url></urlset>",
    }
    evidence, asked = crawl(pages)
    assert "/secret" not in asked
    assert evidence.refused == 1
    assert codes(evidence) >= {
        "broken-links", "broken-external", "share-picture", "sample-text", "ai-answers-blocked",
        "ai-training-blocked", "sitemap-foreign", "sitemap-dead",
    }  # fmt: skip


def test_pages_and_links_are_read_as_far_as_wished():
    evidence, asked = crawl(PAGES, crawl_pages=1, crawl_links=False)
    assert (len(evidence.pages), evidence.ended, evidence.tried) == (1, "pages", ())
    evidence, asked = crawl(PAGES, crawl_pages=0, crawl_links=False)
    assert "/contact" not in asked


def test_of_a_website_further_down_the_front_page_is_read_as_well():
    evidence, _ = crawl({**PAGES, "/albany": inner("Brightwater in Albany")}, url=f"{URL}albany")
    assert evidence.home.titles == ("Brightwater in Albany",)
    assert "/" in [urlsplit(p.url).path for p in evidence.pages]


def test_a_home_page_that_forwards_within_the_site_is_left_for_what_it_leads_to():
    forward = "<meta http-equiv=refresh content='0; url=en/'><a href=en/>English</a>"
    evidence, asked = crawl({**PAGES, "/": forward, "/en/": html(HEAD, BODY)})
    assert urlsplit(evidence.home.url).path == "/en/"
    assert evidence.visit["kind"] == "site"
    assert asked[:2] == ["/", "/en/"]


def test_pages_that_forward_to_each_other_are_left():
    def to(url):
        return f"<meta http-equiv=refresh content='0; url={url}'>"

    evidence, asked = crawl({"/": to("/a"), "/a": to("/")})
    assert (evidence.visit["code"], len(asked)) == ("forward", 3)


def test_a_forward_to_another_site_is_not_followed():
    forward = "<meta http-equiv=refresh content='0; url=http://elsewhere.example/'>"
    evidence, asked = crawl({"/": forward})
    assert (evidence.visit["code"], asked) == ("forward", ["/"])


def test_links_nobody_learnt_anything_of_are_named():
    links = "<a href=http://10.0.0.1/>x</a><a href=/gone>x</a>"  # the guard keeps us from one
    pages = {**PAGES, "/": html(HEAD.replace("https://", "http://"), BODY + links)}
    evidence, _ = crawl(pages, crawl_pages=0)
    metrics = CHECK.judge(evidence.to_json()).metrics
    assert evidence.untold == ("http://10.0.0.1/",)
    assert (list(metrics["broken"]), list(metrics["untold"])) == (["/gone"], ["http://10.0.0.1/"])


def test_only_the_menus_links_are_tried_once_the_lead_waits_for_nothing_else():
    body = BODY.replace("</nav>", "<a href=/gone>Gone</a></nav>") + "<a href=/lost>Lost</a>"
    pages = {**PAGES, "/": html(HEAD.replace("https://", "http://"), body)}
    evidence, asked = crawl(pages, crawl_pages=3, awaited=True)
    assert "broken-navigation" in codes(evidence)
    assert "broken-links" not in codes(evidence)
    assert evidence.untold == (f"{URL.replace('https', 'http')}lost",)
    assert "/lost" not in asked


def test_social_networks_are_not_asked():
    links = "<a href=https://www.facebook.com/brightwater>f</a>"
    pages = {**PAGES, "/": html(HEAD.replace("https://", "http://"), BODY + links)}
    evidence, _ = crawl(pages)
    assert not [t for t in evidence.tried if "facebook" in t.url]
    trust = CHECK.judge(evidence.to_json()).metrics["trust"]
    assert list(trust["profiles"]) == ["facebook.com/brightwater"]
    assert (trust["phone"], trust["privacy"], trust["imprint"]) == (True, True, False)


def test_requests_to_one_host_are_apart_in_time():
    """ScriptedServer by the server's clock: a busy machine only makes the gaps longer."""
    times = []

    class Timed(dict):
        def get(self, path, default=None):
            times.append(time.monotonic())
            return super().get(path, default)

    crawl(Timed(PAGES), gap_s=0.2)
    assert times[-1] - times[0] > 0.2 * (len(times) - 1) * 0.95


def test_a_robots_txt_that_fails_keeps_us_out():
    evidence, asked = crawl({**PAGES, "/robots.txt": Answer(b"", 503)})
    assert evidence.pages == ()
    assert "/contact" not in asked
    assert "robots-failing" in codes(evidence)


class Guarded(dict):
    """Answers with a bot check what the site has no page for, and some that it has."""

    def __init__(self, pages, checked, answer):
        super().__init__(pages)
        self.checked, self.answer = checked, answer

    def get(self, path, default=None):
        return self.answer if path in self.checked or path not in self else self[path]


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><title>Just a moment...</title>Checking your browser before you go on",
        "<html><head><script src=/_Incapsula_Resource?x=1></script></head></html>",
        "<html><title>Access Denied</title>You don't have permission to access it. Reference #18.1",
    ],
)
def test_a_bot_check_in_place_of_a_page_or_a_file_tells_nothing_of_it(status, text):
    """Neither are missing pages said to exist, nor is what such a page may show called missing."""
    bare = html(HEAD.replace("https://", "http://").replace("+1 319-555-0142", ""),
                BODY.replace("(319) 555-0142", "").replace("tel:+13195550142", "/prices"))  # fmt: skip
    pages = {**PAGES, "/": bare, "/prices": inner("Prices"), "/services": inner("Services")}
    wall = Answer(text.encode(), status)
    evidence, _ = crawl(Guarded(pages, {"/robots.txt", "/sitemap.xml", "/contact"}, wall))
    assert (evidence.robots.status, evidence.sitemap.status) == (None, None)
    assert evidence.made_up_status is None
    faults = {"robots-no-text", "robots-failing", "no-sitemap", "sitemap-broken", "soft-404",
              "no-phone", "broken-navigation", "broken-links"}  # fmt: skip
    assert not faults & codes(evidence)


def test_a_robots_txt_that_failed_once_is_asked_for_again():
    class Recovers(dict):
        failed = False

        def get(self, path, default=None):
            if path == "/robots.txt" and not self.failed:
                self.failed = True
                return Answer(b"", 503)
            return super().get(path, default)

    evidence, asked = crawl(Recovers(PAGES), crawl_links=False)
    assert (evidence.robots.status, asked.count("/robots.txt")) == (200, 2)
    assert "robots-failing" not in codes(evidence)


def test_a_forbidden_home_page_is_read_for_its_owner():
    evidence, _ = crawl({**PAGES, "/robots.txt": Answer(b"User-agent: *\nDisallow: /")})
    assert "robots-forbids" in codes(evidence)
    assert (evidence.pages, evidence.refused) == ((), 3)


def test_redirects_to_private_addresses_are_not_followed():
    with website({"/": "secret"}) as inside:
        pages = {
            **PAGES,
            "/contact": Answer(b"", 302, {"Location": f"{inside.url}/"}),
            "/": html(HEAD, BODY + f"<a href={inside.url}/a>x</a><img src=x>"),
        }
        evidence, _ = crawl(pages)
        assert inside.asked == []
    assert "/contact" not in {urlsplit(p.asked).path for p in evidence.pages}


def test_a_sites_own_failure_is_an_error_that_may_pass():
    with pytest.raises(ProviderUnavailableError):
        crawl({"/": Answer(b"oops", 500)})
    with pytest.raises(TargetUnreachableError):
        fetch_pages(target("http://nobody.invalid/"), context(Settings()))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (html("<title>Just a moment...</title>", "Checking your browser"), "wall"),
        (html("<title>example.com is for sale</title>", "This domain is for sale. Buy this domain."), "no_site"),
        (Answer(b"no", 403), "refused"),
        (Answer(b"", cut=True), "refused"),
    ],
)  # fmt: skip
def test_what_is_no_website_is_asked_nothing_more(answer, kind):
    evidence, asked = crawl({"/": answer})
    assert evidence.visit["kind"] == kind
    assert asked == ["/"]
    assert codes(evidence) == set()


def test_a_closed_builders_address_is_not_asked():
    with website({}) as server:
        route = f"joes.business.site:443:127.0.0.1:{server.port}"
        got = fetch_pages(
            target("https://joes.business.site/"), context(Settings(connect_to=(route,)))
        )
        assert server.asked == []
    assert [f.code for f in CHECK.judge(got.evidence).findings] == ["onpage-address-gone"]


# --- sites that would keep a crawler busy ----------------------------------------------------------


class Endless(dict):
    """Answers every address with a page that links to others which nobody has seen."""

    def __init__(self, links, heading):
        super().__init__()
        self.links, self.heading = links, heading

    def get(self, path, default=None):
        if path in {"/robots.txt", "/sitemap.xml", "/sitemap_index.xml"}:
            return default
        return html(HEAD, f"<h1>{self.heading(path)}</h1><p>{SAID * 5}</p>{self.links(path)}")


def letters(number):
    return "".join(chr(97 + int(digit)) for digit in str(number))


def ten_thousand(path):
    return "".join(f"<a href=/{letters(n)}>x</a>" for n in range(10_000))


def calendar(path):
    return f"<a href={path.rstrip('/')}/next>next</a><a href={path.rstrip('/')}/more>more</a>"


def farm(path):
    hosts = "".join(f"<a href=http://{letters(n)}.farm.example/>x</a>" for n in range(300))
    return hosts + "".join(f"<a href={path.rstrip('/')}/{letters(n)}>x</a>" for n in range(300))


@pytest.mark.parametrize(
    ("links", "heading", "ended"),
    [
        (ten_thousand, lambda path: f"Page {path}", "pages"),
        (calendar, lambda path: "Calendar", "nothing_new"),
        (farm, lambda path: f"Page {path}", "pages"),
    ],
)
def test_a_site_without_end_is_left(links, heading, ended):
    evidence, asked = crawl(Endless(links, heading))
    assert evidence.ended in {ended, "time"}  # a busy machine reads fewer pages in 30 s
    assert len(evidence.pages) <= 20
    assert len(asked) < 110
    assert len(str(evidence.to_json())) < 300_000


def test_a_large_packed_sitemap_is_read_in_part():
    many = b"".join(
        b"<url><loc>http://brightwater.example/%d</loc></url>" % n for n in range(600_000)
    )
    packed = gzip.compress(b"<urlset>" + many + b"</urlset>")
    pages = {
        **PAGES,
        "/robots.txt": Answer(b"Sitemap: http://brightwater.example/map.xml.gz"),
        "/map.xml.gz": Answer(packed, headers={"Content-Type": "application/gzip"}),
    }
    evidence, _ = crawl(pages, crawl_pages=3, crawl_links=False)
    assert (evidence.sitemap.cut, evidence.sitemap.fault) == (True, None)
    assert len(evidence.sitemap.listed) == 500


def test_a_packed_sitemap_of_50_mb_is_left_where_no_more_is_read():
    """What is packed is itself larger than any file that is read whole."""
    many = b"".join(b"<url><loc>http://brightwater.example/%d</loc></url>" % n for n in range(1_050_000))  # fmt: skip
    packed = gzip.compress(b"<urlset>" + many + b"</urlset>", compresslevel=0)
    assert len(packed) > 50_000_000
    pages = {
        **PAGES,
        "/robots.txt": Answer(b"Sitemap: http://brightwater.example/map.xml.gz"),
        "/map.xml.gz": Answer(packed, headers={"Content-Type": "application/gzip"}),
    }
    evidence, _ = crawl(pages, crawl_pages=3, crawl_links=False)
    assert (evidence.sitemap.cut, evidence.sitemap.fault) == (True, None)
    assert len(evidence.sitemap.listed) == 500
    assert evidence.ended != "time"


def test_sitemaps_that_list_each_other_end():
    index = "<sitemapindex><sitemap><loc>http://brightwater.example/sitemap.xml</loc></sitemap></sitemapindex>"
    evidence, asked = crawl({**PAGES, "/sitemap.xml": index})
    assert evidence.sitemap.status == 200
    assert asked.count("/sitemap.xml") <= 3


@contextlib.contextmanager
def dripping(after_home: bool):
    """Serve a page a byte at a time, or a home page at once and all else so."""
    import socket

    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    body = html(HEAD, BODY).encode()
    whole = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body
    )

    def drip(client):
        with client, contextlib.suppress(OSError):
            asked = client.recv(65_536)
            if after_home and asked.startswith(b"GET / "):
                client.sendall(whole)
                return
            for at in range(len(whole)):
                client.sendall(whole[at : at + 1])
                if ended.wait(1):
                    return

    def serve():
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                threads.append(threading.Thread(target=drip, args=(server.accept()[0],)))
                threads[-1].start()

    threads = [threading.Thread(target=serve)]
    threads[0].start()
    try:
        yield server.getsockname()[1]
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        server.close()


def test_all_pages_and_links_are_given_less_than_the_check():
    assert CHECK.time_limit_s - 10 >= fetch._ALL_S


@pytest.mark.timeout(120)
def test_a_byte_a_second_ends_within_the_time_limit(monkeypatch):
    monkeypatch.setattr(fetch, "_ALL_S", 10.0)
    with dripping(after_home=True) as port, dns_server.serving(ZONE, silent=True) as dns:
        settings = Settings(connect_to=(f"{HOST}:80:127.0.0.1:{port}",), dns_server=dns.address)
        ctx = CheckContext(settings, time.monotonic() + 20)
        evidence = Evidence.from_json(fetch_pages(target(), ctx).evidence)
        assert ctx.time_left() > 0
    assert (evidence.ended, evidence.mail.mx) == ("time", None)
    assert codes(evidence) == {"described-well"}


@pytest.mark.timeout(60)
def test_a_home_page_of_a_byte_a_second_is_given_up():
    with dripping(after_home=False) as port, dns_server.serving(ZONE) as dns:
        settings = Settings(connect_to=(f"{HOST}:80:127.0.0.1:{port}",), dns_server=dns.address)
        ctx = context(settings)
        with pytest.raises(ProviderTimeoutError):
            fetch_pages(target(), ctx)
        assert ctx.time_left() > 0


# --- robots.txt -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "forbids"),
    [
        ("User-agent: *\nDisallow: /", (True, True)),
        ("User-agent: Googlebot\nDisallow: /", (False, True)),
        ("User-agent: *\nDisallow: /\nUser-agent: Googlebot\nAllow: /", (True, False)),
        ("User-agent: *\nDisallow: /*", (True, True)),
        ("User-agent: *\nDisallow:", (False, False)),
        ("\ufeffUser-agent: *\nDisallow: /\nAllow: /$", (False, False)),
        ("", (False, False)),
    ],
)
def test_robots_txt_is_read_as_google_reads_it(text, forbids):
    said, _ = evidence_robots.read(200, text, URL)
    assert (said.forbids_all, said.forbids_google) == forbids


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><html>", "User-agent: *\nDisallow: " + "/*a" * 5_000, "Disallow: /" * 100_000,
        "User-agent: *\n" + "Disallow: /*" + "*a" * 50 + "$\n" * 1_000, "\x00\ud800" * 1_000, "Sitemap: " * 1_000,
        "User-agent: *\nDisallow: /%zz%\nAllow: [\n", "User-agent: *\nCrawl-delay: x\nRequest-rate: 1/0",
        "User-agent: *\n" + "".join(f"Disallow: /{n}*x*y*z\n" for n in range(20_000)),
    ],
)  # fmt: skip
def test_any_robots_txt_is_read(text):
    said, rules = evidence_robots.read(200, text, URL)
    assert said.status == 200
    for path in ("", "a" * 300, "%zz", "?" + "a=b&" * 50):
        rules.may_read(URL + path)

"""Bodies as they are packed, as they are said to be, and as they are not."""

from __future__ import annotations

import gzip
import io
import random
import time
import tracemalloc
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from lfassess.clients.body import read_body
from lfassess.clients.http1 import Head
from lfassess.clients.unpack import UnpackError, packings, unpacked

PAGE = b"<!doctype html><h1>Lindqvist Bakery</h1>" + b"<p>Bread and rolls.</p>" * 50


def bare(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


class Source:
    """Stands in for a stream: gives the bytes in pieces."""

    def __init__(self, data, size):
        self._data, self._size = io.BytesIO(data), size
        self.ending = False

    def some(self, most=65_536):
        return self._data.read(min(most, self._size))


def body_of(data, encoding, *, size=65_536, kind="text/html", max_bytes=1_000_000):
    headers = [("Content-Type", kind), *(("Content-Encoding", e) for e in encoding)]
    return read_body(
        Source(data, size),
        Head(200, (1, 1), headers),
        "GET",
        max_bytes=max_bytes,
        deadline=time.monotonic() + 10,
    )


@pytest.mark.parametrize("size", [1, 7, 65_536])
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PAGE, []),
        (gzip.compress(PAGE), ["gzip"]),
        (gzip.compress(PAGE), ["X-GZIP"]),
        (gzip.compress(PAGE) + b"what follows", ["gzip"]),
        (zlib.compress(PAGE), ["deflate"]),
        (bare(PAGE), ["deflate"]),
        (brotli.compress(PAGE), ["br"]),
        (zstd.compress(PAGE), ["zstd"]),
        (zstd.compress(PAGE[:30]) + zstd.compress(PAGE[30:]), ["zstd"]),
        (gzip.compress(PAGE), ["gzip, identity"]),
        (gzip.compress(PAGE), ["identity", "gzip"]),
        (brotli.compress(gzip.compress(PAGE)), ["gzip, br"]),
        (gzip.compress(gzip.compress(PAGE)), ["gzip", "gzip"]),
        (PAGE, ["utf-8"]),
        (PAGE, ["none"]),
        (PAGE, [""]),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, bytes) else None,
)
def test_bodies_are_unpacked_as_named(data, encoding, size):
    body = body_of(data, encoding, size=size)
    assert (body.data, body.truncated, body.unread) == (PAGE, False, None)


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_page_that_is_not_packed_can_not_be_shown(encoding):
    body = body_of(PAGE, [encoding])
    assert body.data == b""
    assert "Content-Encoding" in body.unread


@pytest.mark.parametrize("encoding", ["gzip, br", "br, gzip", "zstd, gzip, gzip"])
def test_nor_one_that_is_packed_once_and_named_twice(encoding):
    assert body_of(gzip.compress(PAGE), [encoding]).unread


@pytest.mark.parametrize(("times", "read"), [(8, True), (9, False), (5_000, False)])
def test_eight_packings_are_unpacked_and_no_more(times, read):
    data = PAGE
    for _ in range(min(times, 9)):
        data = gzip.compress(data)
    body = body_of(data, ["gzip"] * times)
    assert (body.data == PAGE, body.unread is None) == (read, read)


@pytest.mark.parametrize("packer", PACKERS)
def test_packed_bytes_that_nothing_names_are_no_text(packer):
    assert body_of(PACKERS[packer](PAGE), []).unread


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PAGE.decode().encode("utf-16"), "text/html"),
        (PAGE.decode().encode("utf-16-be"), "text/html; charset=UTF-16BE"),
        (b"\x1b$B%Q%s\x1b(B bread", "text/html; charset=iso-2022-jp"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"%PDF\0\1", "application/pdf"),
        (b"", "text/html"),
    ],
)
def test_text_and_files_are_left_alone(data, kind):
    assert body_of(data, [], kind=kind).unread is None


@pytest.mark.parametrize("packer", PACKERS)
def test_what_is_cut_off_is_read_as_far_as_it_goes(packer):
    noise = bytes(random.Random(1).choices(b"bread <>/p", k=400_000))
    packed = PACKERS[packer](noise)
    body = body_of(packed[: len(packed) * 4 // 5], [packer])
    assert body.data
    assert noise.startswith(body.data)
    assert body.unread is None


def test_what_breaks_on_the_way_is_read_as_far_as_it_goes():
    packed = bytearray(gzip.compress(PAGE * 1_000, mtime=0))
    packed[-8:-4] = b"\0\0\0\0"  # the checksum
    body = body_of(bytes(packed), ["gzip"], size=100, max_bytes=5_000_000)
    assert body.truncated
    assert PAGE in body.data


@pytest.mark.parametrize("packer", PACKERS)
def test_bombs_stop_at_the_limit(packer):
    bomb = PACKERS[packer](b" " * 50_000_000)
    tracemalloc.start()
    body = body_of(bomb, [packer], max_bytes=100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(body.data), body.truncated) == (100_000, True)
    assert peak < 20_000_000


def test_nested_bombs_stop_at_the_limit():
    bomb = gzip.compress(gzip.compress(b" " * 20_000_000) * 50)
    assert body_of(bomb, ["gzip, gzip"], max_bytes=100_000).truncated


def test_packed_nothing_stops_at_the_deadline():
    stored = b"\x00\x00\x00\xff\xff" * 4_000_000  # empty blocks, 20 MB of them
    pieces = iter([gzip.compress(stored)])
    with pytest.raises(TimeoutError):
        list(unpacked(pieces, ["gzip", "deflate"], time.monotonic()))


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (None, []),
        ("gzip", ["gzip"]),
        (" GZip , br", ["br", "gzip"]),
        ("identity, gzip", ["gzip"]),
        ("sdch", []),
    ],
)
def test_packings_are_named_outermost_first(header, names):
    assert packings(header) == names


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.binary(max_size=200), max_size=5),
    st.lists(st.sampled_from(list(PACKERS)), min_size=1, max_size=3),
)
def test_any_bytes_are_unpacked_or_refused(pieces, names):
    try:
        out = list(unpacked(iter(pieces), names, time.monotonic() + 10))
    except UnpackError:
        return
    assert all(out)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=2_000),
    st.lists(st.sampled_from(list(PACKERS)), max_size=3),
    st.integers(1, 500),
)
def test_what_was_packed_comes_back(data, names, size):
    packed = data
    for name in names:
        packed = PACKERS[name](packed)
    pieces = iter([packed[n : n + size] for n in range(0, len(packed), size)])
    assert b"".join(unpacked(pieces, names[::-1], time.monotonic() + 10)) == data

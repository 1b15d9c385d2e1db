"""The backup file: whole, or refused before anything is changed."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from lfassess.backup import archive
from lfassess.errors import UsageError

FILE = "artefacts/7/desktop.jpg"


def made(*, manifest=None, files=(("database.dump", b"dump" * 999), (FILE, b"picture"))) -> bytes:
    out = io.BytesIO()
    writer = archive.Writer(out)
    writer.add_json(archive.MANIFEST, manifest or {"format": archive.FORMAT, "leads": 3})
    for name, data in files:
        writer.add_bytes(name, data)
    writer.close()
    return out.getvalue()


def unpack(data: bytes, folder: Path):
    folder.mkdir()
    return archive.unpack(io.BytesIO(data), folder, "store.tar")


def test_what_was_written_is_unpacked(tmp_path):
    manifest = unpack(made(), tmp_path / "out")

    assert manifest["leads"] == 3
    assert (tmp_path / "out" / FILE).read_bytes() == b"picture"
    assert (tmp_path / "out" / "database.dump").read_bytes() == b"dump" * 999


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.5, 0.8, 1])
def test_a_cut_backup_is_refused(tmp_path, share):
    whole = made()
    whole = whole[: whole.index(b"checksums.json") + 520]
    with pytest.raises(UsageError, match=r"^store\.tar is not a whole backup"):
        unpack(whole[: int(len(whole) * share)], tmp_path / "out")


def test_one_changed_byte_is_found(tmp_path):
    whole = made()
    at = whole.index(b"picture")
    with pytest.raises(UsageError, match=r"desktop\.jpg is not what was written"):
        unpack(whole[:at] + b"x" + whole[at + 1 :], tmp_path / "out")


@pytest.mark.parametrize("data", [b"", b"id,website\n1,x\n" * 99, b"\x1f\x8b" + b"\0" * 999])
def test_another_file_is_refused(tmp_path, data):
    with pytest.raises(UsageError, match="not a whole backup") as error:
        unpack(data, tmp_path / "out")
    assert error.value.hint == "Nothing was changed."


def test_another_format_is_refused_by_name(tmp_path):
    with pytest.raises(UsageError, match=r"'lfassess\.backup/2'; this version reads"):
        unpack(made(manifest={"format": "lfassess.backup/2"}), tmp_path / "out")


@pytest.mark.parametrize(
    "name",
    ["../escaped", "/tmp/escaped", "artefacts/7/../../escaped", "artefacts/x/a", "other.txt"],
)
def test_members_that_lead_elsewhere_are_refused(tmp_path, name):
    with pytest.raises(UsageError, match="it holds"):
        unpack(made(files=[(name, b"x")]), tmp_path / "out")
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_pipes_are_refused(tmp_path, kind):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        data = json.dumps({"format": archive.FORMAT}).encode()
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo(FILE)
        link.type, link.linkname = kind, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(UsageError, match="it holds"):
        unpack(out.getvalue(), tmp_path / "out")


def test_a_file_that_fails_half_way_leaves_the_one_before(tmp_path):
    target = tmp_path / "store.tar"
    target.write_bytes(b"before")

    def write() -> None:
        with archive.written_whole(target) as out:
            out.write(b"half")
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("store.tar", b"before")]


def test_a_backup_is_for_its_owner_alone(tmp_path):
    with archive.written_whole(tmp_path / "store.tar") as out:
        out.write(b"x")
    assert (tmp_path / "store.tar").stat().st_mode & 0o777 == 0o600

"""Files on disk: stored whole, found again, and never outside their folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lfassess.clients.storage import DiskStorage, storage_for
from lfassess.errors import ConfigurationError
from lfassess.settings import Settings


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "artefacts")


def test_gives_back_what_was_put(storage: DiskStorage) -> None:
    uri = storage.put(7, "desktop.jpg", b"picture", "image/jpeg")

    assert storage.get(uri) == b"picture"
    assert uri == "artefacts/7/desktop.jpg"
    assert storage.path(uri) == storage.root / "7" / "desktop.jpg"


def test_lets_nobody_else_in_unless_somebody_opened_it(storage: DiskStorage) -> None:
    storage.put(7, "report.html", b"")
    assert storage.root.stat().st_mode & 0o777 == 0o700
    storage.root.chmod(0o755)
    storage.put(8, "report.html", b"")
    assert storage.root.stat().st_mode & 0o777 == 0o755


def test_a_second_file_of_that_name_takes_the_place_of_the_first(storage: DiskStorage) -> None:
    storage.put(7, "report.html", b"old")
    uri = storage.put(7, "report.html", b"new")

    assert storage.get(uri) == b"new"
    assert [p.name for p in (storage.root / "7").iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    "name",
    ["", "..", ".hidden", "../8/report.html", "/etc/passwd", "a/b", "a\\b", "a\0b", "x" * 200],
)
def test_refuses_names_that_lead_elsewhere(storage: DiskStorage, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        storage.put(7, name, b"")


def test_reads_and_deletes_nothing_outside_its_folder(storage: DiskStorage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hands off")

    for uri in (str(secret), f"{storage.root}/7/../../secret", "s3://bucket/7/report.html"):
        assert storage.get(uri) is None
        assert storage.delete(uri) is False
    assert secret.exists()


def test_deletes_a_file_once_and_the_folder_with_the_last(storage: DiskStorage) -> None:
    first, second = storage.put(7, "a.jpg", b"a"), storage.put(7, "b.jpg", b"b")

    assert storage.delete(first) is True
    assert storage.delete(first) is False
    assert storage.get(second) == b"b"
    assert storage.delete(second) is True
    assert not (storage.root / "7").exists()


def test_links_to_the_file_itself(storage: DiskStorage) -> None:
    uri = storage.put(7, "report.html", b"")

    assert storage.link(uri, 60) == (storage.root / "7" / "report.html").as_uri()


def test_says_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "artefacts").write_text("a file where the folder should be")

    with pytest.raises(ConfigurationError, match="Can't write"):
        DiskStorage(tmp_path / "artefacts").put(1, "a.jpg", b"")


def test_is_the_disk_unless_a_bucket_is_named(settings: Settings) -> None:
    storage = storage_for(settings)

    assert isinstance(storage, DiskStorage)
    assert storage.root == settings.data_dir / "artefacts"


def test_boto3_is_not_loaded_where_the_disk_is_used() -> None:
    code = (
        "import sys; from lfassess.clients.storage import storage_for; "
        "from lfassess.settings import Settings; storage_for(Settings()); "
        "sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_files_are_found_after_the_data_folder_was_moved(tmp_path: Path) -> None:
    before = DiskStorage(tmp_path / "before" / "artefacts")
    uri = before.put(7, "desktop.jpg", b"picture")
    old_uri = str(before.root / "7" / "desktop.jpg")  # as earlier versions stored it
    (tmp_path / "before").rename(tmp_path / "after")
    after = DiskStorage(tmp_path / "after" / "artefacts")

    assert after.get(uri) == after.get(old_uri) == b"picture"
    assert after.link(old_uri, 60) == (after.root / "7" / "desktop.jpg").as_uri()
    assert after.delete(old_uri) is True
    assert after.get(uri) is None


def test_a_data_folder_behind_a_link_keeps_its_files(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    storage = DiskStorage(link / "artefacts")
    uri = storage.put(7, "report.html", b"report")

    assert storage.get(uri) == b"report"
    assert storage.get(str(link / "artefacts" / "7" / "report.html")) == b"report"


@pytest.mark.parametrize(
    "uri",
    [
        "/elsewhere/artefacts/7/../../secret",
        "/elsewhere/artefacts/7/.hidden",
        "/elsewhere/artefacts/seven/a.jpg",
        "/elsewhere/7/a.jpg",
        "artefacts/../secret",
        "artefacts/7/../../secret",
        "file:///artefacts/7/a.jpg",
        "",
    ],
)
def test_what_is_no_artefact_lies_nowhere(storage: DiskStorage, tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret").write_text("hands off")
    assert storage.path(uri) in {None, storage.root}
    assert storage.get(uri) is None

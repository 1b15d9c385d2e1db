"""Installing Lighthouse, and what its own errors become; nothing is downloaded."""

from __future__ import annotations

import fcntl
import json
import sys
import time
from pathlib import Path

import pytest

from lfassess.clients import lighthouse
from lfassess.clients.lighthouse import nodejs
from lfassess.clients.lighthouse.failures import error_for, status_in
from lfassess.clients.lighthouse.install import folder, places
from lfassess.errors import ConfigurationError, ToolMissingError
from lfassess.settings import Settings

LOCK = Path(lighthouse.__file__).with_name("package-lock.json")


def test_lock_file_names_no_registry_but_pins_every_package():
    packages = json.loads(LOCK.read_text())["packages"]
    assert packages.pop("")
    assert all("resolved" not in package for package in packages.values())
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_relative_folder_is_made_absolute_for_node(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folder(Settings(lighthouse_dir=Path("below"))) == tmp_path / "below"


def test_axe_is_the_copy_that_lighthouse_brings(tmp_path):
    settings = Settings(lighthouse_dir=tmp_path)
    assert lighthouse.axe_source(settings) is None
    script = places(settings)[0] / "node_modules" / "axe-core" / "axe.min.js"
    script.parent.mkdir(parents=True)
    script.write_text("/*! axe */")
    assert lighthouse.axe_source(settings) == "/*! axe */"
    assert lighthouse.installed(settings) is None


def test_looks_beside_python_only_without_a_folder_of_its_own(tmp_path):
    assert len(places(Settings(lighthouse_dir=tmp_path))) == 1
    assert [p.parent for p in places(Settings(data_dir=tmp_path))] == [
        tmp_path / "lighthouse", Path(sys.prefix) / "lighthouse",
    ]  # fmt: skip


def test_one_copy_of_axe_is_pinned_where_lighthouse_looks_for_it():
    packages = json.loads(LOCK.read_text())["packages"]
    copies = [name for name in packages if name.endswith("node_modules/axe-core")]
    assert copies == ["node_modules/axe-core"]
    assert packages[copies[0]]["version"].startswith("4.14.")


def test_waits_for_another_process_only_until_the_deadline(tmp_path):
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ToolMissingError, match="another process"):
            lighthouse.install(Settings(lighthouse_dir=tmp_path), deadline=time.monotonic())


def test_no_time_left_is_said_and_leaves_no_half_installation(tmp_path):
    settings = Settings(lighthouse_dir=tmp_path)
    with pytest.raises(ToolMissingError, match="too long"):
        lighthouse.install(settings, deadline=time.monotonic())
    assert lighthouse.installed(settings) is None
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_folder_that_cannot_be_made_is_a_configuration_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="can't be installed"):
        lighthouse.install(Settings(lighthouse_dir=tmp_path / "file" / "below"))


@pytest.mark.parametrize(
    ("said", "version"),
    [("v24.19.0", (24, 19)), ("v9.1.0", (9, 1)), ("nonsense", (0,)), ("", (0,))],
)
def test_reads_the_version_of_node(tmp_path, said, version):
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    assert nodejs._version(str(program)) == version


def test_missing_node_has_no_version(tmp_path):
    assert nodejs._version(str(tmp_path / "none")) == (0,)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("DNS_FAILURE", "", "target_unreachable"),
        ("FAILED_DOCUMENT_REQUEST", "(Details: net::ERR_FAILED)", "target_unreachable"),
        ("ERRORED_DOCUMENT_REQUEST", "(Status code: 404)", "target_unreachable"),
        ("ERRORED_DOCUMENT_REQUEST", "(Status code: 403)", "target_blocked"),
        ("INSECURE_DOCUMENT_REQUEST", "", "target_unreachable"),
        ("CHROME_INTERSTITIAL_ERROR", "", "target_unreachable"),
        ("NOT_HTML", "", "no_web_page"),
        ("NO_FCP", "", "target_unreachable"),
        ("PAGE_HUNG", "", "target_unreachable"),
        ("PROTOCOL_TIMEOUT", "", "provider_timeout"),
        ("TARGET_CRASHED", "", "provider_unavailable"),
        ("NO_LCP", "", "provider_unavailable"),
    ],
)
def test_errors_of_lighthouse_become_ours(code, message, expected):
    error = error_for(code, message, "https://shop.test/", provider="psi")
    assert error.code == expected
    assert error.provider == "psi"
    assert error.status == status_in(message)


@pytest.mark.parametrize(
    ("message", "content_type"),
    [
        ("The page is not HTML (served as MIME type application/pdf).", "application/pdf"),
        ("The page is not HTML (served as MIME type image/svg+xml).", "image/svg+xml"),
        ("The page is not HTML.", None),
    ],
)
def test_file_is_named_by_its_type(message, content_type):
    error = error_for("NOT_HTML", message, "https://shop.test/", provider="psi")
    assert error.content_type == content_type


@pytest.mark.parametrize(
    ("provider", "code"), [("lighthouse", "no_web_page"), ("psi", "target_unreachable")]
)
def test_page_left_for_a_download_is_a_file_here(provider, code):
    message = "(Details: net::ERR_ABORTED)"
    error = error_for("FAILED_DOCUMENT_REQUEST", message, "https://shop.test/", provider=provider)
    assert error.code == code


@pytest.mark.parametrize("code", ["NO_FCP", "PAGE_HUNG"])
def test_blank_page_may_be_for_want_of_time_on_this_machine(code):
    assert error_for(code, "", "https://shop.test/", provider="lighthouse").transient


def test_error_names_what_the_network_said():
    error = error_for(
        "FAILED_DOCUMENT_REQUEST", "x (Details: net::ERR_TIMED_OUT)", "u", provider="psi"
    )
    assert "ERR_TIMED_OUT" in error.message

"""Which scripts this machine has fonts for, by what fontconfig says."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.cli.diagnostics import _fonts
from lfassess.cli.setup import PACKAGE_MANAGERS
from lfassess.clients.chromium import fonts
from lfassess.settings import Settings

DOCKERFILE = (Path(__file__).parents[2] / "Dockerfile").read_text()


@pytest.fixture
def fontconfig(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def says(script):
        program = tmp_path / "fc-list"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return says


@pytest.mark.parametrize(
    ("script", "lacking"),
    [
        ("echo 'Noto Sans CJK SC'", []),
        ("true", ["Chinese", "Japanese", "Korean", "emoji"]),
        ('case "$1" in *lang=*) echo Noto;; esac', ["emoji"]),
        ('case "$1" in *ja|*charset*) echo Noto;; esac', ["Chinese", "Korean"]),
        ("exit 1", None),
    ],
)
def test_names_the_scripts_without_a_font(fontconfig, script, lacking):
    fontconfig(script)
    assert fonts.missing() == lacking


def test_without_fontconfig_nothing_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fonts.missing() is None


@pytest.mark.parametrize(
    ("script", "state", "detail"),
    [
        ("echo Noto", "ok", "for Chinese, Japanese, Korean and emoji, too"),
        (
            "true",
            "note",
            "none for Chinese, Japanese, Korean, emoji: screenshots and PDFs show boxes",
        ),
        ("exit 1", "note", "not known: fontconfig isn't there, or can't be asked"),
    ],
)
def test_the_doctor_says_what_is_missing_and_how_to_get_it(fontconfig, script, state, detail):
    fontconfig(script)
    [found] = _fonts(Settings())
    assert (found.state, found.detail) == (state, detail)
    assert (found.fix is None) == (state == "ok")


@pytest.mark.parametrize("package", PACKAGE_MANAGERS[0].fonts[1:])
def test_the_images_have_the_fonts_that_setup_installs(package):
    assert package in DOCKERFILE.split()

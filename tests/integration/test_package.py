"""The wheel and the sdist as a stranger gets them: installed where there is no checkout."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from lfassess import __version__, stack
from lfassess.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
SITE = "https://harbour-bakery.demo.test/"


def build(source: Path, kind: str, into: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    (made,) = into.iterdir()
    return made


class Installation:
    """A fresh environment with the wheel, in a folder that has nothing else."""

    def __init__(
        self, folder: Path, wheel: Path, env: dict[str, str], hidden: tuple[str, ...] = ()
    ) -> None:
        venv = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        self.bin = venv / "bin"
        # Dependencies are those of this environment; a path in a .pth has no say by .pth files.
        names = {"base": str(venv), "platbase": str(venv)}
        site = Path(sysconfig.get_path("purelib", vars=names))
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        hide = f"import sys; sys.modules.update(dict.fromkeys({hidden!r}))\n"
        (site / "hidden.pth").write_text(hide)
        pip = [self.bin / "python", "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
        subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
        self.folder = folder / "elsewhere"
        self.folder.mkdir()
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("LFASSESS", "PYTHON"))
        }
        self.env = {**inherited, **env, "LFASSESS_DATA_DIR": str(folder / "data"), "COLUMNS": "80"}

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "lfassess"), *words], env={**self.env, **env}, cwd=self.folder,
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """Made from the sdist, as installers make it where they get nothing else."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as tar:
        tar.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build(source, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, sandbox, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    lighthouse = {"LFASSESS_LIGHTHOUSE_DIR": str(ROOT / ".venv" / "lighthouse")}
    yield Installation(folder, wheel, {**sandbox.env, **lighthouse})
    stack.erase(Settings(data_dir=folder / "data"))


@pytest.fixture(scope="module")
def plain(wheel, sandbox, tmp_path_factory):
    """Without the extras `browser` and `llm`, and what they bring."""
    folder = tmp_path_factory.mktemp("plain")
    hidden = (
        "selenium",
        "trio",
        "websocket",
        "pypdf",
        "openai",
        "jiter",
        "distro",
        "httpx",
        "tqdm",
    )
    yield Installation(folder, wheel, sandbox.env, hidden)
    stack.erase(Settings(data_dir=folder / "data"))


def contents(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if not name.endswith("/RECORD")
        }


def test_the_sdist_makes_the_same_wheel_as_the_checkout(wheel, tmp_path):
    assert contents(wheel) == contents(build(ROOT, "wheel", tmp_path))


def test_it_runs_from_its_own_files_and_says_what_is_missing(installed):
    asked = "import lfassess, assessment_orchestrator as a; print(lfassess.__file__, a.__file__)"
    where = subprocess.run(
        [installed.bin / "python", "-c", asked],
        env=installed.env, cwd=installed.folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert [str(installed.bin.parent) in path for path in where.split()] == [True, True]
    assert installed.run("--version").stdout.strip() == f"lfassess {__version__}"
    looked = installed.run("doctor", "--json")
    assert looked.returncode == 0, looked.stdout
    assert "make" not in (installed.run("doctor").stdout + installed.run("--help").stdout).split()


def test_a_check_runs_alone(installed):
    done = installed.run("check", "security", SITE, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["observatory"]["grade"]
    assert not (installed.folder.parent / "data" / "postgres").exists()


@pytest.mark.browser
def test_an_audit_is_made_told_of_and_written(installed):
    done = installed.run("run", SITE, "--checks", "security,gbp,visual,onpage,llm_analysis")
    assert done.returncode == 0, done.stderr
    assert "`lfassess down` stops them" in " ".join(done.stderr.split())
    written = installed.run("report", "1", "--format", "html,pdf", "-o", "audit")
    assert written.returncode == 0, written.stderr
    made = {path.suffix: path.stat().st_size for path in installed.folder.rglob("*.*")}
    assert made.keys() == {".html", ".pdf"}
    assert min(made.values()) > 20_000
    assert installed.run("down").returncode == 0


def test_the_wheel_asks_for_a_browsers_and_a_models_packages_by_extra_alone(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        asked = re.findall(
            r"^Requires-Dist: ([\w-]+)(.*)$", archive.read(name).decode(), re.MULTILINE
        )
    extras = {package: said.rpartition("extra == ")[2].strip("'") for package, said in asked}
    assert {extras[name] for name in ("selenium", "websocket-client")} == {"browser"}
    assert extras["openai"] == "llm"


def test_an_audit_without_the_extras_is_made_and_names_them(plain):
    done = plain.run("run", SITE, "--checks", "security,visual,onpage,llm_analysis")
    assert done.returncode == 0, done.stderr
    listed = [json.loads(x) for x in plain.run("errors", "list", "--json").stdout.splitlines()]
    assert {(x["check"], x["code"]) for x in listed} == {
        ("visual", "tool_missing"),
        ("llm_analysis", "tool_missing"),
    }
    (plain.folder / "leads.csv").write_text("name,website\nAnn,https://ann.demo.test/\n")
    assert plain.run("leads", "import", "leads.csv").returncode == 0
    assert plain.run("report", "1", "--format", "html", "-o", "audit").returncode == 0
    printed = plain.run("report", "1", "--format", "pdf", "-o", "audit")
    assert printed.returncode == 3
    assert "lfassess[browser]" in printed.stderr
    assert plain.run("down").returncode == 0

"""The documentation keeps up with the code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import typer
import yaml

from lfassess.cli.app import app
from lfassess.errors import (
    CheckError,
    DeferredError,
    LfassessError,
    PermanentError,
    TransientError,
    cause_of,
)
from lfassess.settings import Settings, variable_of
from lfassess.settings_sources import NOT_SETTINGS
from scripts import diagrams, reference
from tests import doc_blocks, documents

ROOT = Path(__file__).parents[1]


def kinds(*roots):
    return [k for root in roots for k in (*root.__subclasses__(), *kinds(*root.__subclasses__()))]


def test_every_error_is_documented_as_it_says_itself():
    """Two families of errors that attempts end with; what only waits is told of below them."""
    text = (ROOT / "docs/reference/errors.md").read_text()
    rows = {
        f"| `{kind.code}` | {family} | {cause_of(kind.code)} | {kind.advice} |"
        for family, root in (("transient", TransientError), ("permanent", PermanentError))
        for kind in kinds(root)
    }
    assert sorted(rows - set(text.splitlines())) == []
    assert f"`{DeferredError.code}`" in text
    assert len(rows) == len(kinds(CheckError)) - 3  # the families themselves, and what waits


def test_every_setting_is_in_the_example():
    text = (ROOT / "configs/.env.example").read_text()
    names = set(map(variable_of, Settings.model_fields))
    assert sorted(name for name in names if f"#{name}=" not in text) == []


def test_reference_is_todays():
    """Write it again with: python -m scripts.reference."""
    made = reference.pages()
    assert [p.name for p, text in made.items() if not p.exists() or p.read_text() != text] == []


def test_exit_codes_are_all_documented():
    """Those of errors; what commands end with otherwise is 0, 1, 6 and 130."""
    text = (ROOT / "docs/reference/errors.md").read_text()
    families = [k for k in kinds(LfassessError) if not issubclass(k, CheckError)]
    codes = {k.code: k.exit_code for k in families}
    assert [code for code, number in codes.items() if f"| {number} | `{code}` |" not in text] == []


def test_every_variable_of_ours_is_known():
    """A command would warn of it: add it to the settings, or to NOT_SETTINGS."""
    files = [*ROOT.glob("lfassess/**/*.py"), *ROOT.glob("docker-compose*.yml")]
    said = {n for f in files for n in re.findall(r"\bLFASSESS_[A-Z0-9_]+[A-Z0-9]\b", f.read_text())}
    known = {variable_of(name) for name in Settings.model_fields} | NOT_SETTINGS
    assert sorted(said - known) == []


@cache
def command_line():
    return typer.main.get_command(app)


DOCUMENTS = [*sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = document.read_text()
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    broken = []
    for target in (each for each in targets if "://" not in each):
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        if not path.exists() or (anchor and anchor not in documents.anchors(path.read_text())):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist(document):
    """With their options; whether they do what is said is other tests' to say."""
    if document.name == "CHANGELOG.md":
        pytest.skip("it names what earlier versions had")
    found = [
        (" ".join(words), fault)
        for words in documents.commands_in(document.read_text())
        if (fault := documents.fault(words, command_line()))
    ]
    assert found == []


TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OPENAPI = json.loads((ROOT / "docs" / "schemas" / "openapi.json").read_text())
OPERATIONS = documents.operations_in(" ".join(f"`{path}`" for path in OPENAPI["paths"]))
METRICS = set(
    re.findall(r"`(lfassess_\w+)`", (ROOT / "docs" / "reference" / "metrics.md").read_text())
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_documents_name_is_there(document):
    """Files, targets of make, operations of the API, variables, metrics."""
    text = document.read_text()
    if document.name == "CHANGELOG.md" or "Superseded by" in text:
        pytest.skip("it names what there was")
    paths = {path for path in documents.paths_in(text) if not is_there(path)}
    variables = set(re.findall(r"\bLFASSESS_[A-Z0-9_]+[A-Z0-9]\b", text))
    known = {variable_of(name) for name in Settings.model_fields} | NOT_SETTINGS
    metrics = {span for span in documents.spans(text) if re.fullmatch(r"lfassess_[a-z_]+", span)}
    assert sorted(paths) == []
    assert sorted(documents.targets_in(text) - TARGETS) == []
    assert sorted(documents.operations_in(text) - OPERATIONS) == []
    assert sorted(variables - known) == []
    assert sorted(metrics - METRICS - {"lfassess_favicon"}) == []


def is_there(path):
    """Whether there is a file or folder of this name, or a module."""
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


SHELL = [b for d in DOCUMENTS for b in doc_blocks.blocks(d) if b.is_shell]


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_shell_blocks_are_shell(block):
    """Those that nobody here can run, too: a shell takes each command for whole."""
    for command in block.commands:
        done = subprocess.run(
            ["bash", "-n"], input=command.text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command.text}\n{done.stderr}"


def test_each_test_that_security_names_is_there():
    named = set(
        re.findall(
            r"`(tests/[\w/.]+)`", (ROOT / "docs" / "explanation" / "security.md").read_text()
        )
    )
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_each_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    chosen = [e for name, each in extras.items() if name not in {"dev", "all"} for e in each]
    names = {re.split(r"[\[=<>;! ]", each)[0] for each in [*project["dependencies"], *chosen]}
    rows = re.findall(
        r"^\| ([\w, .-]+) \|", (ROOT / "docs/explanation/dependencies.md").read_text(), re.MULTILINE
    )
    assert sorted(names - {name for row in rows for name in row.split(", ")}) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The documentation as a site."""
    pytest.importorskip("zensical", reason="the docs extra is not installed")
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs")
    build = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_site_is_built_without_a_broken_link(site):
    assert (site / "index.html").is_file()


def test_readers_of_the_site_load_nothing_from_elsewhere(site):
    loads = re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^\" >]+"
    )
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    assert {page.name: found for page in pages if (found := loads.findall(page.read_text()))} == {}


def test_the_site_can_be_searched_from_the_disk(site):
    assert "webhook" in (site / "search.js").read_text()


def test_each_diagram_is_drawn_from_todays_text():
    """Draw them again with: python -m scripts.diagrams."""
    texts = sorted(diagrams.FOLDER.glob("*.mmd"))
    assert len(texts) == 3
    drawings = {text: text.with_suffix(".svg").read_text() for text in texts}
    stale = [t.name for t, svg in drawings.items() if diagrams.mark(t.read_text()) not in svg]
    assert stale == []
    assert [d.name for d in DOCUMENTS if "```mermaid" in d.read_text()] == []


def named_in(nav):
    """The pages of a navigation, at whatever depth."""
    if isinstance(nav, str):
        return {nav}
    return set().union(*map(named_in, nav.values() if isinstance(nav, dict) else nav))


def test_every_page_is_in_the_navigation():
    """Decisions are found from what they decided; all else has a place in mkdocs.yml."""
    nav = named_in(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    pages = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")}
    assert sorted(page for page in pages - nav if not page.startswith(("adr/", "samples/"))) == []

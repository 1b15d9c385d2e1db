"""What tests of the cage and its ports share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def code_for_all() -> Iterator[Path]:
    """A folder with our code that every account may read; the checkout may lie in one's own."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="lfassess-code-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        ours = shutil.ignore_patterns("__pycache__", "sandbox")
        shutil.copytree(ROOT / "lfassess", folder / "lfassess", ignore=ours)
        (folder / "tests" / "clients").mkdir(parents=True)
        shutil.copy(ROOT / "tests/clients/no_namespaces.py", folder / "tests" / "clients")
        yield folder

"""Modules can be read one after the other, and one check's way through the code is short."""

from __future__ import annotations

import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from lfassess.checks import all_checks

LONGEST_WAY = 6
SHAPE = {"catalogue", "fetch", "evidence", "judge", "metrics"}


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("lfassess", cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imported) > 500
    TopologicalSorter(imported).prepare()  # raises CycleError, which names the cycle


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Return which module imports which; a package inside a check's counts as one module."""
    graph = grimp.build_graph("lfassess", cache_dir=None)
    for name in all_checks():
        for module in graph.find_children(f"lfassess.checks.{name}"):
            if graph.find_children(module):
                graph.squash_module(module)
    return graph


def longest_way(graph: grimp.ImportGraph, package: str) -> tuple[str, ...]:
    """Return the longest chain of modules of a package, each of which imports the next."""
    inside = graph.find_descendants(package)

    @cache
    def way(module: str) -> tuple[str, ...]:
        known = graph.find_modules_directly_imported_by(module) & inside - {module}
        return (module, *max(map(way, known), key=len, default=()))

    return way(package)


@pytest.mark.parametrize("name", list(all_checks()))
def test_one_checks_way_through_its_package_is_short(graph, name):
    way = longest_way(graph, f"lfassess.checks.{name}")

    assert len(way) <= LONGEST_WAY, " imports ".join(way)


@pytest.mark.parametrize("name", list(all_checks()))
def test_a_checks_modules_are_named_after_the_part_that_they_belong_to(graph, name):
    modules = {m.rpartition(".")[2] for m in graph.find_children(f"lfassess.checks.{name}")}
    parts = {module.partition("_")[0] for module in modules}

    assert parts <= SHAPE | {"rules", "observatory"}
    assert modules >= SHAPE


@pytest.mark.parametrize("kind", ["A check never imports another", "A check reaches the network"])
def test_import_contracts_hold_for_every_check(kind):
    """They list the checks, since shared modules lie beside these."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    (contract,) = (
        c for c in project["tool"]["importlinter"]["contracts"] if c["name"].startswith(kind)
    )
    listed = contract.get("modules") or contract["source_modules"]

    missing = {f"lfassess.checks.{name}" for name in all_checks()} - set(listed)
    assert missing == set(), f"name these in pyproject.toml's contract {contract['name']!r}"

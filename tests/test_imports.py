"""Modules can be read one after the other: none imports itself by way of others."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("lfassess", cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imported) > 500
    TopologicalSorter(imported).prepare()  # raises CycleError, which names the cycle

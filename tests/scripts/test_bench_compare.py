"""What `make bench` says of its figures."""

from __future__ import annotations

import json

import pytest

from scripts import bench_compare


@pytest.fixture
def compare(tmp_path, monkeypatch):
    """Compare figures in seconds, each with what the fixed loop took beside it."""
    monkeypatch.setattr(bench_compare, "REFERENCE", tmp_path / "reference.json")

    def run(figures, *options):
        results = tmp_path / "results.json"
        benchmarks = [
            {"name": name, "stats": {"median": s}, "extra_info": {"fixed_loop_s": loop}}
            for name, (s, loop) in figures.items()
        ]
        results.write_text(json.dumps({"benchmarks": benchmarks}))
        monkeypatch.setattr("sys.argv", ["bench_compare", str(results), *options])
        return bench_compare.main()

    assert run({"test_help": (0.4, 0.02), "test_page": (0.2, 0.02)}, "--keep") == 0
    return run


def test_slow_figure_fails_unless_it_is_for_information(compare, capsys):
    slower = {"test_help": (0.9, 0.02), "test_page": (0.2, 0.02)}
    assert compare(slower) == 1
    assert "test_help: more than 2 times the reference" in capsys.readouterr().out
    assert compare(slower, "--information") == 0


def test_machine_that_was_slow_beside_it_excuses_a_figure(compare, capsys):
    assert compare({"test_help": (1.2, 0.06)}) == 0
    assert "1.00" in capsys.readouterr().out

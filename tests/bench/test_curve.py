"""How costs grow: the powers, the bend, and what becomes lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import curve, peak
from bench.questions import MANY, OURS, timed
from bench.stage import Stage
from etl import warehouse


def test_a_power_is_0_where_more_operations_cost_the_same_and_1_where_they_cost_as_much_more() -> None:
    assert curve.powers({50: 3.0, 5: 3.0, 500: 30.0, 5000: 3000.0}) == pytest.approx({50: 0, 500: 1, 5000: 2})
    assert curve.bend({5: 1.0, 50: 2.0, 500: 10.0, 5000: 11.0}) == 500
    assert curve.bend({5: 1.0, 50: 2.0}) is None
    assert curve.bend({5: 1.0, 50: 10.0, 500: 300.0}, 1.1) == 500
    assert curve.powers({5: 0.0, 50: 2.0}) == {}


def test_a_curve_is_a_line_with_every_step_as_its_note() -> None:
    (line,) = curve.grown("time", {5_000: 10.0, 50_000: 10.0, 500_000: 100.0})
    assert (line.name, line.value) == ("growth of time", pytest.approx(1))
    assert line.note == "0.00 to 50,000, 1.00 to 500,000; more than 0.5 on the way to 500,000"
    assert line.verdict == ""
    assert curve.grown("time", {5_000: 10.0}) == []


def test_goals_are_set_for_the_largest_size_beside_the_smallest_and_peers_have_none() -> None:
    seen = {OURS: {"/a": 60.0, "/b": 90.0, peak.EVERY: 60.0}, "pandas": {"/a": 900.0, peak.EVERY: 900.0}}
    took = {"/a": {5_000: 50.0, MANY: 60.0}, "/b": {5_000: 1.0, MANY: 90.0}, peak.EVERY: {5_000: 50.0, MANY: 60.0}}
    whole = [("SELECT 1", dict[str, Any]())]
    found = timed(MANY, took, seen, {"/a": (whole, {"total": lambda _: []}), "/b": (whole, {})})
    said = {(line.name.removesuffix(f", {MANY:,}"), line.peer_name): line.verdict for line in found}
    assert said == {
        ("/a", "at 5,000"): "gap 1.20", ("/a", "pandas"): "", (peak.EVERY, "at 5,000"): "met",
        (peak.EVERY, "pandas"): "", ("/b", "at 5,000"): "",
    }  # fmt: skip


def test_memory_is_of_a_page_alone_and_of_all_in_one(warehouse_folder: Path, tmp_path: Path) -> None:
    current = warehouse.current(warehouse_folder)
    assert current
    many = [("SELECT list(i) AS i FROM range($n) t(i)", {"n": n}) for n in (1_000_000, 1_000_001)]
    found = peak.of(current, {"/few": [("SELECT 1", {})], "/many": many}, Stage(tmp_path))
    if found:  # where /proc tells
        assert found.keys() == {"/few", "/many", peak.EVERY}
        assert found["/few"] < 20 < found["/many"]
        assert found[peak.EVERY] > found["/few"]

"""Killed at points of fetch, build and publish that are counted, not timed: a short form of ``inkarta bench kills``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from bench import kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
POINTS = 14


@pytest.fixture(scope="module")
def w() -> Iterator[kills.World]:
    with kills.world() as made:
        yield made


def test_no_death_leaves_anything_inconsistent_and_the_next_run_is_as_if_undisturbed(w: kills.World) -> None:
    tally = kills.tried(w, POINTS)
    assert tally.inconsistent == []
    assert sum(tally.killed.values()) >= POINTS - 2, "the steps are the same in every run"
    assert set(tally.killed) == {"fetch", "build", "publish", "amid DuckDB's writes"}
    assert tally.recovered >= len(tally.states) > 4
    stages = {step.split(":")[0] for step in w.steps}
    assert {"fetch", "build", "publish"} <= stages
    assert len(w.steps) > 250


def test_every_point_is_of_a_stage_and_the_most_telling_ones_are_never_left_out() -> None:
    w = kills.World.__new__(kills.World)
    w.steps = [*["fetch: write"] * 30, *["build: INSERT"] * 200, *["publish: replace"] * 10]
    w.largest = 1000
    found = kills.points(w, 500)
    assert len(found) == 500
    assert {n for n, _ in found if n} == set(range(1, 241)), "every step there is"
    assert sum(byte > 0 for _, byte in found) == 100
    assert max(byte for _, byte in found) < w.largest


def test_a_snapshot_that_is_not_whole_and_a_lying_manifest_are_told(w: kills.World) -> None:
    """The judge can say no."""
    home = w.start("old-x", False)
    (home / "fetched/ecb_eur_sek.csv").write_text("other")
    (home / "snapshots/current").write_text("20200101-aaaaaaaa")
    (home / "snapshots/.nobody").write_text("")
    said = " ".join(kills.faults(w, home))
    assert "not what the manifest tells of" in said
    assert "which is not there" in said
    assert "nobody's" in said

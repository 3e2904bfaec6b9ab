"""Many sessions, in short: on two replicas behind HAProxy, with a kill and with snapshots that are swapped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import collecting, many, replica, soak, swaps
from bench.crowd import Told, gathering
from bench.replicas import Replicas, replicas
from bench.stage import MissingError, Stage
from dashboard import layout
from tests.lacking import unable


class Warm(Stage):
    """Servers that find their byte code where it is."""

    def env(self) -> dict[str, str]:
        return {name: value for name, value in super().env().items() if name != "PYTHONPYCACHEPREFIX"}


@pytest.fixture(scope="module")
def stage(warehouse_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The embedded data as every other test has it."""
    made = Warm(tmp_path_factory.mktemp("many"))
    served = (warehouse_folder / "current").read_text("utf-8").strip()
    folder = made.home / "snapshots"
    folder.mkdir(parents=True)
    shutil.copy(warehouse_folder / f"{served}.duckdb", folder)
    (folder / "current").write_text(served, "utf-8")
    made.is_built = True
    return made


@pytest.fixture(scope="module")
def running(stage: Stage) -> Iterator[Replicas]:
    try:
        with replicas(stage, 2) as found:
            yield found
    except MissingError as error:
        unable(str(error))


def test_no_page_is_of_two_versions_when_snapshots_are_swapped(stage: Stage, running: Replicas) -> None:
    first = (stage.snapshots / "current").read_text("utf-8").strip()
    swaps.marked(stage.snapshots, first)
    told, versions = asyncio.run(swaps.swapped(running, stage.snapshots, first, 12, 6, 0.4))
    swaps.publish(stage.snapshots, first)
    assert told.errors == []
    assert versions.mixed == []
    assert set(versions.seen) == {first, swaps.OTHER}


def test_a_run_reads_one_snapshot_whatever_is_published_meanwhile(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (stage.snapshots / "current").read_text("utf-8").strip()
    monkeypatch.setattr(layout, "snapshot_folder", lambda: stage.snapshots)
    if not (stage.snapshots / f"{swaps.OTHER}.duckdb").exists():
        swaps.marked(stage.snapshots, first)
    swaps.publish(stage.snapshots, first)
    with layout.one_snapshot():
        before = layout.view_of("county", {})
        swaps.publish(stage.snapshots, swaps.OTHER)
        assert layout.view_of("county", {}).w.snapshot_id == before.w.snapshot_id == first
        assert layout.view_of("county", {"snapshot": swaps.OTHER}).w.snapshot_id == swaps.OTHER
    assert layout.view_of("county", {}).w.snapshot_id == swaps.OTHER
    swaps.publish(stage.snapshots, first)


def test_every_visitor_is_back_when_a_replica_is_killed(running: Replicas) -> None:
    """The last of this module: one of the two is gone afterwards."""
    told = asyncio.run(replica.killed(running, 6, 0.5, 2, 15))
    assert (told.errors, told.wrong) == ([], 0)
    assert 0 < len(told.back) < 6
    assert len(told.first) == 6


def test_a_page_of_two_versions_is_told() -> None:
    one, other = "20261123-00000000", swaps.OTHER
    foot = '<footer class="ik-footer"><p>Snapshot {}'
    seen = swaps.Versions()
    seen.look("a", foot.format(one).encode())
    seen.look("b", ("Örebro län★ " + foot.format(other)).encode())
    assert not seen.mixed
    seen.look("c", ("Örebro län★ " + foot.format(one)).encode())
    seen.look("d", foot.format(other).encode())
    seen.look("e", (f"/geo/{one}/lan.json Örebro län★ " + foot.format(other)).encode())
    seen.look("f", b"nothing")
    assert len(seen.mixed) == 4


def test_what_a_crowd_met_becomes_figures() -> None:
    told = Told(first=[1.0, 12.0], again=[0.1, 0.3], errors=["rerun: late"])
    found = {f.name: f for f in many.figures({1: {20: told}, 2: {200: told, 300: told}}, {1: {"/lan": 30.0, "/": 60.0},
             2: {"/lan": 55.0, "/": 110.0}}, {1: [(20, 300.0)], 2: [(200, 600.0), (300, 620.0)]})}  # fmt: skip
    assert found["reruns a second, 2 replicas, /lan"].verdict == "gap 0.55"
    assert found["reruns a second, 2 replicas, /"].verdict == "met"
    assert found["200 sessions, 2 replicas: a rerun, 95th percentile"].verdict == "gap 1.50"
    assert found["300 sessions, 2 replicas: a first view, 95th percentile"].verdict == "gap 1.20"
    assert found["300 sessions, 2 replicas: errors"].verdict == "gap 1.00"
    assert found["memory a session, 2 replicas"].value == pytest.approx(0.2)
    assert [f.verdict for f in replica.figures(Told(back=[3.0, 5.0], wrong=0))][1:] == ["met", "met", "met"]


def test_one_process_needs_no_proxy(stage: Stage) -> None:
    with replicas(stage, 1) as alone:
        told = asyncio.run(gathering(alone.port, 2, 1, 0.1))
        assert told.errors == []
        assert len(told.first) == 2
        assert alone.memory() > 50


def test_growth_is_told_from_the_middle_on() -> None:
    steady = soak.Soaked([0.1], 1.0, [(n * 100, 300.0 + min(n, 4) * 20) for n in range(1, 11)])
    leaking = soak.Soaked([0.1], 1.0, [(n * 100, 300.0 + n * 20) for n in range(1, 11)])
    assert steady.growth == pytest.approx(0)
    assert leaking.growth == pytest.approx(200)
    found = {f.name: f for f in soak.figures(dict.fromkeys(collecting.WAYS, leaking) | {"as it is": steady})}
    assert found["growth a thousand sessions"].verdict == "met"
    assert found["growth a thousand sessions, never frozen"].value == pytest.approx(200)
    assert found["memory at the end, seldom"].ratio == pytest.approx(500 / 380)

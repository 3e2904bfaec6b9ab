"""From the release before to this one and back, as docs/operating.md says: the application's database and snapshots.

``releases/app-NNNN.sql`` is the database of a release whose newest migration had that number, as a dump: a saved view,
a card in two versions, an open room with seven votes. A release adds its own; none is ever changed.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from dashboard import db as reading
from dashboard.db import served
from dashboard.selection import Selection
from dashboard.store import FILE, Database, StoreError, contract, migrations, polls, records, views
from dashboard.store.backup import backup, check, restore
from etl import retention, warehouse
from etl.load import utc_now
from tests.conftest import AS_OF

RELEASES = sorted((Path(__file__).parent / "releases").glob("app-*.sql"))
ROOM = "5bdjj"


def of(release: Path, folder: Path) -> Database:
    """The database of a release, as that left it."""
    path = folder / FILE
    con = sqlite3.connect(path)
    con.executescript(release.read_text("utf-8"))
    con.close()
    return Database(path)


def seen(db: Database) -> tuple[object, ...]:
    """What people have made; of a room what every version has."""
    (view,) = views.every(db)
    (card,) = records.every(db, "effect_card")
    with db.read() as con:
        room = con.execute("SELECT deck, closed_at FROM room WHERE code = ?", (ROOM,)).fetchone()
    return (
        view.name, view.note, view.query, view.is_pinned, [one.note for one in records.history(db, card.id)], card.body,
        room["deck"], room["closed_at"], polls.state(db, ROOM, "poll-em1-1").n,
        sorted(polls.answers(db, ROOM, "poll-em1-1")),
    )  # fmt: skip


WHOLE = (
    "Örebro, arbetsmarknad", "Till mötet", "lan=18", True, ["andra", "första"], {"title": "Kort två", "parts": []},
    "questions", None, 7, ["kommun"] * 4 + ["region"] * 3,
)  # fmt: skip


def test_there_is_a_release_to_come_from() -> None:
    assert RELEASES
    assert all(int(one.stem.split("-")[1]) <= migrations()[-1][0] for one in RELEASES)


@pytest.mark.parametrize("release", RELEASES, ids=lambda one: one.stem)
def test_up_used_and_back_with_the_backup(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db, number, newest = of(release, tmp_path), int(release.stem.split("-")[1]), migrations()[-1][0]
    copy = tmp_path / "before.sqlite3"
    shutil.copy(db.path, copy)  # as the old version's own inkarta backup writes it
    assert seen(db) == WHOLE
    assert check(db.path) == newest
    views.add(db, views.made("efter", "", "sweden", Selection(), "20261123-00000000", is_pinned=False))
    assert len(views.every(db)) == 2
    kept = tmp_path / "upgraded.sqlite3"
    backup(db, kept)
    with monkeypatch.context() as old:
        known = migrations()[:number]
        old.setattr(contract, "migrations", lambda: known)
        if number < newest:
            with pytest.raises(StoreError, match="schema is number") as refused:
                views.every(db)
            assert refused.value.rule == "newer"
        restore(db, copy)
        assert seen(db) == WHOLE, "the old version goes on as it was"
    restore(db, kept)
    assert {view.name for view in views.every(db)} == {"Örebro, arbetsmarknad", "efter"}


@pytest.mark.parametrize("number", range(1, len(migrations()) + 1))
def test_every_schema_that_there_has_been_is_brought_up_to_date_with_what_it_holds(number: int, tmp_path: Path) -> None:
    path = tmp_path / FILE
    con = sqlite3.connect(path)
    for _, statements in migrations()[:number]:
        for statement in statements:
            con.execute(statement)
    con.execute(
        "INSERT INTO saved_view VALUES ('abcdefghijkl', 'Vy', '', 'county', 'lan=18', 'sv', '20261123-00000000', 0, "
        "'2026-11-26T19:40:41Z', '2026-11-26T19:40:41Z')"
    )
    con.execute(f"PRAGMA user_version = {number}")
    con.commit()
    con.close()
    assert [view.name for view in views.every(Database(path))] == ["Vy"]
    assert check(path) == migrations()[-1][0]
    whole = Database(tmp_path / "new.sqlite3")
    assert views.every(whole) == ()
    with Database(path).read() as one, whole.read() as other:
        sql = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name"
        assert [tuple(row) for row in one.execute(sql)] == [tuple(row) for row in other.execute(sql)]


def aged(folder: Path, source: Path, snapshot_id: str, version: int) -> Path:
    """A snapshot as a release with another schema left it."""
    path = Path(shutil.copy(source, folder / f"{snapshot_id}.duckdb"))
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE snapshot SET snapshot_id = ?, schema_version = ?, rules_sha256 = 'old'", [snapshot_id, version]
        )
    return path


def test_a_snapshot_of_the_old_schema_stays_and_the_old_version_still_reads_it(
    outlines: object, warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    source = warehouse.current(warehouse_folder)
    assert source
    old = aged(folder, source, "20261101-aaaaaaaa", reading.SCHEMA - 1)
    warehouse.publish(folder, old.stem)
    with pytest.raises(reading.NoSnapshotError):
        served(folder)
    assert warehouse.is_stale(folder), "inkarta serve builds before it serves"
    new = warehouse.build(folder, as_of=AS_OF).snapshot
    retention.prune(folder, now=utc_now())
    assert old.exists()
    assert served(folder).snapshot_id == new.snapshot_id
    assert served(folder, old.stem).snapshot_id == new.snapshot_id, "a link to it shows the latest"
    monkeypatch.setattr(reading, "SCHEMA", reading.SCHEMA - 1)
    assert (served(folder).snapshot_id, served(folder).instead_of) == (old.stem, new.snapshot_id)
    (folder / ".next").write_text(old.stem)
    (folder / ".next").replace(folder / "current")
    assert (served(folder).snapshot_id, served(folder).instead_of) == (old.stem, "")

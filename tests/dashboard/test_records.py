"""Versioned records: every save is a new version, none is lost or changed, two tabs never overwrite each other."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.store import Database, StoreError, records
from dashboard.store.records import ConflictError, Version
from dashboard.store.views import RefusedError
from tests.conftest import ROOT

WRITER = """
import sys
from pathlib import Path
from dashboard.store import configured, records
db = configured(Path(sys.argv[1]))
one = records.add(db, "effect_card", {"n": 1})
print(one.id, 1, flush=True)
for n in range(2, 400):
    records.save(db, one.id, n - 1, {"n": n})
    print(one.id, n, flush=True)
"""


def numbers(db: Database, one: Version) -> list[int]:
    return [version.number for version in records.history(db, one.id)]


def test_every_save_is_a_new_version_and_the_old_ones_stay_as_they_were(db: Database) -> None:
    one = records.add(db, "effect_card", {"title": "först"}, "börjar")
    two = records.save(db, one.id, 1, {"title": "sedan"}, "ändrat   något\n")
    assert (two.number, two.newest, two.note) == (2, 2, "ändrat något")
    assert numbers(db, one) == [2, 1]
    first = records.find(db, one.id, 1)
    assert first is not None
    assert (first.body, first.note, first.newest) == ({"title": "först"}, "börjar", 2)
    assert [v.body for v in records.every(db, "effect_card")] == [{"title": "sedan"}]
    assert records.every(db, "problem_tree") == ()
    assert records.find(db, one.id, 3) is None
    assert records.find(db, "finnsinte") is None


def test_a_save_over_a_newer_version_is_refused_and_changes_nothing(db: Database) -> None:
    one = records.add(db, "effect_card", {"n": 1})
    records.save(db, one.id, 1, {"n": 2})
    with pytest.raises(ConflictError) as told:
        records.save(db, one.id, 1, {"n": "mitt"})
    assert told.value.newest.number == 2
    assert numbers(db, one) == [2, 1]
    mine = records.save(db, one.id, told.value.newest.number, {"n": "mitt"})
    assert mine.number == 3


def test_of_many_who_save_at_once_exactly_one_wins_each_version(db: Database) -> None:
    one = records.add(db, "problem_tree", {"n": 0})

    def save(who: int) -> bool:
        try:
            records.save(db, one.id, 1, {"n": who})
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(save, range(16)))
    assert won.count(True) == 1
    found = records.find(db, one.id)
    assert found is not None
    assert found.body == {"n": won.index(True)}


def test_a_process_killed_while_saving_leaves_every_version_that_it_told_of_and_no_half_one(db: Database) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(db.path.parent)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().split() for _ in range(15)]
        writer.send_signal(signal.SIGKILL)
        told += [line.split() for line in writer.stdout if line.endswith("\n")]
    found = [v.number for v in records.history(db, told[0][0])]
    assert found == list(range(len(found), 0, -1))
    assert len(found) in (len(told), len(told) + 1)
    assert all(v.body == {"n": v.number} for v in records.history(db, told[0][0]))


def test_a_version_can_be_neither_changed_nor_deleted_by_any_statement(db: Database) -> None:
    records.add(db, "effect_card", {"n": 1})
    for statement in ("UPDATE record_version SET body = '{}'", "DELETE FROM record_version", "DELETE FROM record"):
        with pytest.raises(StoreError, match="never"), db.write() as con:
            con.execute(statement)
    assert [v.body for v in records.every(db, "effect_card")] == [{"n": 1}]


def test_what_is_removed_is_out_of_the_list_and_comes_back_with_all_its_versions(db: Database) -> None:
    one = records.add(db, "effect_card", {"n": 1})
    records.save(db, one.id, 1, {"n": 2})
    before = records.mark(db)
    assert records.remove(db, one.id)
    assert not records.remove(db, one.id)
    assert records.mark(db) != before
    assert records.every(db, "effect_card") == ()
    found = records.find(db, one.id)
    assert found is not None
    assert found.is_removed
    with pytest.raises(RefusedError) as told:
        records.save(db, one.id, 2, {"n": 3})
    assert told.value.rule == "gone"
    assert records.bring_back(db, one.id)
    assert not records.bring_back(db, one.id)
    assert numbers(db, one) == [2, 1]


@pytest.mark.parametrize(
    ("body", "note", "rule"),
    [({"a": "x" * records.MOST_BODY}, "", "too_long"), ({}, "x" * 301, "too_long"), ({}, "a\x00", "odd_character")],
)
def test_what_cannot_be_kept_is_refused_with_its_rule(db: Database, body: dict[str, str], note: str, rule: str) -> None:
    with pytest.raises(RefusedError) as told:
        records.add(db, "effect_card", body, note)
    assert told.value.rule == rule
    assert records.every(db, "effect_card") == ()


def test_there_is_an_end_to_how_much_is_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST", 1)
    monkeypatch.setattr(records, "MOST_VERSIONS", 2)
    one = records.add(db, "effect_card", {"n": 1})
    records.save(db, one.id, 1, {"n": 2})
    for refused in (lambda: records.add(db, "effect_card", {}), lambda: records.save(db, one.id, 2, {})):
        with pytest.raises(RefusedError) as told:
            refused()
        assert told.value.rule == "full"

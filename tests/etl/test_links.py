"""Decisions by hand: what they do, and what is said when they are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from etl.links import COLUMNS, in_force, read_links
from etl.spec import SourceError
from etl.warehouse import build
from tests.conftest import AS_OF, ROOT

HEAD = ",".join(COLUMNS)


def listed(folder: Path, *rows: str, name: str = "links.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


def test_the_embedded_list_is_in_force_on_the_embedded_data(w: Any) -> None:
    found = w.rows("SELECT verdict, method, decided_why FROM operation_pair")
    assert len(found) == len((ROOT / "data/links/links.csv").read_text("utf-8").splitlines()) - 1
    assert all(r["verdict"] == "different" and r["method"] == "manual" and r["decided_why"] for r in found)


def test_the_users_own_list_decides_over_the_embedded_one(tmp_path: Path) -> None:
    first = listed(tmp_path, "r:a,r:b,same,först,", "r:c,r:d,same,kvar,")
    own = listed(tmp_path, "r:b,r:a,different,sedan,", name="own.csv")
    assert [(d.pair, d.word) for d in read_links([first, own, tmp_path / "none.csv"])] == [
        (("r:a", "r:b"), "different"),
        (("r:c", "r:d"), "same"),
    ]


def test_a_list_saved_with_semicolons_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(f"{HEAD}\nr:a,r:b,same,ja,\n".replace(",", ";"), "utf-8-sig")
    assert read_links([tmp_path / "links.csv"])[0].pair == ("r:a", "r:b")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["r:a,r:b,maybe,x,"], "row 1: column decision is 'maybe'"),
        (["r:a,r:b,same,,"], "row 1: column why is empty"),
        (["r:a,,same,x,"], "row 1: column b is empty"),
        (["r:a,r:a,same,x,"], "row 1: column b is 'r:a', the same record as a"),
        (
            ["r:a,r:b,same,x,", "r:b,r:a,different,y,"],
            "row 2: column decision is 'different', but row 1 decides 'same'",
        ),
        (["r:a,r:b,same"], "row 1"),
    ],
)
def test_a_wrong_row_is_refused_with_file_row_and_column(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(SourceError) as error:
        read_links([listed(tmp_path, *rows)])
    assert "links.csv" in str(error.value)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("r:a,r:nothing,same,x,", "column b is 'r:nothing', but no record has this id"),
        ("rr:a,r:b,same,x,", "column a is 'rr:a', but no registry is called 'rr'"),
        ("r:a,own:x,same,x,", "two portfolios"),
    ],
)
def test_an_id_that_is_not_there_is_refused(tmp_path: Path, row: str, said: str) -> None:
    portfolios = {"r:a": "sverige", "r:b": "sverige", "own:x": "import_own"}
    with pytest.raises(SourceError, match="row 1") as error:
        in_force(read_links([listed(tmp_path, row)]), portfolios, {"r", "own"}, {"kohesio"})
    assert said in str(error.value)


def test_a_decision_on_a_registry_that_is_not_loaded_waits(tmp_path: Path) -> None:
    given = read_links([listed(tmp_path, "r:a,kohesio:Q1,same,x,", "r:a,r:b,different,y,")])
    held, waiting = in_force(given, {"r:a": "sverige", "r:b": "sverige"}, {"r"}, {"kohesio"})
    assert ([d.pair for d in held], waiting) == ([("r:a", "r:b")], 1)


def test_a_changed_list_gives_a_new_snapshot_and_a_wrong_one_leaves_the_old(small_data: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = build(home / "snapshots", embedded=small_data, as_of=AS_OF)
    home.joinpath("links.csv").write_text(f"{HEAD}\ninkarta:lumena,inkarta:conecto,same,prov,\n", "utf-8")
    second = build(home / "snapshots", embedded=small_data, as_of=AS_OF)
    assert second.snapshot.snapshot_id != first.snapshot.snapshot_id
    assert (first.linked, second.linked) == (0, 1)
    assert second.snapshot.rows["operations"] == first.snapshot.rows["operations"] - 1
    home.joinpath("links.csv").write_text(f"{HEAD}\ninkarta:lumena,inkarta:nonesuch,same,prov,\n", "utf-8")
    with pytest.raises(SourceError, match=r"links.csv, row 1: column b is 'inkarta:nonesuch'"):
        build(home / "snapshots", embedded=small_data, as_of=AS_OF)
    assert (home / "snapshots/current").read_text("utf-8").strip() == second.snapshot.snapshot_id
    shutil.rmtree(home)

"""Changes between real builds, at the door to DuckDB, and as ``inkarta diff`` tells them."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dashboard import db, server
from dashboard.api import ROUTES
from dashboard.api.spec import BASE
from dashboard.cli import Exit, app, base
from dashboard.db import SCHEMA, Comparison, IncomparableError, Warehouse, kept, served
from dashboard.questions import changes
from dashboard.selection import Selection
from etl import warehouse
from tests.conftest import AS_OF, Sheet
from tests.dashboard.api_world import every
from tests.dashboard.test_changes import told


@pytest.fixture(scope="module")
def built(_small_data: Path, outlines: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real builds of the embedded data, between which four cells and the day have changed."""
    folder = tmp_path_factory.mktemp("built")
    data = Path(shutil.copytree(_small_data, folder / "data"))
    warehouse.build(folder / "snapshots", embedded=data, as_of=AS_OF)
    Sheet(data / "initiatives/amounts.csv").set(1, amount="1350000.01")
    sheet = Sheet(data / "initiatives/initiatives.csv")
    named = next(n for n, r in enumerate(sheet.rows, 1) if r["initiative_id"] == "lumena")
    sheet.set(named, title="Lumena II")
    warehouse.build(folder / "snapshots", embedded=data, as_of=date(2027, 6, 30))
    return folder / "snapshots"


def test_between_two_real_builds_only_what_was_changed_is_told(built: Path) -> None:
    new, old = kept(built)
    c = Comparison(old.path, new.path)
    (r,) = changes.counts(c)
    assert (r["before"], r["after"], r["new"], r["withdrawn"], r["amounts"], r["title"]) == (219, 219, 0, 0, 1, 1)
    assert r["ended"] > 0
    assert (r["ended_by_source"], r["started_by_source"], r["other_status"]) == (0, 0, 0)
    assert r["rows"] == len(changes.rows(c))
    (titled,) = (x for x in changes.rows(c) if x["fields"])
    assert told(titled)["title"][1] == "Lumena II"
    (line,) = (x for x in changes.ledger(c) if x["changed"])
    assert (line["measure"], line["changed"]) == ("total_eligible_cost", Decimal("0.01"))
    assert changes.versions(c)["is_other_rules"] is False


def test_earlier_snapshots_are_those_built_before(built: Path) -> None:
    new, old = kept(built)
    assert changes.earlier(built, Warehouse(new.path)) == (old,)
    assert changes.earlier(built, Warehouse(old.path)) == ()


# The door


def test_a_comparison_is_worked_out_once_and_holds_no_file(built: Path, tmp_path: Path) -> None:
    new, old = (Path(shutil.copy(k.path, tmp_path)) for k in kept(built))
    ready, found = threading.Barrier(4), []

    def ask() -> None:
        ready.wait()
        found.append(Comparison(old, new))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(c._con) for c in found}) == 1
    old.unlink()
    assert changes.rows(found[0]) == changes.rows(Comparison(old, new))
    for sql in (
        f"ATTACH '{new}' AS m",
        "SELECT * FROM read_text('/etc/hosts')",
        "SET threads = 64",
        "FROM before.snapshot",
    ):
        with pytest.raises(duckdb.Error):
            found[0].rows(sql)


def test_two_pairs_never_answer_for_each_other(built: Path) -> None:
    new, old = kept(built)
    assert changes.rows(Comparison(old.path, new.path)) != changes.rows(Comparison(old.path, old.path)) == ()


def test_a_snapshot_of_another_schema_cannot_be_compared_nor_one_that_lacks_a_table(
    built: Path, tmp_path: Path
) -> None:
    new, old = kept(built)
    for number, sql in enumerate(("UPDATE snapshot SET schema_version = 1", "DROP TABLE mart_location")):
        path = Path(shutil.copy(old.path, tmp_path / f"2026010{number}-00000000.duckdb"))
        with duckdb.connect(str(path)) as con:
            con.execute(sql)
        with pytest.raises(IncomparableError):
            Comparison(path, new.path)
    (tmp_path / "no.duckdb").write_bytes(b"no database")
    with pytest.raises(IncomparableError):
        Comparison(tmp_path / "no.duckdb", new.path)


def test_the_dashboard_reads_the_schema_that_is_built() -> None:
    assert SCHEMA == warehouse.SCHEMA_VERSION
    assert Selection(jamfor="20261123-0123abcd").params()["jamfor"] == "20261123-0123abcd"


# The command


def inkarta(home: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"INKARTA_HOME": str(home), "COLUMNS": "200"})


def test_diff_tells_what_the_questions_tell(built: Path) -> None:
    new, old = kept(built)
    done = inkarta(built.parent, "diff", "--json")
    found = json.loads(done.output)
    assert (found["from"]["snapshot_id"], found["to"]["snapshot_id"]) == (old.snapshot_id, new.snapshot_id)
    c = Comparison(old.path, new.path)
    assert [r["id"] for r in found["changes"]] == [r["id"] for r in changes.rows(c)]
    (line,) = (r for r in found["amounts"] if r["changed"] not in (None, "0.00"))
    assert line["changed"] == "0.01"
    assert json.loads(inkarta(built.parent, "diff", "2026", str(new.path), "--json").output) == found
    back = json.loads(inkarta(built.parent, "diff", new.snapshot_id, old.snapshot_id[:9], "--json").output)
    assert back["operations"][0]["after"] == 219
    words = inkarta(built.parent, "diff").output
    assert "Lumena II" in words
    assert "the day came" in words
    assert "0.01" not in inkarta(built.parent, "diff", "--lan", "09").output


def test_diff_of_a_lan_is_of_its_operations_alone(built: Path) -> None:
    new, old = kept(built)
    every = changes.rows(Comparison(old.path, new.path))
    code = next(code for r in every for code in r["codes"])
    found = json.loads(inkarta(built.parent, "diff", "--lan", code, "--json").output)
    assert found["lan"] == code
    assert [r["id"] for r in found["changes"]] == [r["id"] for r in every if code in r["codes"]]
    assert len(found["changes"]) < len(every)


def test_what_cannot_be_compared_is_said_in_words(built: Path, tmp_path: Path) -> None:
    for arguments, code, words in (
        (("nonesuch",), Exit.USAGE, "no snapshot"),
        (("20",), Exit.USAGE, "beginning of 2"),
        (("--lan", "99"), Exit.USAGE, "no county code"),
    ):
        done = inkarta(built.parent, "diff", *arguments)
        assert (done.exit_code, done.exception and type(done.exception)) == (code, SystemExit)
        assert words in done.stderr.replace("\n", " ")
    assert inkarta(tmp_path, "diff").exit_code == Exit.EMPTY
    _, old = kept(built)
    assert inkarta(built.parent, "diff", "", old.snapshot_id).exit_code == Exit.EMPTY
    other = Path(shutil.copy(old.path, tmp_path / "20200101-00000000.duckdb"))
    with duckdb.connect(str(other)) as con:
        con.execute("UPDATE snapshot SET schema_version = 1")
    done = inkarta(built.parent, "diff", str(other))
    assert (done.exit_code, "another version" in done.stderr.replace("\n", " ")) == (Exit.REFUSED, True)


def test_the_list_stays_as_it_was_and_pins_are_in_it(built: Path) -> None:
    new, old = kept(built)
    assert inkarta(built.parent, "snapshots", "pin", old.snapshot_id[:6]).exit_code == 0
    listed = json.loads(inkarta(built.parent, "snapshots", "--json").output)["snapshots"]
    assert [(s["snapshot_id"], s["is_served"], s["is_pinned"]) for s in listed] == [
        (new.snapshot_id, True, False),
        (old.snapshot_id, False, True),
    ]
    assert set(listed[0]) >= {"as_of", "built_at", "rows"}
    pruned = json.loads(inkarta(built.parent, "snapshots", "prune", "--dry-run", "--json").output)
    assert {k["snapshot_id"]: k["reason"] for k in pruned["kept"]} == {
        new.snapshot_id: "served",
        old.snapshot_id: "pinned",
    }
    assert (pruned["removed"], pruned["dry_run"]) == ([], True)
    assert inkarta(built.parent, "snapshots", "unpin", old.snapshot_id).exit_code == 0
    assert inkarta(built.parent, "snapshots", "pin", "nonesuch").exit_code == Exit.USAGE
    assert "served" in inkarta(built.parent, "snapshots").output
    assert inkarta(built.parent, "snapshots", "prune").exit_code == 0
    assert len(kept(built)) == 2


# The API


def test_the_api_tells_changes_page_by_page_and_refuses_in_words(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(built.parent))
    api = TestClient(Starlette(routes=ROUTES), base_url=f"http://testserver{BASE}")
    new, old = kept(built)
    c = Comparison(old.path, new.path)
    listed = list(every(api, "/changes", limit="7"))
    assert [r["after_id"] for r in listed] == [r["after_id"] for r in changes.rows(c)]
    body = api.get("/changes").json()
    assert (body["from"]["snapshot_id"], body["to"]["snapshot_id"], body["total"]) == (
        old.snapshot_id,
        new.snapshot_id,
        len(listed),
    )
    assert api.get(f"/changes?from={old.snapshot_id}&to={new.snapshot_id}").json()["data"] == body["data"]
    assert api.get(f"/changes?to={old.snapshot_id}").json()["from"] is None
    back = api.get(f"/changes?from={new.snapshot_id}&to={old.snapshot_id}").json()
    assert back["to"]["snapshot_id"] == back["snapshot_id"] == old.snapshot_id
    (amount,) = (a for r in back["data"] for a in r["amounts"])
    assert amount["difference"] == "-0.01"
    gone = "20200101-00000000"
    for query, name in ((f"from={gone}", "from"), (f"to={gone}", "to"), (f"snapshot={gone}", "snapshot")):
        refused = api.get(f"/changes?{query}")
        assert (refused.status_code, refused.json()["parameter"]) == (404, name)
        assert old.snapshot_id in refused.json()["allowed"]
    two = api.get(f"/changes?to={old.snapshot_id}&snapshot={new.snapshot_id}")
    assert (two.status_code, two.json()["parameter"]) == (400, "to")


def test_a_snapshot_of_another_schema_is_not_shown_and_not_listed(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    folder = Path(shutil.copytree(built, tmp_path / "snapshots"))
    new, old = kept(folder)
    with duckdb.connect(str(old.path)) as con:
        con.execute("UPDATE snapshot SET schema_version = 1")
    db._about.cache_clear()
    api = TestClient(Starlette(routes=ROUTES), base_url=f"http://testserver{BASE}")
    assert served(folder, old.snapshot_id).snapshot_id == new.snapshot_id
    refused = api.get(f"/operations?snapshot={old.snapshot_id}")
    assert (refused.status_code, refused.json()["allowed"]) == (404, [new.snapshot_id])
    apart = api.get("/changes")
    assert (apart.status_code, apart.json()["parameter"]) == (400, "from")
    assert "too far apart" in apart.json()["detail"]


@pytest.mark.parametrize("path", ["lan.json", "kommun-18.json"])
def test_outlines_of_a_snapshot_that_is_not_kept_are_not_found(
    built: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(built.parent))
    client = TestClient(
        Starlette(
            routes=[
                Route("/geo/{snapshot}/lan.json", server.lan_shapes),
                Route("/geo/{snapshot}/kommun-{lan}.json", server.kommun_shapes),
            ]
        )
    )
    assert client.get(f"/geo/{kept(built)[1].snapshot_id}/{path}").status_code == 200
    refused = client.get(f"/geo/20200101-00000000/{path}")
    assert (refused.status_code, "cache-control" in refused.headers) == (404, False)


def test_a_build_removes_what_the_policy_does_not_keep(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (base, warehouse):
        monkeypatch.setattr(module, "utc_now", lambda: datetime(2026, 11, 26))
    folder = tmp_path / "snapshots"
    folder.mkdir()
    days = ((2023, 1, 10), (2023, 1, 20), (2023, 6, 1), (2024, 5, 1), (2025, 4, 1), (2026, 3, 1))
    made = [datetime(*day) for day in days]
    for number, day in enumerate(made):
        path = Path(shutil.copy(kept(built)[0].path, folder / f"{day:%Y%m%d}-{number:08x}.duckdb"))
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE snapshot SET built_at = ?", [day])
    done = json.loads(inkarta(tmp_path, "build", "--as-of", "2026-11-23", "--json").output)
    assert sorted(done["pruned"]) == ["20230110-00000000", "20230120-00000001"]
    left = {"20230601-00000002", "20240501-00000003", "20250401-00000004", "20260301-00000005"}
    assert {k.snapshot_id for k in kept(folder)} == {done["snapshot_id"], *left}

"""Small counts of persons from the outside: API, sums of selections, source rows and words, subtracted in every way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import ROUTES
from dashboard.api.spec import BASE
from dashboard.blocks import hidden
from dashboard.db import Warehouse, served
from dashboard.layout import View
from dashboard.middleware import Shell
from dashboard.questions import provenance, targets
from dashboard.selection import Selection
from etl.attack import intervals, protection
from etl.disclosure import Count, sums
from etl.warehouse import build, open_published
from tests.conftest import AS_OF
from tests.dashboard.api_world import every
from tests.etl import persons

GIVEN, PROJECTS = persons.arrivals(4, ("09", "18")), persons.projects(4)
REAL = {f"prov_a:{p[0]}": dict(zip("KMT", p[4:7], strict=True)) for p in PROJECTS}


@pytest.fixture(scope="module")
def w(_small_data: Path, outlines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    home = tmp_path_factory.mktemp("hidden")
    files = persons.fetched(home / "files", GIVEN, PROJECTS)
    build(home / "snapshots", fetched=files, embedded=_small_data, as_of=AS_OF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(home))
        yield served(home / "snapshots")


@pytest.fixture(scope="module")
def api(w: Warehouse) -> TestClient:
    return TestClient(Shell(Starlette(routes=ROUTES)), base_url=f"http://testserver{BASE}")


def participants(api: TestClient, operation_id: str) -> dict[str, int | None]:
    found = api.get(f"/operations/{operation_id}").json()["data"]["participants"]
    assert all((p["value"] is None) == (p["flag"] == "s") for p in found)
    return {p["sex"]: p["value"] for p in found if p["value_type"] == "actual"}


def test_what_the_api_gives_of_an_indicator_cannot_be_solved_for_a_hidden_count(api: TestClient, w: Warehouse) -> None:
    shown: dict[Any, int] = {}
    secret = set()
    for query in ({}, {"level": "lan"}, {"level": "kommun"}, {"sex": "K,M"}, {"period": "2025"}, {"region": "00,18"}):
        for row in every(api, f"/indicators/{persons.CODE}", **query):
            cell = Count(persons.CODE, row["region_code"], row["period"], row["sex"])
            if row["flag"] == "s":
                assert row["value"] is None
                secret.add(cell)
            else:
                shown[cell] = int(row["value"])
    real = {Count(persons.CODE, *key): value for key, value in GIVEN.items()}
    assert secret.isdisjoint(shown)
    assert real == shown | {cell: real[cell] for cell in secret}
    small = {cell for cell, value in real.items() if 0 < value < 5}
    assert small <= secret
    con = open_published(w.path)
    found = intervals(shown, secret, sums(con, set(real), shown), of=small)
    con.close()
    assert min(found[cell].width for cell in small) >= protection(5)
    text = api.get(f"/indicators/{persons.CODE}.csv").text
    assert text.count(",s,") == len(secret)


def test_sums_of_any_two_selections_differ_by_what_is_shown_of_the_operations_between_them(
    api: TestClient, w: Warehouse
) -> None:
    """Every selection that filters can make, down to one operation: sums are of shown numbers alone."""
    shown = {operation: participants(api, operation) for operation in REAL}
    queries = [{"lan": lan} for lan in ("01", "09", "18", "01,09", "09,18")] + [{"q": f"99-{n:03}"} for n in range(30)]
    queries += [{"lan": "01,09,18", "q": "99-0"}, {"register": "prov_a"}, {"register": "prov_b"}]
    asked = {}
    for query in queries:
        chosen = {name: tuple(value.split(",")) for name, value in query.items() if name != "q"}
        people = targets.participants(w, Selection(**chosen, q=query.get("q", "")))
        mine = {row["operation_id"] for row in every(api, "/operations", **query) if row["operation_id"] in REAL}
        known = [shown[operation]["T"] for operation in mine]
        if not any(row["operation_id"] not in REAL for row in every(api, "/operations", **query)):
            assert (people["actual"] or 0) == sum(value or 0 for value in known)
            assert people["hidden"] == known.count(None)
        asked[frozenset(mine)] = sum(value or 0 for value in known)
    for one, other in combinations(asked, 2):
        if one < other:
            assert asked[other] - asked[one] == sum(shown[operation]["T"] or 0 for operation in other - one)
    for operation, values in shown.items():
        gone = [sex for sex, value in values.items() if value is None]
        assert all(values[sex] is None for sex in "KMT" if 0 < REAL[operation][sex] < 5)
        assert len(gone) != 1 or (gone == ["T"] and 0 in values.values()) or 0 in REAL[operation].values()


def test_no_page_of_source_rows_holds_a_hidden_count(w: Warehouse) -> None:
    for row in w.rows("SELECT o.* FROM operation_indicator i JOIN operation o USING (operation_id) WHERE i.flag = 's'"):
        found = provenance.raw(w, row["source_id"], row["file_name"], row["row_no"])
        assert found is not None
        assert {json.loads(found["payload"])[name] for name in ("kvinnor", "man", "alla")} == {".."}


@pytest.mark.parametrize(("lang", "said"), [("sv", "från 1 till 4"), ("en", "from 1 to 4")])
def test_two_dots_have_words_in_both_languages(w: Warehouse, lang: Any, said: str) -> None:
    v = View(w, Selection(lang=lang), "sources")
    assert '<span aria-hidden="true">..</span>' in hidden.mark(v)
    assert v.t("hidden.mark") in hidden.mark(v)
    assert said in hidden.rule(v)
    gone = {"value": None, "flag": "s"}
    one = {"decimals": 0, "unit": "personer"}
    assert hidden.value(v, gone, one) == hidden.mark(v)
    assert hidden.value(v, {"value": None, "flag": "m"}, one) == v.t("flag.m")
    assert hidden.value(v, {"value": 0.0, "flag": None}, one) == "0"
    assert said in hidden.note(v, gone)
    assert hidden.note(v, {"value": 7.0, "flag": None}) == ""


def test_a_snapshot_from_before_the_rule_says_that_it_hides_nothing(tmp_path: Path, w: Warehouse) -> None:
    import shutil

    import duckdb

    old = tmp_path / "20250101-00000000.duckdb"
    shutil.copy(w.path, old)
    with duckdb.connect(str(old)) as con:
        con.execute("DROP TABLE disclosure")
    before = Warehouse(old)
    assert provenance.min_count(before) == 1
    assert hidden.rule(View(before, Selection(), "sources")) == View(before, Selection(), "sources").t("hidden.off")

"""What has changed between two snapshots: everything is accounted for, and nothing is told as what it is not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.db import Comparison, Warehouse
from dashboard.questions import changes
from etl.spec import Funding, IndicatorValue, Location, Party
from tests.conftest import AS_OF, ROOT, Given, World, operation, registry

NUMBER = itertools.count()
COUNTED = ("new", "split", "moved_in", "withdrawn", "merged", "moved_out")
LOST = ("withdrawn", "merged", "moved_out")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pairs")


def world(folder: Path, *origins: Given, as_of: date = AS_OF, also: Callable[[Any], None] | None = None) -> Path:
    """A small snapshot on disk."""
    path = folder / f"{next(NUMBER)}.duckdb"

    def adjust(loader: Any) -> None:
        loader.con.execute("UPDATE snapshot SET as_of = ?", [as_of])
        if also:
            also(loader)
            loader.tables.flush()

    World(*origins, path=path, also=adjust).close()
    return path


def compared(folder: Path, before: list[Any], after: list[Any], **more: Any) -> Comparison:
    """Two snapshots of one registry's operations."""
    return Comparison(world(folder, Given(registry("r"), before)), world(folder, Given(registry("r"), after), **more))


def one(c: Comparison) -> Any:
    (row,) = changes.rows(c)
    return row


def told(row: Any) -> dict[str, tuple[Any, Any]]:
    return {f["field"]: (f["before"], f["after"]) for f in row["fields"]}


# Everything is accounted for

money = st.one_of(st.none(), st.integers(0, 10_000).map(lambda n: Decimal(n) / 100))
lans = st.lists(st.sampled_from(["01", "12", "18"]), max_size=3, unique=True)


@st.composite
def operations(draw: st.DrawFn, name: str) -> list[Any]:
    """Some operations of a registry; a diarienummer of few makes them the same as another registry's."""
    found = []
    for number in draw(st.lists(st.integers(0, 5), unique=True, max_size=6)):
        op = operation(f"{name}{number}", registry=name, diarienummer=draw(st.sampled_from([None, "d1", "d2", "d3"])))
        for measure, currency in (
            ("granted_support", "SEK"),
            ("total_eligible_cost", "SEK"),
            ("eu_contribution", "EUR"),
        ):
            amount = draw(money)
            if amount is not None:
                op.funding.append(Funding(measure, amount, currency, "x"))  # type: ignore[arg-type]
        op.locations = [Location("operation", code) for code in draw(lans)] or [
            Location(draw(st.sampled_from(["national", "unknown"])))
        ]
        op.start_date, op.start_precision = draw(st.sampled_from([date(2020, 1, 1), date(2026, 11, 24)])), "day"
        op.end_date, op.end_precision = draw(st.sampled_from([date(2026, 11, 23), date(2027, 1, 1)])), "day"
        op.title_sv = draw(st.sampled_from(["Ett", "Två"]))
        found.append(op)
    return found


states = st.tuples(operations("a"), operations("b"), operations("abroad"), st.sampled_from([0, 2]))


def snapshot_of(folder: Path, state: Any) -> Path:
    a, b, abroad, days = state
    return world(
        folder, Given(registry("a", 10), a), Given(registry("b", 20), b),
        Given(replace(registry("abroad"), portfolio="utland"), abroad), as_of=date(2026, 11, 22 + days),
    )  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(states, states)
def test_operations_and_amounts_before_and_what_changed_make_what_is_after(folder: Path, one: Any, two: Any) -> None:
    before, after = snapshot_of(folder, one), snapshot_of(folder, two)
    c, w, n = Comparison(before, after), Warehouse(before), Warehouse(after)
    every = changes.rows(c)
    for code in ("*", "01", "12", "18", "SE", "okant"):
        here = [r for r in every if code == "*" or code in r["codes"]]
        assert {r["id"] for r in changes.rows(c, code)} == {r["id"] for r in here}
        found = {r["portfolio"]: r for r in changes.counts(c, code)}
        assert {p for p in ("sverige", "utland") if held(w, code, p) or held(n, code, p)} == set(found)
        for portfolio, r in found.items():
            assert (r["before"], r["after"]) == (held(w, code, portfolio), held(n, code, portfolio))
            assert r["after"] - r["before"] == sum(-r[k] if k in LOST else r[k] for k in COUNTED)
            mine = [x for x in here if x["portfolio"] == portfolio]
            assert r["rows"] == len(mine)
            assert r["amounts"] == sum(x["kind"] == "kept" and x["amounts"] != [] for x in mine)
        sums: dict[Any, Decimal] = {}
        for r in changes.ledger(c, code):
            p = {name: value or Decimal(0) for name, value in r.items()}
            assert (
                p["after"]
                == p["before"] + p["new"] + p["split"] - p["withdrawn"] - p["merged"] + p["changed"] + p["moved"]
            )
            assert isinstance(p["after"], Decimal)
            sums[r["portfolio"], r["measure"], r["currency"]] = p["before"], p["after"]  # type: ignore[assignment]
        assert sums == paired(totals(w, code), totals(n, code))
    whole = {(r["portfolio"], r["measure"], r["currency"]): r for r in changes.ledger(c)}
    for key, r in whole.items():
        lines = [
            a
            for x in every
            if x["portfolio"] == key[0]
            for a in x["amounts"]
            if (a["measure"], a["currency"]) == key[1:]
        ]
        assert (r["after"] or 0) - (r["before"] or 0) == sum((a["after"] or 0) - (a["before"] or 0) for a in lines)


def held(w: Warehouse, code: str, portfolio: str) -> int:
    place = "CASE location_type WHEN 'national' THEN 'SE' WHEN 'unknown' THEN 'okant' ELSE lan_code END"
    row = w.row(
        "SELECT count(*) AS n FROM mart_operation WHERE portfolio = $p AND ($code = '*' OR operation_id IN "
        f"(SELECT operation_id FROM mart_location WHERE {place} = $code))",
        {"p": portfolio, "code": code},
    )
    return row["n"] if row else 0


def totals(w: Warehouse, code: str) -> dict[Any, Decimal]:
    place = "CASE location_type WHEN 'national' THEN 'SE' WHEN 'unknown' THEN 'okant' ELSE lan_code END"
    found = w.rows(
        "SELECT portfolio, measure, currency, sum(amount) AS amount FROM mart_funding JOIN mart_operation "
        "USING (operation_id) GROUP BY ALL"
        if code == "*"
        else "SELECT portfolio, measure, currency, sum(amount_split) AS amount FROM mart_money JOIN mart_operation "
        f"USING (operation_id) WHERE {place} = $code GROUP BY ALL",
        {} if code == "*" else {"code": code},
    )
    return {(r["portfolio"], r["measure"], r["currency"]): r["amount"] for r in found}


def paired(one: dict[Any, Decimal], two: dict[Any, Decimal]) -> dict[Any, Any]:
    return {key: (one.get(key, Decimal(0)), two.get(key, Decimal(0))) for key in one | two}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(states)
def test_a_snapshot_has_not_changed_since_itself_and_back_is_the_opposite(folder: Path, state: Any) -> None:
    path = snapshot_of(folder, state)
    same = Comparison(path, path)
    assert changes.rows(same) == ()
    assert all(r["before"] == r["after"] for r in changes.ledger(same))


# Who is who


def test_a_link_that_appears_is_a_merger_not_a_withdrawal(folder: Path) -> None:
    a, b = operation("1", registry="a", common_key="x"), operation("2", registry="b", amount="5")
    before = world(folder, Given(registry("a", 10), [a]), Given(registry("b", 20), [b]))
    linked = operation("2", registry="b", amount="5", common_key="x")
    after = world(folder, Given(registry("a", 10), [a]), Given(registry("b", 20), [linked]))
    found = {r["id"]: r for r in changes.rows(Comparison(before, after))}
    assert {i: r["kind"] for i, r in found.items()} == {"a:1": "kept", "b:2": "merged"}
    assert found["b:2"]["after_id"] == "a:1"
    assert told(found["a:1"]) == {"records": ("a:1", "a:1, b:2")}
    back = {r["id"]: r["kind"] for r in changes.rows(Comparison(after, before))}
    assert back == {"a:1": "kept", "b:2": "split"}
    (r,) = changes.ledger(Comparison(before, after))
    assert (r["before"], r["merged"], r["changed"], r["after"]) == (5, 5, 5, 5)


def test_an_operation_whose_canonical_id_changes_is_the_same_one(folder: Path) -> None:
    """A registry that comes first arrives and knows it too; later that registry goes away again."""
    b = operation("2", registry="b", common_key="x", amount="5")
    before = world(folder, Given(registry("b", 20), [b]))
    a = operation("1", registry="a", common_key="x", title_sv=b.title_sv)
    after = world(folder, Given(registry("a", 10), [a]), Given(registry("b", 20), [b]))
    row = one(Comparison(before, after))
    assert (row["kind"], row["before_id"], row["after_id"]) == ("kept", "b:2", "a:1")
    assert told(row) == {"records": ("b:2", "a:1, b:2")}
    row = one(Comparison(after, before))
    assert (row["kind"], row["before_id"], row["after_id"]) == ("kept", "a:1", "b:2")


def test_a_record_gone_and_a_whole_source_gone_are_told_apart(folder: Path) -> None:
    a, b = [operation("1", registry="a")], [operation("2", registry="b"), operation("3", registry="b")]
    before = world(folder, Given(registry("a"), a), Given(registry("b"), b))
    after = world(folder, Given(registry("b"), b[:1]))
    assert {r["id"]: (r["kind"], r["because"]) for r in changes.rows(Comparison(before, after))} == {
        "a:1": ("withdrawn", "source"),
        "b:3": ("withdrawn", "record"),
    }
    (r,) = changes.counts(Comparison(before, after))
    assert [r[k] for k in ("withdrawn", "withdrawn_by_source", "new", "new_by_source")] == [2, 1, 0, 0]
    assert [r["id"] for r in changes.rows(Comparison(after, before))] == ["b:3", "a:1"], "whole sources last"
    assert {r["id"]: (r["kind"], r["because"]) for r in changes.rows(Comparison(after, before))} == {
        "a:1": ("new", "source"),
        "b:3": ("new", "record"),
    }


# What happened


def dated(start: date, end: date, **more: Any) -> Any:
    return operation("1", start_date=start, start_precision="day", end_date=end, end_precision="day", **more)


EARLY, SOON, LATE, NEXT = date(2020, 1, 1), date(2026, 11, 25), date(2028, 1, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("before", "after", "status", "cause", "fields"),
    [
        (dated(EARLY, SOON), dated(EARLY, SOON), "ended", "date", {}),
        (dated(SOON, LATE), dated(SOON, LATE), "running", "date", {}),
        (dated(EARLY, LATE), dated(EARLY, SOON), "ended", "source", {"end_date": ("2028-01-01", "2026-11-25")}),
        (dated(SOON, LATE), dated(EARLY, LATE), "running", "date", {"start_date": ("2026-11-25", "2020-01-01")}),
        (dated(LATE, LATE), dated(EARLY, LATE), "running", "source", {"start_date": ("2028-01-01", "2020-01-01")}),
        (operation("1", status_in_source="granted"), dated(EARLY, LATE), "running", "source",
            {"start_date": (None, "2020-01-01"), "end_date": (None, "2028-01-01")}),
        (operation("1", status_in_source="running"), operation("1", status_in_source="ended"), "ended", "source", {}),
    ],
)  # fmt: skip
def test_a_status_says_whether_the_day_came_or_the_source_changed(
    folder: Path, before: Any, after: Any, status: str, cause: str, fields: Any
) -> None:
    c = compared(folder, [before], [after], as_of=NEXT)
    row = one(c)
    assert (row["kind"], row["status_after"], row["status_cause"], told(row)) == ("kept", status, cause, fields)
    (r,) = changes.counts(c)
    name = {"ended": "ended", "running": "started"}[status] + ("_by_source" if cause == "source" else "")
    assert [k for k in ("ended", "ended_by_source", "started", "started_by_source", "other_status") if r[k]] == [name]


def test_the_status_that_is_reckoned_is_the_marts_own(w: Warehouse) -> None:
    """changes.sql reckons status on another day by the same rule as marts.sql on its own."""
    script = (ROOT / "dashboard/changes.sql").read_text("utf-8")
    macro = script[script.index("CREATE MACRO status_on") :].split(";")[0]
    with duckdb.connect() as con:
        con.execute(macro)
        con.execute(f"ATTACH '{w.path}' AS s (READ_ONLY)")
        found = con.execute(
            "SELECT count(*), count(*) FILTER (status = status_on(start_date, last_date, status_in_source, as_of)) "
            "FROM s.mart_operation CROSS JOIN s.snapshot"
        ).fetchone()
    assert found == (219, 219)


def test_every_field_that_reads_otherwise_is_told_with_both_readings(folder: Path) -> None:
    before = operation(
        "1", title_sv="Ett", start_date=date(2020, 1, 1), start_precision="year", parties=[Party("A", "beneficiary")],
        locations=[Location("operation", "18", "1880")], end_date=date(2028, 1, 1), end_precision="day",
    )  # fmt: skip
    after = operation(
        "1", title_sv="Tva", start_date=date(2020, 1, 1), start_precision="day",
        parties=[Party("B", "beneficiary")],
        locations=[Location("beneficiary", "18"), Location("beneficiary", "01")], end_date=date(2028, 1, 1),
        end_precision="day",
    )  # fmt: skip
    c = compared(folder, [before], [after])
    assert told(one(c)) == {
        "title": ("Ett", "Tva"),
        "owner": ("A", "B"),
        "start_date": ("2020", "2020-01-01"),
        "lan": ("18", "01,18"),
        "kommun": ("1880", None),
        "place_type": ("operation", "beneficiary"),
    }
    assert (one(c)["codes_before"], sorted(one(c)["codes_after"])) == (["18"], ["01", "18"])
    (r,) = changes.counts(c)
    assert [r[k] for k in ("title", "owner", "dates", "places", "linked", "amounts")] == [1, 1, 1, 1, 0, 0]
    (here,) = changes.counts(c, "01")
    assert (here["before"], here["moved_in"], here["after"]) == (0, 1, 1)


def test_amounts_are_told_by_measure_and_currency_and_an_unknown_one_is_not_nothing(folder: Path) -> None:
    before = operation("1", funding=[Funding("granted_support", Decimal("10.10"), "SEK", "x"),
                                     Funding("eu_contribution", Decimal("1.00"), "EUR", "x")])  # fmt: skip
    after = operation("1", funding=[Funding("granted_support", Decimal("10.11"), "SEK", "x"),
                                    Funding("eu_contribution", Decimal("1.00"), "SEK", "x")])  # fmt: skip
    c = compared(folder, [before], [after])
    assert [(a["measure"], a["currency"], a["before"], a["after"]) for a in one(c)["amounts"]] == [
        ("eu_contribution", "SEK", None, Decimal("1.00")),
        ("eu_contribution", "EUR", Decimal("1.00"), None),
        ("granted_support", "SEK", Decimal("10.10"), Decimal("10.11")),
    ]


def test_an_amount_that_stands_but_moves_is_told_as_moved(folder: Path) -> None:
    before = operation("1", amount="90", locations=[Location("operation", "18")])
    after = operation("1", amount="90", locations=[Location("operation", "18"), Location("operation", "01")])
    c = compared(folder, [before], [after])
    assert one(c)["amounts"] == []
    (r,) = changes.ledger(c, "18")
    assert (r["before"], r["changed"], r["moved"], r["after"]) == (90, None, -45, 45)
    (r,) = changes.ledger(c)
    assert (r["before"], r["moved"], r["after"]) == (90, 0, 90)


# Indicators


def series(*values: tuple[str, str, float | None, str | None]) -> Callable[[Any], None]:
    """Values of one indicator: region, period, value, flag."""

    def add(loader: Any) -> None:
        con, found = loader.con, [IndicatorValue("x", r, p, v, "T", f) for r, p, v, f in values]
        con.execute(
            "INSERT INTO indicator VALUES ('x', 'X', 'X', '%', '%', 'low', 'SCB', 'T', 'CC0', 1, '', '');"
            "INSERT INTO indicator VALUES ('y', 'Y', 'Y', '%', '%', 'low', 'SCB', 'T', 'CC0', 1, '', '')"
        )
        loader.operations(Given(registry("s"), []), ROOT / "LICENSE")
        con.execute("INSERT INTO raw_record VALUES ('s', 'LICENSE', 1, '{}')")
        for v in found:
            code = "y" if v.period == "1990" else "x"
            con.execute(
                "INSERT INTO indicator_value VALUES (?, ?, ?, 'T', ?, ?, 's', 'LICENSE', 1)",
                [code, v.region_code, v.period, v.value, v.flag],
            )

    return add


def test_values_are_new_revised_flagged_or_gone_and_all_accounted_for(folder: Path) -> None:
    before = series(("18", "2023", 1.0, None), ("18", "2024", 2.0, None), ("01", "2023", 3.0, None),
                    ("12", "2023", 4.0, None), ("14", "2023", 5.0, None))  # fmt: skip
    after = series(("18", "2023", 1.5, None), ("18", "2024", 2.0, "p"), ("01", "2023", None, "s"),
                   ("14", "2023", 5.0, None), ("03", "2023", 6.0, None), ("18", "2025", 7.0, None),
                   ("1880", "1990", 8.0, None))  # fmt: skip
    c = Comparison(world(folder, also=before), world(folder, also=after))
    assert {(r["region_code"], r["period"]): (r["kind"], r["before"], r["after"]) for r in changes.values(c)} == {
        ("18", "2023"): ("revised", 1.0, 1.5),
        ("18", "2024"): ("flag", 2.0, 2.0),
        ("01", "2023"): ("revised", None, None),
        ("12", "2023"): ("withdrawn", 4.0, None),
    }
    told = {r["indicator_code"]: r for r in changes.indicators(c)}
    kinds = ("new_indicator", "new_period", "new_value", "withdrawn", "revised", "flag")
    assert [told["x"][k] for k in kinds] == [0, 1, 1, 1, 2, 1]
    assert [told["y"][k] for k in kinds] == [1, 0, 0, 0, 0, 0]
    assert (told["x"]["periods"], told["y"]["periods"]) == (["2025"], ["1990"])
    v = changes.versions(c)
    came = sum(r[k] for r in told.values() for k in kinds[:3])
    assert v["values_after"] == v["values_before"] + came - told["x"]["withdrawn"]
    assert {r["indicator_code"] for r in changes.indicators(c, "18")} == {"x", "y"}

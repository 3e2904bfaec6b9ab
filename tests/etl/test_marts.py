"""Counting: whatever the world, split sums to unique to the öre, per project and in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.load import Loader
from etl.spec import Funding, Indicator, IndicatorValue, Location, Operation, Records, Row, Source
from tests.conftest import AS_OF, ROOT, Given, World, kommun_codes, operation, registry

LANS = tuple(sorted(kommun_codes()))
MEASURES = ("granted_support", "total_eligible_cost", "eu_contribution")

ore = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0.00", "0.01", "0.02", "1.00", "100000.01", "9999999999999999.99")]),
    st.integers(0, 10**18 - 1).map(lambda n: Decimal(n) / 100),
    st.integers(0, 10**6).map(lambda n: Decimal(n) / 100),
)


@st.composite
def places(draw: Any) -> list[Location]:
    kind = draw(st.sampled_from(["lan", "lan", "lan", "lan", "national", "unknown", "none"]))
    if kind == "none":
        return []
    if kind != "lan":
        return [Location(kind)]
    basis = draw(st.sampled_from(["operation", "beneficiary"]))
    found = []
    for lan in draw(st.lists(st.sampled_from(LANS), min_size=1, max_size=5, unique=True)):
        towns = draw(st.lists(st.sampled_from(kommun_codes()[lan]), max_size=4, unique=True))
        found += [Location(basis, lan, town) for town in towns] or [Location(basis, lan)]
    if len(found) > 1 and draw(st.booleans()):
        weights = draw(st.lists(st.integers(1, 999), min_size=len(found), max_size=len(found)))
        shares = [(Decimal(w) / sum(weights)).quantize(Decimal("0.0001")) or Decimal("0.0001") for w in weights]
        shares[-1] += 1 - sum(shares)
        if shares[-1] > 0:
            found = [Location(basis, p.lan_code, p.kommun_code, share=s) for p, s in zip(found, shares, strict=True)]
    return draw(st.permutations(found))


@st.composite
def operations(draw: Any) -> list[Operation]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        pairs = draw(st.lists(st.tuples(st.sampled_from(MEASURES), st.sampled_from(["SEK", "EUR"])), unique=True))
        funding = [Funding(m, draw(st.one_of(st.none(), ore)), c, "x") for m, c in pairs]  # type: ignore[arg-type]
        made.append(operation(f"p{number}", locations=draw(places()), funding=funding))
    return made


def world(*given_operations: Operation) -> World:
    return World(Given(registry("r"), given_operations))


@settings(max_examples=20)
@given(operations())
def test_in_any_world_split_is_unique_to_the_ore_and_touched_is_no_less(ops: list[Operation]) -> None:
    made = world(*ops)
    unique: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for op in ops:
        for f in op.funding:
            if f.amount is not None:
                unique[f.measure, f.currency] += f.amount
    split = made.all("SELECT measure, currency, sum(amount_split) FROM mart_money GROUP BY ALL")
    assert {(m, c): total for m, c, total in split} == dict(unique)
    stored = made.all("SELECT measure, currency, sum(amount) FROM mart_funding GROUP BY ALL")
    assert {(m, c): total for m, c, total in stored} == dict(unique)
    per_operation = made.all(
        "SELECT sum(amount_split), any_value(amount) FROM mart_money GROUP BY operation_id, measure, currency"
    )
    assert all(parts == whole for parts, whole in per_operation)
    assert made.all("SELECT count(*) FROM mart_money WHERE amount_split < 0 OR amount_split > amount") == [(0,)]
    by_place = made.all(
        "SELECT place, sum(split), sum(whole) FROM (SELECT coalesce(lan_code, location_type) AS place, "
        "sum(amount_split) AS split, any_value(amount) AS whole FROM mart_money "
        "GROUP BY place, operation_id, measure, currency) "
        "GROUP BY place"
    )
    assert all(touched >= split for _, split, touched in by_place)
    assert {code for code, *_ in by_place} <= {*LANS, "national", "unknown"}
    shares = made.all("SELECT sum(share), min(share_from), max(share_to) FROM mart_location GROUP BY operation_id")
    assert set(shares) == {(1, 0, 1)}
    assert len(shares) == len(ops)
    of: dict[str, list[Decimal]] = defaultdict(list)
    for op_id, share in made.all(
        "SELECT operation_id, sum(share) FROM mart_location WHERE share_basis = 'assumed equal' "
        "GROUP BY operation_id, lan_code"
    ):
        of[op_id].append(share)
    for parts in of.values():
        assert all(abs(part - Decimal(1) / len(parts)) <= Decimal("0.0000000001") for part in parts)
    made.close()


def _parts(amount: str, *codes: str) -> dict[str, Decimal]:
    locations = [Location("operation", code[:2], code if len(code) == 4 else None) for code in codes]
    made = world(operation("a", amount=amount, locations=locations))
    return dict(made.all("SELECT lan_code, sum(amount_split) FROM mart_money GROUP BY 1"))


def test_ten_kronor_in_three_lan_are_3_33_and_3_34_and_3_33() -> None:
    """10.00 / 3: boundaries at 3.333… and 6.666… round to 3.33 and 6.67."""
    assert _parts("10.00", "01", "14", "18") == {
        "01": Decimal("3.33"),
        "14": Decimal("3.34"),
        "18": Decimal("3.33"),
    }


def test_five_kommuner_in_three_lan_count_as_three_lan() -> None:
    """IPS's own places: two, two and one kommun; the län still get a third each."""
    assert _parts("10.00", "0180", "0163", "1880", "1814", "1480") == {
        "01": Decimal("3.33"), "14": Decimal("3.34"), "18": Decimal("3.33"),
    }  # fmt: skip


def test_one_ore_in_two_lan_goes_to_the_first() -> None:
    """0.01 / 2: the boundary at 0.005 rounds half up to 0.01."""
    assert _parts("0.01", "01", "03") == {"01": Decimal("0.01"), "03": Decimal("0.00")}


def test_100_000_kronor_and_one_ore_over_21_lan() -> None:
    """Each boundary is k/21, to ten decimals, of the whole, rounded half up: here in whole öre."""
    got = _parts("100000.01", *LANS)
    bounds = []
    for k in range(22):
        tenths = (k * 10**10 * 2 + 21) // 42  # k/21 to ten decimals, half up
        bounds.append((10_000_001 * tenths * 2 + 10**10) // (2 * 10**10))
    assert [int(got[lan] * 100) for lan in LANS] == [b - a for a, b in pairwise(bounds)]
    assert sum(got.values()) == Decimal("100000.01")
    assert set(got.values()) <= {Decimal("4761.90"), Decimal("4761.91")}


def test_published_shares_are_followed() -> None:
    locations = [
        Location("operation", "01", share=Decimal("0.7")),
        Location("operation", "03", share=Decimal("0.3")),
    ]
    made = world(operation("a", amount="100.01", locations=locations))
    assert made.all("SELECT lan_code, amount_split FROM mart_money ORDER BY 1") == [
        ("01", Decimal("70.01")), ("03", Decimal("30.00")),
    ]  # fmt: skip


def test_an_amount_that_is_missing_is_not_a_zero() -> None:
    made = world(operation("a", funding=[Funding("granted_support", None, "SEK", "x")]), operation("b", amount="0.00"))
    assert made.all("SELECT operation_id, amount FROM mart_funding") == [("r:b", Decimal("0.00"))]


@pytest.mark.parametrize(
    ("start", "end", "said", "status", "derived"),
    [
        ((2026, 1, 1, "day"), (2026, 11, 22, "day"), "running", "ended", True),
        ((2026, 1, 1, "day"), (2026, 11, 23, "day"), "ended", "running", True),
        ((2026, 11, 24, "day"), (2027, 1, 1, "day"), "granted", "planned", True),
        ((2025, 1, 1, "year"), (2026, 11, 1, "month"), "granted", "running", True),
        ((2025, 1, 1, "year"), (2026, 1, 1, "year"), "granted", "running", True),
        ((2025, 1, 1, "year"), None, "granted", "granted", False),
        (None, None, None, "unknown", False),
    ],
)
def test_status_follows_the_dates_as_precisely_as_they_are_known(
    start: Any, end: Any, said: Any, status: str, derived: bool
) -> None:
    op = operation("a", status_in_source=said)
    if start:
        op.start_date, op.start_precision = (
            AS_OF.replace(year=start[0], month=start[1], day=start[2]),
            start[3],
        )
    if end:
        op.end_date, op.end_precision = AS_OF.replace(year=end[0], month=end[1], day=end[2]), end[3]
    assert world(op).all("SELECT status, status_is_derived FROM mart_operation") == [(status, derived)]


@dataclass
class Series:
    """An indicator source that gives each län a value, all the same."""

    SOURCE: Source
    value: float
    INDICATORS: tuple[Indicator, ...] = (Indicator("x", "x", "x", "%", "low", "x", "x", "CC0"),)

    def records(self, path: Path) -> Records:
        return Records(rows=[Row(n, {"lan": lan}) for n, lan in enumerate(LANS, 1)])

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        yield IndicatorValue("x", row.raw["lan"], "2024", self.value)


@pytest.mark.parametrize("days", [(1, 2), (2, 1)])
def test_of_two_sources_of_a_value_the_one_retrieved_last_is_shown(days: tuple[int, int]) -> None:
    def load(loader: Loader) -> None:
        for number, day in enumerate(days):
            origin = Series(replace(registry(f"s{number}"), kind="indicators"), float(number))
            loader.indicator_values(origin, ROOT / "LICENSE", retrieved_at=datetime(2026, 1, day))

    shown = World(also=load).all("SELECT value, count(*) FROM mart_indicator GROUP BY 1")
    assert shown == [(1.0 if days == (1, 2) else 0.0, 21)]


def test_rank_one_is_best_in_the_direction_of_the_indicator(w: Any) -> None:
    better = {r["code"]: r["better"] for r in w.rows("SELECT code, better FROM indicator")}
    found = w.rows(
        "SELECT indicator_code, max(value) FILTER (rank = 1) AS best, min(value) AS least, max(value) AS most "
        "FROM mart_rank GROUP BY indicator_code, period"
    )
    assert {r["indicator_code"] for r in found} == set(better)
    assert all(r["best"] == r["least" if better[r["indicator_code"]] == "low" else "most"] for r in found)


def test_every_lan_has_twenty_peers_by_growing_distance(w: Any) -> None:
    rows = w.rows("SELECT region_code, list(distance ORDER BY nearness) AS far FROM mart_peer GROUP BY 1")
    assert len(rows) == 21
    assert all(len(r["far"]) == 20 and list(r["far"]) == sorted(r["far"]) for r in rows)

"""Who subtracts finds nothing: sex × län × total × time, one snapshot and two; and the attack itself does work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.attack import CEILING, Interval, Sum, intervals, narrow, protection
from etl.suppress import Past, suppress

Cells = dict[Any, int]


@dataclass(frozen=True)
class Table:
    """Counts by region, month and sex, with every total, and the sums that they stand in."""

    cells: Cells
    sums: tuple[Sum, ...]


def table(inner: Mapping[tuple[str, str, str], int]) -> Table:
    """A whole table from its inner cells: (region, month, sex), with X only where it is given."""
    regions, months, sexes = (sorted({key[place] for key in inner}) for place in range(3))
    axes = ((regions, "riket"), (months, "år"), (sexes, "T"))
    cells: Cells = {
        key: sum(
            inner[one]
            for one in product(*([k] if k != total else parts for k, (parts, total) in zip(key, axes, strict=True)))
        )
        for key in product(*([*parts, total] for parts, total in axes))
    }
    sums = []
    for key in cells:
        for place, (parts, total) in enumerate(axes):
            if key[place] == total:
                sums.append(Sum(key, tuple((*key[:place], part, *key[place + 1 :]) for part in parts)))
    return Table(cells, tuple(sums))


values = st.one_of(st.integers(0, 6), st.integers(0, 60))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    regions, months = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    sexes = draw(st.sampled_from([("K", "M"), ("K", "M", "X")]))
    keys = product([f"{n:02}" for n in range(regions)], [f"m{n}" for n in range(months)], sexes)
    return table({key: draw(values) for key in keys})


def shown(cells: Cells, hidden: Collection[Any]) -> Cells:
    return {key: value for key, value in cells.items() if key not in hidden}


def eliminated(known: Cells, hidden: Collection[Any], sums: Iterable[Sum]) -> dict[Any, Fraction]:
    """What plain subtraction gives: the cells that Gaussian elimination over fractions determines alone."""
    order = {key: place for place, key in enumerate(hidden)}
    rows = []
    for one in sums:
        row = [Fraction(0)] * (len(order) + 1)
        for key, factor in ((one.total, 1), *((part, -1) for part in one.parts)):
            if key in order:
                row[order[key]] += factor
            else:
                row[-1] -= factor * known[key]
        rows.append(row)
    done = 0
    for column in range(len(order)):
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [cell / rows[done][column] for cell in rows[done]]
        for n, row in enumerate(rows):
            if n != done and row[column]:
                rows[n] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return {
        key: row[-1]
        for key, place in order.items()
        for row in rows
        if row[place] == 1 and not any(cell for n, cell in enumerate(row[:-1]) if n != place)
    }


@given(tables(), st.integers(2, 10))
def test_no_small_count_of_sex_by_lan_by_total_by_time_can_be_worked_out(t: Table, least: int) -> None:
    hidden = suppress(t.cells, t.sums, least=least).cells
    small = {key for key, value in t.cells.items() if 0 < value < least}
    assert small <= hidden
    assert all(t.cells[key] for key in hidden)
    known = shown(t.cells, hidden)
    assert small.isdisjoint(eliminated(known, hidden, t.sums))
    found = intervals(known, hidden, t.sums)
    assert set(found) == set(hidden)
    for key in small:
        assert found[key].width >= protection(least)
        assert found[key].low <= t.cells[key] <= (found[key].high or CEILING)


@given(tables())
def test_the_attack_recovers_cells_where_only_small_ones_are_hidden(t: Table) -> None:
    """The mutant: without complementary suppression, every sum with one small cell gives it to plain subtraction."""
    small = {key for key, value in t.cells.items() if 0 < value < 5}
    lone = {key for one in t.sums for key in small if small.intersection(one.keys) == {key}}
    known = shown(t.cells, small)
    plain = eliminated(known, small, t.sums)
    assert {key: plain[key] for key in lone} == {key: t.cells[key] for key in lone}
    assert lone <= narrow(known, small, t.sums, least=5).keys()
    assert {key: found.low for key, found in intervals(known, small, t.sums).items() if found.width == 1}.items() >= {
        (key, t.cells[key]) for key in lone
    }


def test_the_mutant_is_caught_on_a_table_of_two_lan() -> None:
    t = table({("01", "m", "K"): 3, ("01", "m", "M"): 50, ("03", "m", "K"): 20, ("03", "m", "M"): 30})
    secret = [("01", "m", "K"), ("01", "år", "K")]
    assert intervals(shown(t.cells, secret), secret, t.sums) == dict.fromkeys(secret, Interval(3, 3))
    hidden = suppress(t.cells, t.sums, least=5).cells
    found = intervals(shown(t.cells, hidden), hidden, t.sums)
    assert found[secret[0]] == Interval(1, 22)


@given(tables(), st.data())
def test_an_interval_is_exactly_what_trying_every_table_gives(t: Table, data: st.DataObject) -> None:
    candidates = [key for key, value in t.cells.items() if 0 < value <= 8]
    if not candidates:
        return
    hidden = data.draw(st.lists(st.sampled_from(candidates), min_size=1, max_size=4, unique=True))
    known = shown(t.cells, hidden)
    fits = []
    for guess in product(range(1, 26), repeat=len(hidden)) if len(hidden) < 4 else product(range(1, 12), repeat=4):
        whole = known | dict(zip(hidden, guess, strict=True))
        if all(whole[one.total] == sum(whole[part] for part in one.parts) for one in t.sums):
            fits.append(guess)
    found = intervals(known, hidden, t.sums)
    for place, key in enumerate(hidden):
        tried = sorted({guess[place] for guess in fits})
        assert found[key].low == tried[0]
        assert found[key].high == tried[-1] or tried[-1] >= 11


@given(tables(), st.data())
def test_two_snapshots_subtracted_give_no_small_count_of_either(t: Table, data: st.DataObject) -> None:
    """Some inner cells are revised between the two; the reader takes every figure hidden in both for unchanged."""
    inner = [key for key in t.cells if not {"riket", "år", "T"}.intersection(key)]
    revised = data.draw(st.dictionaries(st.sampled_from(inner), values, max_size=3))
    later = table({key: revised.get(key, t.cells[key]) for key in inner})
    first = suppress(t.cells, t.sums, least=5).cells
    done = suppress(later.cells, later.sums, least=5, past=[Past(shown(t.cells, first), first)])
    both: Cells = {("A", key): value for key, value in shown(t.cells, first).items()}
    both |= {("B", key): value for key, value in shown(later.cells, done.cells).items()}
    hidden = [*(("A", key) for key in first), *(("B", key) for key in done.cells)]
    sums = [Sum((tag, one.total), tuple((tag, part) for part in one.parts)) for tag in "AB" for one in t.sums]
    truth = {(tag, key): value for tag, of in (("A", t), ("B", later)) for key, value in of.cells.items()}
    small = {key for key in hidden if 0 < truth[key] < 5}
    if done.exposed:
        small -= {("A", key) for key in first} | {("B", key) for key in done.exposed}

    sums += [Sum(("A", key), (("B", key),)) for key in first & done.cells]
    found = intervals(both, hidden, sums, of=small)
    assert {key for key, one in found.items() if one.width == 1 and one.low == truth[key]} == set()


@given(tables(), st.data())
def test_figures_that_do_not_add_up_are_protected_as_if_their_gap_were_known(t: Table, data: st.DataObject) -> None:
    """Noise added by the publisher: what comes out too exactly has nothing but hidden figures and zeros beside it."""
    noisy = data.draw(st.dictionaries(st.sampled_from(list(t.cells)), st.integers(0, 9), max_size=4))
    cells = t.cells | noisy
    hidden = suppress(cells, t.sums, least=5).cells
    gaps = [Sum(one.total, one.parts, cells[one.total] - sum(map(cells.__getitem__, one.parts))) for one in t.sums]
    for key in narrow(shown(cells, hidden), hidden, gaps, least=5):
        beside = {other for one in t.sums if key in one.keys for other in one.keys}
        assert cells[key] >= 5 or not any(cells[other] and other not in hidden for other in beside)


@given(tables(), st.data())
def test_where_the_publisher_leaves_figures_out_the_others_give_nothing_away(t: Table, data: st.DataObject) -> None:
    absent = data.draw(st.sets(st.sampled_from(list(t.cells)), max_size=4))
    cells = {key: value for key, value in t.cells.items() if key not in absent}
    hidden = suppress(cells, t.sums, least=5).cells
    found = narrow(shown(cells, hidden), hidden, t.sums, least=5)
    assert not {key for key in found if 0 < cells[key] < 5}


def test_a_count_that_an_earlier_snapshot_shows_is_said_to_be_exposed_and_protected_all_the_same() -> None:
    t = table({("01", "m", "K"): 7, ("01", "m", "M"): 50})
    done = suppress(t.cells, t.sums, least=10, past=[Past(t.cells, ())])
    assert done.exposed == set(product(("01", "riket"), ("m", "år"), "K"))
    known = shown(t.cells, done.cells)
    assert narrow(known, done.cells, t.sums, least=10) == {}


@pytest.mark.parametrize(("least", "hidden"), [(1, 0), (2, 0), (3, 0), (4, 4), (5, 4)])
def test_the_threshold_decides(least: int, hidden: int) -> None:
    t = table({("01", "m", "K"): 3, ("01", "m", "M"): 0})
    assert len(suppress(t.cells, t.sums, least=least).cells) == (8 if hidden else 0)

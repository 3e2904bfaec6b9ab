"""Counts and sums by everything that a filter asks, so that a page never looks through the operations.

A cube is counted by *cell*: a portfolio, its registries, period, fund, kind of owner, status, whether an amount is
known and whether it is national. Every operation is in one cell, so that any filter on these is a set of whole cells.
Within a cell it is counted by what else a filter asks: nothing (``facet`` empty), or one value of a facet that an
operation may have several values of. An operation is a number here, its place in lists: no long ids are joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.aggregates import Mart, spelt

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from etl.aggregates import Tables

CELL = (
    "portfolio", "sources", "programming_period", "fund_code", "owner_type", "status", "is_funded", "is_national",
)  # fmt: skip
_BY = ("cell", "facet", "value")
_WHERE = ("plats", "spread", "code")
_TOLD = ("basis", "measure", "currency")


def keyed(t: Tables) -> ir.Table:
    """Every operation with what its cell is made of, and what it is ordered by."""
    o = t["mart_operation"]
    funded = t["mart_funding"].select(funded="operation_id").distinct()
    at = t["mart_location"]
    national = at.filter(at.location_type == "national").select(national="operation_id").distinct()
    o = o.left_join(funded, o.operation_id == funded.funded)
    o = o.left_join(national, o.operation_id == national.national)
    o = o.mutate(sources=o.source_ids.join("|"), is_funded=o.funded.notnull(), is_national=o.national.notnull())
    return o.select("operation_id", "title_sv", "start_date", *CELL)


def cell(t: Tables) -> ir.Table:
    """The cells, numbered; ``sources``: the registries, divided by ``|``."""
    import ibis

    kinds = t["keyed"].select(*CELL).distinct()
    return kinds.mutate(cell=ibis.row_number().over(ibis.window(order_by=list(CELL))).cast("int32")).relocate("cell")


def ordered(t: Tables) -> ir.Table:
    """Every operation with its place in lists, from 1: running first, then newest."""
    import ibis

    o = t["keyed"].join(t["mart_cell"], list(CELL))
    order = [
        o.status.cases(("running", 0), ("planned", 1), else_=2), (o.programming_period == "other").ifelse(1, 0),
        o.programming_period.desc(), o.start_date.desc(nulls_first=False), o.title_sv, o.operation_id,
    ]  # fmt: skip
    place = (ibis.row_number().over(ibis.window(order_by=order)) + 1).cast("int32")
    return o.select("operation_id", "cell", place=place).relocate("place")


def parted(t: Tables) -> ir.Table:
    """``mart_place`` by number, as its parts of an amount are worked out."""
    both = t["mart_place"].join(t["mart_order"], "operation_id")
    return both.select("place", "cell", "kommun_code", *_WHERE, "location_type", "share_from", "share_to", "share")


_FACETED = ("facet", "value", "place", "cell")


def by_place(t: Tables) -> ir.Table:
    """Län and kommun -> operations."""
    import ibis

    def at(column: str, facet: str) -> ir.Table:
        there = _usual(t["parted"]).filter(lambda x: x[column].notnull())
        return there.select(facet=ibis.literal(facet), value=column, place="place", cell="cell")

    return ibis.union(at("code", "lan"), at("kommun_code", "kommun")).distinct()


def by_word(t: Tables) -> ir.Table:
    """Target group, theme and method -> operations; looked up together, since each look holds every long id."""
    import ibis

    def told(table: str, facet: str, value: str) -> ir.Table:
        return t[table].select("operation_id", facet=ibis.literal(facet), value=value)

    said = ibis.union(
        told("mart_target_group", "malgrupp", "target_group_code"), told("mart_theme", "tema", "code"),
        told("mart_method", "metod", "method_code"),
    )  # fmt: skip
    return said.join(t["mart_order"], "operation_id").select(*_FACETED).distinct()


def listed(t: Tables) -> ir.Table:
    """Facet and value -> operations, by their places in lists; every operation once with neither."""
    import ibis

    order = t["mart_order"].select("place", "cell")
    grouped = t["by_word"].filter(lambda x: x.facet == "malgrupp").select("place")
    parts = [
        order.mutate(facet=ibis.literal(""), value=ibis.literal("")), t["by_place"], t["by_word"],
        order.anti_join(grouped, "place").mutate(facet=ibis.literal("utan"), value=ibis.literal("malgrupp")),
    ]  # fmt: skip
    return ibis.union(*(part.select(*_FACETED) for part in parts))


def placed(t: Tables) -> ir.Table:
    """An operation's part in each place, its kommuner together; ``is_alone``: all of it is in one."""
    found = t["parted"].group_by(["place", *_WHERE]).agg(
        share=lambda x: x.share.sum(), is_alone=lambda x: _is_alone(x).any()
    )  # fmt: skip
    return found.mutate(share=found.share.cast("decimal(12, 10)"))


def told(t: Tables) -> ir.Table:
    """``mart_amount`` by number; ``nominal``: what the sources have."""
    a = t["mart_amount"]
    own = a.filter(a.basis == "nominal").select("operation_id", "measure", "currency", nominal="amount")
    both = a.join(own, ["operation_id", "measure", "currency"]).join(t["mart_order"], "operation_id")
    return both.select("place", *_TOLD, "amount", "nominal", "is_rounded")


def cube(t: Tables) -> ir.Table:
    """Operations and their participants. ``hidden``: actual counts that are suppressed, in no sum."""
    import ibis

    n = t["mart_listed"].group_by(_BY).agg(n=lambda x: x.count())
    persons = t["mart_participants"].filter(lambda x: x.sex == "T").join(t["mart_order"].drop("cell"), "operation_id")
    is_planned = persons.value_type == "planned"
    persons = persons.select(
        "place", planned=is_planned.ifelse(persons.value, ibis.null("int64")),
        actual=is_planned.ifelse(ibis.null("int64"), persons.value),
        is_hidden=(~is_planned & persons.value.isnull()).ifelse(1, 0),
    )  # fmt: skip
    counted = t["mart_listed"].join(persons, "place").group_by(_BY)
    counted = counted.agg(
        planned=lambda x: x.planned.sum(), with_planned=lambda x: x.planned.count(), actual=lambda x: x.actual.sum(),
        with_actual=lambda x: x.actual.count(), hidden=lambda x: x.is_hidden.sum(),
    )  # fmt: skip
    found = n.left_join(counted, list(_BY))
    return found.select(
        *_BY, "n", "planned", "actual", with_planned=found.with_planned.coalesce(0),
        with_actual=found.with_actual.coalesce(0), hidden=found.hidden.coalesce(0),
    )  # fmt: skip


def cube_pair(t: Tables) -> ir.Table:
    """Operations of a län by a second facet's value, and their planned participants."""
    w, by = t["mart_listed"], ["cell", "lan", "facet", "value"]
    lan = w.filter(w.facet == "lan").select("place", "cell", lan="value")
    other = w.filter(w.facet.isin(["kommun", "malgrupp", "tema", "metod", "utan"])).select("place", "facet", "value")
    n = lan.join(other, "place").group_by(by).agg(n=lambda x: x.count())
    planned = lan.join(_planned(t), "place").join(other, "place").group_by(by)
    found = n.left_join(planned.agg(planned=lambda x: x.persons.sum(), with_planned=lambda x: x.persons.count()), by)
    return found.select(*by, "n", "planned", with_planned=found.with_planned.coalesce(0))


def cube_place(t: Tables) -> ir.Table:
    """Operations that touch a place, the sum of their shares there, and of their planned participants by share."""
    at = t["placed"].left_join(_planned(t), "place").drop("place_right")
    at = at.mutate(planned=spelt()["persons_part"](at.persons, at.share))
    made = _within(t, at).group_by([*_BY, *_WHERE]).agg(
        n=lambda x: x.count(), share=lambda x: x.share.sum(), planned=lambda x: x.planned.sum()
    )  # fmt: skip
    return made.mutate(share=made.share.cast("decimal(28, 10)"), planned=made.planned.cast("decimal(30, 10)"))


def cube_type(t: Tables) -> ir.Table:
    """Operations by how they are placed: operation, beneficiary, national, unknown. One may be in several."""
    types = t["parted"].select("place", "plats", "spread", "location_type").distinct()
    return _within(t, types).group_by([*_BY, "plats", "spread", "location_type"]).agg(n=lambda x: x.count())


def cube_amount(t: Tables) -> ir.Table:
    """Amounts, unique, on each basis; ``nominal``: what the sources have for the operations with an amount on it."""
    made = t["told"].join(t["mart_listed"], "place").group_by([*_BY, *_TOLD]).agg(
        n=lambda x: x.count(), amount=lambda x: x.amount.sum(), nominal=lambda x: x.nominal.sum(),
        rounded=lambda x: x.is_rounded.cast("int64").sum(),
    )  # fmt: skip
    return made.mutate(amount=made.amount.cast("decimal(30, 2)"), nominal=made.nominal.cast("decimal(30, 2)"))


def cube_split(t: Tables) -> ir.Table:
    """A place's part of the amounts of operations that are in several."""
    several = t["parted"].filter(lambda x: ~_is_alone(x)).drop("cell", "kommun_code", "location_type", "share")
    at = _within(t, several).join(t["told"], "place")
    at = at.mutate(part=spelt()["amount_part"](at.amount, at.share_from, at.share_to))
    made = at.group_by([*_BY, *_WHERE, *_TOLD]).agg(split=lambda x: x.part.sum())
    return made.mutate(split=made.split.cast("decimal(30, 2)"))


def cube_money(t: Tables) -> ir.Table:
    """Amounts by place: ``split`` the place's part, ``touched`` in full, ``n`` operations with an amount."""
    import ibis

    by, nothing = [*_BY, *_WHERE, *_TOLD], ibis.literal(0).cast("decimal(30, 2)")
    whole = _within(t, t["placed"].drop("share")).join(t["told"], "place").group_by(by).agg(
        touched=lambda x: x.amount.sum(), n=lambda x: x.count(), alone=lambda x: x.amount.sum(where=x.is_alone)
    )  # fmt: skip
    both = whole.left_join(t["cube_split"], by)
    split = both.alone.cast("decimal(30, 2)").coalesce(nothing) + both.split.coalesce(nothing)
    both = both.mutate(split=split.cast("decimal(30, 2)"), touched=both.touched.cast("decimal(30, 2)"))
    return both.select(*by, "split", "n", "touched")


def _planned(t: Tables) -> ir.Table:
    """Planned participants of each operation that has a number of them."""
    told = t["mart_participants"].filter(lambda x: (x.sex == "T") & (x.value_type == "planned"))
    told = told.join(t["mart_order"].drop("cell"), "operation_id")
    return told.group_by("place").agg(persons=lambda x: x.value.sum())


def _is_alone(places: ir.Table) -> ir.BooleanValue:
    return (places.share_from == 0) & (places.share_to == 1)


def _usual(places: ir.Table) -> ir.Table:
    return places.filter((places.plats == "verksamhet") & ~places.spread)


def _within(t: Tables, at: ir.Table) -> ir.Table:
    """By facet and value; other ways of placing only where nothing else is asked."""
    import ibis

    w, order = t["mart_listed"], t["mart_order"].select("place", "cell", facet=ibis.literal(""), value=ibis.literal(""))
    return ibis.union(at.join(order, "place"), _usual(at).join(w.filter(w.facet != ""), "place"))


CUBES = (
    Mart("keyed", keyed, ("mart_operation", "mart_funding", "mart_location"), is_kept=False),
    Mart("mart_cell", cell, ("keyed",), ("cell",)),
    Mart("mart_order", ordered, ("keyed", "mart_cell"), ("place",)),
    Mart("parted", parted, ("mart_place", "mart_order"), is_kept=False),
    Mart("by_place", by_place, ("parted",), is_kept=False),
    Mart("by_word", by_word, ("mart_order", "mart_target_group", "mart_theme", "mart_method"), is_kept=False),
    Mart(
        "mart_listed", listed, ("mart_order", "by_place", "by_word"), ("facet", "value", "place"),
        ("facet = ''", "facet = 'kommun'", "facet = 'lan'", "facet > 'lan'"),
    ),
    Mart("placed", placed, ("parted",), is_kept=False),
    Mart("told", told, ("mart_amount", "mart_order"), is_kept=False),
    Mart("mart_cube", cube, ("mart_listed", "mart_participants", "mart_order"), ("facet", "value", "cell")),
    Mart(
        "mart_cube_pair", cube_pair, ("mart_listed", "mart_participants", "mart_order"),
        ("lan", "facet", "value", "cell"),
    ),
    Mart(
        "mart_cube_place", cube_place, ("placed", "mart_listed", "mart_order", "mart_participants"),
        ("facet", "value", "plats", "spread", "cell", "code"),
    ),
    Mart(
        "mart_cube_type", cube_type, ("parted", "mart_listed", "mart_order"),
        ("facet", "value", "plats", "spread", "cell"),
    ),
    Mart("mart_cube_amount", cube_amount, ("told", "mart_listed"), ("facet", "value", "basis", "measure", "cell")),
    Mart("cube_split", cube_split, ("parted", "told", "mart_listed", "mart_order"), is_kept=False),
    Mart(
        "mart_cube_money", cube_money, ("placed", "told", "cube_split", "mart_listed", "mart_order"),
        ("facet", "value", "plats", "spread", "basis", "measure", "currency", "cell", "code"),
    ),
)  # fmt: skip

"""The marts that grow with the operations, each as one Ibis expression, whatever engine works it out.

``PLACED`` is made of the canonical tables, before ``marts.sql``; ``CUBES`` of what both have made. A cube is counted by
*cell*: a portfolio, its registries, period, fund, kind of owner, status, whether an amount is known and whether it is
national. Every operation is in one cell, so that any filter on these is a set of whole cells. Within a cell it is
counted by what else a filter asks: nothing (``facet`` empty), or one value of one of :data:`WITHIN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Tables = Mapping[str, ir.Table]

WITHIN = ("lan", "kommun", "malgrupp", "tema", "metod")
"""Facets that an operation may have several values of, as addresses call them."""
CELL = (
    "portfolio", "sources", "programming_period", "fund_code", "owner_type", "status", "is_funded", "is_national",
)  # fmt: skip

INPUTS: dict[str, dict[str, str]] = {
    "source_file": {"source_id": "string", "file_name": "string", "precedence": "int32"},
    "region": {"code": "string", "level": "string", "lan_code": "string"},
    "operation": {"operation_id": "string", "source_id": "string", "file_name": "string"},
    "operation_link": {"operation_id": "string", "canonical_id": "string"},
    "operation_party": {"operation_id": "string", "org_id": "string", "role": "string"},
    "organisation": {"org_id": "string", "kommun_code": "string"},
    "operation_funding": {
        "operation_id": "string", "measure": "string", "amount": "decimal(18, 2)", "currency": "string",
        "label_in_source": "string", "is_rounded": "boolean", "is_derived": "boolean", "source_id": "string",
        "file_name": "string", "row_no": "int64",
    },
    "operation_location": {
        "operation_id": "string", "lan_code": "string", "kommun_code": "string", "location_type": "string",
        "share": "decimal(12, 10)", "share_from": "decimal(12, 10)", "share_to": "decimal(12, 10)",
        "share_basis": "string", "lat": "float64", "lon": "float64",
    },
    "operation_target_group": {"operation_id": "string", "target_group_code": "string"},
    "operation_indicator": {
        "operation_id": "string", "indicator_code": "string", "kind": "string", "sex": "string",
        "value_type": "string", "value": "int64", "flag": "string",
    },
    "mart_operation": {
        "operation_id": "string", "portfolio": "string", "source_ids": "array<string>", "programming_period": "string",
        "fund_code": "string", "owner_type": "string", "status": "string", "title_sv": "string", "start_date": "date",
    },
    "mart_amount": {
        "operation_id": "string", "basis": "string", "measure": "string", "currency": "string",
        "amount": "decimal(22, 2)", "is_rounded": "boolean",
    },
    "mart_theme": {"operation_id": "string", "code": "string"},
    "mart_method": {"operation_id": "string", "method_code": "string"},
}  # fmt: skip
"""The columns that are read of each table that is not made here."""

SPELT = {
    "amount_part": "CAST(CAST({0} AS DECIMAL(22, 2)) * {2} AS DECIMAL(26, 2)) "
    "- CAST(CAST({0} AS DECIMAL(22, 2)) * {1} AS DECIMAL(26, 2))",
    "persons_part": "CAST({0} * {1} AS DECIMAL(28, 10))",
    "share_between": "CAST({1} - {0} AS DECIMAL(12, 10))",
    "share_units": "CAST({0} * 10000000000 AS BIGINT)",
    "share_of_units": "CAST({0} * CAST(0.0000000001 AS DECIMAL(11, 10)) AS DECIMAL(12, 10))",
}
"""Exact decimals in SQL that every engine reads alike; Ibis has no product of two kinds of DECIMAL."""


@dataclass(frozen=True)
class Mart:
    """A table by name. ``order``: how the snapshot keeps it, so that a question reads few of its blocks.

    ``is_kept`` False: a step on the way, gone when the build is done.
    """

    name: str
    expression: Callable[[Tables], ir.Table]
    reads: tuple[str, ...]
    order: tuple[str, ...] = ()
    is_kept: bool = True


@cache
def _spelt() -> dict[str, Callable[..., ir.Value]]:
    """:data:`SPELT` as functions of expressions."""
    import ibis

    whole, share, amount = "int64", "decimal(12, 10)", "decimal(22, 2)"
    builtin = ibis.udf.scalar.builtin

    @builtin(signature=((amount, share, share), "decimal(26, 2)"))
    def amount_part(amount, share_from, share_to): ...  # type: ignore[no-untyped-def]

    @builtin(signature=((whole, share), "decimal(28, 10)"))
    def persons_part(persons, share): ...  # type: ignore[no-untyped-def]

    @builtin(signature=((share, share), share))
    def share_between(share_from, share_to): ...  # type: ignore[no-untyped-def]

    @builtin(signature=((share,), whole))
    def share_units(share): ...  # type: ignore[no-untyped-def]

    @builtin(signature=((whole,), share))
    def share_of_units(units): ...  # type: ignore[no-untyped-def]

    made = (amount_part, persons_part, share_between, share_units, share_of_units)
    return dict(zip(SPELT, made, strict=True))


def _first(table: ir.Table, by: list[str], order: list[str]) -> ir.Table:
    """One row of each group: the first in order."""
    import ibis

    numbered = table.mutate(nth=ibis.row_number().over(ibis.window(group_by=by, order_by=order)))
    return numbered.filter(numbered.nth == 0).drop("nth")


def _recorded(t: Tables) -> ir.Table:
    """A record with its operation and the precedence of its registry."""
    return (
        t["operation"]
        .join(t["operation_link"], "operation_id")
        .join(t["source_file"], ["source_id", "file_name"])
        .select("operation_id", "canonical_id", "precedence")
    )


def funding(t: Tables) -> ir.Table:
    """One amount for each measure and currency: the one of the registry with the best priority."""
    f = t["operation_funding"]
    known = f.filter(f.amount.notnull()).join(t["operation_link"], "operation_id")
    known = known.join(t["source_file"], ["source_id", "file_name"])
    best = _first(known, ["canonical_id", "measure", "currency"], ["precedence", "operation_id"])
    return best.select(
        "measure", "currency", "amount", "label_in_source", "is_rounded", "is_derived", "source_id", "file_name",
        "row_no", operation_id="canonical_id",
    ).relocate("operation_id")  # fmt: skip


def location(t: Tables) -> ir.Table:
    """The places of the member that knows most: where activity is, then the owner's, then national, then unknown."""
    p = t["operation_location"]
    kind = p.location_type.cases(("operation", 1), ("beneficiary", 2), ("national", 3), else_=4)
    ranked = p.mutate(kind=kind).group_by("operation_id").agg(kind=lambda x: x.kind.min())
    ranked = ranked.join(_recorded(t), "operation_id")
    best = _first(ranked, ["canonical_id"], ["kind", "precedence", "operation_id"])
    placed = p.join(best.select("operation_id", "canonical_id"), "operation_id")
    return placed.drop("operation_id").rename(operation_id="canonical_id").relocate("operation_id")


def target_group(t: Tables) -> ir.Table:
    """The target groups of an operation, whichever registry names them."""
    named = t["operation_target_group"].join(t["operation_link"], "operation_id")
    return named.select("target_group_code", operation_id="canonical_id").relocate("operation_id").distinct()


def participants(t: Tables) -> ir.Table:
    """One count for each indicator, sex and kind of value: the one of the registry with the best priority."""
    i = t["operation_indicator"].join(_recorded(t), "operation_id")
    best = _first(i, ["canonical_id", "indicator_code", "sex", "value_type"], ["precedence", "operation_id"])
    kept = ("indicator_code", "kind", "sex", "value_type", "value", "flag")
    return best.select(*kept, operation_id="canonical_id").relocate("operation_id")


def money(t: Tables) -> ir.Table:
    """Money by place, to the öre: the parts of an amount telescope, so they sum to it exactly."""
    both = t["mart_funding"].join(t["mart_location"], "operation_id")
    part = _spelt()["amount_part"](both.amount, both.share_from, both.share_to).cast("decimal(18, 2)")
    kept = ("operation_id", "measure", "currency", "lan_code", "kommun_code", "location_type", "amount")
    return both.select(*kept, amount_split=part)


def place(t: Tables) -> ir.Table:
    """Where operations are, by what is asked: the place of activity, else the owner's address (verksamhet); the owner's
    address alone (agare); the place of activity alone (bara). National ones stand apart, or are spread over all län in
    equal parts, which is an assumption.
    """
    import ibis

    at, region = t["mart_location"], t["region"]
    shape = ("plats", "operation_id", "lan_code", "kommun_code", "location_type", "share_from", "share_to")
    of = at.location_type
    usual = at.mutate(plats=ibis.literal("verksamhet"))
    nowhere = ibis.null("string")
    alone = at.mutate(
        plats=ibis.literal("bara"),
        lan_code=(of == "beneficiary").ifelse(nowhere, at.lan_code),
        kommun_code=(of == "beneficiary").ifelse(nowhere, at.kommun_code),
        location_type=(of == "beneficiary").ifelse("unknown", of),
    )
    national = at.filter(of == "national").select("operation_id").distinct()
    both = at.semi_join(national, "operation_id").mutate(plats=ibis.literal("agare"))
    p = t["operation_location"]
    elsewhere = p.filter(p.location_type != "beneficiary").select("operation_id").distinct()
    by_owner = (
        p.select("operation_id").distinct().anti_join(elsewhere, "operation_id").join(_recorded(t), "operation_id")
    )
    member = _first(by_owner, ["canonical_id"], ["precedence", "operation_id"]).select("operation_id", "canonical_id")
    told = p.join(member, "operation_id").drop("operation_id").rename(operation_id="canonical_id")
    told = told.anti_join(national, "operation_id").mutate(plats=ibis.literal("agare"))
    parties = t["operation_party"].filter(lambda x: x.role.isin(["beneficiary", "lead"]))
    parties = parties.join(t["organisation"], "org_id").join(_recorded(t), "operation_id")
    kommuner = region.filter(region.level == "kommun").select(seat=region.code, seat_lan=region.lan_code)
    seats = parties.join(kommuner, parties.kommun_code == kommuner.seat)
    seats = seats.mutate(rank=(seats.role == "beneficiary").ifelse(1, 2))
    seat = _first(seats, ["canonical_id"], ["rank", "precedence", "operation_id", "seat"])
    rest = t["operation_link"].select(operation_id="canonical_id").distinct().anti_join(national, "operation_id")
    rest = rest.anti_join(member.select(operation_id="canonical_id"), "operation_id")
    rest = rest.left_join(seat.select("seat", "seat_lan", at="canonical_id"), [("operation_id", "at")])
    seated = rest.select(
        "operation_id", plats=ibis.literal("agare"), lan_code=rest.seat_lan, kommun_code=rest.seat,
        location_type=rest.seat.isnull().ifelse("unknown", "beneficiary"),
        share_from=ibis.literal(0).cast("decimal(12, 10)"), share_to=ibis.literal(1).cast("decimal(12, 10)"),
    )  # fmt: skip
    apart = ibis.union(*(x.select(*shape) for x in (usual, alone, both, told, seated)))
    lan = region.filter(region.level == "lan").select("code")
    lan = lan.mutate(number=ibis.row_number().over(ibis.window(order_by="code")), of=lan.count().as_scalar())
    units, share = _spelt()["share_units"], _spelt()["share_of_units"]
    over = apart.filter(apart.location_type == "national").cross_join(lan)
    low, high = units(over.share_from), units(over.share_to)

    def edge(number: ir.Value) -> ir.Value:  # to the nearest unit, halves up
        return share((2 * (low * over.of + (high - low) * number) + over.of) // (2 * over.of))

    spread = over.mutate(
        lan_code=over.code, kommun_code=nowhere, share_from=edge(over.number), share_to=edge(over.number + 1)
    ).select(*shape)
    every = ibis.union(
        apart.mutate(spread=ibis.literal(False)),
        ibis.union(apart.filter(apart.location_type != "national"), spread).mutate(spread=ibis.literal(True)),
    )
    other = (every.location_type == "national").ifelse("SE", "okant")
    part = _spelt()["share_between"](every.share_from, every.share_to)
    return every.mutate(code=every.lan_code.coalesce(other), share=part).select(
        "plats", "spread", "operation_id", "code", "lan_code", "kommun_code", "location_type", "share_from", "share_to",
        "share",
    )  # fmt: skip


def keyed(t: Tables) -> ir.Table:
    """Every operation with what its cell is made of."""
    o = t["mart_operation"]
    funded = t["mart_funding"].select(funded="operation_id").distinct()
    at = t["mart_location"]
    national = at.filter(at.location_type == "national").select(national="operation_id").distinct()
    o = o.left_join(funded, o.operation_id == funded.funded)
    o = o.left_join(national, o.operation_id == national.national)
    o = o.mutate(sources=o.source_ids.join("|"), is_funded=o.funded.notnull(), is_national=o.national.notnull())
    return o.select("operation_id", *CELL)


def cell(t: Tables) -> ir.Table:
    """The cells, numbered; ``sources``: the registries, divided by ``|``."""
    import ibis

    kinds = t["keyed"].select(*CELL).distinct()
    return kinds.mutate(cell=ibis.row_number().over(ibis.window(order_by=list(CELL))).cast("int32")).relocate("cell")


def member(t: Tables) -> ir.Table:
    """Operation -> cell."""
    return t["keyed"].join(t["mart_cell"], list(CELL)).select("operation_id", "cell")


def ordered(t: Tables) -> ir.Table:
    """Every operation with its place in lists, from 1: running first, then newest."""
    import ibis

    o = t["mart_operation"].join(t["member"], "operation_id")
    order = [
        o.status.cases(("running", 0), ("planned", 1), else_=2), (o.programming_period == "other").ifelse(1, 0),
        o.programming_period.desc(), o.start_date.desc(nulls_first=False), o.title_sv, o.operation_id,
    ]  # fmt: skip
    place = (ibis.row_number().over(ibis.window(order_by=order)) + 1).cast("int32")
    return o.select("operation_id", "cell", place=place).relocate("place")


def within(t: Tables) -> ir.Table:
    """Operation -> facet and value, one row a value, and one with neither."""
    import ibis

    usual = _usual(t["mart_place"])
    parts = [
        t["member"].select("operation_id", facet=ibis.literal(""), value=ibis.literal("")),
        usual.select("operation_id", facet=ibis.literal("lan"), value="code").distinct(),
        usual.filter(usual.kommun_code.notnull())
        .select("operation_id", facet=ibis.literal("kommun"), value="kommun_code")
        .distinct(),
        t["mart_target_group"].select("operation_id", facet=ibis.literal("malgrupp"), value="target_group_code"),
        t["mart_theme"].select("operation_id", facet=ibis.literal("tema"), value="code").distinct(),
        t["mart_method"].select("operation_id", facet=ibis.literal("metod"), value="method_code").distinct(),
        t["member"]
        .anti_join(t["mart_target_group"], "operation_id")
        .select("operation_id", facet=ibis.literal("utan"), value=ibis.literal("malgrupp")),
    ]
    return ibis.union(*parts).join(t["member"], "operation_id")


def listed(t: Tables) -> ir.Table:
    """The places in lists of what has a value of a facet."""
    w = t["within"]
    return w.filter(w.facet != "").join(t["mart_order"], "operation_id").select("facet", "value", "place", "cell")


def _usual(places: ir.Table) -> ir.Table:
    return places.filter((places.plats == "verksamhet") & ~places.spread)


def _asked(table: ir.Table) -> ir.Table:
    """Other ways of placing only where nothing else is asked; the rest is counted operation by operation."""
    return table.filter((table.facet == "") | ((table.plats == "verksamhet") & ~table.spread))


_BY = ("cell", "facet", "value")


def cube(t: Tables) -> ir.Table:
    """Operations and their participants. ``hidden``: actual counts that are suppressed, in no sum."""
    import ibis

    n = t["within"].group_by(_BY).agg(n=lambda x: x.count())
    persons = t["mart_participants"].filter(lambda x: x.sex == "T")
    is_planned = persons.value_type == "planned"
    counted = t["within"].join(
        persons.select(
            "operation_id",
            planned=is_planned.ifelse(persons.value, ibis.null("int64")),
            actual=is_planned.ifelse(ibis.null("int64"), persons.value),
            is_hidden=(~is_planned & persons.value.isnull()).ifelse(1, 0),
        ),
        "operation_id",
    )
    counted = counted.group_by(_BY).agg(
        planned=lambda x: x.planned.sum(), with_planned=lambda x: x.planned.count(), actual=lambda x: x.actual.sum(),
        with_actual=lambda x: x.actual.count(), hidden=lambda x: x.is_hidden.sum(),
    )  # fmt: skip
    found = n.left_join(counted, list(_BY))
    return found.select(
        *_BY, "n", "planned", "actual", with_planned=found.with_planned.coalesce(0),
        with_actual=found.with_actual.coalesce(0), hidden=found.hidden.coalesce(0),
    )  # fmt: skip


def cube_pair(t: Tables) -> ir.Table:
    """Operations of a län by a second facet's value."""
    w = t["within"]
    lan = w.filter(w.facet == "lan").select("operation_id", "cell", lan="value")
    other = w.filter(w.facet.isin(["kommun", "malgrupp", "tema", "metod", "utan"])).select(
        "operation_id", "facet", "value"
    )
    return lan.join(other, "operation_id").group_by(["cell", "lan", "facet", "value"]).agg(n=lambda x: x.count())


def placed(t: Tables) -> ir.Table:
    """An operation's part in each place."""
    return (
        t["mart_place"]
        .group_by(["operation_id", "plats", "spread", "code"])
        .agg(share=lambda x: x.share.sum().cast("decimal(12, 10)"))
    )


def cube_place(t: Tables) -> ir.Table:
    """Operations that touch a place, the sum of their shares there, and of their planned participants by share."""
    both = _asked(t["within"].join(t["placed"], "operation_id"))
    persons = t["mart_participants"].filter(lambda x: (x.sex == "T") & (x.value_type == "planned"))
    persons = persons.group_by("operation_id").agg(persons=lambda x: x.value.sum())
    both = both.left_join(persons, "operation_id").drop("operation_id_right")
    both = both.mutate(planned=_spelt()["persons_part"](both.persons, both.share))
    made = both.group_by([*_BY, "plats", "spread", "code"]).agg(
        n=lambda x: x.count(), share=lambda x: x.share.sum(), planned=lambda x: x.planned.sum()
    )
    return made.mutate(share=made.share.cast("decimal(28, 10)"), planned=made.planned.cast("decimal(30, 10)"))


def cube_type(t: Tables) -> ir.Table:
    """Operations by how they are placed: operation, beneficiary, national, unknown. One may be in several."""
    types = t["mart_place"].select("operation_id", "plats", "spread", "location_type").distinct()
    both = _asked(t["within"].join(types, "operation_id"))
    return both.group_by([*_BY, "plats", "spread", "location_type"]).agg(n=lambda x: x.count())


def cube_amount(t: Tables) -> ir.Table:
    """Amounts, unique, on each basis; ``nominal``: what the sources have for the operations with an amount on it."""
    a = t["mart_amount"]
    own = a.filter(a.basis == "nominal").select("operation_id", "measure", "currency", nominal="amount")
    both = a.join(own, ["operation_id", "measure", "currency"]).join(t["within"], "operation_id")
    made = both.group_by([*_BY, "basis", "measure", "currency"]).agg(
        n=lambda x: x.count(), amount=lambda x: x.amount.sum(), nominal=lambda x: x.nominal.sum(),
        rounded=lambda x: x.is_rounded.cast("int64").sum(),
    )  # fmt: skip
    return made.mutate(
        amount=made.amount.cast("decimal(30, 2)"), nominal=made.nominal.cast("decimal(30, 2)"),
        rounded=made.rounded.cast("int64"),
    )  # fmt: skip


def cube_money(t: Tables) -> ir.Table:
    """Amounts by place: ``split`` the place's part, ``touched`` in full, ``n`` operations with an amount."""
    at = t["mart_place"].join(t["mart_amount"], "operation_id")
    at = at.mutate(part=_spelt()["amount_part"](at.amount, at.share_from, at.share_to))
    by = ["operation_id", "plats", "spread", "code", "basis", "measure", "currency"]
    own = at.group_by(by).agg(
        split=lambda x: x.part.sum().cast("decimal(30, 2)"), amount=lambda x: x.amount.max().cast("decimal(22, 2)")
    )
    both = _asked(own.join(t["within"], "operation_id"))
    made = both.group_by([*_BY, *by[1:]]).agg(
        split=lambda x: x.split.sum(), touched=lambda x: x.amount.sum(), n=lambda x: x.count()
    )
    return made.mutate(split=made.split.cast("decimal(30, 2)"), touched=made.touched.cast("decimal(30, 2)"))


_CANONICAL = ("operation", "operation_link", "source_file")
_MONEYED = ("facet", "value", "plats", "spread", "basis", "measure", "currency", "cell", "code")
PLACED = (
    Mart("mart_funding", funding, ("operation_funding", *_CANONICAL[1:])),
    Mart("mart_location", location, ("operation_location", *_CANONICAL)),
    Mart("mart_target_group", target_group, ("operation_target_group", "operation_link")),
    Mart("mart_participants", participants, ("operation_indicator", *_CANONICAL)),
    Mart("mart_money", money, ("mart_funding", "mart_location")),
    Mart(
        "mart_place", place,
        ("mart_location", "operation_location", "operation_party", "organisation", "region", *_CANONICAL),
        ("plats", "spread"),
    ),
)  # fmt: skip
CUBES = (
    Mart("keyed", keyed, ("mart_operation", "mart_funding", "mart_location"), is_kept=False),
    Mart("mart_cell", cell, ("keyed",), ("cell",)),
    Mart("member", member, ("keyed", "mart_cell"), is_kept=False),
    Mart(
        "within", within, ("member", "mart_place", "mart_target_group", "mart_theme", "mart_method"), is_kept=False
    ),
    Mart("mart_order", ordered, ("mart_operation", "member"), ("place",)),
    Mart("mart_listed", listed, ("within", "mart_order"), ("facet", "value", "place")),
    Mart("placed", placed, ("mart_place",), is_kept=False),
    Mart("mart_cube", cube, ("within", "mart_participants"), ("facet", "value", "cell")),
    Mart("mart_cube_pair", cube_pair, ("within",), ("lan", "facet", "value", "cell")),
    Mart(
        "mart_cube_place", cube_place, ("within", "placed", "mart_participants"),
        ("facet", "value", "plats", "spread", "cell", "code"),
    ),
    Mart("mart_cube_type", cube_type, ("within", "mart_place"), ("facet", "value", "plats", "spread", "cell")),
    Mart("mart_cube_amount", cube_amount, ("within", "mart_amount"), ("facet", "value", "basis", "measure", "cell")),
    Mart("mart_cube_money", cube_money, ("within", "mart_place", "mart_amount"), _MONEYED),
)  # fmt: skip

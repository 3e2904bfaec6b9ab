"""The marts that grow with the operations, each as one Ibis expression, whatever engine works it out.

``PLACED`` is made of the canonical tables, before ``marts.sql``; the cubes (:mod:`etl.cubes`) of what both have made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Tables = Mapping[str, ir.Table]

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

    ``slices``: conditions, each true of other rows, in that order: so much is made, and sorted, at a time.
    ``is_kept`` False: a step on the way, gone when the build is done.
    """

    name: str
    expression: Callable[[Tables], ir.Table]
    reads: tuple[str, ...]
    order: tuple[str, ...] = ()
    slices: tuple[str, ...] = ("true",)
    is_kept: bool = True


@cache
def spelt() -> dict[str, Callable[..., ir.Value]]:
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


def moved(t: Tables) -> ir.Table:
    """The records that are counted as another one. Few: what concerns all records never joins the links of all."""
    link = t["operation_link"]
    return link.filter(link.operation_id != link.canonical_id).select("operation_id", counted_as="canonical_id")


def several(t: Tables) -> ir.Table:
    """The records of operations that have several; any other record is an operation, and nothing is chosen for it."""
    import ibis

    m = t["moved"]
    return ibis.union(m.select("operation_id"), m.select(operation_id="counted_as")).distinct()


def _alone(t: Tables, rows: ir.Table) -> ir.Table:
    """Rows of records that are an operation each."""
    return rows.anti_join(t["several"], "operation_id").select(*rows.columns)


def _among(t: Tables, rows: ir.Table) -> ir.Table:
    """Rows of records of operations with several."""
    return rows.semi_join(t["several"], "operation_id").select(*rows.columns)


def _canonical(t: Tables, records: ir.Table) -> ir.Table:
    """Rows of records, with the operation that each is counted as."""
    found = records.left_join(t["moved"], "operation_id").drop("operation_id_right")
    return found.mutate(canonical_id=found.counted_as.coalesce(found.operation_id)).drop("counted_as")


def _recorded(t: Tables) -> ir.Table:
    """A record of an operation with several: its operation and the precedence of its registry."""
    found = _among(t, t["operation"]).join(t["source_file"], ["source_id", "file_name"])
    return _canonical(t, found).select("operation_id", "canonical_id", "precedence")


def _chosen(t: Tables, rows: ir.Table, by: list[str], kept: tuple[str, ...]) -> ir.Table:
    """One row of an operation and ``by``: of several records the one of the registry with the best priority."""
    import ibis

    among = _among(t, rows).join(_recorded(t), "operation_id")
    best = _first(among, ["canonical_id", *by], ["precedence", "operation_id"])
    alone = _alone(t, rows).select("operation_id", *kept)
    return ibis.union(alone, best.select(*kept, operation_id="canonical_id").relocate("operation_id"))


def funding(t: Tables) -> ir.Table:
    """One amount for each measure and currency: the one of the registry with the best priority."""
    f = t["operation_funding"]
    kept = (
        "measure", "currency", "amount", "label_in_source", "is_rounded", "is_derived", "source_id", "file_name",
        "row_no",
    )  # fmt: skip
    return _chosen(t, f.filter(f.amount.notnull()), ["measure", "currency"], kept)


def location(t: Tables) -> ir.Table:
    """The places of the member that knows most: where activity is, then the owner's, then national, then unknown."""
    import ibis

    p = t["operation_location"]
    alone, among = _alone(t, p), _among(t, p)
    kind = among.location_type.cases(("operation", 1), ("beneficiary", 2), ("national", 3), else_=4)
    ranked = among.mutate(kind=kind).group_by("operation_id").agg(kind=lambda x: x.kind.min())
    ranked = ranked.join(_recorded(t), "operation_id")
    best = _first(ranked, ["canonical_id"], ["kind", "precedence", "operation_id"])
    placed = among.join(best.select("operation_id", "canonical_id"), "operation_id")
    return ibis.union(alone, placed.drop("operation_id").rename(operation_id="canonical_id").relocate("operation_id"))


def target_group(t: Tables) -> ir.Table:
    """The target groups of an operation, whichever registry names them."""
    named = _canonical(t, t["operation_target_group"])
    return named.select("target_group_code", operation_id="canonical_id").relocate("operation_id").distinct()


def participants(t: Tables) -> ir.Table:
    """One count for each indicator, sex and kind of value: the one of the registry with the best priority."""
    by = ["indicator_code", "sex", "value_type"]
    return _chosen(t, t["operation_indicator"], by, ("indicator_code", "kind", "sex", "value_type", "value", "flag"))


def money(t: Tables) -> ir.Table:
    """Money by place, to the öre: the parts of an amount telescope, so they sum to it exactly."""
    both = t["mart_funding"].join(t["mart_location"], "operation_id")
    part = spelt()["amount_part"](both.amount, both.share_from, both.share_to).cast("decimal(18, 2)")
    kept = ("operation_id", "measure", "currency", "lan_code", "kommun_code", "location_type", "amount")
    return both.select(*kept, amount_split=part)


def _national(t: Tables) -> ir.Table:
    at = t["mart_location"]
    return at.filter(at.location_type == "national").select("operation_id").distinct()


def elsewhere(t: Tables) -> ir.Table:
    """The records that have a place which is not their owner's address."""
    p = t["operation_location"]
    return p.filter(p.location_type != "beneficiary").select("operation_id").distinct()


def _at_owner(t: Tables) -> ir.Table:
    """The records that their owner's address places."""
    p = t["operation_location"]
    return p.anti_join(t["elsewhere"], "operation_id").select(*p.columns)


def _member(t: Tables) -> ir.Table:
    """Of an operation with several records the one whose owner's address it has."""
    among = _among(t, _at_owner(t)).select("operation_id").distinct().join(_recorded(t), "operation_id")
    return _first(among, ["canonical_id"], ["precedence", "operation_id"]).select("operation_id", "canonical_id")


def seat(t: Tables) -> ir.Table:
    """Operations that no record places by its owner's address: the kommun where the beneficiary or lead is seated.

    Null where no seat is known; of several the beneficiary's, by its registry.
    """
    import ibis

    region, of = t["region"], t["organisation"]
    heads = t["several"].anti_join(t["moved"], "operation_id").select("operation_id")
    rest = ibis.union(
        _alone(t, t["elsewhere"]), heads.anti_join(_member(t).select(operation_id="canonical_id"), "operation_id")
    ).anti_join(_national(t), "operation_id")
    kommuner = region.filter(region.level == "kommun").select(seat=region.code, seat_lan=region.lan_code)
    housed = of.join(kommuner, of.kommun_code == kommuner.seat)
    parties = t["operation_party"].filter(lambda x: x.role.isin(["beneficiary", "lead"])).join(housed, "org_id")
    parties = parties.mutate(rank=(parties.role == "beneficiary").ifelse(1, 2))
    parties = _canonical(t, parties.select("operation_id", "rank", "seat", "seat_lan"))
    parties = parties.semi_join(rest, parties.canonical_id == rest.operation_id)
    seats = parties.join(t["operation"], "operation_id").join(t["source_file"], ["source_id", "file_name"])
    best = _first(seats, ["canonical_id"], ["rank", "precedence", "operation_id", "seat"])
    found = rest.left_join(best.select("seat", "seat_lan", at="canonical_id"), [("operation_id", "at")])
    return found.select("operation_id", "seat", "seat_lan")


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
    both = at.semi_join(_national(t), "operation_id").mutate(plats=ibis.literal("agare"))
    single = _alone(t, _at_owner(t))
    told = t["operation_location"].join(_member(t), "operation_id").drop("operation_id")
    told = ibis.union(single, told.rename(operation_id="canonical_id").select(*single.columns))
    told = told.anti_join(_national(t), "operation_id").mutate(plats=ibis.literal("agare"))
    rest = t["owner_seat"]
    seated = rest.select(
        "operation_id", plats=ibis.literal("agare"), lan_code=rest.seat_lan, kommun_code=rest.seat,
        location_type=rest.seat.isnull().ifelse("unknown", "beneficiary"),
        share_from=ibis.literal(0).cast("decimal(12, 10)"), share_to=ibis.literal(1).cast("decimal(12, 10)"),
    )  # fmt: skip
    apart = ibis.union(*(x.select(*shape) for x in (usual, alone, both, told, seated)))
    lan = region.filter(region.level == "lan").select("code")
    lan = lan.mutate(number=ibis.row_number().over(ibis.window(order_by="code")), of=lan.count().as_scalar())
    units, share = spelt()["share_units"], spelt()["share_of_units"]
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
    part = spelt()["share_between"](every.share_from, every.share_to)
    return every.mutate(code=every.lan_code.coalesce(other), share=part).select(
        "plats", "spread", "operation_id", "code", "lan_code", "kommun_code", "location_type", "share_from", "share_to",
        "share",
    )  # fmt: skip


# Each step by itself: how many rows it has is then known, and what it holds is let go of before the next.
_CANONICAL = ("operation", "moved", "several", "source_file")
PLACED = (
    Mart("moved", moved, ("operation_link",), is_kept=False),
    Mart("several", several, ("moved",), is_kept=False),
    Mart("mart_funding", funding, ("operation_funding", *_CANONICAL)),
    Mart("mart_location", location, ("operation_location", *_CANONICAL)),
    Mart("mart_target_group", target_group, ("operation_target_group", "moved")),
    Mart("mart_participants", participants, ("operation_indicator", *_CANONICAL)),
    Mart("mart_money", money, ("mart_funding", "mart_location")),
    Mart("elsewhere", elsewhere, ("operation_location",), is_kept=False),
    Mart(
        "owner_seat", seat,
        ("elsewhere", "mart_location", "operation_location", "operation_party", "organisation", "region", *_CANONICAL),
        is_kept=False,
    ),
    Mart(
        "mart_place", place,
        ("elsewhere", "mart_location", "operation_location", "owner_seat", "region", *_CANONICAL),
        slices=tuple(
            f"plats = '{plats}' AND {spread}" for plats in ("agare", "bara", "verksamhet")
            for spread in ("NOT spread", "spread")
        ),
    ),
)  # fmt: skip

"""Effect cards as exhibits: all of them in a matrix; of one its steps, its measurement quality and its series."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import parts
from dashboard.blocks import hidden, series
from dashboard.blocks.effect_cards import SHELF, embedded, links, marks, rows_of, state, states, told, whence
from dashboard.blocks.held import Held, say
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import effects
from dashboard.theory.card import STEPS, Card


def overview(v: View) -> Exhibit:
    """A row a card, a column a step: how each is measured."""
    found, _ = SHELF.every(v)
    rows: list[tuple[Cell, ...]] = []
    counts = {"series": 0, "own": 0, "unmeasured": 0}
    for held in found:
        here = states(v, held.thing)
        for one in here:
            counts[one] += 1
        rows.append(
            (
                say(v, held.thing.title), *(v.t(f"effects.state_{one}") for one in here),
                sum(bool(check.what) for check in held.thing.quality),
                v.t("effects.of_sources") if held.version is None else v.t("held.version", n=held.version.number),
            )
        )  # fmt: skip
    return Exhibit(
        id="oversikt", title=v.t("effects.overview"),
        finding=v.t(
            "effects.overview_finding", cards=v.n(len(found)), steps=v.n(len(found) * len(STEPS)),
            **{name: v.n(n) for name, n in counts.items()},
        ),
        columns=(
            Column(v.t("effects.card")), *(Column(v.t(f"effects.step_{name}")) for name in STEPS),
            Column(v.t("effects.quality_of"), "number"), Column(v.t("effects.whose")),
        ),
        rows=tuple(rows), links=tuple(SHELF.href(v, held.id) for held in found),
        basis=(v.t("effects.basis"),), missing=(v.t("effects.others"),), source=_sources(v),
    )  # fmt: skip


def _sources(v: View) -> tuple[str | Markup, ...]:
    first = next(iter(effects.parts(v.w)), None)
    if first is None:
        return (v.t("effects.no_rows"),)
    return (Markup("{} {}").format(v.t("effects.compiled"), series.where_from(v, first)),)


def _card_sources(v: View, held: Held[Card]) -> tuple[str | Markup, ...]:
    said: list[str | Markup] = [whence(v, held)]
    row = next((r for r in effects.parts(v.w) if r["local_id"] == held.id), None)
    if row:
        said = [Markup("{} {}").format(whence(v, held), series.where_from(v, row))]
    linked = _linked(v, held.thing)
    if linked:
        said.append(series.publishers(v, [{**one, "source_id": rows[-1]["source_id"]} for one, rows in linked]))
    return tuple(said)


def _linked(v: View, card: Card) -> list[tuple[Row, tuple[Row, ...]]]:
    found = {step.indicator: rows_of(v, card, step) for step in card.steps if step.indicator}
    return [one for one in found.values() if one and one[1]]


def card(v: View) -> Exhibit | None:
    """The card that the address names, or the first of the data: a row a step."""
    held = held_card(v)
    if held is None:
        return None
    rows: list[tuple[Cell, ...]] = []
    for name, step, link in zip(STEPS, held.thing.steps, links(v, held.thing), strict=True):
        found = rows_of(v, held.thing, step)
        rows.append(
            (
                v.t(f"effects.step_{name}"), link.what or link.lacking, say(v, step.whom) or None, link.label,
                v.of(found[0]) if found else step.indicator or None, "; ".join(p.told for p in link.places) or None,
                say(v, step.measured) or None, link.why or None, step.source.title or step.source.url or None,
            )
        )  # fmt: skip
    names = ("step", "what", "whom", "state", "indicator", "latest", "measured", "why", "where")
    lacking = sum(not step.what for step in held.thing.steps)
    return Exhibit(
        id="kort", title=v.t("effects.card_title", title=say(v, held.thing.title)), finding=told(v, held.thing),
        columns=tuple(Column(v.t(f"effects.col_{name}")) for name in names), rows=tuple(rows),
        basis=(v.t("effects.basis"),),
        missing=(v.t("effects.missing", n=lacking, none=states(v, held.thing).count("unmeasured")),),
        source=_card_sources(v, held), also=("svg", "png", "toml", "json"),
    )  # fmt: skip


def quality(v: View) -> Exhibit | None:
    """The measurement quality of the card: a row a part, whether it is there, what, and where it says so."""
    held = held_card(v)
    if held is None:
        return None
    rows: list[tuple[Cell, ...]] = [
        (mark.name, mark.label, mark.text or None, check.source.title or check.source.url or None)
        for mark, check in zip(marks(v, held.thing), held.thing.quality, strict=True)
    ]
    there = sum(bool(check.what) for check in held.thing.quality)
    return Exhibit(
        id="kvalitet", title=v.t("effects.quality"), finding=v.t("effects.quality_finding", there=there),
        columns=tuple(Column(v.t(f"effects.col_{name}")) for name in ("part", "is_there", "text", "where")),
        rows=tuple(rows), source=(whence(v, held),), missing=(v.t("effects.quality_missing", n=len(rows) - there),),
    )  # fmt: skip


def figures(v: View) -> Exhibit | None:
    """The series of the card's steps: a row a step, place and period. None without any."""
    held = held_card(v)
    if held is None:
        return None
    rows: list[tuple[Cell, ...]] = []
    decimals = []
    for name, step in zip(STEPS, held.thing.steps, strict=True):
        found = rows_of(v, held.thing, step)
        for row in found[1] if found else ():
            one = found[0] if found else {}
            is_hidden = hidden.is_hidden(row)
            rows.append(
                (
                    v.t(f"effects.step_{name}"), v.of(one), v.regions[row["region_code"]], v.span(row["period"]),
                    WITHHELD if is_hidden else row["value"], v.unit(one),
                    v.t(f"flag.{row['flag']}") if row["flag"] else None,
                )
            )  # fmt: skip
            decimals.append(one["decimals"])
    if not rows:
        return None
    linked = sum(state(v, step) == "series" for step in held.thing.steps)
    names = ("step", "indicator", "place")
    return Exhibit(
        id="serier", title=v.t("effects.series"), finding=v.t("effects.series_finding", n=linked, rows=v.n(len(rows))),
        columns=(
            *(Column(v.t(f"effects.col_{name}")) for name in names), Column(v.t("figure.period")),
            Column(v.t("effects.col_value"), "number", tuple(decimals)), Column(v.t("effects.col_unit")),
            Column(v.t("export.marks")),
        ),
        rows=tuple(rows), basis=(v.t("effects.basis"),), source=_card_sources(v, held),
        licence=series.licences(v, (one for one, _ in _linked(v, held.thing))),
        missing=(hidden.rule(v),) if any(row[4] is WITHHELD for row in rows) else (),
    )  # fmt: skip


def held_card(v: View) -> Held[Card] | None:
    """The card that the address names; with no name the first of the data."""
    if v.sel.kort:
        return SHELF.one(v)
    return next((Held(name, thing) for name, thing in embedded(v).items()), None)


def matrix(v: View) -> Markup:
    """The overview for the screen: signs with their words, each card a link."""
    found, _ = SHELF.every(v)
    body = []
    for held in found:
        own = "" if held.version is None else v.t("effects.yours", n=held.version.number)
        title = parts.link(SHELF.href(v, held.id), say(v, held.thing.title))
        cells: list[str | Markup] = [Markup("{}<br><small>{}</small>").format(title, own) if own else title]
        cells += [sign(v, one) for one in states(v, held.thing)]
        there = sum(bool(check.what) for check in held.thing.quality)
        cells.append(v.t("effects.of_four", n=there))
        body.append(cells)
    head = [v.t("effects.card"), *(v.t(f"effects.step_{name}") for name in STEPS), v.t("effects.quality")]
    return Markup('<div class="ik-cards">{}</div>').format(parts.table(head, body, label=v.t("effects.overview")))


def sign(v: View, kind: str) -> Markup:
    """A state by shape and word."""
    return Markup('<span class="ik-sign ik-{}">{}</span>').format(kind, v.t(f"effects.short_{kind}"))

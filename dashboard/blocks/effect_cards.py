"""Effect cards as they are found and told: in the data and kept by viewers, step by step with their series."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.blocks import hidden, series
from dashboard.blocks.held import Held, Shelf, dated, say
from dashboard.charts.chain import Link, Mark, Place
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import effects, indicators
from dashboard.texts import Said
from dashboard.theory import Source
from dashboard.theory.card import QUALITY, STEPS, Card, Check, State, Step, card_of

RIKET, MOST_LAN = "00", 3


def embedded(v: View) -> dict[str, Card]:
    """The cards of the data, by the id of their initiative."""
    by: dict[str, dict[str, Row]] = {}
    for row in effects.parts(v.w):
        by.setdefault(row["local_id"], {})[row["part"]] = row
    titles = effects.titles(v.w, by)
    return {
        name: Card(
            Said(titles[name]["title_sv"], titles[name]["title_en"] or ""), name, "",
            tuple(_step(rows.get(part)) for part in STEPS), tuple(_check(rows.get(part)) for part in QUALITY),
        )
        for name, rows in by.items() if name in titles
    }  # fmt: skip


def _said(row: Row, name: str) -> Said:
    return Said(row[f"{name}_sv"] or "", row[f"{name}_en"] or "")


def _source(row: Row) -> Source:
    return Source(row["source_title"], row["source_url"] or "")


def _step(row: Row | None) -> Step:
    if row is None:
        return Step()
    return Step(
        _said(row, "text"), _said(row, "whom"), row["indicator_code"] or "", row["fit"] or "", _said(row, "measured"),
        _said(row, "why"), _source(row),
    )  # fmt: skip


def _check(row: Row | None) -> Check:
    return Check() if row is None else Check(_said(row, "text"), _said(row, "why"), _source(row))


SHELF: Shelf[Card] = Shelf("effect_card", "kort", "effects", card_of, embedded)


def places(v: View, card: Card) -> tuple[str, ...]:
    """The län that a card's series are shown for, at most three, and riket; of more län only riket."""
    op = effects.operation(v.w, card.initiative) if card.initiative else None
    lans = tuple(op["lans"]) if op else ()
    return (*(lans if len(lans) <= MOST_LAN else ()), RIKET)


def state(v: View, step: Step) -> State:
    """How a step is measured here: a series that this snapshot does not hold measures nothing."""
    if step.state == "series" and step.indicator not in indicators.catalogue(v.w):
        return "unmeasured"
    return step.state


def states(v: View, card: Card) -> tuple[State, ...]:
    """How each step is measured here."""
    return tuple(state(v, step) for step in card.steps)


def rows_of(v: View, card: Card, step: Step) -> tuple[Row, tuple[Row, ...]] | None:
    """The linked indicator and its series of the card's places; None without one. Counts are shown without riket."""
    one = indicators.catalogue(v.w).get(step.indicator)
    if one is None:
        return None
    codes = [code for code in places(v, card) if code != RIKET or one["unit"] != "personer"]
    found = indicators.trend(v.w, step.indicator, codes or [RIKET])
    order = {code: at for at, code in enumerate(codes or [RIKET])}
    return one, tuple(sorted(found, key=lambda r: order[r["region_code"]]))


def latest(rows: Sequence[Row]) -> dict[str, Row]:
    """Place -> its row of the newest period that has a value, else its newest row."""
    out: dict[str, Row] = {}
    for row in rows:
        if row["region_code"] not in out or row["value"] is not None:
            out[row["region_code"]] = row
    return out


def link(v: View, card: Card, name: str, step: Step) -> Link:
    """A step in words and figures."""
    found = rows_of(v, card, step)
    here = state(v, step)
    about, shown = "", []
    rows: tuple[Row, ...] = ()
    if found:
        one, rows = found
        title = v.of(one) if one["unit"] == "%" else f"{v.of(one)}, {v.unit(one)}"
        about = v.t(f"effects.fit_{step.fit or 'direct'}", title=title)
        shown = [Place(code, value(v, one, row)) for code, row in latest(rows).items()]
    elif step.indicator:
        about = v.t("effects.not_here", code=step.indicator)
    return Link(
        name=v.t(f"effects.step_{name}"), state=here, label=v.t(f"effects.state_{here}"), what=say(v, step.what),
        lacking=v.t("effects.lacking"), whom=v.t("effects.for", whom=say(v, step.whom)) if step.whom else "",
        about=about, places=tuple(shown), series=rows,
        measured=v.t("effects.own_says", text=say(v, step.measured)) if step.measured else "", why=say(v, step.why),
        source=v.t("effects.source", source=step.source.title or step.source.url) if step.source else "",
    )  # fmt: skip


def value(v: View, one: Row, row: Row) -> str:
    """A place with its value and period: "Örebro län 71,2 % (2024)"."""
    name = v.regions[row["region_code"]]
    if row["value"] is None:
        return v.t("effects.no_value", name=name, why=".." if hidden.is_hidden(row) else v.t("flag.m"))
    return f"{name} {series.shown(v, one, row)} ({v.span(row['period'])})"


def links(v: View, card: Card) -> tuple[Link, ...]:
    """Every step in order."""
    return tuple(link(v, card, name, step) for name, step in zip(STEPS, card.steps, strict=True))


def marks(v: View, card: Card) -> tuple[Mark, ...]:
    """The four parts of measurement quality."""
    return tuple(
        Mark(
            v.t(f"effects.quality_{name}"), bool(check.what),
            v.t("effects.there") if check.what else v.t("effects.gone"), say(v, check.what or check.why),
            v.t("effects.source", source=check.source.title or check.source.url) if check.source else "",
        )
        for name, check in zip(QUALITY, card.quality, strict=True)
    )  # fmt: skip


def told(v: View, card: Card) -> str:
    """A card in one sentence: how many steps are measured how, and what there is of measurement quality."""
    found = states(v, card)
    return v.t(
        "effects.finding", series=found.count("series"), own=found.count("own"), none=found.count("unmeasured"),
        there=sum(bool(check.what) for check in card.quality),
    )  # fmt: skip


def whence(v: View, held: Held[Card]) -> str:
    """Whose card it is: compiled from sources, or a viewer's own in a version."""
    if held.version is None:
        return v.t("effects.compiled")
    own = v.t("effects.own", n=held.version.number, at=dated(v, held.version))
    ours = embedded(v)
    if held.thing.origin in ours:
        own += " " + v.t("effects.from", title=say(v, ours[held.thing.origin].title))
    return own

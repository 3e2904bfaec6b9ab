"""Each part of an event's programme: who, what, and the prepared views on the data with their figure."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import event
from dashboard.components.chart import chart
from dashboard.events import Part, Prepared
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import seed


def views(v: View) -> Exhibit | None:
    """Every prepared view of the event with what its figure says now."""
    one = event.chosen(v)
    if one is None:
        return None
    pairs = [(part, prepared) for part in one.parts for prepared in part.views]
    rows: list[tuple[Cell, ...]] = [
        (prepared.title.of(v.lang), event.title(v, part), _said(v, prepared), prepared.why.of(v.lang))
        for part, prepared in pairs
    ]
    return Exhibit(
        "vyer", v.t("event.views"),
        v.t("event.views_finding", n=v.n(len(pairs)), parts=v.n(sum(bool(part.views) for part in one.parts)),
            all=v.n(len(one.parts))),
        tuple(Column(v.t(f"event.{name}")) for name in ("view", "part", "finding", "why")), tuple(rows),
        (event.origin(v, one), v.behind()), (v.t("event.views_basis"),),
        links=tuple(event.link(v, prepared) for _, prepared in pairs),
    )  # fmt: skip


def _said(v: View, prepared: Prepared) -> str:
    made = event.figure(v, prepared)
    return made.finding if made else v.t("event.nothing_now")


def section(v: View) -> None:
    """The parts one by one, and the way to take all prepared views along."""
    one, table = event.chosen(v), views(v)
    if one is None or table is None:
        return
    layout.html(parts.heading(2, table.title), parts.lede(table.finding))
    for part in one.parts:
        _part(v, part)
    layout.html(*map(parts.source, table.basis), exhibit.take(v, table.id, table.title))


def _part(v: View, part: Part) -> None:
    item = seed.by_id(v.w).get(part.item)
    who = event.speakers(v, part)
    named = v.t("event.facilitators" if item and "role_of_people" in seed.facts(item) else "event.speakers")
    asked = [event.words(v, q.words, seed.by_id(v.w).get(q.item)) for q in part.questions]
    about = part.about.of(v.lang)
    told, seen = st.columns([5, 7], gap="large")
    with told:
        layout.html(
            parts.heading(3, event.title(v, part), part.id),
            Markup("<p>{}</p>").format(about) if about else Markup(""),
            parts.source(f"{named}: {', '.join(who) or v.t('event.speakers_none')}"),
            *(parts.source(v.t("event.asked", question=question)) for question in asked),
        )
    with seen:
        for n, prepared in enumerate(part.views):
            _view(v, prepared, f"{part.id}-{n}")


def _view(v: View, prepared: Prepared, name: str) -> None:
    made = event.figure(v, prepared)
    layout.html(
        parts.ways([(event.link(v, prepared), prepared.title.of(v.lang), prepared.why.of(v.lang))]),
        parts.lede(made.finding if made else v.t("event.nothing_now")),
    )
    if made is None:
        return
    opened = st.expander(
        v.t("event.show", title=parts.label(made.title)), key=f"event-{name}-{v.lang}", on_change="rerun"
    )
    if opened.open:
        with opened:
            _figure(v, made, name, prepared.title.of(v.lang))


def _figure(v: View, made: Exhibit, name: str, asked: str) -> None:
    if made.spec and made.rows:
        chart(made.spec(st.context.theme.type == "dark"), alt=made.finding, key=f"event-{name}-chart")
    layout.html(
        exhibit.table(v, made, name=f"{asked}: {made.title}"), *map(parts.source, made.basis),
        *map(parts.missing, made.missing), *map(parts.source, made.source),
    )  # fmt: skip

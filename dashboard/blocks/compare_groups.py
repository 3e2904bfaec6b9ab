"""*Jämför län*: whom the initiatives of each place reach, beside the indicator of each group's need."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import hidden, series
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import compare, indicators, side_operations
from dashboard.questions.compare import RIKET

Needs = Mapping[str, Mapping[str, Row]]
"""Target group -> side -> the newest value of the indicator of its need."""


def section(v: View) -> None:
    """Target groups reached and in need, a row a group and a column a place."""
    exhibit.draw(v, groups(v), shown=_table(v, is_measured=True))
    opened = st.expander(v.t("compare.groups_rest"), key=f"compare-groups-{v.lang}", on_change="rerun")
    if opened.open:
        with opened:
            layout.html(_table(v, is_measured=False))


def groups(v: View) -> Exhibit:
    """A row a target group and place: initiatives, planned participants, and the need that is measured."""
    found, counts = shared.sides(v), side_operations.groups(v.w, v.sel, shared.sides(v))
    known, need = _indicators(v), needs(v)
    rows: list[tuple[Cell, ...]] = []
    links = []
    for group in compare.needs(v.w):
        one = known.get(group["code"])
        for s in found:
            r, value = counts.get((s.code, group["code"]), {}), need.get(group["code"], {}).get(s.code)
            withheld = value is not None and hidden.is_hidden(value)
            rows.append(
                (
                    v.of(group), shared.name(v, s), r.get("n", 0), r.get("running", 0), r.get("open", 0),
                    r.get("planned"), r.get("with_planned", 0), v.of(one) if one else None,
                    WITHHELD if withheld else value["value"] if value else None, v.unit(one) if one else None,
                    v.span(value["period"]) if value else None, v.t(f"compare.fit_{group['fit']}"), _reason(v, group),
                )
            )  # fmt: skip
            links.append(shared.rows_href(v, s, malgrupp=(group["code"],)))
    nameless = side_operations.without_group(v.w, v.sel, found)
    said = ", ".join(v.t("compare.n_of", name=shared.short(v, s), n=v.n(nameless.get(s.code, 0))) for s in found)
    return Exhibit(
        id="groups",
        title=v.t("compare.groups"),
        finding=_finding(v, found, counts, need),
        columns=(
            Column(v.t("facet.malgrupp")), Column(v.t("compare.place")), Column(v.t("compare.touching"), "number"),
            Column(v.t("value.status_running"), "number"), Column(v.t("compare.open"), "number"),
            Column(v.t("counting.participants"), "number"), Column(v.t("compare.with_planned"), "number"),
            Column(v.t("compare.need")), Column(v.t("compare.value"), "number", decimals=1),
            Column(v.t("compare.unit")), Column(v.t("figure.period")), Column(v.t("compare.fit")),
            Column(v.t("compare.reason")),
        ),
        rows=tuple(rows),
        links=tuple(links),
        basis=(v.t("compare.groups_basis"), *shared.group_note(v, "sum")),
        missing=(v.t("compare.groups_nameless", said=said), *_unmeasured(v), *shared.kommun_note(v)),
        source=(v.behind(lan=(), kommun=(), med=(), lika=()), *_sources(v, need)),
    )  # fmt: skip


def needs(v: View) -> Needs:
    """The newest value that län have of each group's indicator, for what is compared and riket."""
    values, out = shared.values(v), {}
    for code, one in _indicators(v).items():
        rows = [r for r in values.get(one["code"], ()) if r["period"] == one["latest"]]
        out[code] = {str(r["side"]): r for r in rows}
    return out


def _indicators(v: View) -> dict[str, Row]:
    """Target group -> the indicator of its need, where this snapshot has it."""
    found = indicators.catalogue(v.w)
    return {g["code"]: found[g["indicator_code"]] for g in compare.needs(v.w) if g["indicator_code"] in found}


def is_worse(one: Row, value: float | None, riket: float | None) -> bool:
    """Whether a place is clearly worse off than riket: by more than one per cent of riket's value."""
    if value is None or not riket or one["better"] == "neutral":
        return False
    return abs(value - riket) > abs(riket) * 0.01 and (value > riket) == (one["better"] == "low")


def _finding(v: View, found: tuple[compare.Side, ...], counts: Mapping[tuple[str, str], Row], need: Needs) -> str:
    """Where the need is greater than riket's and no initiative runs, or may run."""
    known, titles = _indicators(v), {g["code"]: v.of(g) for g in compare.needs(v.w)}
    places = [s for s in found if s.code != RIKET]
    greater, open_gaps = 0, []
    for s in places:
        gaps = []
        for code, one in known.items():
            value, riket = need[code].get(s.code), need[code].get(RIKET)
            if value and riket and is_worse(one, value["value"], riket["value"]):
                greater += 1
                gaps += [] if counts.get((s.code, code), {}).get("open") else [titles[code]]
        if gaps:
            open_gaps.append(v.t("compare.gap_one", name=shared.short(v, s), groups=shared.listed(v, gaps)))
    if open_gaps:
        return v.t("compare.groups_gap", said="; ".join(open_gaps))
    return v.t("compare.groups_met" if greater else "compare.groups_level")


def _unmeasured(v: View) -> tuple[str, ...]:
    """The groups without an indicator; why stands in the table."""
    known = _indicators(v)
    said = [v.of(g) for g in compare.needs(v.w) if g["code"] not in known]
    return (v.t("compare.unmeasured", said=", ".join(said)),) if said else ()


def _sources(v: View, need: Needs) -> list[Markup]:
    """Where each indicator that is used is from."""
    lines = {}
    for code, one in _indicators(v).items():
        if row := next(iter(need[code].values()), None):
            said = series.source_line(v, one, v.span(one["latest"]), row)
            lines[one["code"]] = Markup("{}. {}").format(v.of(one), said)
    return list(lines.values())


def _reason(v: View, group: Row) -> str:
    return v.of(group, "reason") if group["reason_sv"] else v.t("compare.no_mapping")


def _table(v: View, *, is_measured: bool) -> Markup:
    found, counts = shared.sides(v), side_operations.groups(v.w, v.sel, shared.sides(v))
    known, need = _indicators(v), needs(v)
    body = []
    for group in compare.needs(v.w):
        code, one = group["code"], known.get(group["code"])
        if (one is not None) != is_measured:
            continue
        measured = f"{v.of(one)}, {v.span(one['latest'])}: {_reason(v, group)}" if one else _unmeasured_why(v, group)
        cells: list[str | Markup] = [Markup("{} <small>{}</small>").format(v.of(group), measured)]
        for s in found:
            r, value = counts.get((s.code, code)), need.get(code, {}).get(s.code)
            cells.append(
                Markup('<span class="ik-cell">{}{}</span>').format(
                    _reached(v, s, code, r), _need(v, one, value, need, code)
                )
            )
        body.append(cells)
    head = [v.t("facet.malgrupp"), *(shared.short(v, s) for s in found)]
    return parts.table(head, body, label=v.t("compare.groups" if is_measured else "compare.groups_rest"))


def _unmeasured_why(v: View, group: Row) -> str:
    return v.t("compare.why", name=v.t("compare.no_indicator").capitalize(), why=_reason(v, group))


def _reached(v: View, s: compare.Side, code: str, r: Row | None) -> Markup:
    if not r:
        return Markup("<span>{}</span>").format(v.t("compare.reached_none"))
    link = parts.link(
        shared.rows_href(v, s, malgrupp=(code,)),
        v.t("compare.reached_one" if r["n"] == 1 else "compare.reached", n=v.n(r["n"])),
    )
    said = v.t("compare.reached_open", n=v.n(r["open"]))
    if r["planned"] is not None:
        said += "; " + v.t("compare.reached_planned", planned=v.n(r["planned"]), n=v.n(r["with_planned"]))
    return Markup("<span>{} <small>{}</small></span>").format(link, said)


def _need(v: View, one: Row | None, value: Row | None, need: Needs, code: str) -> Markup:
    if one is None:
        return Markup("")
    if value is None or (value["value"] is None and not hidden.is_hidden(value)):
        return Markup("<small>{}</small>").format(v.t("compare.need_unknown"))
    shown = hidden.value(v, value, one)
    riket = need[code].get(RIKET)
    is_greater = riket is not None and is_worse(one, value["value"], riket["value"]) and value["side"] != RIKET
    said = Markup('<span class="ik-worse">{}<span class="ik-hidden"> {}</span></span>').format(
        shown, v.t("county.worse")
    ) if is_greater else shown  # fmt: skip
    return Markup("<span>{} {}</span>").format(v.t("compare.need_is"), said)

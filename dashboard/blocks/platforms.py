"""Sections of *Plattformar*: support structures and platforms by län and level, their funding, and those abroad."""

from __future__ import annotations

from collections import Counter

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import county_map
from dashboard.charts import horizon as horizons
from dashboard.charts import matrix
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import platforms, regions

LEVELS = ("lokal", "regional", "nationell", "ej_angiven")


def _by_lan(v: View) -> dict[str, list[Row]]:
    """Län code -> its own platforms: regional and local ones, never national ones."""
    found: dict[str, list[Row]] = {code: [] for code in _lans(v)}
    for r in platforms.listed(v.w):
        for code in r["lan_codes"]:
            found[code].append(r)
    return found


def _lans(v: View) -> list[str]:
    return [r["code"] for r in sorted(regions.lan(v.w), key=lambda r: str(r["short_name"]))]


def overview(v: View) -> None:
    """The heading, the map of the län that have one, and the table of all 21."""
    by = _by_lan(v)
    layout.title(v.t("platforms.title"), _lede(v, by))
    chart, words = st.columns([4, 7], gap="large")
    with chart:
        values = {code: float(len(held)) for code, held in by.items() if held}
        county_map.draw(v, values, lambda x: v.n(x), height=520, key="plattformar")
        layout.html(parts.source(v.t("platforms.map_note")))
    with words:
        if v.sel.one_lan in by:
            _chosen(v, by[v.sel.one_lan or ""])
        exhibit.draw(v, levels(v))


def _lede(v: View, by: dict[str, list[Row]]) -> str:
    found = platforms.listed(v.w)
    with_one = sum(bool(held) for held in by.values())
    return v.t(
        "platforms.lede", n=v.n(len(found)), lans=v.n(with_one), none=v.n(len(by) - with_one),
        abroad=v.n(len(platforms.listed(v.w, abroad=True))),
    )  # fmt: skip


def _chosen(v: View, held: list[Row]) -> None:
    code = v.sel.one_lan or ""
    named = platforms.associations(v.w).get(code, ())
    own = "platforms.here" if held else "platforms.here_none"
    joint = "platforms.here_associations" if named else "platforms.here_associations_none"
    layout.html(
        parts.heading(2, v.regions[code]),
        Markup("<p>{}</p>").format(v.t(own, names=_names(v, held))),
        Markup("<p>{}</p>").format(v.t(joint, names="; ".join(named))),
        Markup("<p>{} · {}</p>").format(
            parts.link(v.href(lan=()), v.t("platforms.all_lan")),
            parts.link(v.href("actors", lan=(code,)), v.t("platforms.to_actors")),
        ),
    )


def _names(v: View, found: list[Row]) -> str:
    return "; ".join(v.of(r, "name") for r in found)


def levels(v: View) -> Exhibit:
    """How many platforms the data names by level; a platform once, and none of those abroad."""
    found = platforms.listed(v.w)
    counts = Counter(r["level"] for r in found)
    columns = (
        Column(v.t("platforms.level")), Column(v.t("platforms.n"), "number"), Column(v.t("platforms.names")),
    )  # fmt: skip
    rows = tuple(
        (
            v.t(f"platforms.level_{level}"),
            counts[level],
            _names(v, [r for r in found if r["level"] == level]),
        )
        for level in LEVELS
    )
    return Exhibit(
        "levels", v.t("platforms.levels"),
        v.t(
            "platforms.levels_finding", n=v.n(len(found)), regional=v.n(counts["regional"]),
            national=v.n(counts["nationell"]), local=v.n(counts["lokal"]), unstated=v.n(counts["ej_angiven"]),
        ),
        columns, rows, (_kept(v, found),), (v.t("platforms.levels_basis"),),
    )  # fmt: skip


def by_lan(v: View) -> Exhibit:
    """All 21 län: platforms and support structures, and the coordination associations named there."""
    by, named = _by_lan(v), platforms.associations(v.w)
    columns = (
        Column(v.t("facet.lan")), Column(v.t("platforms.n"), "number"), Column(v.t("platforms.names")),
        Column(v.t("platforms.associations_n"), "number"), Column(v.t("platforms.associations")),
    )  # fmt: skip
    nothing = v.t("platforms.none_in_data")
    rows = tuple(
        (v.regions[code], len(held), _names(v, held) or nothing, len(named.get(code, ())),
         "; ".join(named.get(code, ())) or nothing)
        for code, held in by.items()
    )  # fmt: skip
    neither = sum(not held and code not in named for code, held in by.items())
    without = [v.regions[code] for code, held in by.items() if not held]
    return Exhibit(
        "by-lan", v.t("platforms.by_lan"),
        v.t("platforms.by_lan_finding", n=v.n(len(by) - len(without)), neither=v.n(neither)), columns, rows,
        (_kept(v, platforms.listed(v.w)),), (v.t("platforms.by_lan_basis"),),
        (v.t("platforms.by_lan_missing", n=v.n(len(without))),),
        links=tuple(v.href(lan=(code,)) for code in by), spec=lambda dark: _drawn(v, by, named, dark),
    )  # fmt: skip


def _drawn(v: View, by: dict[str, list[Row]], named: dict[str, tuple[str, ...]], dark: bool) -> Spec:
    heads = {
        "regional": v.t("platforms.level_regional"), "lokal": v.t("platforms.level_lokal"),
        "association": v.t("platforms.associations"),
    }  # fmt: skip
    marks = []
    for code, held in by.items():
        n = Counter(str(r["level"]) for r in held)
        n["association"] = len(named.get(code, ()))
        if not n.total():
            nothing = v.t("platforms.none_in_data")
            marks.append(matrix.Mark(v.regions[code], next(iter(heads.values())), nothing, kind="none"))
        for kind, title in heads.items():
            if n[kind]:
                said = f"{v.regions[code]}. {title}: {v.n(n[kind])}"
                marks.append(matrix.Mark(v.regions[code], title, said, n[kind]))
    return matrix.counts(marks, columns=list(heads.values()), dark=dark, lang=v.lang, step=36)


def horizon(v: View) -> Exhibit:
    """Until when each platform's project is funded, where a source says so."""
    found = platforms.listed(v.w)
    columns = (
        Column(v.t("platforms.name")), Column(v.t("platforms.project")), Column(v.t("platforms.fund")),
        Column(v.t("platforms.from"), "date"), Column(v.t("platforms.until"), "date"), Column(v.t("platforms.state")),
    )  # fmt: skip
    rows = tuple(
        (v.of(r, "name"), v.of(r, "project") if r["local_id"] else v.t("platforms.no_project"),
         None if r["fund_code"] == "other" else r["fund_code"], r["start_date"], r["last_date"], _state(v, r))
        for r in found
    )  # fmt: skip
    known = [r for r in found if r["last_date"]]
    ended = sum(r["last_date"] < v.as_of for r in known)
    return Exhibit(
        "horizon", v.t("platforms.horizon"),
        v.t("platforms.horizon_finding", known=v.n(len(known)), n=v.n(len(found)), ended=v.n(ended), day=v.day(v.as_of),
            on=v.n(len(known) - ended)),
        columns, rows, (v.behind(lan=()), _kept(v, found)), (v.t("platforms.horizon_basis"),),
        (v.t("platforms.horizon_missing", n=v.n(len(found) - len(known))),),
        links=tuple(v.href("initiatives", insats=r["local_id"], lan=()) if r["local_id"] else "" for r in found),
        spec=lambda dark: horizons.horizon(
            [horizons.Span(v.of(r, "name"), _state(v, r), r["start_date"], r["last_date"]) for r in found], v.as_of,
            v.day(v.as_of), dark=dark, lang=v.lang,
        ),
    )  # fmt: skip


def _state(v: View, r: Row) -> str:
    if not r["local_id"]:
        return v.t("platforms.state_no_project")
    if r["last_date"] is None:
        return v.t("platforms.state_unknown")
    return v.t("platforms.state_ended" if r["last_date"] < v.as_of else "platforms.state_on", day=v.day(r["last_date"]))


def _row(v: View, r: Row) -> tuple[str, ...]:
    level = v.t(f"platforms.level_{r['level']}")
    where = ", ".join(v.regions[code] for code in r["lan_codes"])
    where = where or (v.t("value.lan_SE") if r["is_national"] else v.t("platforms.place_unstated"))
    return (
        v.of(r, "name"), v.t(f"platforms.kind_{r['kind']}"), level, where,
        r["organisation"] or v.t("platforms.organisation_unstated"), r[f"reason_{v.lang}"],
    )  # fmt: skip


def every(v: View) -> Exhibit:
    """Each support structure and platform in Sweden: kind, level, where, whose, and why it stands here."""
    found = [r for r in platforms.listed(v.w) if not v.sel.one_lan or v.sel.one_lan in r["lan_codes"]]
    columns = tuple(
        Column(v.t(f"platforms.{name}")) for name in ("name", "kind", "level", "where", "organisation", "why")
    )
    name = v.regions.get(v.sel.one_lan or "", "")
    said = v.t("platforms.every_lan" if name else "platforms.every_finding", n=v.n(len(found)), name=name)
    return Exhibit(
        "every", v.t("platforms.every"), said, columns, tuple(_row(v, r) for r in found), (_kept(v, found),),
        (v.t("platforms.every_basis"),), links=tuple(v.source_href(r) for r in found),
    )  # fmt: skip


def abroad(v: View) -> Exhibit:
    """Innoby and the international examples, by themselves: in no figure above."""
    found = platforms.listed(v.w, abroad=True)
    columns = tuple(Column(v.t(f"platforms.{name}")) for name in ("name", "kind", "level", "where", "why"))
    rows = tuple((row[0], row[1], row[2], v.t("platforms.abroad_place"), row[5]) for row in (_row(v, r) for r in found))
    return Exhibit(
        "abroad", v.t("platforms.abroad"), v.t("platforms.abroad_finding", n=v.n(len(found))), columns, rows,
        (_kept(v, found),), (v.t("platforms.abroad_basis"),), (v.t("platforms.abroad_missing"),),
        links=tuple(v.source_href(r) for r in found),
    )  # fmt: skip


def _kept(v: View, found: list[Row] | tuple[Row, ...]) -> Markup:
    said = v.t("actors.kept_source")
    if not found:
        return Markup("{}").format(said)
    return Markup("{} {}").format(said, parts.link(v.source_href(found[0]), v.t("figure.where_from")))


def section(v: View) -> None:
    """By län, funding horizon, every one, and abroad."""
    left, right = st.columns(2, gap="large")
    with left:
        exhibit.draw(v, by_lan(v))
    with right:
        exhibit.draw(v, horizon(v))
    exhibit.draw(v, every(v), is_open=True)
    exhibit.draw(v, abroad(v), is_open=True)

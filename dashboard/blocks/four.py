"""The four-party view: kommun, region, Arbetsförmedlingen, Försäkringskassan, and the coordination associations."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.charts import matrix
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import actors, initiatives
from dashboard.questions.actors import PARTIES

EXAMPLE = "ips-forstudie-shic"
_SHAPES = {"named": ("circle", True), "unnamed": ("circle", False), "dialogue": ("diamond", False)}


def _by_operation(v: View) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for r in actors.parties(v.w, v.sel):
        found[r["operation_id"]][r["party"]] = r
    return found


def _kind(row: Row | None) -> str:
    if row is None:
        return ""
    if row["named"]:
        return "named"
    return "unnamed" if row["has_unnamed"] else "dialogue"


def _takes_part(row: Row | None) -> bool:
    return _kind(row) in ("named", "unnamed")


def _who(v: View, row: Row | None) -> str:
    """Who the party is, in words; not known is not the same as not there."""
    if row is None:
        return v.t("four.unknown")
    said = list(row["named"])
    if row["has_unnamed"]:
        said.append(v.t("four.more_unnamed") if said else v.t("four.unnamed"))
    said += [v.t("four.dialogue", name=name) for name in row["dialogue"]]
    if row["has_unnamed_dialogue"]:
        said.append(v.t("four.dialogue_unnamed"))
    return ", ".join(said)


def _names(v: View, row: Row | None) -> str:
    return ", ".join([*row["named"], *row["dialogue"]] if row else []) or v.t("four.not_named")


def _any(row: dict[str, Row]) -> Row:
    return next(iter(row.values()))


def _lans(v: View, row: dict[str, Row]) -> str:
    return ", ".join(v.place(code) for code in _any(row)["places"] or ())


def view(v: View) -> Exhibit:
    """One row an initiative in which two or more of the five parties are known."""
    found = _by_operation(v)
    heads = [v.t(f"four.{party}") for party in PARTIES]
    columns = (Column(v.t("actors.initiative")), *map(Column, heads), Column(v.t("facet.lan")))
    rows = tuple(
        (v.of(_any(row)), *(_who(v, row.get(party)) for party in PARTIES), _lans(v, row))
        for row in found.values()
    )  # fmt: skip
    cover = actors.cover(v.w, v.sel)
    active = [{party for party in PARTIES if _takes_part(row.get(party))} for row in found.values()]
    all_four = sum(set(PARTIES[:4]) <= parties for parties in active)
    three = sum(len(parties) >= 3 for parties in active)
    key = "four.finding" if found else "four.finding_none"
    return Exhibit(
        "four", v.t("four.title"), v.t(key, n=v.n(len(found)), all_four=v.n(all_four), three=v.n(three)), columns, rows,
        (v.behind(aktor="", insats=""),), (v.t("four.basis"),),
        (v.t("four.missing", n=v.n(cover["initiatives"] - len(found))),) if found else (),
        links=tuple(v.href("initiatives", insats=_any(row)["local_id"], aktor="") for row in found.values()),
        spec=(lambda dark: _drawn(v, found, dark)) if found else None,
    )  # fmt: skip


def _drawn(v: View, found: dict[str, dict[str, Row]], dark: bool) -> Spec:
    marks = []
    for operation_id, row in found.items():
        name = v.of(_any(row))
        for party in PARTIES:
            one, head = row.get(party), v.t(f"four.short_{party}")
            said = f"{name}. {v.t(f'four.{party}')}: {_who(v, one)}"
            marks.append(matrix.Mark(operation_id, head, said, kind=_kind(one) or "none", label=name))
    order = [v.t(f"four.short_{party}") for party in PARTIES]
    shapes = {kind: (v.t(f"four.mark_{kind}"), *look) for kind, look in _SHAPES.items()}
    return matrix.kinds(marks, shapes, columns=order, dark=dark, lang=v.lang)


def by_lan(v: View) -> Exhibit:
    """One row a län: its initiatives in which a party takes part, by party; touched, so län cannot be added up."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*PARTIES, "all"), 0))
    found = _by_operation(v)
    for row in found.values():
        for code in _any(row)["places"] or ():
            counts[code]["all"] += 1
            for party in PARTIES:
                counts[code][party] += _takes_part(row.get(party))
    columns = (
        Column(v.t("facet.lan")), Column(v.t("four.with_two"), "number"),
        *(Column(v.t(f"four.{party}"), "number") for party in PARTIES),
    )  # fmt: skip
    codes = sorted(counts, key=lambda code: (-counts[code]["all"], v.place(code)))
    none = [code for code in v.regions if len(code) == 2 and code != "00" and code not in counts]
    said = v.t("four.lan_finding", n=v.n(sum(code.isdigit() for code in codes)), none=v.n(len(none)))
    return Exhibit(
        "four-lan", v.t("four.lan_title"), said, columns,
        tuple((v.place(code), counts[code]["all"], *(counts[code][party] for party in PARTIES)) for code in codes),
        (v.behind(aktor="", insats=""),), (v.t("four.lan_basis"),),
        (v.t("four.lan_missing", names=", ".join(v.regions[code] for code in none)),) if none else (),
        links=tuple(v.href(lan=(code,)) for code in codes),
    )  # fmt: skip


def example(v: View) -> Exhibit | None:
    """The pre-study of IPS with its four coordination associations: who is named, and where sources disagree."""
    own = v.but(insats=EXAMPLE, aktor="", lan=(), malgrupp=(), tema=(), fond=(), q="")
    op = initiatives.find(v.w, EXAMPLE)
    found = next(iter(_by_operation(own).values()), None)
    if op is None or found is None:
        return None
    columns = (Column(v.t("four.party")), Column(v.t("four.who")), Column(v.t("four.how")))
    rows = [
        (v.t(f"four.{party}"), _names(v, found.get(party)), v.t(f"four.how_{_kind(found.get(party)) or 'unknown'}"))
        for party in PARTIES
    ]
    rows += [
        (v.t("four.others"), r["name"], v.t("four.how_named"))
        for r in actors.listed(v.w, own.sel)
        if all(r["name"] not in (p["named"] + p["dialogue"]) for p in found.values())
    ]
    conflicts = actors.conflicts(v.w, EXAMPLE, "partners")
    said = [
        Markup("{} {}").format(
            v.t("four.conflict", a=c["value_a"], a_source=c["source_a"], b=c["value_b"], b_source=c["source_b"]),
            parts.link(v.source_href(c), v.t("figure.where_from")),
        )
        for c in conflicts
    ]
    named = len(found["samordningsforbund"]["named"]) if "samordningsforbund" in found else 0
    return Exhibit(
        "four-ips", v.of(op),
        v.t("four.example_finding", n=v.n(named), lans=_lans(v, found)),
        columns, tuple(rows), (*said, own.behind(aktor="")), (v.t("four.example_basis"),),
        (v.t("four.example_missing"),),
    )  # fmt: skip


def section(v: View) -> None:
    """The view and the worked example side by side, then by län."""
    drawn, worked = st.columns([6, 6], gap="large")
    with drawn:
        exhibit.draw(v, view(v))
    with worked:
        if found := example(v):
            layout.html(parts.heading(2, v.t("four.example")))
            exhibit.draw(v, found, level=3, is_open=True)
    exhibit.draw(v, by_lan(v), level=3, is_open=True)

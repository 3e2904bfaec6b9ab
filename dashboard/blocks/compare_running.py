"""*Jämför län*: what runs now and what ends soon in each place."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import rows as rows_of
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import side_operations


def section(v: View) -> None:
    """Counts with the way to each list, then what ends first in each place."""
    exhibit.draw(v, running(v))
    found = shared.sides(v)
    ending = side_operations.next_to_end(v.w, v.sel, found)
    layout.html(parts.heading(3, v.t("compare.ends")))
    for column, s in zip(st.columns(len(found), gap="medium"), found, strict=True):
        with column:
            items = parts.join(
                Markup("<li>{}<br><small>{}</small></li>").format(
                    parts.link(rows_of.href(v, r), v.of(r)), v.t("county.ends_on", day=v.day(r["last_date"]))
                )
                for r in ending[s.code]
            )
            layout.html(
                Markup('<p class="ik-source"><strong>{}</strong></p>').format(shared.name(v, s)),
                Markup('<ul class="ik-list">{}</ul>').format(items)
                if items
                else parts.missing(v.t("compare.ends_none")),
            )


def running(v: View) -> Exhibit:
    """A row a place: running, ending within six months, dates unknown, planned, ended, all."""
    found, counts = shared.sides(v), side_operations.projects(v.w, v.sel, shared.sides(v))
    names = ("running", "ending", "undated", "planned", "ended", "touched")
    now, soon = (
        ", ".join(v.t("compare.n_of", name=shared.short(v, s), n=v.n(counts[s.code][name])) for s in found)
        for name in ("running", "ending")
    )
    return Exhibit(
        id="running",
        title=v.t("compare.running"),
        finding=v.t("compare.running_finding", day=v.day(v.as_of), now=now, soon=soon),
        columns=(
            Column(v.t("compare.place")), *(Column(v.t(f"compare.column_{name}"), "number") for name in names),
        ),
        rows=tuple((shared.name(v, s), *(counts[s.code][name] for name in names)) for s in found),
        links=tuple(shared.rows_href(v, s, status=("running",)) for s in found),
        basis=(v.t("compare.running_basis"), *shared.group_note(v, "sum")),
        missing=(v.t("compare.running_missing"), *shared.kommun_note(v)),
        source=(v.behind(lan=(), kommun=(), med=(), lika=(), status=("running",)),),
    )  # fmt: skip

"""Themes that no registry has a code for: which initiatives are found by which words."""

from __future__ import annotations

from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import funding, vocabulary


def found(v: View) -> Exhibit:
    """Initiatives by theme: n, which, and the words that they are found by. One may be in both; none adds up."""
    every = vocabulary.themes(v.w, v.sel.portfolj)
    total = funding.total(v.w, v.sel.whole(), v.sel.matt)["projects"]
    rows: list[tuple[Cell, ...]] = [
        (v.of(r), r["n"], "; ".join(r["titles"] or ()) or v.t("themes.none"), ", ".join(r["said"]), v.of(r, "about"))
        for r in every
    ]
    told = "; ".join(v.t("themes.each", title=v.of(r), n=v.n(r["n"])) for r in every)
    return Exhibit(
        "themes", v.t("themes.title"), v.t("themes.finding", told=told, all=v.n(total)),
        (
            Column(v.t("themes.theme")), Column(v.t("themes.n"), "number"), Column(v.t("themes.which")),
            Column(v.t("themes.words")), Column(v.t("themes.about")),
        ),
        tuple(rows), (v.behind(tema=tuple(r["code"] for r in every)),), (v.t("themes.basis"), v.t("mode.unique_help")),
        (v.t("themes.missing"),),
        links=tuple(v.href("initiatives", tema=(r["code"],)) if r["n"] else "" for r in every),
    )  # fmt: skip

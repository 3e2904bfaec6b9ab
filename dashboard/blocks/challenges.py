"""Challenges as groups of indicators: the values of Sweden and of the chosen län, or that no indicator tells of it."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import hidden, series
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import indicators, vocabulary

SWEDEN = "00"


def section(v: View) -> None:
    """Which län, and the table."""
    lans = [code for code in v.regions if len(code) == 2 and code != SWEDEN]
    lans.sort(key=lambda code: v.regions[code])
    layout.choose(
        v.t("facet.lan"), "lan", ["", *lans], v.sel.one_lan or "",
        lambda code: v.regions.get(code, v.t("concepts.no_lan")),
    )  # fmt: skip
    of = figure(v)
    exhibit.draw(v, of, shown=_grouped(v, of))


def _grouped(v: View, of: Exhibit) -> Markup:
    """The same figures, a table a challenge; one without an indicator has its reason alone."""
    every: dict[str, list[int]] = {v.of(challenge): [] for challenge in vocabulary.challenges(v.w)}
    for at, row in enumerate(of.rows):
        every[str(row[0])].append(at)
    pieces = []
    heads = [column.heading for column in of.columns[1:-1]]
    for challenge, held in every.items():
        pieces += [parts.heading(3, challenge), Markup("<p>{}.</p>").format(of.rows[held[0]][-1])]
        body = [
            [
                parts.link(of.links[at], str(of.rows[at][1])),
                *(exhibit.written(v, cell, column, at) for cell, column in zip(
                    of.rows[at][2:-1], of.columns[2:-1], strict=True)),
            ]
            for at in held
            if of.links[at]
        ]  # fmt: skip
        if body:
            pieces.append(parts.table(heads, body, label=challenge, numeric=range(3, len(heads))))
    return parts.join(pieces)


def figure(v: View) -> Exhibit:
    """One row a challenge and indicator; a challenge without one has a row that says why."""
    found, every = indicators.catalogue(v.w), vocabulary.challenges(v.w)
    places = [SWEDEN, *([v.sel.one_lan] if v.sel.one_lan in v.regions else [])]
    rows: list[tuple[Cell, ...]] = []
    links, decimals, used = [], [], []
    for challenge in every:
        loaded = [found[code] for code in challenge["indicators"] if code in found]
        for one in loaded:
            values = indicators.by_lan(v.w, one["code"], one["latest"])
            rows.append(
                (
                    v.of(challenge), v.of(one), v.span(one["latest"]), v.unit(one),
                    *(_cell(values.get(str(code))) for code in places), v.of(challenge, "reason"),
                )
            )  # fmt: skip
            links.append(v.href("sweden", indikator=one["code"], ar="", visa="indikator"))
            decimals.append(one["decimals"])
            used.append({**one, "source_id": next((r["source_id"] for r in values.values()), "")})
        if not loaded:
            rows.append(
                (v.of(challenge), v.t("concepts.no_indicator"), None, None, *(None for _ in places),
                 v.of(challenge, "reason"))
            )  # fmt: skip
            links.append("")
            decimals.append(0)
    measured = sum(any(code in found for code in challenge["indicators"]) for challenge in every)
    return Exhibit(
        "utmaningar", v.t("concepts.challenges"),
        v.t("concepts.challenges_finding", n=v.n(len(every)), measured=v.n(measured), none=v.n(len(every) - measured)),
        (
            *(Column(v.t(f"concepts.{name}")) for name in ("challenge", "indicator", "period", "unit")),
            *(Column(v.regions[str(code)], "number", tuple(decimals)) for code in places),
            Column(v.t("concepts.reason")),
        ),
        tuple(rows), (series.publishers(v, used), v.t("concepts.source")), (v.t("concepts.challenges_basis"),),
        links=tuple(links), licence=series.licences(v, used),
    )  # fmt: skip


def _cell(row: Row | None) -> Cell:
    if row is None:
        return None
    value: float | None = row["value"]
    return WITHHELD if hidden.is_hidden(row) else value

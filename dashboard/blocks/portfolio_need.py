"""*Portföljer*: target groups by län, and the white spots: high need, and no initiative or no known money."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import counting
from dashboard.blocks.portfolio import Side, sides, source_of
from dashboard.charts import field as chart
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit, foot
from dashboard.layout import View
from dashboard.questions import portfolios, regions
from dashboard.selection import NATIONAL, UNKNOWN, Selection

NONE, NO_MONEY = "none", "no_money"


@dataclass(frozen=True)
class Need:
    """A län's need: the indicator's row, and its place counted from the worst (1) of ``of`` län with a value."""

    row: Row
    worst: int
    of: int

    @property
    def is_high(self) -> bool:
        """Whether the län is among the worst third, ties at its edge included."""
        return self.worst <= self.of // 3


@dataclass(frozen=True)
class Field:
    """One portfolio's target groups by län. ``white``: (group, län) -> which kind of white spot."""

    side: Side
    groups: tuple[Row, ...]
    lans: tuple[Row, ...]
    cells: dict[tuple[str, str], Row]
    need: dict[tuple[str, str], Need]

    def white(self, group: str, lan: str) -> str:
        """A white spot: high need and no initiative, or none with a known amount; else nothing."""
        need, cell = self.need.get((group, lan)), self.cells.get((group, lan))
        if not need or not need.is_high:
            return ""
        if cell is None:
            return NONE
        return "" if cell["known"] else NO_MONEY


def needs(v: View) -> dict[tuple[str, str], Need]:
    """(target group, län) -> need, for the groups that an indicator measures and the län that have its value."""
    by_group: dict[str, list[Row]] = {}
    for r in portfolios.needs(v.w):
        by_group.setdefault(r["target_group_code"], []).append(r)
    out = {}
    for group, found in by_group.items():
        for r in found:
            worse = sum((x["value"] > r["value"]) == (r["better"] == "low") and x["value"] != r["value"] for x in found)
            out[group, r["region_code"]] = Need(r, worse + 1, len(found))
    return out


def seen(v: View) -> Side:
    """The portfolio whose field is shown: the one asked for, else the first."""
    of = sides(v)
    return next((s for s in of if s.mark in v.sel.med), of[0])


def field(v: View) -> Field:
    """The chosen portfolio's field. National initiatives always stand apart in it, however the page counts them."""
    side = seen(v)
    how = "apart" if side.v.sel.nationella == "fordela" else side.v.sel.nationella
    side = Side(side.place, side.spec, side.v.but(nationella=how), side.home.but(nationella=how), side.name)
    return Field(side, portfolios.groups(v.w), regions.lan(v.w), portfolios.cells(v.w, side.v.sel), needs(v))


def is_money(v: View) -> bool:
    """Whether cells tell money, not initiatives."""
    return v.sel.visa == "pengar"


def matrix(v: View) -> Exhibit | None:
    """Initiatives, or the län's part of their amounts, for each target group in each län; national ones apart."""
    f = field(v)
    kind = {"kind": "money", "currency": f.side.v.sel.currency} if is_money(v) else {"kind": "number"}
    codes = [*(r["code"] for r in f.lans), NATIONAL, UNKNOWN]
    rows: list[tuple[Cell, ...]] = [
        (v.of(g), *(_value(v, f.cells.get((g["code"], code))) for code in codes)) for g in f.groups
    ]

    def spec(dark: bool) -> Spec:
        return chart.field(
            [
                (v.of(g), short(r), said(v, f, g["code"], r["code"])[0], _is_high(f, g["code"], r["code"]),
                    bool(f.white(g["code"], r["code"])))
                for g in f.groups for r in f.lans
            ],
            dark=dark, lang=v.lang,
        )  # fmt: skip

    spots = [f.white(g["code"], r["code"]) for g in f.groups for r in f.lans]
    national = len({g for g, code in f.cells if code == NATIONAL})
    return Exhibit(
        id="matrix", title=v.t("portfolio.matrix", name=f.side.label),
        finding=v.t(
            "portfolio.matrix_finding", mark=f.side.mark, none=v.n(spots.count(NONE)),
            no_money=v.n(spots.count(NO_MONEY)),
            high=v.n(sum(n.is_high for n in f.need.values())),
        ),
        columns=(
            Column(v.t("facet.malgrupp")),
            *(Column(v.place(code), **kind) for code in codes),  # type: ignore[arg-type]
        ),
        rows=tuple(rows), source=(*source_of(v, (f.side,)), *_sources(v, why=True)),
        basis=(
            v.t("portfolio.need_rule"), v.t("portfolio.matrix_basis"),
            *((f"{counting.measure(f.side.v)}. {v.t('mode.split_help')}",) if is_money(v) else ()),
        ),
        missing=(
            *((v.t("portfolio.matrix_national", n=v.n(national)),) if national else ()),
            v.t("portfolio.matrix_missing"),
        ),
        spec=spec,
    )  # fmt: skip


def _value(v: View, cell: Row | None) -> Cell:
    if is_money(v):
        return cell["split"] if cell else None
    return cell["n"] if cell else 0


def _is_high(f: Field, group: str, lan: str) -> bool:
    need = f.need.get((group, lan))
    return bool(need and need.is_high)


def short(lan: Row) -> str:
    """The län's letter: AB, C, …"""
    return str(lan["iso"]).rpartition("-")[2]


def said(v: View, f: Field, group: str, code: str) -> tuple[str, str]:
    """A cell as it is written, and what it means to a screen reader."""
    cell = f.cells.get((group, code))
    if cell is None:
        return ("○", v.t("portfolio.spot_none")) if f.white(group, code) else ("·", v.t("portfolio.cell_none"))
    if is_money(v):
        amount = counting.money(f.side.v, cell["split"]) if cell["known"] else v.t("portfolio.cell_unknown")
        shown = v.n(cell["split"] / 1_000_000, 1) if cell["known"] else "?"
        return shown, v.t("portfolio.cell_money", amount=amount, known=v.n(cell["known"]), n=v.n(cell["n"]))
    shown = v.n(cell["n"]) + ("?" if f.white(group, code) == NO_MONEY else "")
    return shown, v.t("portfolio.cell_n", known=v.n(cell["known"]), n=v.n(cell["n"]))


def draw_matrix(v: View) -> None:
    """The matrix on the page: every cell that holds an initiative leads to its rows."""
    of = matrix(v)
    if of is None:
        return
    f = field(v)
    codes = [(r["code"], short(r)) for r in f.lans] + [
        (NATIONAL, v.t("portfolio.short_national")), (UNKNOWN, v.t("portfolio.short_unknown"))
    ]  # fmt: skip
    head = parts.join(
        Markup(
            '<th scope="col"><abbr title="{}" aria-hidden="true">{}</abbr><span class="ik-hidden">{}</span></th>'
        ).format(v.place(code), letters, v.place(code))
        for code, letters in codes
    )
    body = parts.join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            _group(v, f, g), parts.join(_cell(v, f, g["code"], code) for code, _ in codes)
        )
        for g in f.groups
    )
    layout.html(
        parts.heading(2, of.title), parts.lede(of.finding),
        parts.source(v.t("portfolio.legend_money" if is_money(v) else "portfolio.legend")),
        Markup(
            '<div class="ik-scroll" tabindex="0" role="region" aria-label="{}">'
            '<table class="ik-table ik-matrix"><thead>'
            '<tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div>'
        ).format(of.title, of.columns[0].heading, head, body),
        foot(v, of),
    )  # fmt: skip


def _group(v: View, f: Field, group: Row) -> Markup:
    need = next((n for (code, _), n in f.need.items() if code == group["code"]), None)
    if need is None:
        return Markup("{}").format(v.of(group))
    return Markup("{} <small>{}, {}</small>").format(v.of(group), v.of(need.row), v.span(need.row["period"]))


def _cell(v: View, f: Field, group: str, code: str) -> Markup:
    shown, words = said(v, f, group, code)
    inner = Markup('<span aria-hidden="true">{}</span><span class="ik-hidden">{}{}</span>').format(
        shown, words, v.t("portfolio.high_need") if _is_high(f, group, code) else ""
    )
    if (group, code) in f.cells:
        inner = parts.link(f.side.behind("ruta", f"{group}:{code}"), inner)
    marks = [*(["ik-need"] if _is_high(f, group, code) else []), *(["ik-white"] if f.white(group, code) else [])]
    return Markup('<td class="{}" title="{}">{}</td>').format(" ".join(marks), f"{v.place(code)}: {words}", inner)


def _sources(v: View, *, why: bool) -> tuple[str, ...]:
    """What the need is measured by, its period, and when asked for why."""
    first = {r["target_group_code"]: r for r in portfolios.needs(v.w)}
    names = {g["code"]: v.of(g) for g in portfolios.groups(v.w)}
    said = [f"{names[code]}: {v.of(r)} ({r['publisher']}, {v.span(r['period'])})" for code, r in first.items()]
    each = [f"{words}. {v.of(r, 'reason')}" if why else words for words, r in zip(said, first.values(), strict=True)]
    return (v.t("portfolio.need_source", each=" ".join(each) if why else f"{'; '.join(each)}."),) if each else ()


def spots(v: View) -> Exhibit | None:
    """The white spots as a list, the worst need first in each target group."""
    f = field(v)
    names = {r["code"]: r for r in f.lans}
    rows: list[tuple[Cell, ...]] = []
    links = []
    for g in f.groups:
        code = g["code"]
        found = [(f.need[code, lan], lan) for lan in names if f.white(code, lan)]
        for need, lan in sorted(found, key=lambda pair: (pair[0].worst, pair[1])):
            kind, cell, r = f.white(code, lan), f.cells.get((code, lan)), need.row
            rows.append(
                (
                    v.of(g), v.place(lan), v.t(f"portfolio.spot_{kind}"),
                    f"{v.of(r)}, {v.unit(r)}, {v.span(r['period'])}",
                    r["value"], need.worst, need.of, cell["n"] if cell else 0,
                )
            )  # fmt: skip
            to_need = Selection(lang=v.lang, snapshot=v.sel.snapshot, lan=(lan,), indikator=r["code"])
            links.append(f.side.behind("ruta", f"{code}:{lan}") if cell else to_need.url(layout.PAGES["county"]))
    if not rows:
        return None
    names_of = ("kind", "indicator", "value", "worst", "of", "n")
    return Exhibit(
        id="spots", title=v.t("portfolio.spots"),
        finding=v.t("portfolio.spots_finding", n=v.n(len(rows)), name=f.side.label),
        columns=(
            Column(v.t("facet.malgrupp")), Column(v.t("facet.lan")),
            *(
                Column(
                    v.t(f"portfolio.col_{name}"), "text" if name in ("kind", "indicator") else "number",
                    1 if name == "value" else 0,
                )
                for name in names_of
            ),
        ),
        rows=tuple(rows), source=(*source_of(v, (f.side,)), *_sources(v, why=False)),
        basis=(v.t("portfolio.need_rule"),),
        missing=(v.t("portfolio.matrix_missing"), v.t("portfolio.causal")), links=tuple(links),
    )  # fmt: skip

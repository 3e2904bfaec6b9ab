"""*Portföljer*: the initiatives behind one figure, and what they sum to."""

from __future__ import annotations

from math import ceil

from markupsafe import Markup

from dashboard import exhibit, layout, numbers, parts
from dashboard.blocks import counting, portfolio_cost, rows
from dashboard.blocks.portfolio import Side, basis_of, sides, source_of
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import behind
from dashboard.questions.behind import PAGE, Mark
from dashboard.selection import Selection


def chosen(v: View) -> tuple[Side, Mark] | None:
    """The portfolio and the figure whose rows the address asks for; None when it asks for none that there is."""
    found = behind.mark(v.sel.rader)
    of = sides(v)
    return (of[found.slot - 1], found) if found and found.slot <= len(of) else None


def behind_figure(v: View) -> Exhibit | None:
    """The initiatives behind the figure, largest amount first, a page at a time; sums are of all of them."""
    asked = chosen(v)
    if asked is None:
        return None
    s, mark = asked
    found = behind.operations(v.w, s.v.sel, mark, page=v.sel.sida)
    first = found[0] if found else None
    currency = s.v.sel.currency
    part = (Column(v.t("portfolio.col_part"), "money", currency=currency),) if mark.is_placed else ()
    return Exhibit(
        id="rows", title=v.t("portfolio.rows", what=named(v, s, mark)), finding=_sums(v, s, mark, first),
        columns=(
            Column(v.t("list.name")), Column(v.t("list.owner")), Column(v.t("portfolio.col_start")),
            Column(v.t("portfolio.per_planerade"), "number"), Column(v.t("portfolio.per_faktiska"), "number"),
            Column(counting.measure(s.v), "money", currency=currency), *part,
        ),
        rows=tuple(_row(v, r, mark) for r in found), source=source_of(v, (s,)),
        basis=(*basis_of(v, (s,)), *((v.t("mode.split_help"),) if mark.is_placed else ())),
        links=tuple(rows.href(View(v.w, Selection(lang=v.lang, snapshot=v.sel.snapshot), v.page), r) for r in found),
    )  # fmt: skip


def _row(v: View, r: Row, mark: Mark) -> tuple[Cell, ...]:
    start = v.day(r["start_date"], r["start_precision"]) if r["start_date"] else None
    actual: Cell = WITHHELD if r["is_hidden"] else r["actual"]
    row: tuple[Cell, ...] = (v.of(r), r["beneficiary"], start, r["planned"], actual, r["amount"])
    return (*row, r["part"]) if mark.is_placed else row


def named(v: View, s: Side, mark: Mark) -> str:
    """The figure in words: the portfolio, and what of it."""
    names = layout.facet_names(v)
    group, _, lan = mark.key.partition(":")
    if mark.kind == "ruta":
        said = f"{names['malgrupp'].get(group, group)}, {v.place(lan)}"
    elif mark.kind in ("planerade", "faktiska", "resultat"):
        said = portfolio_cost.per_words(v, mark.key or mark.kind, mark.kind == "resultat")
    elif mark.kind == "agare":
        said = v.t("portfolio.rows_owner", name=_owner(v, s, mark))
    elif mark.kind == "start":
        year = mark.key if mark.key.isdigit() else v.t("portfolio.no_start")
        said = v.t("portfolio.rows_start", year=year)
    elif mark.kind == "lan":
        said = v.place(mark.key)
    else:
        said = str(names[mark.kind].get(mark.key, mark.key))
    return f"{s.label} · {said}"


def _owner(v: View, s: Side, mark: Mark) -> str:
    found = behind.operations(v.w, s.v.sel, mark)
    return found[0]["owner"] if found and found[0]["owner"] else v.t("value.not_seen")


def _sums(v: View, s: Side, mark: Mark, first: Row | None) -> str:
    if first is None:
        return v.t("portfolio.rows_none")
    said = [
        v.t(
            "portfolio.rows_sum", n=v.n(first["matches"]), known=v.n(first["known"]),
            amount=numbers.exact(first["total"], s.v.sel.currency, v.lang), measure=counting.measure(s.v),
        )
    ]  # fmt: skip
    if mark.is_placed and first["part_total"] is not None:
        part = numbers.exact(first["part_total"], s.v.sel.currency, v.lang)
        said.append(v.t("portfolio.rows_part", amount=part))
    for kind, name in (("planerade", "planned_total"), ("faktiska", "actual_total")):
        if mark.kind == kind:
            said.append(f"{v.t(f'portfolio.per_{kind}')}: {v.n(first[name])}.")
    return " ".join(said)


def section(v: View) -> None:
    """The rows, the way back, and the pages of a long list."""
    asked, of = chosen(v), behind_figure(v)
    back = Markup("<p>{}</p>").format(parts.link(v.href(rader=""), v.t("portfolio.back")))
    if asked is None or of is None:
        layout.title(v.t("portfolio.rows_lost"), v.t("portfolio.rows_lost_text"))
        layout.html(back)
        return
    layout.html(back)
    exhibit.draw(v, of, level=1, is_open=True)
    found = behind.operations(v.w, asked[0].v.sel, asked[1], page=v.sel.sida)
    n = ceil(found[0]["matches"] / PAGE) if found else 1
    steps = [(v.sel.sida - 1, "list.previous")] if v.sel.sida > 1 else []
    steps += [(v.sel.sida + 1, "list.next")] if v.sel.sida < n else []
    if steps:
        links = parts.join((parts.link(v.href(sida=at), v.t(key)) for at, key in steps), " ")
        layout.html(Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(
            v.t("list.page", page=v.sel.sida, of=n), links))  # fmt: skip

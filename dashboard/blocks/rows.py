"""An operation in a row: how lists write title, owner, places, time and amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import counting
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.questions import export, funding

EVERY = 1_000_000
"""More initiatives than there are: a list in full."""


def href(v: View, row: Row) -> str:
    """The address of one operation."""
    return v.sel.but(insats=row["local_id"], sida=v.sel.sida).url("/initiativ")


def span(v: View, row: Row) -> str:
    """Start and end as precisely as the source has them."""
    start = v.day(row["start_date"], row["start_precision"]) if row["start_date"] else ""
    end = v.day(row["end_date"], row["end_precision"]) if row["end_date"] else ""
    if start and end:
        return f"{start} – {end}"
    if start:
        return v.t("list.since", day=start)
    return v.t("list.until", day=end) if end else v.t("list.dates_unknown")


def places(v: View, codes: Iterable[str]) -> str:
    """Län in words, at most two of them."""
    named = sorted(v.place(code) for code in codes)
    if len(named) <= 2:
        return ", ".join(named)
    return v.t("list.more_places", name=named[0], n=len(named) - 1)


def amount(v: View, row: Row) -> Markup:
    """The chosen measure's amount, marked when the source rounded it."""
    text = counting.money(v, row["amount"])
    if row["amount"] is not None and row["is_rounded"]:
        return Markup("{} <small>{}</small>").format(text, v.t("list.rounded"))
    return Markup("{}").format(text)


def table(v: View, found: Iterable[Row], caption: str = "") -> Markup:
    """Operations as a table: title, owner, län, time, status, amount."""
    head = [v.t(f"list.{name}") for name in ("name", "owner", "where", "when", "status")]
    body = [
        [
            parts.link(href(v, r), v.of(r)),
            r["beneficiary"] or v.t("value.not_seen"),
            places(v, r["places"]),
            span(v, r),
            v.t(f"value.status_{r['status']}"),
            amount(v, r),
        ]
        for r in found
    ]
    return parts.table([*head, counting.measure(v)], body, caption=caption, numeric=(5,))


def exactly(day: date | None, precision: str) -> Cell:
    """A date as exactly as its source has it: a day, "2024-05" or "2024"."""
    if day is None or precision == "day":
        return day
    return f"{day:%Y-%m}" if precision == "month" else f"{day:%Y}"


def licence(v: View) -> str:
    """Under which terms the registries are used."""
    return export.licences(v.w, "operations", v.lang)


def exhibit(v: View, found: Sequence[Row], *, id: str, title: str, finding: str, also: tuple[str, ...] = ()) -> Exhibit:
    """Operations as an exhibit, one row each: what the list on the page holds, and ids, kommun and groups besides."""
    names = layout.facet_names(v)
    total = funding.total(v.w, v.sel, v.sel.matt)
    lacking = total["projects"] - total["with_amount"] - total["not_restated"]
    words = {name: v.t(f"list.{name}") for name in ("name", "owner", "where", "status")}
    return Exhibit(
        id=id,
        title=title,
        finding=finding,
        columns=(
            Column(words["name"]),
            Column(words["owner"]),
            Column(words["where"]),
            Column(v.t("field.start_date"), "date"),
            Column(v.t("field.end_date"), "date"),
            Column(words["status"]),
            Column(counting.measure(v), "money", currency=v.sel.currency),
            Column(v.t("facet.period")),
            Column(v.t("facet.fond")),
            Column(v.t("facet.malgrupp")),
            Column(v.t("field.diarienummer")),
            Column(v.t("export.id")),
        ),
        rows=tuple(
            (
                v.of(r),
                r["beneficiary"],
                ", ".join(sorted(v.place(code) for code in r["places"])),
                exactly(r["start_date"], r["start_precision"]),
                exactly(r["end_date"], r["end_precision"]),
                v.t(f"value.status_{r['status']}"),
                r["amount"],
                names["period"].get(r["programming_period"], r["programming_period"]),
                names["fond"].get(r["fund_code"], r["fund_code"]),
                ", ".join(names["malgrupp"].get(code, code) for code in r["groups"] or ()),
                r["diarienummer"],
                r["operation_id"],
            )
            for r in found
        ),
        basis=(f"{counting.told(v, total)} {counting.note(v)}".strip(), counting.places(v, v.sel)),
        missing=(v.t("list.missing", n=lacking),) if lacking else (),
        source=(v.behind(),),
        links=tuple(href(v, r) for r in found),
        licence=licence(v),
        plot=Plot("table"),
        also=also,
    )

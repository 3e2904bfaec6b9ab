"""An operation in a row: how lists write title, owner, places, time and amount."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from dashboard import parts
from dashboard.blocks import counting
from dashboard.db import Row
from dashboard.layout import View


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

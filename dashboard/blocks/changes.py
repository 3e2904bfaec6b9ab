"""*Ändrat sedan sist*: what is new, gone, ended and changed since an earlier snapshot, with the rows behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import rows
from dashboard.db import Comparison, IncomparableError, Kept, Row
from dashboard.exhibit import Column, Exhibit, Plot, take
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.questions import changes
from dashboard.selection import Selection
from dashboard.texts import has

FEW, MANY = 8, 200
_STEPS = (("new", 1), ("split", 1), ("withdrawn", -1), ("merged", -1), ("changed", 1), ("moved", 1))


def section(v: View, *above: Markup) -> None:
    """The whole section, for the chosen län or the country; in words where there is nothing to show.

    ``above`` goes on the page before it, with the heading.
    """
    code = _code(v)
    earlier = changes.earlier(layout.snapshot_folder(), v.w)
    top = (*above, parts.heading(2, v.t("changes.title")))
    if not earlier:
        layout.html(*top, parts.missing(v.t("changes.none_earlier")))
        return
    layout.html(*top)
    then = next((k for k in earlier if k.snapshot_id == v.sel.jamfor), earlier[0])
    if len(earlier) > 1:
        named = {k.snapshot_id: f"{v.day(k.as_of)} ({k.built_at:%Y-%m-%d %H:%M})" for k in earlier}
        with st.columns([5, 7])[0]:
            layout.choose(v.t("changes.with"), "jamfor", list(named), then.snapshot_id, lambda i: named.get(i, i))
    if v.sel.jamfor not in ("", then.snapshot_id):
        layout.html(parts.missing(v.t("changes.not_kept", id=v.sel.jamfor, day=v.day(then.as_of))))
    try:
        c = Comparison(then.path, v.w.path)
    except IncomparableError:
        layout.html(parts.missing(v.t("changes.incomparable", day=v.day(then.as_of))))
        return
    _told(v, c, then, code)


def _code(v: View) -> str:
    return v.sel.one_lan or changes.WHOLE if v.page == "county" else changes.WHOLE


def figure(v: View) -> Exhibit | None:
    """Every initiative of the portfolio Sverige that is not as it was; None without an earlier snapshot."""
    earlier = changes.earlier(layout.snapshot_folder(), v.w)
    if not earlier:
        return None
    then = next((k for k in earlier if k.snapshot_id == v.sel.jamfor), earlier[0])
    try:
        c = Comparison(then.path, v.w.path)
    except IncomparableError:
        return None
    code = _code(v)
    found = changes.rows(c, code, portfolio=changes.SWEDEN)
    own = next((r for r in changes.counts(c, code) if r["portfolio"] == changes.SWEDEN), None)
    about = {"place": v.regions.get(code, v.t("changes.sweden")), "day": v.day(then.as_of)}
    lede = v.t("changes.lede", n=v.n(len(found)), **about) if found else v.t("changes.nothing", **about)
    if found and own:
        lede += " " + v.t(
            "export.changes_finding", **{name: v.n(own[name]) for name in ("new", "withdrawn", "ended", "amounts")}
        )
    return Exhibit(
        id="andrat",
        title=v.t("changes.title"),
        finding=lede,
        columns=tuple(Column(v.t(f"changes.{name}")) for name in ("initiative", "what", "how")),
        rows=tuple((v.of(r), _kind(v, r), "; ".join(_lines(v, r))) for r in found),
        basis=(
            *((v.t("changes.balance", before=v.n(own["before"]), after=v.n(own["after"])),) if own else ()),
            *((v.t("changes.other_rules"),) if found and changes.versions(c)["is_other_rules"] else ()),
        ),
        source=(v.t("export.between", before=then.snapshot_id, after=v.w.snapshot_id),),
        links=tuple(_href(v, then, r) for r in found),
        licence=rows.licence(v),
        plot=Plot("table"),
    )


def _told(v: View, c: Comparison, then: Kept, code: str) -> None:
    by_portfolio = {r["portfolio"]: r for r in changes.counts(c, code)}
    own = by_portfolio.pop(changes.SWEDEN, None)
    others = [r for r in by_portfolio.values() if r["rows"]]
    values = changes.indicators(c, code)
    about = {"place": v.regions.get(code, v.t("changes.sweden")), "day": v.day(then.as_of)}
    n = own["rows"] if own else 0
    if n:
        layout.html(parts.lede(v.t("changes.lede", n=v.n(n), **about)))
    else:
        key = "changes.nothing_operations" if values else "changes.nothing"
        layout.html(parts.lede(v.t(key, **about)))
    if changes.versions(c)["is_other_rules"] and (n or values or others):
        layout.html(parts.missing(v.t("changes.other_rules")))
    if own and n:
        _counts(v, own)
        _sums(v, c, code)
        _rows(v, c, then, code)
    if others:
        layout.html(*(parts.missing(_other(v, r)) for r in others))
    if values:
        _values(v, c, code, values)


def _other(v: View, r: Row) -> str:
    kind, _, name = r["portfolio"].partition("_")
    label = v.t("changes.portfolio_import", name=name) if kind == "import" else v.t("changes.portfolio_utland")
    return v.t(
        "changes.portfolio",
        name=label,
        new=v.n(r["new"]),
        withdrawn=v.n(r["withdrawn"]),
        n=v.n(r["rows"] - r["new"] - r["withdrawn"]),
    )


def _counts(v: View, r: Row) -> None:
    besides = {
        "new": r["split"] + r["moved_in"], "withdrawn": r["merged"] + r["moved_out"], "ended": r["ended_by_source"],
        "started": r["started_by_source"],
    }  # fmt: skip
    figures = []
    for name in (*besides, "amounts"):
        note = v.t(f"changes.{name}_note")
        if r.get(f"{name}_by_source") and name in ("new", "withdrawn"):
            note += f"; {v.t(f'changes.{name}_source', n=v.n(r[f'{name}_by_source']))}"
        if besides.get(name):
            note += f"; {v.t(f'changes.{name}_more', n=v.n(besides[name]))}"
        figures.append(Figure(v.t(f"changes.{name}"), v.n(r[name]), note))
    layout.html(
        parts.figures(figures),
        parts.source(v.t("changes.balance", before=v.n(r["before"]), after=v.n(r["after"]))),
    )


def _money(v: View, amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return v.t("changes.unknown")
    if has(f"money.full_{currency}"):
        return numbers.exact(amount, currency, v.lang)
    return f"{v.n(amount, 2)} {currency}"


def _signed(v: View, amount: Decimal, currency: str) -> str:
    return f"{'−' if amount < 0 else '+'}{_money(v, abs(amount), currency)}"


def _measure(v: View, measure: str, currency: str) -> str:
    key = f"measure.{measure}_{currency.lower()}"
    return v.t(key) if has(key) else v.t(f"measure.{measure}")


def _sums(v: View, c: Comparison, code: str) -> None:
    """Every sum that is another than it was, with what lies between to the öre."""
    body = []
    for r in changes.ledger(c, code):
        parts_of = [(name, sign * r[name]) for name, sign in _STEPS if r[name]]
        if r["portfolio"] != changes.SWEDEN or not parts_of:
            continue
        unit = r["currency"]
        why = ", ".join(v.t(f"changes.why_{name}", n=_signed(v, amount, unit)) for name, amount in parts_of)
        difference = sum((amount for _, amount in parts_of), Decimal())
        sums = [_money(v, r[name], unit) if r[name] is not None else v.n(None) for name in ("before", "after")]
        body.append([_measure(v, r["measure"], unit), sums[0], sums[1], _signed(v, difference, unit), why])
    if not body:
        layout.html(parts.source(v.t("changes.sums_none")))
        return
    head = [v.t(f"changes.{name}") for name in ("measure", "before", "after", "difference", "why")]
    caption = v.t("changes.sums" if code == changes.WHOLE else "changes.sums_lan")
    layout.html(parts.table(head, body, caption=caption, numeric=(1, 2, 3)))


def _rows(v: View, c: Comparison, then: Kept, code: str) -> None:
    few = changes.rows(c, code, portfolio=changes.SWEDEN, limit=FEW)
    n = few[0]["matches"]
    layout.html(_table(v, then, few, n))
    if n > len(few):
        opened = st.expander(v.t("changes.all_rows"), key="changes-all", on_change="rerun")
        if opened.open:
            with opened:
                rest = changes.rows(c, code, portfolio=changes.SWEDEN, limit=MANY, offset=FEW)
                layout.html(_table(v, then, rest, n))
    layout.html(take(v, "andrat", v.t("changes.title")))
    address = f"/api/v1/changes?from={then.snapshot_id}&to={v.w.snapshot_id}"
    if code != changes.WHOLE:
        address += f"&lan={code}"
    layout.html(parts.source(parts.link(address, v.t("changes.in_api"))))


def _table(v: View, then: Kept, found: Sequence[Row], n: int) -> Markup:
    head = [v.t(f"changes.{name}") for name in ("initiative", "what", "how")]
    body = [
        [
            parts.link(_href(v, then, r), v.of(r)),
            _kind(v, r),
            parts.join(Markup("<div>{}</div>").format(line) for line in _lines(v, r)),
        ]
        for r in found
    ]
    caption = f"{v.t('changes.rows')}. {v.t('changes.rows_shown', shown=v.n(len(found)), n=v.n(n))}"
    return parts.table(head, body, caption=caption)


def _href(v: View, then: Kept, r: Row) -> str:
    """The operation as it is; of one that is gone, as it was."""
    if r["kind"] in ("withdrawn", "merged"):
        return Selection(lang=v.lang, insats=r["local_id"], snapshot=then.snapshot_id).url(layout.PAGES["initiatives"])
    return rows.href(v, r)


def _kind(v: View, r: Row) -> str:
    if r["kind"] == "kept" and r["status_cause"] and r["status_after"] in ("ended", "running"):
        return v.t(f"changes.kind_{r['status_after']}")
    return v.t(f"changes.kind_{r['kind']}")


def _lines(v: View, r: Row) -> list[str]:
    said = []
    if r["because"] == "source":
        said.append(v.t(f"changes.source_{r['kind']}"))
    elif r["kind"] == "withdrawn":
        said.append(v.t("changes.record_withdrawn"))
    elif r["kind"] in ("merged", "split"):
        said.append(v.t("changes.merged_into" if r["kind"] == "merged" else "changes.split_from"))
    if r["status_cause"]:
        before, after = (v.t(f"value.status_{r[f'status_{side}']}") for side in ("before", "after"))
        said.append(v.t(f"changes.because_{r['status_cause']}", before=before, after=after))
    for f in r["fields"]:
        before, after = (_reading(v, f["field"], f[side]) for side in ("before", "after"))
        said.append(v.t("changes.became", field=v.t(f"changes.field_{f['field']}"), before=before, after=after))
    return [*said, *(_amount(v, r["kind"], a) for a in r["amounts"])]


def _reading(v: View, field: str, text: str | None) -> str:
    """A field's reading in the viewer's words."""
    if text is None:
        return v.t("changes.unknown")
    if field in ("start_date", "end_date"):
        exactness = {4: "year", 7: "month", 10: "day"}[len(text)]
        return v.day(date.fromisoformat((text + "-01-01")[:10]), exactness)
    if field in ("lan", "kommun"):
        return ", ".join(v.place(code) for code in text.split(","))
    if field == "place_type":
        return ", ".join(v.t(f"value.place_{one}") for one in text.split(","))
    return f"”{text}”" if v.lang == "sv" else f"“{text}”"


def _amount(v: View, kind: str, a: Row) -> str:
    name, unit = _measure(v, a["measure"], a["currency"]), a["currency"]
    if kind != "kept":
        return f"{name}: {_money(v, a['after'] if a['before'] is None else a['before'], unit)}"
    before, after = _money(v, a["before"], unit), _money(v, a["after"], unit)
    if a["before"] is None or a["after"] is None:
        return v.t("changes.became", field=name, before=before, after=after)
    difference = _signed(v, a["after"] - a["before"], unit)
    return v.t("changes.by", field=name, before=before, after=after, difference=difference)


def _values(v: View, c: Comparison, code: str, found: Sequence[Row]) -> None:
    """Which series have new periods and which figures have been revised, the latter with both readings."""
    catalogue = {r["code"]: r for r in v.w.rows("SELECT * FROM indicator")}
    named = {i: v.of(catalogue[i]) if i in catalogue else i for i in (r["indicator_code"] for r in found)}
    head = [v.t(f"changes.value_{name}") for name in ("indicator", "periods", "new", "revised", "withdrawn", "flag")]
    body = [
        [
            named[r["indicator_code"]],
            _periods(v, r["periods"] or []),
            *(
                v.n(n)
                for n in (
                    r["new_indicator"] + r["new_period"] + r["new_value"],
                    r["revised"],
                    r["withdrawn"],
                    r["flag"],
                )
            ),
        ]
        for r in found
    ]
    said = parts.source(v.t("changes.values_lan")) if code != changes.WHOLE else Markup("")
    layout.html(parts.table(head, body, caption=v.t("changes.values"), numeric=(2, 3, 4, 5)), said)
    revised = [r for r in changes.values(c, code, FEW) if r["indicator_code"] in catalogue]
    if revised:
        head = [v.t(f"changes.{name}") for name in ("value_indicator", "value_region", "before", "after")]
        body = [
            [
                f"{named[r['indicator_code']]} {v.span(r['period'])}",
                v.regions.get(r["region_code"], r["region_code"]),
                *(_value(v, r, side, catalogue[r["indicator_code"]]) for side in ("before", "after")),
            ]
            for r in revised
        ]
        layout.html(parts.table(head, body, caption=v.t("changes.value_rows"), numeric=(2, 3)))


def _periods(v: View, periods: list[str]) -> str:
    return ", ".join(map(v.span, periods)) if len(periods) <= 3 else f"{v.span(periods[0])} – {v.span(periods[-1])}"


def _value(v: View, r: Row, side: str, indicator: Row) -> str:
    if r[side] is None and "s" in (r[f"flag_{side}"], r["flag_after"]):
        return v.t("changes.value_suppressed")
    return v.value(r[side], indicator)

"""*Jämför län*: every indicator in one table, and its series in small panels with one scale each."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import hidden, series
from dashboard.charts import compared, lines
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import compare, indicators, side_values
from dashboard.questions.compare import RIKET, Side

FIRST = 6
"""How many panels stand there before more are asked for."""
_ACROSS = 3
_NAMED = 6


def section(v: View) -> None:
    """The table, the panels, and what is published for larger areas only."""
    exhibit.draw(v, table(v), shown=_table(v))
    layout.html(parts.heading(2, v.t("compare.trends")), parts.source(v.t("compare.trends_note")))
    found = order(v)
    _panels(v, [trend(v, code) for code in found[:FIRST]], "first")
    if found[FIRST:]:
        opened = st.expander(v.t("compare.more", n=len(found) - FIRST), key=f"compare-more-{v.lang}", on_change="rerun")
        if opened.open:
            with opened:
                _panels(v, [trend(v, code) for code in found[FIRST:]], "more")
    if areas := [area_trend(v, one) for one in side_values.area_indicators(v.w)]:
        layout.html(parts.heading(2, v.t("compare.areas")), parts.missing(v.t("compare.areas_note")))
        _panels(v, areas, "areas")


def _panels(v: View, found: list[Exhibit | None], name: str) -> None:
    drawn = [of for of in found if of]
    with st.container(key=f"panels-{name}"):
        for at in range(0, len(drawn), _ACROSS):
            for column, of in zip(st.columns(_ACROSS, gap="large"), drawn[at : at + _ACROSS], strict=False):
                with column:
                    exhibit.draw(v, of, level=3)


def shown_indicators(v: View) -> dict[str, Row]:
    """Every indicator but the population, those with a good direction first."""
    found = {c: r for c, r in indicators.catalogue(v.w).items() if not c.startswith("population")}
    return dict(sorted(found.items(), key=lambda item: (item[1]["better"] == "neutral", v.of(item[1]))))


def order(v: View) -> list[str]:
    """The panels: the chosen indicator, those of a target group's need, then the rest."""
    found = shown_indicators(v)
    mapped = [g["indicator_code"] for g in compare.needs(v.w) if g["indicator_code"] in found]
    first = [v.sel.indikator] if v.sel.indikator in found else []
    return list(dict.fromkeys([*first, *mapped, *found]))


def _newest(v: View) -> dict[str, dict[str, Row]]:
    """Indicator -> side -> its row in the newest period that län have."""
    values = shared.values(v)
    return {
        code: {str(r["side"]): r for r in values.get(code, ()) if r["period"] == one["latest"]}
        for code, one in shown_indicators(v).items()
    }


def difference(one: Row, value: float | None, riket: float | None) -> float | None:
    """A place less riket in the indicator's unit; None for counts of persons, and where either is unknown."""
    return None if one["unit"] == "personer" or value is None or riket is None else value - riket


def table(v: View) -> Exhibit:
    """A row an indicator and place: value, rank among län, difference from riket."""
    newest, ranks = _newest(v), side_values.ranks(v.w, shared.sides(v))
    rows: list[tuple[Cell, ...]] = []
    for code, one in shown_indicators(v).items():
        riket = newest[code].get(RIKET, {}).get("value")
        for s in shared.sides(v):
            r, rank = newest[code].get(s.code), ranks.get((s.code, code, one["latest"]), {})
            value = r["value"] if r else None
            rows.append(
                (
                    v.of(one), v.span(one["latest"]), v.unit(one), shared.name(v, s),
                    WITHHELD if r and hidden.is_hidden(r) else value, rank.get("rank"), rank.get("of"),
                    None if s.code == RIKET else difference(one, value, riket), v.t(f"compare.better_{one['better']}"),
                )
            )  # fmt: skip
    return Exhibit(
        id="indicators",
        title=v.t("compare.indicators"),
        finding=_tally(v, newest),
        columns=(
            Column(v.t("sweden.indicator")), Column(v.t("figure.period")), Column(v.t("compare.unit")),
            Column(v.t("compare.place")), Column(v.t("compare.value"), "number", decimals=1),
            Column(v.t("county.need_rank"), "number"), Column(v.t("compare.rank_of"), "number"),
            Column(v.t("compare.difference"), "number", decimals=1), Column(v.t("compare.good")),
        ),
        rows=tuple(rows),
        basis=(v.t("compare.indicators_basis"), *shared.group_note(v, "mean")),
        missing=_no_value(v, newest),
        source=(v.t("compare.sources", publishers=_publishers(v)),),
    )  # fmt: skip


def _publishers(v: View) -> str:
    """Publisher and table of every indicator, each once."""
    found = shown_indicators(v).values()
    return "; ".join(sorted({f"{r['publisher']}, {r['table_id']}" for r in found if not r["is_gap"]}))


def _tally(v: View, newest: dict[str, dict[str, Row]]) -> str:
    """How many indicators each place is better and worse in than riket, as the figures are written."""
    found, said = shown_indicators(v), []
    for s in shared.sides(v):
        better = worse = known = 0
        for code, one in found.items():
            mine, riket = newest[code].get(s.code), newest[code].get(RIKET)
            gap = difference(one, mine["value"] if mine else None, riket["value"] if riket else None)
            if s.code == RIKET or one["better"] == "neutral" or gap is None:
                continue
            known, gap = known + 1, round(gap, one["decimals"])
            better += (gap > 0) == (one["better"] == "high") and gap != 0
            worse += (gap > 0) == (one["better"] == "low") and gap != 0
        if known:
            said.append(v.t("compare.tally_one", name=shared.short(v, s), better=better, worse=worse, of=known))
    return v.t("compare.tally", said="; ".join(said)) if said else v.t("compare.tally_none")


def _no_value(v: View, newest: dict[str, dict[str, Row]]) -> tuple[str, ...]:
    found, said = shown_indicators(v), []
    for s in shared.sides(v):
        lacking = [v.of(one) for code, one in found.items() if newest[code].get(s.code, {}).get("value") is None]
        if len(lacking) > _NAMED:
            said.append(v.t("compare.no_values", name=shared.short(v, s), n=len(lacking), of=len(found)))
        elif lacking:
            said.append(v.t("compare.no_value", name=shared.short(v, s), n=len(lacking), titles="; ".join(lacking)))
    return tuple(said)


def _table(v: View) -> Markup:
    newest, ranks = _newest(v), side_values.ranks(v.w, shared.sides(v))
    body = []
    for code, one in shown_indicators(v).items():
        riket = newest[code].get(RIKET, {}).get("value")
        cells: list[str | Markup] = [
            Markup("{} <small>{}</small>").format(series.title(v, one), f"{v.span(one['latest'])}, {v.unit(one)}")
        ]
        for s in shared.sides(v):
            r, rank = newest[code].get(s.code), ranks.get((s.code, code, one["latest"]))
            if r is None or (r["value"] is None and not hidden.is_hidden(r)):
                cells.append("–")
                continue
            gap = None if s.code == RIKET else difference(one, r["value"], riket)
            said = [v.t("compare.against", difference=signed(v, gap, one["decimals"]))] if gap is not None else []
            said += [v.t("county.rank", rank=rank["rank"], of=rank["of"])] if rank else []
            cells.append(
                Markup('<span class="ik-cell"><span>{}</span><small>{}</small></span>').format(
                    _linked(v, s, one, r), " · ".join(said)
                )
            )
        body.append(cells)
    head = [v.t("sweden.indicator"), *(shared.short(v, s) for s in shared.sides(v))]
    return parts.table(head, body, label=v.t("compare.indicators"))


def _linked(v: View, side: Side, one: Row, r: Row) -> str | Markup:
    """A value with the way to its row; a group's stands for several."""
    shown = hidden.value(v, r, one)
    return shown if side.kind == "group" or r["value"] is None else parts.link(v.source_href(r), shown)


def signed(v: View, value: float, decimals: int) -> str:
    """A difference with its sign; none where it rounds to nothing."""
    text = v.n(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def trend(v: View, code: str) -> Exhibit | None:
    """An indicator over time for what is compared; None where none of it has a value."""
    one = indicators.catalogue(v.w)[code]
    names = {s.code: shared.short(v, s) for s in shared.sides(v)}
    return _trend(v, one, names, [r for r in shared.values(v).get(code, ()) if r["side"] in names], f"trend-{code}")


def area_trend(v: View, one: Row) -> Exhibit | None:
    """An indicator that is published for NUTS 2 areas, for the areas that the compared lie in, named as such."""
    found = side_values.areas(v.w, shared.sides(v))
    names = {s.code: v.regions[s.code] if s.code == RIKET else _area(v, s) for s in found}
    rows = list(side_values.series(v.w, found).get(one["code"], ()))
    return _trend(v, one, names, rows, f"area-{one['code']}") if any(r["side"] != RIKET for r in rows) else None


def _area(v: View, side: Side) -> str:
    return v.t("compare.area", name=v.regions[side.code], code=side.code)


def _trend(v: View, one: Row, names: dict[str, str], rows: list[Row], ident: str) -> Exhibit | None:
    places = list(names)
    rows = sorted(rows, key=lambda r: (places.index(r["side"]), r["period"]))
    drawn = [r for r in rows if r["value"] is not None and not (one["unit"] == "personer" and r["side"] == RIKET)]
    if not drawn:
        return None
    shown = {(r["side"], r["period"]): series.shown(v, one, r) for r in rows}
    periods = sorted({r["period"] for r in rows}, reverse=True)
    cells = {
        (r["side"], r["period"]): WITHHELD if hidden.is_hidden(r) else r["value"] for r in rows
    }  # fmt: skip
    lacking = [name for side, name in names.items() if not any(r["side"] == side for r in drawn)]
    notes = [v.t("compare.no_series", names=shared.listed(v, lacking))] if lacking else []
    notes += series.notes(v, [{**r, "region_code": r["side"]} for r in drawn])
    last = drawn[-1]
    return Exhibit(
        id=ident,
        title=v.of(one),
        finding=_told(v, one, names, drawn),
        columns=(
            Column(v.t("figure.period")),
            *(Column(name, "number", decimals=one["decimals"], unit=v.unit(one)) for name in names.values()),
        ),
        rows=tuple((v.span(p), *(cells.get((side, p)) for side in names)) for p in periods),
        basis=(v.t("compare.unit_is", unit=v.unit(one)), *_of_group(v, one, names)),
        missing=tuple(notes),
        source=(series.source_line(v, one, _range(v, drawn), last),) if series.has_source(v, one, last) else (),
        spec=lambda dark: compared.trends(drawn, names, shown, dark=dark, lang=v.lang),
    )


def _range(v: View, drawn: list[Row]) -> str:
    periods = sorted({r["period"] for r in drawn})
    first, last = v.span(periods[0]), v.span(periods[-1])
    if first == last:
        return first
    return f"{first}–{last}" if len(first) == len(last) == 4 else f"{first}\u00a0– {last}"


def _told(v: View, one: Row, names: dict[str, str], drawn: list[Row]) -> str:
    """Where each place stands in the newest period that most of them have, and how far each has moved."""
    newest = max({r["period"] for r in drawn}, key=lambda p: (sum(r["period"] == p for r in drawn), lines.middle(p)))
    now = [r for r in drawn if r["period"] == newest]
    at = ", ".join(v.t("compare.n_of", name=names[r["side"]], n=v.value(r["value"], one)) for r in now)
    said = v.t("compare.trend_now", period=v.span(newest), said=at)
    moved = []
    for r in now:
        own = [x for x in drawn if x["side"] == r["side"] and lines.middle(x["period"]) <= lines.middle(newest)]
        since = max((i for i, x in enumerate(own) if x["flag"] == "b"), default=0)
        if own[since]["period"] != newest:
            moved.append((own[since]["period"], names[r["side"]], r["value"] - own[since]["value"]))
    if moved and len({first for first, _, _ in moved}) == 1:
        changes = ", ".join(v.t("compare.n_of", name=n, n=signed(v, x, one["decimals"])) for _, n, x in moved)
        said += " " + v.t("compare.trend_since", first=v.span(moved[0][0]), said=changes)
    return said


def _of_group(v: View, one: Row, names: Mapping[str, str]) -> tuple[str, ...]:
    if not any(s.kind == "group" and s.code in names for s in shared.sides(v)):
        return ()
    return shared.group_note(v, "sum" if one["unit"] == "personer" else "mean")

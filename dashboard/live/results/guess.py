"""Guess-then-reveal: the room's guesses, then the sourced value with its source, period and breakdown by län."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from markupsafe import Markup

from dashboard.blocks import county_map, hidden, series
from dashboard.charts import hbars, lan_map
from dashboard.charts.look import Spec
from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.live.polls.question import Question
from dashboard.live.results.tally import Count, Tally, distance
from dashboard.questions import indicators, regions

RIKET: Final = "00"


@dataclass(frozen=True)
class Sourced:
    """The value behind a question: its indicator, period, region's row, and the rows of every län and riket.

    ``value``: None where it is withheld or missing.
    """

    indicator: Row
    period: str
    region: str
    row: Row | None
    by: Mapping[str, Row]

    @property
    def value(self) -> float | None:
        """The number itself."""
        found: float | None = self.row["value"] if self.row else None
        return found


def sourced(v: View, question: Question) -> Sourced | None:
    """The value that the room guesses; None for another question, or an indicator that this snapshot lacks."""
    figure = question.figure
    one = indicators.catalogue(v.w).get(figure.indicator) if figure else None
    if figure is None or one is None:
        return None
    at = indicators.period(one, figure.period)
    by = indicators.by_lan(v.w, one["code"], at)
    return Sourced(one, at, figure.region, by.get(figure.region), by)


def source(v: View, found: Sourced) -> str | Markup:
    """Where the value is from, with the way to its row."""
    if found.row is None or not series.has_source(v, found.indicator, found.row):
        return series.publishers(v, [found.indicator | {"source_id": ""}])
    return series.source_line(v, found.indicator, found.period, found.row)


def written(v: View, question: Question, value: float) -> str:
    """A guess as the indicator is written: "5,3 %"."""
    found = indicators.catalogue(v.w).get(question.figure.indicator) if question.figure else None
    return v.value(value, found) if found else v.n(value, 0 if value == int(value) else 1)


def between(v: View, question: Question, count: Count) -> str:
    """The ends of a bin: "5–10 %"."""
    decimals = 0 if all(end == int(end) for end in (count.low, count.high)) else 1
    ends = f"{v.n(count.low, decimals)}–{v.n(count.high, decimals)}"
    found = indicators.catalogue(v.w).get(question.figure.indicator) if question.figure else None
    if found is None or found["unit"] != "%":
        return ends
    return f"{ends}\u00a0%" if v.lang == "sv" else f"{ends}%"


def told(
    v: View, question: Question, tally: Tally, answers: str, *, reveal: bool
) -> tuple[str, tuple[Column, ...], tuple[tuple[Cell, ...], ...], tuple[hbars.Item, ...]]:
    """Finding, columns, rows and bars of the guesses. ``answers``: how many, in words."""
    found = sourced(v, question) if reveal else None
    at = value_bin(tally, found.value) if found else None
    columns = (
        Column(v.t("results.guess_bin")), Column(v.t("results.n"), "number"),
        Column(v.t("results.share"), "number", unit="%"),
    )  # fmt: skip
    counts = tally.counts if tally.n else ()
    rows = tuple((between(v, question, c), c.n, round(c.share * 100, 9)) for c in counts)
    bars = tuple(
        hbars.Item(
            between(v, question, c), c.n,
            f"{v.n(c.n)} · {v.t('results.guess_value')}" if c.key == at else v.n(c.n), c.key == at,
        )
        for c in counts
    )  # fmt: skip
    said = [_revealed(v, question, tally, found)] if reveal and question.figure else []
    if tally.spread:
        ends = {name: written(v, question, getattr(tally.spread, name)) for name in ("median", "lower", "upper")}
        half = v.t("results.guess_half", answers=answers, lower=ends["lower"], upper=ends["upper"])
        said.append(half if reveal and found else v.t("results.guess", answers=answers, **ends))
    return " ".join(said), columns, rows, bars


def value_bin(tally: Tally, value: float | None) -> str | None:
    """The bin that the sourced value falls in; None outside all of them."""
    if value is None or not tally.counts:
        return None
    last = tally.counts[-1]
    inside = (c.key for c in tally.counts if c.low <= value < c.high or (c is last and value == c.high))
    return next(inside, None)


def painted(v: View, found: Sourced) -> tuple[list[MapRegion], list[LegendItem]]:
    """Every län with the class and words of its sourced value, and the legend."""
    lans = {r["code"] for r in regions.lan(v.w)}
    known = {code: row["value"] for code, row in found.by.items() if code in lans and row["value"] is not None}
    gone = {code for code in lans if code in found.by and hidden.is_hidden(found.by[code])}
    return county_map.described(v, known, lambda x: v.value(x, found.indicator), gone)


def breakdown(v: View, question: Question) -> Exhibit | None:
    """The sourced value by län, highest first, with riket; None without one."""
    found = sourced(v, question)
    if found is None:
        return None
    one = found.indicator
    lans = {r["code"] for r in regions.lan(v.w)}
    known = {code: row["value"] for code, row in found.by.items() if code in lans and row["value"] is not None}
    gone = {code for code in lans if code in found.by and hidden.is_hidden(found.by[code])}
    if not known:
        return None
    order = sorted(known, key=lambda code: (-known[code], code))
    riket = found.by.get(RIKET)
    rows: list[tuple[Cell, ...]] = [(v.regions[code], known[code]) for code in order]
    rows += [(v.regions[code], WITHHELD) for code in sorted(gone)]
    if riket:
        rows.append((v.regions[RIKET], WITHHELD if hidden.is_hidden(riket) else riket["value"]))
    lacking = [v.regions[code] for code in sorted(lans - set(known) - gone)]
    areas, legend = painted(v, found)
    outlines = regions.geojson(v.w, "lan")
    spec = partial(_map, outlines=outlines, areas=areas, legend=legend, v=v)
    return Exhibit(
        id=f"lan-{question.id}",
        title=v.t("results.breakdown", title=v.of(one)),
        finding=v.t(
            "results.breakdown_finding", period=v.span(found.period), least=v.value(known[order[-1]], one),
            least_lan=v.regions[order[-1]], most=v.value(known[order[0]], one), most_lan=v.regions[order[0]],
            riket=v.value(riket["value"] if riket else None, one),
        ),
        columns=(Column(v.t("results.lan")), Column(v.t("results.value"), "number", one["decimals"], unit=v.unit(one))),
        rows=tuple(rows), source=(source(v, found),),
        basis=(series.about(v, one), *((hidden.rule(v),) if gone else ())) if series.about(v, one) or gone else (),
        missing=(v.t("results.breakdown_missing", lans=", ".join(lacking)),) if lacking else (),
        spec=lambda dark: spec(dark=dark), plot=Plot("map", (1,)), licence=series.licences(v, [one]),
    )  # fmt: skip


def _map(*, dark: bool, outlines: object, areas: object, legend: object, v: View) -> Spec:
    return lan_map.lan_map(outlines, areas, legend, dark=dark, lang=v.lang)  # type: ignore[arg-type]


def _revealed(v: View, question: Question, tally: Tally, found: Sourced | None) -> str:
    """The sourced value in a sentence, beside the room's middle guess."""
    if found is None or found.value is None:
        return v.t("results.guess_unknown")
    value = {
        "value": v.value(found.value, found.indicator), "where": v.place(found.region), "period": v.span(found.period),
    }  # fmt: skip
    if tally.spread is None:
        return v.t("results.guess_alone", **value)
    value["median"] = written(v, question, tally.spread.median)
    away = distance(tally.spread, found.value)
    if value["median"] == value["value"]:
        return v.t("results.guess_right", **value)
    return v.t("results.guess_high" if away > 0 else "results.guess_low", distance=_away(v, found, abs(away)), **value)


def _away(v: View, found: Sourced, gap: float) -> str:
    n = v.n(gap, found.indicator["decimals"])
    return v.t("results.points_of", n=n) if found.indicator["unit"] == "%" else f"{n} {v.unit(found.indicator)}"

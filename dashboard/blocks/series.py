"""How an indicator's figures are written and sourced: flags in words, what is worked out here, both parts of a gap."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from dashboard import parts
from dashboard.charts import lines
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import indicators, provenance


def chosen(v: View) -> tuple[Row, str, dict[str, Row]]:
    """The chosen indicator, the period shown, and its rows by region."""
    found = indicators.catalogue(v.w)
    one = found.get(v.sel.indikator) or next(iter(found.values()))
    at = indicators.period(one, v.sel.ar)
    return one, at, indicators.by_lan(v.w, one["code"], at)


def shown(v: View, indicator: Row, row: Row) -> str:
    """A value with its flag in words: "5,3 % (preliminärt)"; the words alone where there is no value."""
    if not row["flag"]:
        return v.value(row["value"], indicator)
    words = v.t(f"flag.{row['flag']}")
    return words if row["value"] is None else f"{v.value(row['value'], indicator)} ({words})"


def about(v: View, indicator: Row) -> str:
    """Unit and note of an indicator as sentences."""
    unit = "" if indicator["unit"] == "%" else v.unit(indicator)
    note = indicator["note_en"] if v.lang == "en" else indicator["note"]
    return " ".join(f"{part[0].upper()}{part[1:].rstrip('.')}." for part in (unit, note) if part)


def title(v: View, indicator: Row) -> Markup:
    """An indicator's title; what is worked out here says so."""
    if not indicator["is_gap"]:
        return Markup("{}").format(v.of(indicator))
    return Markup("{} <small>({})</small>").format(v.of(indicator), v.t("series.derived"))


def marked(v: View, rows: Iterable[Row]) -> str:
    """Which län's values are preliminary, uncertain, after a break, or withheld, in words."""
    lans = [r for r in rows if r["region_code"] != "00"]
    said = []
    for flag in ("p", "b", "u", "s"):
        of = [v.regions[r["region_code"]] for r in lans if r["flag"] == flag]
        names = v.t("series.marked_all") if len(of) == len(lans) else ", ".join(of)
        if of:
            said.append(f"{v.t(f'flag.{flag}').capitalize()}: {names}.")
    return " ".join(said)


def source_line(v: View, indicator: Row, period: str, row: Row) -> Markup:
    """Publisher, table, period and retrieval of a figure, with the way to its row; both parts of a gap."""
    if indicator["is_gap"]:
        return _gap_line(v, indicator, period, row)
    source = provenance.source_titles(v.w)[row["source_id"]]
    said = v.t(
        "figure.source", publisher=source["publisher"], table=indicator["table_id"], period=period,
        day=v.day(source["retrieved_at"]),
    )  # fmt: skip
    sums = f"{v.t('series.sum')} " if row["is_derived"] else ""
    return Markup("{}{} {}").format(sums, said, where_from(v, row))


def _gap_line(v: View, indicator: Row, period: str, row: Row) -> Markup:
    a, b = indicators.gap_parts(v.w, indicator["code"], row["region_code"], row["period"])
    said = v.t("series.gap", a=_part(v, a), b=_part(v, b), period=period)
    first, second = (
        parts.link(v.source_href(part), v.t(f"series.row_{n}")) for part, n in ((a, "first"), (b, "second"))
    )
    return Markup("{} {} · {}").format(said, first, second)


def _part(v: View, part: Row) -> str:
    told = {
        "title": v.of(part), "publisher": part["publisher"], "table": part["table_id"],
        "day": v.day(part["retrieved_at"]),
    }  # fmt: skip
    if part["sex"] == "T":
        return v.t("series.part", **told)
    return v.t("series.part_sex", sex=v.t(f"series.sex_{part['sex']}"), **told)


def where_from(v: View, row: Row) -> Markup:
    """The link from a figure to the row that it came from."""
    return parts.link(v.source_href(row), v.t("figure.where_from"))


def has_source(v: View, indicator: Row, row: Row) -> bool:
    """Whether the parts of a gap are known for the row's region, which a source line of it needs."""
    return not indicator["is_gap"] or bool(
        indicators.gap_parts(v.w, indicator["code"], row["region_code"], row["period"])
    )


def notes(v: View, valued: list[Row]) -> list[str]:
    """What the chart's marks mean, where it has any."""
    notes = []
    if breaks := sorted({r["period"] for r in valued if r["flag"] == "b"}):
        notes.append(v.t("series.breaks", periods=", ".join(map(v.span, breaks))))
    if lines.has_holes(valued):
        notes.append(v.t("series.holes"))
    if any(len(r["period"]) == 9 for r in valued):
        notes.append(v.t("series.pooled"))
    return notes


def publishers(v: View, found: Iterable[Row]) -> str:
    """Where several indicators' figures come from: each publisher with its tables, and the last retrieval."""
    titles = provenance.source_titles(v.w)
    tables: dict[str, list[str]] = {}
    days = []
    for r in found:
        tables.setdefault(r["publisher"], []).append(r["table_id"])
        if r["source_id"] in titles and titles[r["source_id"]]["retrieved_at"]:
            days.append(titles[r["source_id"]]["retrieved_at"])
    named = "; ".join(f"{name} ({', '.join(dict.fromkeys(filter(None, ids)))})" for name, ids in tables.items())
    return v.t("export.source_indicators", publishers=named, day=v.day(max(days, default=None)))


def licences(v: View, found: Iterable[Row]) -> str:
    """The licences of several indicators, each once."""
    named = dict.fromkeys(r["licence"] for r in found if r["licence"])
    return "; ".join(provenance.licence(v.w, words, v.lang) for words in named)

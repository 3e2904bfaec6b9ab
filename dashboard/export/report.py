"""A county, or any page, as a tagged PDF (PDF/UA-1) that typst sets from data alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import typst

from dashboard import exhibit, layout
from dashboard.blocks import counting, county_figures, trend
from dashboard.db import Row
from dashboard.exhibit import Cell, Exhibit
from dashboard.export import picture
from dashboard.export.about import About, heading, plain
from dashboard.export.catalogue import PACK, of_page
from dashboard.fonts import FOLDER, legible
from dashboard.layout import View
from dashboard.questions import funding, indicators, initiatives, provenance

TEMPLATE = Path(__file__).with_name("report.typ")
STANDARD: Final = "ua-1"
TRENDS = 6
"""How many small charts a report has."""
MOST_ROWS = 400
_LIST = (0, 1, 3, 4, 6)
_COLUMNS = {"pagar": _LIST, "alla": (0, 1, 2, 3, 4, 5, 6), "lista": (0, 1, 2, 3, 4, 5, 6), "karta": (0, 2, 3, 4)}
"""The columns that an A4 page has room for, where it is not all of them."""
_OVER = 34
_one_at_a_time = threading.Lock()

Json = dict[str, Any]


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=str(TEMPLATE.parent), font_paths=[str(FOLDER)], ignore_system_fonts=True)


def county(v: View, base: str) -> bytes:
    """The report of the chosen län. Raises :class:`ValueError` without one."""
    code = v.sel.one_lan
    if code not in v.regions:
        raise ValueError("A county report needs one county.")
    made = {of.id: of for of in of_page(v, PACK)}
    sections = [
        _section(About(v, made["indikatorer"], base)),
        _trends(v),
        *(_section(About(v, made[name], base)) for name in PACK[1:] if name in made and name != "indikatorer"),
    ]
    lede = made["nyckeltal"].finding
    whole = {
        "kicker": v.t("export.report_kicker"),
        "figures": _figures(v),
        "locator": county_figures.locator(v),
        "locator_alt": v.t("export.locator_alt", name=v.regions[code]),
        "sections": [each for each in sections if each],
        "method": _method(v, made["nyckeltal"].basis),
    }
    return _set(v, base, v.regions[code], lede, whole)


def page(v: View, base: str, title: str) -> bytes:
    """Any page's exhibits in one document."""
    made = of_page(v)
    if not made:
        raise ValueError("Nothing to show.")
    whole = {
        "kicker": "",
        "figures": [],
        "locator": None,
        "locator_alt": "",
        "sections": [_section(About(v, of, base), with_chart=True) for of in made],
        "method": _method(v, ()),
    }
    return _set(v, base, title, v.sel.describe(layout.facet_names(v)), whole)


def _set(v: View, base: str, title: str, lede: str, more: Json) -> bytes:
    link = urljoin(base, v.href(lage="", figur="", snapshot=v.w.snapshot_id))
    data = {
        "lang": v.lang,
        "site": v.t("site.name"),
        "title": title,
        "lede": lede,
        "dated": v.t("site.snapshot", id=v.w.snapshot_id, day=v.day(v.as_of)),
        "date": {"year": v.as_of.year, "month": v.as_of.month, "day": v.as_of.day},
        "link": link,
        "link_text": v.t("export.open"),
        **more,
    }
    stamp = datetime.combine(v.as_of, time(), UTC)
    with _one_at_a_time:
        made = _compiler().compile(
            input=str(TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(_legible(data), ensure_ascii=False)},
            pdf_standards=[STANDARD], timestamp=int(stamp.timestamp()),
        )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def _legible(value: Any) -> Any:
    """Every text with only what the font has; charts and addresses as they are."""
    if isinstance(value, dict):
        return {
            name: x if name in ("svg", "locator", "href", "link", "lang") else _legible(x) for name, x in value.items()
        }
    if isinstance(value, list | tuple):
        return [_legible(inner) for inner in value]
    return _breakable(legible(value)) if isinstance(value, str) else value


def _breakable(text: str) -> str:
    """A text whose longest words may be broken, so that none leaves the page."""
    if len(text) <= _OVER:
        return text
    words = (
        word if len(word) <= _OVER else "\u200b".join(word[at : at + 12] for at in range(0, len(word), 12))
        for word in text.split(" ")
    )
    return " ".join(words)


def _figures(v: View) -> list[Json]:
    """The page's four headline figures, as the page writes them."""
    code = v.sel.one_lan or ""
    none: Row = {"touched": 0, "split": Decimal(), "running": 0, "undated": 0}
    projects = funding.projects_by_lan(v.w, v.sel).get(code, none)
    money = funding.money_by_lan(v.w, v.sel, v.sel.matt).get(code)
    people, ends = indicators.population(v.w), initiatives.ending(v.w, v.sel)
    note = v.t("county.money_none")
    if money:
        note = v.t(
            "county.money_note", touched=counting.money(v, money["touched"]), n=money["n"], all=projects["touched"]
        )
    share = v.n(100 * people[code] / people["00"], 1) + "\u00a0%"
    told = [
        (
            v.t("county.initiatives"),
            v.n(projects["touched"]),
            v.t("county.initiatives_note", split=v.n(projects["split"], 1)),
        ),
        (
            v.t("county.running"),
            v.n(projects["running"]),
            v.t("county.running_note", n=len(ends), undated=projects["undated"]),
        ),
        (counting.measure(v), counting.money(v, money["split"] if money else None), note),
        (v.t("county.population"), v.n(people.get(code)), v.t("county.population_note", share=share)),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in told]


def _section(about: About, *, with_chart: bool = False) -> Json:
    of, v = about.of, about.v
    charts = []
    if with_chart and of.spec and of.rows:
        wide = 400 if picture.is_map(of) else 680
        charts = [
            {"svg": picture.drawn(of.spec(False), wide), "alt": f"{of.title}. {of.finding}", "title": "", "note": ""}
        ]
    has_bars = not with_chart and of.plot is not None and of.plot.kind == "bar" and bool(of.rows)
    left = len(of.rows) - MOST_ROWS
    return {
        "title": of.title,
        "finding": of.finding,
        "charts": charts,
        "across": 1,
        "bars": _bars(v, of) if has_bars else None,
        "table": _table(about) if of.rows and not has_bars else None,
        "basis": [] if not of.rows else list(of.basis[:1]) if has_bars else list(of.basis),
        "missing": [*of.missing, *([v.t("export.left_out", n=v.n(left))] if left > 0 else [])],
        "source": about.source,
    }


def _bars(v: View, of: Exhibit) -> Json:
    assert of.plot is not None
    at = of.plot.values[0]
    known = [row[at] for row in of.rows if isinstance(row[at], int | float | Decimal)]
    most = max(known, default=0) or 1  # type: ignore[type-var]
    items = [
        {
            "label": str(row[of.plot.label]),
            "share": float(cell) / float(most) if isinstance(cell := row[at], int | float | Decimal) else 0,  # type: ignore[arg-type]
            "value": exhibit.written(v, cell, of.columns[at], number),
        }
        for number, row in enumerate(of.rows)
    ]
    return {"head": [of.columns[of.plot.label].title, of.columns[at].heading], "items": items}


def _table(about: About) -> Json:
    of, v = about.of, about.v
    wanted = _COLUMNS.get(of.id, tuple(range(len(of.columns))))
    shown = [at for at in wanted if at < len(of.columns) and any(row[at] not in (None, "") for row in of.rows)] or [0]
    tones = {v.t("county.better"): "better", v.t("county.worse"): "worse"}

    def cell(row: tuple[Cell, ...], number: int, at: int) -> Any:
        text = exhibit.written(v, row[at], of.columns[at], number)
        if at == 0 and of.links and of.links[number]:
            return {"text": text, "href": urljoin(about.base, of.links[number])}
        return {"text": text, "tone": tones[text]} if text in tones else text

    kept = of.rows[:MOST_ROWS]
    widths = []
    for at in shown:
        longest = max((len(exhibit.written(v, row[at], of.columns[at], n)) for n, row in enumerate(kept)), default=0)
        is_wide = not of.columns[at].is_numeric and longest > 18
        title = of.columns[at].heading
        is_long = not is_wide and len(title) > max(longest, 14)  # a heading that may break over lines
        widths.append(min(longest, 60) if is_wide else max(longest, *map(len, title.split())) + 3 if is_long else 0)
    return {
        "head": [heading(of.columns[at]) if of.id != "likar" else of.columns[at].heading for at in shown],
        "numeric": [of.columns[at].is_numeric for at in shown],
        "widths": widths if any(widths) else [1, *([0] * (len(shown) - 1))],
        "rows": [[cell(row, number, at) for at in shown] for number, row in enumerate(kept)],
    }


def _trends(v: View) -> Json | None:
    """The first indicators with a series, each as a small chart: the län, riket and its peers."""
    charts: list[Json] = []
    for r in indicators.profile(v.w, v.sel.one_lan or ""):
        drawn = trend.small(v.but(indikator=r["code"], ar="")) if len(charts) < TRENDS else None
        if drawn is not None:
            one, svg, sentence, source = drawn
            charts.append(
                {"svg": svg, "alt": sentence, "title": f"{v.of(one)}, {v.unit(one)}", "note": plain(source)[0]}
            )
    if not charts:
        return None
    return {
        "title": v.t("county.trend"), "finding": v.t("export.trends_finding"), "charts": charts, "across": 2,
        "bars": None, "table": None, "basis": [], "missing": [], "source": "",
    }  # fmt: skip


def _method(v: View, basis: Sequence[str]) -> Json:
    """How it is counted, and every source that the snapshot rests on."""
    found = [
        r for r in provenance.source_titles(v.w).values() if r["kind"] in ("operations", "indicator", "indicators")
    ]
    head = [v.t(f"sources.{name}") for name in ("name", "publisher", "licence", "retrieved")]
    licence = "licence_en" if v.lang == "en" else "licence"
    body = [[v.of(r), r["publisher"], r[licence] or "–", v.day(r["retrieved_at"])] for r in found]
    table = {"head": head, "numeric": [False] * 4, "widths": [4, 3, 4, 0], "rows": sorted(body)}
    texts = [*basis, v.t("export.hidden_text"), v.t("sweden.selection_caveat")]
    return {"title": v.t("export.method"), "texts": texts, "table": table if body else None}

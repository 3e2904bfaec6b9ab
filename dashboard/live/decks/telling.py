"""Telling a deck: each scene's figure made now, its words filled in from it, a value for each län where it has them."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dashboard import maps, saving
from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.exhibit import Cell, Exhibit, Withheld
from dashboard.export.catalogue import makers
from dashboard.export.routes import KEEPING
from dashboard.layout import View, view_of
from dashboard.live.decks import asked, pictures
from dashboard.live.decks.deck import Deck, Form, Scene, document
from dashboard.live.decks.told import MOST_ROWS, MOST_WORDS, Told, number, words, written
from dashboard.questions import regions
from dashboard.store import StoreError, records
from dashboard.texts import Said

_MOST_KEPT = 24
MINUS: Final = "\u2212"
"""The sign before a number, so that it is told from the dash between two."""
_kept: OrderedDict[tuple[str, ...], tuple[Told, ...]] = OrderedDict()
_lock = threading.Lock()


def view_for(lang: str, snapshot: str) -> View:
    """The view that a deck is told in. Raises :class:`dashboard.db.NoSnapshotError`."""
    return view_of("sweden", {"lang": lang, "snapshot": snapshot})


def every(deck: Deck, v: View) -> tuple[Told, ...]:
    """The deck's scenes, told; kept for as long as deck, snapshot and what viewers keep are the same."""
    key = (json.dumps(document(deck), default=str), v.w.snapshot_id, v.lang, _mark(deck))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        found = tuple(tell(deck, scene, v) for scene in deck.scenes)
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
        return found


def _mark(deck: Deck) -> str:
    """What changes when something that viewers keep does, for decks that show it."""
    if not any(scene.page in KEEPING for scene in deck.scenes):
        return ""
    try:
        return records.mark(saving.database())
    except StoreError:
        return secrets.token_hex(8)


def tell(deck: Deck, scene: Scene, v: View) -> Told:
    """One scene. Nothing that a deck can ask for raises: what cannot be made is an empty figure."""
    of, seen = _figure(scene, v)
    column = _column(scene, of) if of else 0
    areas, legend = _areas(seen, of, column) if of else ((), ())
    form = _form(scene, of, column, bool(areas))
    fields = _fields(seen, of, column, form) if of else {}
    headline, annotation = (_filled(said, fields) for said in (scene.headline, scene.annotation))
    question = asked.of_scene(v, deck, scene)
    made = Told(
        scene, seen, form, headline, annotation, of, column, areas, legend, question,
        bool(scene.page) and of is None,
    )  # fmt: skip
    if form == "chart" and pictures.chart(made) is None:
        made = replace(made, form="bars" if of and of.columns[column].is_numeric else "list")
    if not annotation and of and words(headline.of(v.lang)) + words(of.finding) + drawn_words(made) <= MOST_WORDS:
        return replace(made, annotation=Said(**{v.lang: of.finding}))
    return made


def scene_words(told: Told) -> int:
    """How many words stand on the scene: headline, annotation or question, figure. The footer apart."""
    lang = told.v.lang
    said = told.asked.words if told.asked else told.annotation.of(lang)
    return words(told.headline.of(lang)) + words(said) + (0 if told.asked else drawn_words(told))


def drawn_words(told: Told) -> int:
    """How many words stand in the figure itself."""
    if told.of is None or told.form == "words":
        return 0
    if told.form == "list" and told.column == 0:
        return sum(words(str(row[0])) for _, row in told.picked())
    if told.form == "map":
        return words(told.of.columns[told.column].heading) + sum(words(item.text) for item in told.legend)
    if told.form == "chart":
        return words(re.sub(r"<[^>]*>", " ", str(pictures.chart(told) or "")))
    heading = words(told.of.columns[told.column].heading) if told.form == "bars" else 0
    return heading + sum(
        words(told.named(row)) + words(told.written(at, row[told.column])) for at, row in told.picked()
    )


def _figure(scene: Scene, v: View) -> tuple[Exhibit | None, View]:
    if not scene.page:
        return None, v
    seen = view_of(scene.page, dict(scene.query) | {"lang": v.lang, "snapshot": v.w.snapshot_id})
    make = makers(seen).get(scene.figure)
    of = make(seen) if make else None
    return (of if of and of.rows else None), seen


def _column(scene: Scene, of: Exhibit) -> int:
    """Which column is told: the one asked for, else what the figure itself draws, else the first with numbers."""
    if 0 < scene.column <= len(of.columns):
        return scene.column - 1
    if of.plot and of.plot.values:
        return of.plot.values[0]
    numeric = [at for at, column in enumerate(of.columns) if column.is_numeric]
    return numeric[0] if numeric else min(1, len(of.columns) - 1)


def _form(scene: Scene, of: Exhibit | None, column: int, has_map: bool) -> Form:
    """How the figure is shown: as asked where it can be, else as suits it."""
    if of is None:
        return "words"
    if scene.form == "map" and has_map:
        return "map"
    if scene.form == "chart" and of.spec:
        return "chart"
    is_numeric = of.columns[column].is_numeric
    if scene.form in ("bars", "numbers") and is_numeric:
        return scene.form
    if scene.form in ("list", "words"):
        return scene.form
    if not is_numeric:
        return "list"
    return "map" if has_map else "numbers" if len(of.rows) <= MOST_ROWS["numbers"] else "bars"


def _areas(v: View, of: Exhibit, column: int) -> tuple[tuple[MapRegion, ...], tuple[LegendItem, ...]]:
    """Every län with class and value, and the legend, where the figure has a row for most of them."""
    codes = {str(r["code"]): v.regions[r["code"]] for r in regions.lan(v.w)}
    by_name = {name: code for code, name in codes.items()}
    cells: dict[str, tuple[int, Cell]] = {}
    for at, row in enumerate(of.rows):
        code = by_name.get(str(row[0]))
        if code:
            cells.setdefault(code, (at, row[column]))
    told = of.columns[column]
    if len(cells) < 11 or not told.is_numeric:
        return (), ()
    values = {code: x for code, (_, cell) in cells.items() if (x := number(cell)) is not None}
    hidden = {code for code, (_, cell) in cells.items() if isinstance(cell, Withheld)}
    is_count = told.kind == "number" and told.decimals_at(0) == 0 and told.unit == "" and 0 in values.values()
    classes, bounds = maps.classed({c: x for c, x in values.items() if x or not is_count})
    nothing, gone = v.t("sweden.legend_missing"), v.t("hidden.legend")

    def shown(code: str) -> str:
        at, cell = cells.get(code, (0, None))
        return gone if code in hidden else nothing if code not in values else written(v, cell, told, at)

    def kind(code: str) -> Any:
        if code in classes:
            return classes[code]
        return "suppressed" if code in hidden else "none" if code in values else "missing"

    areas = tuple(MapRegion(code, name, shown(code), kind(code)) for code, name in codes.items())
    legend = maps.legend(bounds, lambda x: written(v, x, told, 0).replace("-", MINUS))
    if is_count:
        legend.insert(0, LegendItem("none", written(v, 0, told, 0)))
    for name, text in (("missing", nothing), ("suppressed", gone)):
        if any(area.css_class == name for area in areas):
            legend.append(LegendItem(name, text))  # type: ignore[arg-type]
    return areas, tuple(legend)


def _fields(v: View, of: Exhibit, column: int, form: Form) -> Mapping[str, str]:
    """What a headline may have filled in. Of a map the 21 län count, of anything else every row."""
    lans = {v.regions[r["code"]] for r in regions.lan(v.w)}
    rows = [(at, row) for at, row in enumerate(of.rows) if form != "map" or str(row[0]) in lans]
    known = [(at, row, x) for at, row in rows if (x := number(row[column])) is not None]
    out = {
        "rows": v.n(len(rows)), "n": v.n(len(known)), "some": v.n(sum(x > 0 for *_, x in known)),
        "none": v.n(sum(x == 0 for *_, x in known)),
    }  # fmt: skip
    for name, pick in (("most", max), ("least", min)):
        extreme = pick((x for *_, x in known), default=None)
        tied = [str(row[0]) for _, row, x in known if x == extreme]
        at, cell = next(((at, row[column]) for at, row, x in known if x == extreme), (0, None))
        out[name] = ", ".join(tied) if len(tied) <= 2 else v.t("list.more_places", name=tied[0], n=len(tied) - 1)
        out[f"{name}_value"] = written(v, cell, of.columns[column], at)
    for place in range(3):
        row = of.rows[place] if place < len(of.rows) else None
        out[f"name{place + 1}"] = written(v, row[0], of.columns[0], place) if row else "–"
        out[f"value{place + 1}"] = written(v, row[column], of.columns[column], place) if row else "–"
    return out


def _filled(said: Said, fields: Mapping[str, str]) -> Said:
    """The text with its fields; where there is no figure to fill them from, a dash."""
    have = _Fields(fields)
    return Said(*(text.format_map(have) for text in (said.sv, said.en)))


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"

"""An exhibit's chart as SVG and PNG, with title, finding, source and snapshot drawn in the picture."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from copy import deepcopy
from functools import cache

import vl_convert
from markupsafe import Markup

from dashboard import exhibit
from dashboard.charts import hbars
from dashboard.charts.look import INK, Spec
from dashboard.exhibit import Exhibit
from dashboard.export.about import About
from dashboard.fonts import FOLDER, clean, legible, wrapped
from dashboard.layout import View

WIDE = 960
MARGIN = 36
SCALE = 2
NEWEST = "6.4"
_TITLE, _FINDING, _SMALL = 26, 17, 13
_MAP_WIDE = 400
_BARS = 21
_ink, _muted, _rule, _primary, _ = INK[False]
_one_at_a_time = threading.Lock()


@cache
def _ready() -> None:
    vl_convert.register_font_directory(str(FOLDER))


def drawn(spec: Spec, wide: int) -> str:
    """A chart as SVG, so many pixels wide. Nothing is fetched: data is in the specification."""
    _ready()
    sized = deepcopy(spec)
    if sized.get("width") == "container":
        sized["width"] = wide
    sized.setdefault("config", {})["font"] = "Inter"
    for rows in sized.get("datasets", {}).values():
        for row in rows:
            row.pop("href", None)  # a link of the page leads nowhere from a file
    with _one_at_a_time:
        made: str = vl_convert.vegalite_to_svg(sized, vl_version=NEWEST, allowed_base_urls=[])
    return made


def is_map(of: Exhibit) -> bool:
    """Whether the exhibit's chart is a map."""
    return bool(of.plot and of.plot.kind == "map")


def svg(about: About) -> str:
    """The picture. Raises :class:`ValueError` for an exhibit without a chart."""
    of, v = about.of, about.v
    if of.spec is None:
        raise ValueError(f"{of.id} has no chart")
    room = WIDE - 2 * MARGIN
    pieces, y = _top(of, room)
    spec = of.spec(False)
    if is_map(of) and (beside := _ranked(v, of)) is not None:
        chart, tall = _placed(drawn(spec, _MAP_WIDE), MARGIN, y)
        bars, other = _placed(drawn(beside, room - _MAP_WIDE - 24), MARGIN + _MAP_WIDE + 24, y)
        pieces += [chart, bars]
        tall = max(tall, other)
    else:
        chart, tall = _placed(drawn(spec, room), MARGIN, y)
        pieces.append(chart)
    foot, bottom = _foot(about, room, y + tall + 22)
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        'aria-labelledby="t d" lang="{lang}" font-family="Inter, system-ui, sans-serif"><title id="t">{title}</title>'
        '<desc id="d">{desc}</desc><rect width="{w}" height="{h}" fill="#FFFFFF"/>'
    ).format(w=WIDE, h=round(bottom + MARGIN * 0.7), lang=v.lang, title=clean(of.title), desc=clean(of.finding))
    return str(head + Markup("").join([*pieces, *foot]) + Markup("</svg>"))


def png(about: About) -> bytes:
    """The same picture, two pixels for one."""
    return painted(svg(about))


def painted(text: str) -> bytes:
    """A picture in SVG as PNG, two pixels for one."""
    _ready()
    with _one_at_a_time:
        made: bytes = vl_convert.svg_to_png(text, scale=SCALE)
    return made


def _ranked(v: View, of: Exhibit) -> Spec | None:
    """What the map shows as bars beside it, each with its figure; at most one a län."""
    if of.plot is None or not of.plot.values:
        return None
    at = of.plot.values[0]
    column = of.columns[at]
    items = []
    for number, row in enumerate(of.rows[:_BARS]):
        value = row[at]
        is_known = isinstance(value, int | float) or (value is not None and hasattr(value, "as_tuple"))
        items.append(
            hbars.Item(
                str(row[of.plot.label]),
                float(value) if is_known else None,  # type: ignore[arg-type]
                exhibit.written(v, value, column, number),
            )
        )
    return hbars.bars(items, dark=False, lang=v.lang) if items else None


def _lines(
    lines: Sequence[str], y: float, size: int, fill: str, weight: int = 400, leading: float = 1.35
) -> list[Markup]:
    return [
        Markup('<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>').format(
            MARGIN, round(y + size + at * size * leading, 1), size, weight, fill, clean(line)
        )
        for at, line in enumerate(lines)
    ]


def _top(of: Exhibit, room: float) -> tuple[list[Markup], float]:
    """Title and finding, and where the chart begins."""
    y = MARGIN * 0.8
    title = wrapped(legible(of.title), _TITLE, room, 600, most=3)
    pieces = _lines(title, y, _TITLE, _ink, 600, 1.22)
    y += len(title) * _TITLE * 1.22 + 10
    finding = wrapped(legible(of.finding), _FINDING, room, most=4)
    pieces += _lines(finding, y, _FINDING, _muted)
    return pieces, y + len(finding) * _FINDING * 1.35 + 18


def _foot(about: About, room: float, y: float) -> tuple[list[Markup], float]:
    """Basis, what is missing, source, snapshot and link under a rule, and where they end."""
    rule = Markup('<path d="M{} {}H{}" stroke="{}"/>').format(MARGIN, y, WIDE - MARGIN, _rule)
    of = about.of
    said = [*of.missing, about.source, f"{about.dated}. {about.link}"]
    lines = [line for text in said for line in wrapped(legible(text), _SMALL, room, most=4)]
    return [rule, *_lines(lines, y + 10, _SMALL, _muted)], y + 10 + len(lines) * _SMALL * 1.35


_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')


def _placed(picture: str, x: float, y: float) -> tuple[Markup, float]:
    """A chart's SVG nested at a place, and its height."""
    found = _SIZE.search(picture)
    high = float(found[2]) if found else 0.0
    return Markup(picture.replace("<svg ", f'<svg x="{x}" y="{round(y, 1)}" ', 1)), high  # noqa: S704 (our own drawing)

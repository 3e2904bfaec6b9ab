"""A scene's figure as a picture: the map of the län, bars, or a chart of the product drawn large.

Everything is set so that on a stage of 1920 by 1080 no text is below 24 pixels. A picture needs no style of its own:
what it looks like stands in its attributes, so that it is also had as a file of its own by phones.
"""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup

from dashboard.charts.lan_map import COLOURS
from dashboard.charts.look import INK
from dashboard.db import Warehouse
from dashboard.fonts import width, wrapped
from dashboard.live.decks.told import Told, number
from dashboard.parts import join
from dashboard.questions import regions

WIDE, HIGH = 1536, 624
"""The room of a figure on the stage, in pixels."""
SMALLEST: Final = 24
_CHART_WIDE, _CHART_HIGH, _CHART_TEXT = 830, 337, 13
_INK, _MUTED, _RULE, _PRIMARY, _ = INK[False]
_ROW, _TEXT, _BAR = 96, 32, 40
CHOSEN = "#C2185B"
GROUND: Final = {**COLOURS, "none": "#E8ECEF", "missing": "url(#{}missing)", "suppressed": "url(#{}hidden)"}
"""A class of the map -> what it is filled with; ``{}``: the beginning of the patterns' ids."""


def outlines(w: Warehouse) -> tuple[str, Markup, Markup]:
    """The map's view box with room for its edges, its län as paths, and the patterns of what has no value."""
    shapes = regions.shapes(w)
    left, top, wide, high = (float(x) for x in regions.frame(w).split())
    box = f"{left - 8:g} {top - 8:g} {wide + 16:g} {high + 16:g}"
    paths = join(Markup('<path data-lan="{}" d="{}"/>').format(r["code"], r["svg_path"]) for r in shapes)
    return box, paths, patterns("")


def patterns(prefix: str) -> Markup:
    """A hatch for no value and dots for what is hidden."""
    return Markup(
        '<defs><pattern id="{0}missing" width="9" height="9" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="9" height="9" fill="#FFFFFF"/>'
        '<path d="M0 0V9" stroke="#46555F" stroke-width="2.5"/></pattern>'
        '<pattern id="{0}hidden" width="9" height="9" patternUnits="userSpaceOnUse">'
        '<rect width="9" height="9" fill="#FFFFFF"/><circle cx="3" cy="3" r="2" fill="#46555F"/></pattern></defs>'
    ).format(prefix)


def legend(told: Told) -> Markup:
    """What the map's classes mean, under the name of what is painted."""
    rows = join(
        Markup('<li><span class="box {}"></span>{}</li>').format(item.css_class, item.text) for item in told.legend
    )
    heading = told.of.columns[told.column].heading if told.of else ""
    return Markup('<div class="legend"><p>{}</p><ul>{}</ul></div>').format(heading, rows)


def map_picture(told: Told, chosen: str) -> Markup:
    """The map as a file of its own, a län outlined."""
    box, _, _ = outlines(told.v.w)
    classes = {area.code: area.css_class for area in told.areas}
    shapes = {str(r["code"]): str(r["svg_path"]) for r in regions.shapes(told.v.w)}
    paths = join(
        Markup('<path d="{}" fill="{}"/>').format(d, GROUND[classes.get(code, "missing")].format(""))
        for code, d in shapes.items()
    )
    edge = Markup("")
    if chosen in shapes:
        edge = join(
            Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}"/>').format(shapes[chosen], colour, thick)
            for colour, thick in (("#FFFFFF", 10), (CHOSEN, 5))
        )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}">{}<g stroke="#FFFFFF" stroke-width="1.5">{}</g>{}</svg>'
    ).format(box, patterns(""), paths, edge)


def bars(told: Told, chosen: str = "", room: float = WIDE, slack: float = 1.0) -> Markup:
    """The rows that there is room for as bars, each with its name and figure.

    ``slack``: how much wider than ours a font may be where ours is not at hand.
    """
    rows = [(at, row, number(row[told.column]) or 0.0) for at, row in told.picked()]
    names = [wrapped(told.named(row), _TEXT, room * 0.42, 500, most=2) for _, row, _ in rows]
    values = [told.written(at, row[told.column]) for at, row, _ in rows]
    left = max((width(line, _TEXT, 500) for lines in names for line in lines), default=0) * slack + 28
    right = max((width(text, _TEXT, 600) for text in values), default=0) * slack + 20
    least, most = min((x for *_, x in rows), default=0), max((x for *_, x in rows), default=0)
    low, high = min(0.0, least), max(0.0, most)
    if low < 0:
        left += right
    scale = (room - left - right) / ((high - low) or 1)
    zero = left - low * scale
    codes = {area.name: area.code for area in told.areas}
    made = join(
        _bar(names[n], values[n], n, row_x, zero, scale, left, codes.get(str(row[0]), ""), chosen)
        for n, (_, row, row_x) in enumerate(rows)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bars" viewBox="0 0 {} {}" '
        'font-family="Inter, system-ui, sans-serif" fill="{}">{}<path d="M{} 0V{}" stroke="{}" stroke-width="2"/></svg>'
    ).format(_round(room), len(rows) * _ROW, _INK, made, _round(zero), len(rows) * _ROW, _MUTED)


def _bar(
    lines: list[str], value: str, at: int, x: float, zero: float, scale: float, left: float, code: str, chosen: str
) -> Markup:
    middle = at * _ROW + _ROW / 2
    first = middle - (len(lines) - 1) * _TEXT * 0.58
    name = join(
        Markup('<text x="{}" y="{}" font-size="{}" font-weight="500" text-anchor="end">{}</text>').format(
            _round(left - 28 if x >= 0 or zero == left else zero + _TEXT), _round(first + n * _TEXT * 1.16 + 11), _TEXT,
            line,
        )
        for n, line in enumerate(lines)
    )  # fmt: skip
    wide = abs(x) * scale
    start = zero if x >= 0 else zero - wide
    fill = CHOSEN if code and code == chosen else _PRIMARY
    end, anchor = (zero + wide + 16, "start") if x >= 0 else (start - 16, "end")
    return Markup(
        '<g data-lan="{}">{}<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
        '<text x="{}" y="{}" font-size="{}" font-weight="600" text-anchor="{}">{}</text></g>'
    ).format(
        code, name, _round(start), _round(middle - _BAR / 2), _round(max(wide, 3)), _BAR, fill, _round(end),
        _round(middle + 11), _TEXT, anchor, value,
    )  # fmt: skip


def chart(told: Told, *, dark: bool = False) -> Markup | None:
    """The figure's own chart so that its smallest text is large enough; None where that leaves no room for it."""
    if told.of is None or told.of.spec is None:
        return None
    from dashboard.export.picture import drawn  # the engine, which a deck without charts never needs

    spec: dict[str, Any] = dict(told.of.spec(dark))
    if isinstance(spec.get("height"), int | float):
        spec["height"] = min(spec["height"], _CHART_HIGH - 70)
    try:
        text = drawn(spec, _CHART_WIDE)
    except ValueError:
        return None
    size = re.search(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"', text)
    sizes = [float(x) for x in re.findall(r'font-size="([\d.]+)(?:px)?"', text)]
    if not size or float(size[2]) > _CHART_HIGH + 8 or float(size[1]) > _CHART_WIDE + 8:
        return None
    if min(sizes, default=SMALLEST) < _CHART_TEXT or "style=" in text:
        return None
    mark = f"{told.scene.id}-{'dark-' if dark else ''}"
    text = re.sub(r'\sid="', f' id="{mark}', text).replace("url(#", f"url(#{mark}")
    text = re.sub(r'(<svg[^>]*?)\swidth="[\d.]+"\sheight="[\d.]+"', r"\1", text, count=1)
    return Markup(text.replace("<svg", f'<svg class="chart {"for-dark" if dark else "for-light"}"', 1))  # noqa: S704 (our own drawing)


def alone(told: Told, chosen: str) -> Markup | None:
    """The scene's picture as a file of its own; None where its table is all there is."""
    if told.form == "map":
        return map_picture(told, chosen)
    if told.form == "bars":
        return bars(told, chosen, room=600, slack=1.2)
    return chart(told) if told.form == "chart" else None


def _round(x: float) -> str:
    return f"{x:.1f}".rstrip("0").rstrip(".")

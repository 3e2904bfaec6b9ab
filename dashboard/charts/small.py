"""Small line charts as SVG, drawn here: a report holds many, and a chart engine takes fifty times as long for each.

The same marks as :mod:`dashboard.charts.lines`: the län strong, riket dashed, peers faint, each named where it ends; a
line is interrupted at a break, which has an open diamond, and where a period is missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from dashboard import numbers
from dashboard.charts.lines import apart, in_words, middle, segments
from dashboard.charts.look import INK
from dashboard.db import Row
from dashboard.texts import Lang

WIDE, HIGH, SIZE = 430, 205, 13
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 122, 8, 26
_MOST_LABELS, _LABEL = 6, 62


def lines(rows: Sequence[Row], own: str, names: Mapping[str, str], lang: Lang) -> str:
    """The chart. ``rows``: region_code, period, value, flag, with a value each, by region and period."""
    ink, muted, _, primary, faint = INK[False]
    ticks, decimals = _ticks([r["value"] for r in rows])
    low, high = ticks[0], ticks[-1]
    places = {r["period"]: middle(r["period"]) for r in rows}
    first, last = min(places.values()), max(places.values())

    def x(period: str) -> float:
        return round(_LEFT + 8 + (WIDE - _LEFT - _RIGHT - 16) * (places[period] - first) / ((last - first) or 1), 1)

    def y(value: float) -> float:
        return round(_TOP + (HIGH - _TOP - _BOTTOM) * (high - value) / ((high - low) or 1), 1)

    out = [_grid(tick, y(tick), decimals, lang) for tick in ticks]
    out += [_text(x(p), HIGH - 8, in_words(p), muted, "middle") for p in _labelled(sorted(places, key=middle))]
    looks = {"own": (primary, 3.2, ""), "riket": (ink, 1.8, "6 4"), "peer": (faint, 1.4, "")}
    ends: dict[str, Row] = {}
    paths: dict[tuple[str, int], list[Row]] = {}
    for r, segment in zip(rows, segments(rows), strict=True):
        paths.setdefault((r["region_code"], segment), []).append(r)
        ends[r["region_code"]] = r
    order = sorted(paths, key=lambda key: (key[0] == own, key[0] == "00"))
    for key in order:
        colour, thick, dash = looks[_kind(key[0], own)]
        points = [(x(r["period"]), y(r["value"])) for r in paths[key]]
        way = "L".join(f"{a} {b}" for a, b in points)
        out.append(
            Markup('<path d="M{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>').format(
                way, colour, thick, dash or "none"
            )
        )
        out += [_dot(*points[0], colour)] if len(points) == 1 else []
        out += [_diamond(*points[0], colour) for r in paths[key][:1] if r["flag"] == "b"]
    heights = apart({code: r["value"] for code, r in ends.items()}, [low, high], HIGH - _TOP - _BOTTOM)
    for code, r in ends.items():
        colour = looks[_kind(code, own)][0]
        out.append(_dot(x(r["period"]), y(r["value"]), colour))
        words = {"own": primary, "riket": ink, "peer": muted}[_kind(code, own)]
        out.append(_text(x(r["period"]) + 9, y(heights[code]) + SIZE * 0.36, names[code], words, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" '
    return head + f'font-family="Inter" font-size="{SIZE}">{Markup("").join(out)}</svg>'


def _kind(code: str, own: str) -> str:
    return "own" if code == own else "riket" if code == "00" else "peer"


def _grid(tick: float, at: float, decimals: int, lang: Lang) -> Markup:
    _, muted, rule, _, _ = INK[False]
    line = Markup('<path d="M{} {}H{}" stroke="{}"/>').format(_LEFT, at, WIDE - _RIGHT, rule)
    return line + _text(_LEFT - 6, at + SIZE * 0.36, numbers.number(tick, lang, decimals), muted, "end")


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" fill="{}" text-anchor="{}">{}</text>').format(
        x, round(y, 1), colour, anchor, words
    )


def _dot(x: float, y: float, colour: str) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="3.6" fill="{}"/>').format(x, y, colour)


def _diamond(x: float, y: float, colour: str) -> Markup:
    return Markup('<path d="M{} {}l6 6l-6 6l-6 -6z" fill="#FFFFFF" stroke="{}" stroke-width="1.6"/>').format(
        x, y - 6, colour
    )


def _ticks(values: Sequence[float]) -> tuple[list[float], int]:
    """From three to six round steps that hold every value, and the decimals that tell them apart."""
    low, high = min(values), max(values)
    rough = ((high - low) or abs(high) or 1) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough)
    start, end = math.floor(low / step), math.ceil(high / step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) + (1 if step / power == 2.5 and step < 10 else 0)
    return [round(n * step, 6) for n in range(start, max(end, start + 1) + 1)], decimals


def _labelled(periods: Sequence[str]) -> list[str]:
    """The periods that have room for a label, the last one always."""
    most = _MOST_LABELS if len(periods[0]) == 4 else max(2, (WIDE - _LEFT - _RIGHT) // (_LABEL + 24))
    every = math.ceil(len(periods) / most)
    return [p for at, p in enumerate(reversed(periods)) if at % every == 0]

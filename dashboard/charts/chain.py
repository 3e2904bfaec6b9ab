"""An effect-logic card as a picture: six steps in a chain, each with how it is measured, and the quality under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.charts import spark
from dashboard.charts.look import INK
from dashboard.charts.sheet import Lines, Sheet, foot, lines, top
from dashboard.db import Row

WIDE, MARGIN, GAP, PAD = 1240, 36, 34, 16
_SIGN = 15.0


@dataclass(frozen=True)
class Place:
    """A place of a linked series: its code, and name, latest value and period in words."""

    code: str
    told: str


@dataclass(frozen=True)
class Link:
    """How a step is told: everything in words. ``state``: series, own or unmeasured; ``label`` says it.

    ``what`` of a step that no source tells of is empty, and ``lacking`` says so. ``whom``: the line for whom, whole.
    ``series``: the linked indicator's rows of ``places``; ``about``: its title, and how closely it fits.
    """

    name: str
    state: str
    label: str
    what: str
    lacking: str
    whom: str
    about: str
    places: tuple[Place, ...]
    series: tuple[Row, ...]
    measured: str
    why: str
    source: str


@dataclass(frozen=True)
class Mark:
    """A part of measurement quality: its name, whether it is there, that in words, and what or why."""

    name: str
    is_there: bool
    label: str
    text: str
    source: str


def sign(kind: str, colour: str, x: float, y: float) -> Markup:
    """What tells the states apart without colour: full, half and empty circle; a tick and a cross-bar."""
    s = _SIGN / 2
    cx, cy = round(x + s, 1), round(y + s, 1)
    ring = Markup('<circle cx="{}" cy="{}" r="6" fill="none" stroke="{}" stroke-width="2"{}/>').format(
        cx, cy, colour, Markup(' stroke-dasharray="3 2.3"') if kind == "unmeasured" else ""
    )
    if kind == "series":
        return ring + Markup('<circle cx="{}" cy="{}" r="6" fill="{}"/>').format(cx, cy, colour)
    if kind == "own":
        return ring + Markup('<path d="M{} {}a6 6 0 0 0 0 12z" fill="{}"/>').format(cx, cy - 6, colour)
    if kind == "there":
        return Markup('<path d="M{} {}l4 4l7 -8" fill="none" stroke="{}" stroke-width="2.4"/>').format(
            cx - 6, cy, colour
        )
    if kind == "lacking":
        return Markup('<path d="M{} {}h11" stroke="{}" stroke-width="2.4" stroke-dasharray="4 2"/>').format(
            cx - 6, cy, colour
        )
    return ring


def picture(
    title: str, finding: str, links: Sequence[Link], quality: str, marks: Sequence[Mark], said: Sequence[str], lang: str
) -> str:
    """The whole card as SVG on white, three steps a row. ``quality``: its heading; ``said``: the small print."""
    sheet, room = Sheet(), WIDE - 2 * MARGIN
    ink, *_ = INK[False]
    y = top(sheet, title, finding, room, MARGIN, MARGIN * 0.8)
    wide = (room - 2 * GAP) / 3
    for first in range(0, len(links), 3):
        row = links[first : first + 3]
        high = max(_link(Sheet(), link, first + at + 1, 0, 0, wide) for at, link in enumerate(row))
        for at, link in enumerate(row):
            x = MARGIN + at * (wide + GAP)
            is_unmeasured = link.state == "unmeasured"
            sheet.box(
                x, y, wide, high, fill="#FFFFFF" if is_unmeasured else "#F2F5F7",
                stroke="#73818B" if is_unmeasured else "#D3DADE", dash="6 4" if is_unmeasured else "none",
            )  # fmt: skip
            _link(sheet, link, first + at + 1, x, y, wide)
            if first + at + 1 < len(links):
                _arrow(sheet, x + wide, y + 30) if at < 2 else None
        y += high + 26
    y = sheet.text(lines(quality, 18, room, ink, 600), MARGIN, y + 4) + 8
    narrow = (room - 3 * 24) / 4
    y = max(_mark(sheet, mark, MARGIN + at * (narrow + 24), y, narrow) for at, mark in enumerate(marks)) + 22
    y = foot(sheet, said, room, MARGIN, y)
    return sheet.whole(WIDE, y + MARGIN * 0.7, title=title, desc=finding, lang=lang)


def _arrow(sheet: Sheet, x: float, y: float) -> None:
    sheet.put(
        Markup('<path d="M{} {}h{}m-6 -6l6 6l-6 6" fill="none" stroke="{}" stroke-width="2"/>').format(
            round(x + 7, 1), round(y, 1), GAP - 14, INK[False][3]
        )
    )


def _link(sheet: Sheet, link: Link, number: int, x: float, y: float, wide: float) -> float:
    """A step from its top left corner; its height."""
    ink, muted, _, primary, _ = INK[False]
    room, left, start = wide - 2 * PAD, x + PAD, y
    y = sheet.text(lines(f"{number}. {link.name}", 16, room, primary, 600), left, y + PAD) + 4
    y = sheet.text(lines(link.what or link.lacking, 15, room, ink if link.what else muted, 500), left, y)
    if link.whom:
        y = sheet.text(lines(link.whom, 13, room, muted), left, y + 3)
    y += 10
    sheet.put(sign(link.state, ink, left, y + 1))
    y = sheet.text(lines(link.label, 14, room - 24, ink, 600), left + 24, y) + 2
    if link.about:
        y = sheet.text(lines(link.about, 13, room, ink), left, y + 2)
    if link.places:
        if spark.is_line(link.series):
            inner = spark.drawn(link.series, dark=False, wide=room)
            sheet.put(Markup('<g transform="translate({} {})">{}</g>').format(round(left, 1), round(y + 4, 1), inner))
            y += spark.HIGH + 8
        looks = spark.looks([p.code for p in link.places], dark=False)
        for place in link.places:
            sheet.put(spark.mark(looks[place.code], left + 6, y + 10))
            y = sheet.text(lines(place.told, 13, room - 20, ink), left + 18, y)
        y += 2
    for text, colour in ((link.measured, ink), (link.why, muted), (link.source, muted)):
        if text:
            y = sheet.text(lines(text, 13, room, colour), left, y + 3)
    return y + PAD - start


def _mark(sheet: Sheet, mark: Mark, x: float, y: float, wide: float) -> float:
    """A part of the quality; where it ends."""
    ink, muted, rule, *_ = INK[False]
    sheet.put(Markup('<path d="M{} {}h{}" stroke="{}" stroke-width="2"/>').format(x, y, wide, rule))
    y = sheet.text(lines(mark.name, 15, wide, ink, 600), x, y + 8)
    sheet.put(sign("there" if mark.is_there else "lacking", ink, x, y + 2))
    y = sheet.text(lines(mark.label, 14, wide - 22, ink, 500), x + 22, y)
    small: list[Lines] = [lines(text, 13, wide, muted) for text in (mark.text, mark.source) if text]
    for each in small:
        y = sheet.text(each, x, y + 2)
    return y

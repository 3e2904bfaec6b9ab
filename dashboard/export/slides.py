"""Exhibits as slides in 16:9: a native, editable chart or table each, the finding as title, the source at the foot."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from dashboard import exhibit
from dashboard.exhibit import Withheld
from dashboard.export import picture, plots
from dashboard.export.about import About, heading
from dashboard.export.slide_charts import draw as draw_chart
from dashboard.fonts import clean, wrapped
from dashboard.texts import t

WIDE, HIGH = Inches(13.333), Inches(7.5)
LEFT, ROOM = Inches(0.6), Inches(12.13)
TOP, FOOT = Inches(1.75), Inches(6.62)
LEAST = 18
"""The smallest text on a slide, in points."""
MOST_SLIDES = 3
FONT = "Inter"
INK, MUTED, PRIMARY, SURFACE = (RGBColor.from_string(c) for c in ("14212B", "46555F", "005A70", "F2F5F7"))
_TITLE_ONLY = 5
_COLOURS = ("005A70", "BB5566", "9A6B00", "004488", "46555F", "5EC962")
_ROWS = 9
_POINTS_A_INCH = 72


def slides(title: str, abouts: Sequence[About]) -> bytes:
    """A presentation: a title slide when there are several exhibits, then a slide each, long tables on up to three."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    _dress(deck, abouts[0].v.lang)
    about = abouts[0]
    core = deck.core_properties
    core.title, core.author, core.subject = title[:250], t("site.name", about.v.lang), about.dated
    core.language = "sv-SE" if about.v.lang == "sv" else "en-GB"
    core.comments = about.link[:250]
    core.created = core.modified = datetime.combine(about.v.as_of, time())
    core.last_modified_by = core.author
    if len(abouts) > 1:
        _opening(deck, title, about)
    for each in abouts:
        _exhibit(deck, each)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _dress(deck: Any, lang: str) -> None:
    """The product's font and colours as the deck's theme, and the layout's title where ours stands."""
    for master in deck.slide_masters:
        theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = theme.blob.decode("utf-8")
        text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", text)
        for at, colour in enumerate(_COLOURS, 1):
            text = re.sub(
                rf"<a:accent{at}>.*?</a:accent{at}>", f'<a:accent{at}><a:srgbClr val="{colour}"/></a:accent{at}>', text
            )
        text = re.sub(r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="14212B"/></a:dk1>', text)
        theme._blob = text.encode("utf-8")
    layout = deck.slide_layouts[_TITLE_ONLY]
    for shape in list(layout.placeholders):
        if shape.placeholder_format.idx == 0:
            _put(shape, LEFT, Inches(0.42), ROOM, Inches(1.25))
        else:
            shape._element.getparent().remove(shape._element)
    del lang


def _put(shape: Any, left: int, top: int, wide: int, high: int) -> None:
    shape.left, shape.top, shape.width, shape.height = (Emu(int(n)) for n in (left, top, wide, high))


def _slide(deck: Any, title: str, lang: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    box = slide.shapes.title
    _put(box, LEFT, Inches(0.42), ROOM, Inches(1.25))
    frame = box.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    size = next((n for n in (28, 25, 22) if _lines(title, n, 600) <= (2 if n > 22 else 3)), 20)
    _write(frame, _cut(title, size, 3), size, INK, lang, bold=True)
    return slide


def _lines(text: str, size: int, weight: int = 400) -> int:
    return len(wrapped(text, size, ROOM.inches * _POINTS_A_INCH, weight))


def _cut(text: str, size: int, most: int, room: float = 0) -> str:
    return " ".join(wrapped(text, size, room or ROOM.inches * _POINTS_A_INCH, 600, most=most))


def _write(
    frame: Any, text: str, size: int, colour: RGBColor, lang: str, *, bold: bool = False, align: Any = None
) -> Any:
    paragraph = frame.paragraphs[0]
    paragraph.alignment = align or PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = clean(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = colour
    run.font._element.set("lang", "sv-SE" if lang == "sv" else "en-GB")
    return run


def _opening(deck: Any, title: str, about: About) -> None:
    lang = about.v.lang
    slide = _slide(deck, title, lang)
    run = slide.shapes.title.text_frame.paragraphs[0].runs[0]
    run.font.size = Pt(44)
    _put(slide.shapes.title, LEFT, Inches(2.2), ROOM, Inches(1.6))
    band = slide.shapes.add_shape(1, 0, 0, WIDE, Inches(0.28))
    band.fill.solid()
    band.fill.fore_color.rgb = PRIMARY
    band.line.fill.background()
    _alt(band, "", decorative=True)
    box = slide.shapes.add_textbox(LEFT, Inches(3.9), ROOM, Inches(1.6))
    box.text_frame.word_wrap = True
    box.text_frame.margin_left = 0
    _write(box.text_frame, _cut(about.of.finding, 22, 3), 22, MUTED, lang)
    _foot(slide, about, "")


def _foot(slide: Any, about: About, source: str) -> None:
    """Source, snapshot and link. In full in the notes."""
    lang, v = about.v.lang, about.v
    box = slide.shapes.add_textbox(LEFT, FOOT, ROOM, Inches(0.7))
    box.name = "Footer"
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    if source:
        _write(frame, _cut(source, LEAST, 1), LEAST, MUTED, lang)
        frame.add_paragraph()
    last = frame.paragraphs[-1]
    for text, address in ((f"{about.dated}. ", ""), (v.t("export.open"), about.link)):
        run = last.add_run()
        run.text = clean(text)
        run.font.size, run.font.name = Pt(LEAST), FONT
        run.font.color.rgb = MUTED
        if address:
            run.hyperlink.address = address


def _exhibit(deck: Any, about: About) -> None:
    of, lang = about.of, about.v.lang
    made = plots.chart(of)
    if made is None:
        _tables(deck, about)
        return
    slide = _slide(deck, of.finding, lang)
    high = FOOT - TOP - Inches(0.15)
    left, room = int(LEFT), int(ROOM)
    if picture.is_map(of) and of.spec is not None:
        image, ratio = _map(about)
        wide = min(int(high * ratio), int(ROOM * 0.27))
        shown = slide.shapes.add_picture(io.BytesIO(image), LEFT, TOP, width=Emu(wide))
        _alt(shown, f"{of.title}. {of.finding}")
        left, room = int(LEFT + wide + Inches(0.3)), int(ROOM - wide - Inches(0.3))
    charts = plots.halves(made)
    gap = Inches(0.25)
    each = int((room - gap * (len(charts) - 1)) / len(charts))
    for at, part in enumerate(charts):
        frame = draw_chart(slide, part, left + at * (each + gap), TOP, each, high, of.title)
        _alt(frame, f"{of.title}. {of.finding}")
    _foot(slide, about, about.source)
    _notes(slide, about, made.left_out)


def _map(about: About) -> tuple[bytes, float]:
    """The map alone as a picture, and its width over its height."""
    import vl_convert

    assert about.of.spec is not None
    text = picture.drawn(about.of.spec(False), 420)
    size = re.search(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"', text)
    ratio = float(size[1]) / float(size[2]) if size else 0.6
    return vl_convert.svg_to_png(text, scale=3), ratio


def _alt(shape: Any, text: str, *, decorative: bool = False) -> None:
    """What a screen reader hears."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", "" if decorative else clean(text)[:1000])


def _tables(deck: Any, about: About) -> None:
    """The rows as native tables, up to three slides of them; what does not fit is said, and where it is."""
    of, v = about.of, about.v
    shown = _columns(about)
    rows = of.rows[: _ROWS * MOST_SLIDES]
    parts = [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)] or [()]
    for number, part in enumerate(parts):
        slide = _slide(deck, of.finding, v.lang)
        if part:
            _table(slide, about, shown, part, number * _ROWS)
        source = about.source
        if len(of.rows) > len(rows) and number == len(parts) - 1:
            source = f"{v.t('export.rows_shown', shown=v.n(len(rows)), n=v.n(len(of.rows)))} {source}"
        _foot(slide, about, source)
        _notes(slide, about, len(of.rows) - len(rows))


def _columns(about: About) -> list[int]:
    """The columns that a slide has room for: the first, then those that say most, in their order."""
    of = about.of
    filled = [at for at in range(len(of.columns)) if any(row[at] not in (None, "") for row in of.rows)] or [0]
    return filled[:7] if sum(of.columns[at].is_numeric for at in filled) > 2 else filled[:5]


def _table(slide: Any, about: About, shown: list[int], part: Sequence[Any], first: int) -> None:
    of, v = about.of, about.v
    shape = slide.shapes.add_table(len(part) + 1, len(shown), LEFT, TOP, ROOM, Inches(0.47) * (len(part) + 1))
    _alt(shape, f"{of.title}. {of.finding}")
    table = shape.table
    weights = [_weight(about, at, part, first) for at in shown]
    for at, weight in enumerate(weights):
        table.columns[at].width = Emu(int(ROOM * weight / sum(weights)))
    for at, column in enumerate(shown):
        right = of.columns[column].is_numeric
        _cell(table.cell(0, at), heading(of.columns[column]), v.lang, table.columns[at].width, right=right, head=True)
        for row, cells in enumerate(part):
            text = exhibit.written(v, cells[column], of.columns[column], first + row)
            _cell(table.cell(row + 1, at), text, v.lang, table.columns[at].width, right=right)


def _weight(about: About, column: int, part: Sequence[Any], first: int) -> float:
    of = about.of
    texts = [exhibit.written(about.v, row[column], of.columns[column], first + at) for at, row in enumerate(part)]
    longest = max(map(len, texts), default=0)
    return max(7, min(longest, 38), min(len(heading(of.columns[column])), 16))


def _cell(cell: Any, text: str, lang: str, wide: int, *, right: bool, head: bool = False) -> None:
    cell.margin_left = cell.margin_right = Inches(0.08)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = SURFACE if head else RGBColor(255, 255, 255)
    room = (wide / Inches(1) - 0.2) * _POINTS_A_INCH
    fitting = _cut(text, LEAST, 1, room)
    _write(
        cell.text_frame,
        fitting,
        LEAST,
        MUTED if head else INK,
        lang,
        bold=head,
        align=PP_ALIGN.RIGHT if right else None,
    )
    cell.text_frame.word_wrap = True


def _notes(slide: Any, about: About, left_out: int) -> None:
    """All that the file says of itself, and the rows that are hidden or left out."""
    v = about.v
    lines = [f"{label}: {text}" for label, text in about.lines()]
    if left_out:
        lines.append(v.t("export.left_out", n=v.n(left_out)))
    if any(isinstance(cell, Withheld) for row in about.of.rows for cell in row):
        lines.append(v.t("hidden.legend"))
    slide.notes_slide.notes_text_frame.text = clean("\n".join(lines))

"""Native charts on slides: bars, lines, points and bubbles whose figures can be edited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlsxwriter
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.util import Emu, Pt

from dashboard.export.plots import Chart

SIZE = 18
_INK, _MUTED, _RULE = (RGBColor.from_string(c) for c in ("14212B", "46555F", "D3DADE"))
_COLOURS = tuple(RGBColor.from_string(c) for c in ("005A70", "14212B", "BB5566", "9A6B00", "004488", "46555F"))
_DASHES = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.SOLID, MSO_LINE.ROUND_DOT, MSO_LINE.LONG_DASH, MSO_LINE.DASH_DOT)
_MARKERS = (
    XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE, XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.X, XL_MARKER_STYLE.PLUS,
)  # fmt: skip


def draw(slide: Any, chart: Chart, left: int, top: int, wide: int, high: int, title: str) -> Any:
    """The chart's frame on the slide."""
    kind, data = {"bar": _bars, "line": _lines, "scatter": _points, "bubble": _bubbles}[chart.kind](chart)
    data._workbook_writer._open_worksheet = _plain_sheet
    frame = slide.shapes.add_chart(kind, *(Emu(int(n)) for n in (left, top, wide, high)), data)
    frame.name = title[:60]
    made = frame.chart
    made.has_title = False
    made.font.size, made.font.name = Pt(SIZE), "Inter"
    made.font.color.rgb = _INK
    made.has_legend = len(chart.series) > 1 and chart.kind in ("bar", "line")
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.BOTTOM
        made.legend.include_in_layout = False
        made.legend.font.size = Pt(SIZE)
    {"bar": _dress_bars, "line": _dress_lines}.get(chart.kind, _dress_points)(made, chart)
    return frame


@contextmanager
def _plain_sheet(file: Any) -> Iterator[tuple[Any, Any]]:
    """The sheet behind a chart, where a name that begins as a formula is a name."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    yield book, book.add_worksheet()
    book.close()


def _format(chart: Chart) -> str:
    """As exact as the figures are; large money in millions, with all digits still in the chart's own sheet."""
    largest = max((abs(x) for series in chart.series for x in series.values if x is not None), default=0)
    if chart.is_money and max(largest, chart.most) >= 100_000:
        return '#,##0.0,,"\u00a0M"'
    return "#,##0" + ("." + "0" * chart.decimals if chart.decimals else "")


def _bars(chart: Chart) -> tuple[Any, Any]:
    data = CategoryChartData(number_format=_format(chart))
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    return XL_CHART_TYPE.BAR_CLUSTERED, data


def _lines(chart: Chart) -> tuple[Any, Any]:
    _, data = _bars(chart)
    return XL_CHART_TYPE.LINE_MARKERS, data


def _points(chart: Chart) -> tuple[Any, Any]:
    data = XyChartData(number_format=_format(chart))
    x, y = chart.series[:2]
    series = data.add_series(f"{x.name} – {y.name}")
    for across, up in zip(x.values, y.values, strict=True):
        if across is not None and up is not None:
            series.add_data_point(across, up)
    return XL_CHART_TYPE.XY_SCATTER, data


def _bubbles(chart: Chart) -> tuple[Any, Any]:
    data = BubbleChartData(number_format=_format(chart))
    x, y, size = chart.series[:3]
    series = data.add_series(size.name)
    for across, up, large in zip(x.values, y.values, size.values, strict=True):
        if across is not None and up is not None and large is not None:
            series.add_data_point(across, up, large)
    return XL_CHART_TYPE.BUBBLE, data


def _axis(axis: Any, *, grid: bool) -> None:
    axis.tick_labels.font.size = Pt(SIZE)
    axis.tick_labels.font.color.rgb = _MUTED
    axis.has_major_gridlines = grid
    axis.format.line.color.rgb = _MUTED
    if grid:
        axis.major_gridlines.format.line.color.rgb = _RULE


def _dress_bars(made: Any, chart: Chart) -> None:
    plot = made.plots[0]
    plot.gap_width = 45
    plot.overlap = -5
    plot.vary_by_categories = False
    _axis(made.category_axis, grid=False)
    made.category_axis.reverse_order = True
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    made.value_axis.visible = False
    made.value_axis.has_major_gridlines = False
    if chart.most:
        made.value_axis.minimum_scale, made.value_axis.maximum_scale = 0, chart.most
    for at, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _COLOURS[at % len(_COLOURS)]
        series.invert_if_negative = False
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = _format(chart), False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size = Pt(SIZE)
        labels.font.color.rgb = _INK


def _dress_lines(made: Any, chart: Chart) -> None:
    _axis(made.category_axis, grid=False)
    _axis(made.value_axis, grid=True)
    made.value_axis.tick_labels.number_format, made.value_axis.tick_labels.number_format_is_linked = "General", False
    known = [x for series in chart.series for x in series.values if x is not None]
    if known and min(known) > 0 and min(known) > 0.5 * max(known):
        made.value_axis.minimum_scale = float(int(min(known) * 0.9))
    for at, series in enumerate(made.plots[0].series):
        colour = _COLOURS[at % len(_COLOURS)]
        series.smooth = False
        series.format.line.color.rgb = colour
        series.format.line.width = Pt(4 if at == 0 else 2.25)
        series.format.line.dash_style = _DASHES[at % len(_DASHES)]
        series.marker.style = _MARKERS[at % len(_MARKERS)]
        series.marker.size = 8 if at == 0 else 6
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour


def _dress_points(made: Any, chart: Chart) -> None:
    for axis, series in ((made.category_axis, chart.series[0]), (made.value_axis, chart.series[1])):
        _axis(axis, grid=True)
        axis.has_title = True
        axis.axis_title.text_frame.text = series.name
        axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(SIZE)
        axis.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False
    for series in made.plots[0].series:
        series.format.line.fill.background()
        fill = series.marker.format.fill if chart.kind == "scatter" else series.format.fill
        fill.solid()
        fill.fore_color.rgb = _COLOURS[0]
        if chart.kind == "scatter":
            series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 10

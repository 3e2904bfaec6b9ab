"""Slides opened again: native charts with the API's figures, gaps where one is hidden, titles, sources, alt texts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt
from starlette.testclient import TestClient

from dashboard.exhibit import WITHHELD, Column, Exhibit, Plot
from dashboard.export import plots
from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import view_of
from tests.dashboard.export_world import SPOILT, TITLE, api, got


def deck(body: bytes) -> Any:
    return Presentation(io.BytesIO(body))


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def sizes(slide: Any) -> list[int]:
    frames = [s.text_frame for s in slide.shapes if s.has_text_frame]
    frames += [cell.text_frame for s in slide.shapes if s.has_table for row in s.table.rows for cell in row.cells]
    return [run.font.size for f in frames for p in f.paragraphs for run in p.runs if run.text.strip()]


def test_money_on_the_map_is_a_native_chart_with_the_apis_figures(files: TestClient) -> None:
    expected = {r["code"]: r for r in api(files, "/funding")["data"]}
    (slide,) = deck(got(files, "sweden/karta.pptx", visa="pengar")).slides
    found: dict[str, float] = {}
    for chart in charts(slide):
        (series,) = chart.plots[0].series
        found |= dict(zip(chart.plots[0].categories, series.values, strict=True))
    by_name = {r["name_sv"].removesuffix(" län"): r["amount"] for r in expected.values()}
    assert len(found) == 23, "21 län, national, unknown"
    for name, value in found.items():
        assert value == pytest.approx(float(by_name[name]))
    pictures = [s for s in slide.shapes if s.shape_type == 13]
    assert len(pictures) == 1
    assert "Stockholms län" in pictures[0]._element.xpath(".//p:cNvPr")[0].get("descr")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_slide_has_title_source_alt_text_and_large_letters(files: TestClient, lang: str) -> None:
    v = view_of("county", {"lan": "14", "lang": lang})
    made = deck(got(files, "county.pptx", lan="14", lang=lang))
    assert made.slide_width / made.slide_height == pytest.approx(16 / 9, rel=1e-3)
    assert made.core_properties.title
    assert made.core_properties.language == {"sv": "sv-SE", "en": "en-GB"}[lang]
    for number, slide in enumerate(made.slides):
        assert slide.shapes.title.text_frame.text.strip()
        foot = next(s for s in slide.shapes if s.name == "Footer").text_frame
        assert v.w.snapshot_id in foot.text
        links = [r.hyperlink.address for p in foot.paragraphs for r in p.runs if r.hyperlink.address]
        assert links == [f"http://region.example/lan?lang={lang}&lan=14&snapshot={v.w.snapshot_id}"]
        assert min(sizes(slide)) >= Pt(18), number
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= made.slide_width
            assert shape.top + shape.height <= made.slide_height, (number, shape.name)
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
        if number:
            notes = slide.notes_slide.notes_text_frame.text
            assert {"sv": "Så räknas det", "en": "How it is counted"}[lang] in notes or "Licen" in notes
            assert v.w.snapshot_id in notes


def test_a_trend_is_an_editable_line_a_region_with_gaps_where_hidden(files: TestClient) -> None:
    query = {"lan": "14", "indikator": "unemployment_15_74", "snapshot": SPOILT}
    (slide,) = deck(got(files, "county/trend.pptx", **query)).slides
    (chart,) = charts(slide)
    answer = api(files, "/indicators/unemployment_15_74", region="14", sex="T", snapshot=SPOILT, limit="100")
    expected = {r["period"]: r["value"] for r in answer["data"]}
    own = chart.plots[0].series[0]
    found = dict(zip(chart.plots[0].categories, own.values, strict=True))
    assert found == expected
    assert found["2010"] is None
    assert found["2025"] is None
    assert 0 not in found.values()


def test_a_long_table_says_how_many_rows_there_are(files: TestClient) -> None:
    made = deck(got(files, "initiatives/lista.pptx"))
    total = api(files, "/operations")["total"]
    assert len(made.slides) == 3
    foot = next(s for s in made.slides[2].shapes if s.name == "Footer").text_frame.text
    assert f"27 av {total} rader" in foot


def test_hostile_titles_are_text_on_slides(files: TestClient) -> None:
    made = deck(got(files, "initiatives/lista.pptx", snapshot=SPOILT, lan="18"))
    cells = [c.text for s in made.slides[0].shapes if s.has_table for r in s.table.rows for c in r.cells]
    assert any(text and TITLE.startswith(text.rstrip("…")) for text in cells if text.startswith("=cmd"))


def exhibit(columns: tuple[Column, ...], rows: Any, plot: Plot | None = None, spec: Any = None) -> Exhibit:
    return Exhibit("x", "T", "F", columns, rows, ("K",), plot=plot, spec=spec)


def test_a_figure_that_says_nothing_of_its_chart_is_read_from_its_marks() -> None:
    text, number = Column("Län"), Column("Andel", "number", decimals=1, unit="%")
    rows = (("A", 1.5, 2.0), ("B", WITHHELD, None))

    def spec(mark: object) -> Any:
        return lambda dark: {"layer": [{"data": {"values": [{"mark": "bar"}]}, "layer": [{"mark": mark}]}]}

    bar = plots.chart(exhibit((text, number, number), rows, spec=spec({"type": "bar"})))
    assert bar is not None
    assert (bar.kind, bar.series[0].values) == ("bar", (1.5, None))
    line = plots.chart(exhibit((text, number, number), rows, spec=spec("line")))
    assert line is not None
    assert [s.values for s in line.series] == [(1.5, None), (2.0, None)]
    points = plots.chart(exhibit((text, number, number), rows, spec=spec("point")))
    assert points is not None
    assert points.kind == "scatter"
    assert plots.chart(exhibit((text, number, number), rows, spec=spec("rect"))) is None
    assert plots.chart(exhibit((text, number), (("A", 1),))) is None


def test_long_rows_of_a_line_become_a_series_a_place() -> None:
    columns = (Column("Period"), Column("Län"), Column("Värde", "number"))
    rows = (("2020", "A", 1), ("2020", "B", 2), ("2021", "A", WITHHELD), ("2021", "B", 4))
    chart = plots.chart(exhibit(columns, rows, Plot("line", (2,))))
    assert chart is not None
    assert chart.categories == ("2020", "2021")
    assert {s.name: s.values for s in chart.series} == {"A": (1, None), "B": (2, 4)}


@pytest.mark.parametrize("kind", ["scatter", "bubble"])
def test_points_without_a_figure_are_left_out_and_never_nought(kind: Any) -> None:
    from dashboard.export.slide_charts import draw

    number = Column("Tal", "number")
    rows = (("A", 1, 2, 3), ("B", WITHHELD, 2, 3), ("C", 4, None, 3))
    chart = plots.chart(exhibit((Column("Län"), number, number, number), rows, Plot(kind, (1, 2, 3))))
    assert chart is not None
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    frame = draw(slide, chart, 0, 0, 5_000_000, 3_000_000, "T")
    (series,) = frame.chart.plots[0].series
    assert list(series.values) == [2]


def test_every_exhibit_becomes_a_slide(files: TestClient) -> None:
    v = view_of("county", {"lan": "03"})
    made = [make(v) for make in CATALOGUE["county"].values()]
    assert len(deck(got(files, "county.pptx", lan="03")).slides) >= sum(of is not None for of in made) + 1

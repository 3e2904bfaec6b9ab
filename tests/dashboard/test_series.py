"""What stands beside an indicator's figures: flags in words, both parts of a gap, that a sum is ours."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from dashboard.blocks import series, trend
from dashboard.db import Warehouse, served
from dashboard.layout import View
from dashboard.questions import indicators
from dashboard.selection import Selection
from dashboard.texts import LANGS, Lang
from etl.sources import arbetsformedlingen, kolada
from etl.warehouse import Fetched, build
from tests.conftest import ROOT, Sheet, kommun_codes
from tests.etl.test_arbetsformedlingen import written as af_workbook
from tests.replay.documents import kolada_rows

HIDDEN, PERIODS = "0018", ["2022", "2023", "2024"]
UPPSALA = "Uppsala län"


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Warehouse:
    """The embedded data with synthetic figures of Kolada (one hidden) and Arbetsförmedlingen (over a break)."""
    folder = tmp_path_factory.mktemp("series")
    lans = ["0000", *(f"00{code}" for code in kommun_codes())]
    files: list[tuple[Any, Path]] = []
    for kpi, value in (("N02267", 80.0), ("N02268", 66.5), ("N02269", 84.0)):
        rows = kolada_rows(kpi, lans, PERIODS)
        for row in rows:
            for cell, off in zip(row["values"], (0.0, -1.0, 2.0), strict=True):
                is_hidden = kpi == "N02268" and row["municipality"] == HIDDEN and row["period"] == 2023
                cell |= {"value": None, "status": ".."} if is_hidden else {"value": value + off}
        path = folder / f"kolada_{kpi}.json"
        path.write_text(json.dumps({"values": rows}), "utf-8")
        files.append((kolada.SOURCES[0], path))
    names = {row["code"]: row["name"] for row in Sheet(ROOT / "data/regions/kommun.csv").rows}
    af_rows = [
        (month, UPPSALA, names[code], 100, 9, 20, 5)
        for code in kommun_codes()["03"]
        for month in ("2022-11", "2022-12", "2023-01", "2023-02")
    ]
    files.append((arbetsformedlingen.SOURCES[0], af_workbook(folder, af_rows + _padding(names))))
    fetched = [Fetched(source, path, datetime(2026, 11, 23)) for source, path in files]
    build(folder / "snapshots", fetched=fetched, as_of=date(2026, 11, 23))
    return served(folder / "snapshots")


def _padding(names: dict[str, str]) -> list[tuple[Any, ...]]:
    """Enough rows for a whole workbook, of another län's kommuner."""
    others = [name for code, name in names.items() if code[:2] == "14"]
    return [(f"2021-{m:02}", "Västra Götalands län", name, 50, 5, 5, 5) for m in range(1, 8) for name in others]


def view(w: Warehouse, lang: Lang = "sv", **changes: Any) -> View:
    return View(w, Selection(lang=lang).but(**changes), "county")


def gap(w: Warehouse, code: str, region: str, period: str = "2024") -> tuple[Any, Any]:
    return indicators.catalogue(w)[code], indicators.by_lan(w, code, period)[region]


@pytest.mark.parametrize("lang", LANGS)
def test_the_source_line_of_a_gap_names_both_parts_and_leads_to_both_rows(w: Warehouse, lang: Lang) -> None:
    one, row = gap(w, "gap_employment_foreign_born", "18")
    assert (one["is_gap"], row["value"]) == (True, 17.5)
    line = str(series.source_line(view(w, lang), one, "2024", row))
    assert "Kolada N02269" in line
    assert "Kolada N02268" in line
    rows = re.findall(r"kalla=kolada:(\d+)@(kolada_\w+\.json)", unquote(line))
    assert [name for _, name in rows] == ["kolada_N02269.json", "kolada_N02268.json"]
    assert ("Beräknat här" if lang == "sv" else "Derived here") in line


def test_the_gender_gap_says_men_and_women(w: Warehouse) -> None:
    one, row = gap(w, "gap_employment_gender", "18")
    assert row["value"] == 3.0
    line = str(series.source_line(view(w), one, "2024", row))
    assert re.search(r"\(BAS\), män \(.*minus.*\(BAS\), kvinnor \(", line)


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_publisher_withholds_hides_the_gap_and_says_so(w: Warehouse, lang: Lang) -> None:
    one, row = gap(w, "gap_employment_foreign_born", "18", "2023")
    said = "dolt" if lang == "sv" else "hidden"
    assert (row["value"], row["flag"], row["rank"]) == (None, "s", None)
    v = view(w, lang)
    assert series.shown(v, one, row) == said
    rows = indicators.by_lan(w, one["code"], "2023").values()
    assert series.marked(v, rows) == f"{said.capitalize()}: {v.regions['18']}."
    assert str(series.title(v, one)).endswith(f"<small>({'beräknat' if lang == 'sv' else 'derived'})</small>")


def test_a_sum_of_kommuner_is_said_to_be_ours_and_riket_is_missing(w: Warehouse) -> None:
    one = indicators.catalogue(w)["registered_unemployed"]
    by = indicators.by_lan(w, one["code"], "2023-01")
    assert (by["03"]["value"], by["03"]["flag"]) == (100.0 * len(kommun_codes()["03"]), "b")
    assert by["00"]["value"] is None
    v = view(w)
    assert series.shown(v, one, by["03"]) == "800 (brott i serien)"
    assert "summan av kommunerna" in series.source_line(v, one, "2023-01", by["03"])


def test_the_finding_speaks_only_of_the_time_since_the_break(w: Warehouse) -> None:
    one = indicators.catalogue(w)["registered_unemployed"]
    own = [r for r in indicators.trend(w, one["code"], ["03"]) if r["value"] is not None]
    assert [r["period"] for r in own] == ["2022-11", "2022-12", "2023-01", "2023-02"]
    v = view(w)
    sentence = trend._sentence(v, one, own)
    assert "2023-01" in sentence
    assert "2022" not in sentence
    assert "2022" not in trend._sentence(v, one, own[:3])
    assert "enda talet efter brottet" in trend._sentence(v, one, own[:3])
    notes = series.notes(v, own)
    assert len(notes) == 1
    assert "öppen romb: 2023-01." in notes[0]


@pytest.mark.parametrize(("code", "regions"), [("population", {"18"}), ("dependency_ratio", {"00", "18"})])
def test_riket_is_not_drawn_beside_counts(w: Warehouse, code: str, regions: set[str]) -> None:
    one = indicators.catalogue(w)[code]
    drawn = trend._drawn(one, indicators.trend(w, code, ["18", "00"]))
    assert {r["region_code"] for r in drawn} == regions


def test_pooled_years_are_said_to_stand_in_the_middle(w: Warehouse) -> None:
    one = indicators.catalogue(w)["low_trust"]
    own = [r for r in indicators.trend(w, one["code"], ["18"]) if r["value"] is not None]
    v = view(w, "en")
    assert "middle of its period" in series.notes(v, own)[-1]
    assert trend._range(v, own).replace("\u00a0", " ") == "2004–2007 – 2021–2024"


def test_every_starter_indicator_is_declared_with_titles_units_and_a_direction(w: Warehouse) -> None:
    from etl.catalogue import SOURCES
    from etl.embedded import DATA

    declared = {i.table_id: i for s in SOURCES for i in getattr(s, "INDICATORS", ())}
    wanted = ["N03941", "N03942", "N03954", "N02797", "N02267", "N02268", "N02269", "N00957", "N66080", "N31807",
              "N01984", "N00952"]  # fmt: skip
    tables = [f"Kolada {kpi}" for kpi in wanted] + [
        "SJPsjptal",
        "Registerdata för integration, TAB6379, TAB6384, TAB6383",
    ]
    for table in tables:
        one = declared[table]
        assert one.title_sv != one.title_en
        assert one.unit
        assert one.unit_en or one.unit == "%"
        assert one.better in ("high", "low")
    codes = {row["code"] for row in Sheet(DATA / "indicators/derived.csv").rows}
    assert {"gap_employment_foreign_born", "gap_employment_gender"} <= codes

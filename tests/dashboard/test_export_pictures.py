"""SVG and PNG: what is drawn is what the API has, with title, source and snapshot, and nothing fetched."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboard.export.catalogue import CATALOGUE
from dashboard.export.picture import WIDE
from dashboard.fonts import clean, legible, width, wrapped
from dashboard.layout import view_of
from tests.dashboard.export_world import HIDDEN, SPOILT, api, got

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [("sweden", "karta", {}), ("sweden", "karta", {"visa": "pengar"}), ("county", "pengar", {"lan": "18"}),
         ("county", "malgrupper", {"lan": "14"}), ("county", "trend", {"lan": "18"}),
         ("county", "kommuner", {"lan": "18"})]  # fmt: skip


def words(body: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(body).iter(f"{SVG}text")]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("page", "name", "query"), DRAWN)
def test_a_picture_says_what_it_is_and_where_it_is_from(
    files: TestClient, page: str, name: str, query: dict[str, str], lang: str
) -> None:
    query = {**query, "lang": lang}
    body = got(files, f"{page}/{name}.svg", **query)
    v = view_of(page, query)
    of = CATALOGUE[page][name](v)
    assert of
    root = ET.fromstring(body)
    assert root.findtext(f"{SVG}title") == of.title
    assert root.findtext(f"{SVG}desc") == of.finding
    drawn = " ".join(words(body))
    assert drawn.startswith(of.title[:20])
    assert v.w.snapshot_id in drawn
    assert {"sv": "Källa:", "en": "Source:"}[lang] in drawn
    assert "http://region.example/" in drawn
    assert not re.search(rb'(href|src)="https?:', body)
    assert b"<script" not in body
    assert b"@import" not in body


@pytest.mark.parametrize(("page", "name", "query"), DRAWN[:2])
def test_a_picture_is_two_pixels_for_one(files: TestClient, page: str, name: str, query: dict[str, str]) -> None:
    body = got(files, f"{page}/{name}.png", **query)
    assert body.startswith(b"\x89PNG")
    across, down = struct.unpack(">II", body[16:24])
    assert across == WIDE * 2
    assert down > across / 2


def test_the_map_shows_each_figure_that_the_api_has(files: TestClient) -> None:
    answer = api(files, "/indicators/unemployment_15_74", period="2025", sex="T", level="lan", limit="30")
    drawn = words(got(files, "sweden/karta.svg", ar="2025", lang="en"))
    for r in answer["data"]:
        at = drawn.index(r["name_en"])
        assert at
        assert f"{r['value']:.1f}" in drawn


def test_hidden_figures_are_dots_and_a_pattern_and_have_no_colour(files: TestClient) -> None:
    body = got(files, "sweden/karta.svg", snapshot=SPOILT, ar="2025").decode()
    plain = got(files, "sweden/karta.svg", ar="2025").decode()
    drawn = words(body.encode())
    assert drawn.count("..") == 2
    assert "Dolt, för få personer" in drawn
    assert "Inget värde" in drawn
    coloured = sum(body.count(f'fill="{c}"') for c in ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"))
    before = sum(plain.count(f'fill="{c}"') for c in ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"))
    assert coloured == before - 3, "two hidden, one missing"
    assert HIDDEN


def test_a_hostile_title_is_drawn_as_text(files: TestClient) -> None:
    body = got(files, "county/trend.svg", snapshot=SPOILT, lan="14", indikator="low_trust")
    root = ET.fromstring(body)
    assert root.find(f".//{SVG}script") is None
    assert "<script>alert(1)</script>" in str(root.findtext(f"{SVG}title"))
    assert got(files, "county/trend.png", snapshot=SPOILT, lan="14", indikator="low_trust")


@given(text=st.text(max_size=300), size=st.integers(8, 40), room=st.integers(60, 600))
def test_lines_fit_and_lose_nothing(text: str, size: int, room: int) -> None:
    lines = wrapped(text, size, room)
    assert "".join(lines).replace(" ", "") == text.replace("\n", " ").replace(" ", "")
    assert all(width(line, size) <= room or len(line) == 1 for line in lines)


@given(text=st.text(max_size=200))
def test_what_is_drawn_is_legible_and_xml(text: str) -> None:
    ET.fromstring(f"<a>{clean(text).replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</a>")
    assert legible(legible(text)) == legible(text)
    assert len(wrapped(text, 12, 200, most=2)) <= 2

"""What a rerun sends is made once and says each thing once, and is the same to a reader."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.charts.look import packed
from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import View
from dashboard.selection import Selection

CELL = st.one_of(st.none(), st.booleans(), st.integers(2, 9), st.text("ab", max_size=2))


def unfolded(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows as Vega's flatten makes them."""
    rows, folded = spec["data"]["values"], spec["transform"][0]["flatten"]
    return [
        {name: row[name][at] if name in folded else row[name] for name in row}
        for row in rows
        for at in range(len(row[folded[0]]))
    ]


@given(st.lists(st.tuples(st.sampled_from("ab"), CELL, CELL), min_size=3, max_size=12))
def test_packed_data_unfolds_to_the_same_rows_in_the_same_order(cells: list[tuple[Any, ...]]) -> None:
    rows = [{"name": a, "x": b, "y": c} for a, b, c in cells]
    spec = {"mark": "line", "data": {"values": rows}, "transform": [{"filter": "datum.x"}]}
    made = packed(spec)
    assert spec["data"]["values"] is rows, "what was given is left alone"
    if made["data"] == spec["data"]:
        assert len({tuple(row.values()) for row in rows}) < len(rows)
        return
    assert unfolded(made) == rows
    assert made["transform"][1:] == spec["transform"]


def test_what_is_not_plain_rows_stays_and_layers_are_packed() -> None:
    odd = {"data": {"values": [{"a": 1}, {"a": 2}, {"b": 3}]}}
    lists = {"data": {"values": [{"a": [1]}, {"a": [2]}, {"a": [3]}]}}
    rows = [{"a": n, "b": "same"} for n in range(5)]
    assert packed(odd) == odd
    assert packed(lists) == lists
    assert packed({"data": {"name": "rows"}}) == {"data": {"name": "rows"}}
    made = packed({"layer": [{"data": {"values": rows}, "layer": [{"mark": "line"}]}]})
    assert made["layer"][0]["data"]["values"] == [{"a": [0, 1, 2, 3, 4], "b": "same"}]
    assert unfolded(made["layer"][0]) == rows


@pytest.mark.parametrize(("page", "name"), [("county", "trend"), ("county", "malgrupper")])
def test_a_packed_chart_is_drawn_as_it_was(w: Any, page: str, name: str) -> None:
    found = CATALOGUE[page][name](View(w, Selection(lan=("18",) if page == "county" else ()), page))
    assert found is not None
    assert found.spec is not None
    spec = found.spec(False)
    made = packed(spec)
    assert len(json.dumps(made)) < len(json.dumps(spec))
    drawn, before = (re.sub(r"clip\d+", "clip", vl_convert.vegalite_to_svg(one)) for one in (made, spec))
    assert drawn == before


def test_a_chart_with_dates_is_left_alone() -> None:
    rows = [{"a": "2024-01-01"}, {"a": "2024-02-01"}, {"a": "2024-03-01"}]
    spec = {"layer": [{"encoding": {"x": {"field": "a", "type": "temporal"}}}], "data": {"values": rows}}
    assert packed(spec) is spec


def test_a_piece_is_made_once_for_a_selection(w: Any) -> None:
    asked: list[Selection] = []

    @layout.kept
    def piece(v: View) -> Markup:
        asked.append(v.sel)
        return Markup("<p>{}</p>").format(v.sel.one_lan)

    one, other = (View(w, Selection(lan=(code,)), "county") for code in ("18", "14"))
    again = View(type(w)(w.path), Selection(lan=("18",)), "county")
    assert (piece(one), piece(other), piece(again), piece(one)) == ("<p>18</p>", "<p>14</p>", "<p>18</p>", "<p>18</p>")
    assert len(asked) == 2
    assert piece(one.but(lang="en")) == "<p>18</p>"
    assert len(asked) == 3


def test_what_is_kept_is_bounded(w: Any, monkeypatch: Any) -> None:
    made: list[int] = []

    @layout.kept
    def long(v: View) -> str:
        made.append(v.sel.sida)
        return "x" * 1000

    monkeypatch.setattr(layout, "_MOST", sum(layout._weights.values()) + 2500)
    before = len(layout._made)
    for n in range(1, 9):
        long(View(w, Selection(sida=n), "county"))
    assert sum(layout._weights.values()) <= layout._MOST
    assert set(layout._weights) == set(layout._made)
    assert len(layout._made) <= before + 2
    long(View(w, Selection(sida=8), "county"))
    assert made == list(range(1, 9)), "the newest is still there"


def test_a_stacked_table_names_its_columns_once_and_no_name_gets_out_of_its_string() -> None:
    head = ["Kommun", "År; 2024", "O'Hara\\\n\"><script>x</script>", Markup("<b>Antal</b>")]
    said = parts.table(head, [["Ale", 1, 2, 3], ["Borås", 4, 5, 6]], label="Test")
    style = said.split('style="')[1].split('"')[0]
    assert style.startswith("--l1:'Kommun';--l2:'År\\3b  2024';--l3:'O\\27 Hara\\5c \\a \\22 \\3e \\3c script")
    assert style.endswith("--l4:'Antal';")
    assert "<script" not in said
    assert said.count("--l2") == 1
    assert "style=" not in parts.table(head[:3], [["a", "b", "c"]])

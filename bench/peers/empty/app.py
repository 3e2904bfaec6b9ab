"""The least page that answers a click: a heading and a select box."""

import streamlit as st

from bench.peers.empty import NAMES


def chosen() -> None:
    """Write the choice to the URL, as the product does."""
    st.query_params["lan"] = st.session_state["lan"]


lan = st.query_params.get("lan", "18")
st.session_state["lan"] = lan
st.html(f"<h1>{NAMES[lan]}</h1>")
st.selectbox("Län", list(NAMES), key="lan", format_func=NAMES.get, on_change=chosen)

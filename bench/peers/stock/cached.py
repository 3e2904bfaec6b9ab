"""Reads every file once: ``st.cache_data`` around what is read, as Streamlit's manual advises."""

import figures
import streamlit as st
from page import draw, outlines

draw(st.cache_data(figures.read), st.cache_data(outlines))

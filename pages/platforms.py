"""Plattformar: support structures and platforms by län and level, how long they are funded, and those abroad."""

from dashboard.blocks import platforms
from dashboard.layout import view

v = view("platforms")
platforms.overview(v)
platforms.section(v)

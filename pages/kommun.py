"""Kommun: the kommuner on a map and in a table; one of them beside its län and riket, with its initiatives."""

from dashboard.blocks import kommun_map, kommun_profile
from dashboard.layout import view

v = view("kommun")
kommun_map.heading(v)
kommun_map.controls(v)
kommun_map.map_and_table(v)
kommun_profile.section(v)

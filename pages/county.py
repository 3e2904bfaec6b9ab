"""Mitt län: one county's money, target groups and inclusion indicators side by side."""

from dashboard.blocks import county
from dashboard.layout import view

v = view("county")
county.chooser(v)
if v.sel.one_lan:
    county.headline(v)
    county.side_by_side(v)
    county.trend(v)
    county.places(v)
    county.running(v)
    county.kommuner(v)
    county.all_initiatives(v)

"""Mitt län: one county's money, target groups and inclusion indicators side by side."""

from dashboard.blocks import changes, county, kommun, trend
from dashboard.layout import html, view

chosen = view("county")
v = chosen.but(kommun=())
county.chooser(v)
if v.sel.one_lan:
    county.headline(v)
    county.side_by_side(v)
    trend.section(v)
    county.places(v)
    county.running(v)
    kommun.drill_down(chosen)
    html(county.all_initiatives(v))
    changes.section(v)

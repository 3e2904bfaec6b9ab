"""Mitt län: one county's money, target groups and inclusion indicators side by side."""

from dashboard.blocks import changes, county, kommun, trend
from dashboard.layout import view

chosen = view("county")
v = chosen.but(kommun=())
county.chooser(v)
if v.sel.one_lan:
    trend.section(v, county.headline(v), county.side_by_side(v))
    kommun.drill_down(chosen, county.places(v), county.running(v))
    changes.section(v, county.all_initiatives(v))

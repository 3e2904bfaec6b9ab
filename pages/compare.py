"""Jämför län: two to four places side by side on shared scales, and which län resemble which."""

from dashboard.blocks import (
    compare,
    compare_groups,
    compare_indicators,
    compare_money,
    compare_running,
    compare_similar,
    compare_stage,
)
from dashboard.layout import view

v = view("compare")
if v.sel.lage == "scen":
    compare_stage.stage(v)
else:
    compare.chooser(v)
    compare_money.section(v)
    compare_groups.section(v)
    compare_indicators.section(v)
    compare_running.section(v)
    compare_similar.section(v)

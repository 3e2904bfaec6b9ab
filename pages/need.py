"""Behov och pengar: any need indicator against any funding measure for 21 län, as association and never as effect."""

from dashboard import exhibit
from dashboard.blocks import need, need_index, need_map, need_sexes
from dashboard.layout import view

v = view("need")
need.headline(v)
need.controls(v)
need_index.panel(v)
if not need.is_empty(v):
    need_map.section(v)
    need.scatter_section(v)
    need.gap_section(v)
    need_sexes.section(v)
    need_index.one_only(v)
    exhibit.draw(v, need_index.components(v))
    exhibit.draw(v, need_index.robustness(v))

"""Aktörer: who works with whom, the four parties, who funds with whom, and who is whom."""

from dashboard.blocks import actors, cofunding, four, spellings
from dashboard.exhibit import draw
from dashboard.layout import view

v = actors.narrowed(view("actors"))
actors.controls(v)
actors.side_by_side(v)
actors.one(v)
four.section(v)
cofunding.section(v)
draw(v, actors.seeds(v), is_open=True)
spellings.section(v)

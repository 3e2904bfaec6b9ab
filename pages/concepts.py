"""Begrepp: target groups with synonyms, methods with checklists, challenges with indicators, the seeds' concepts."""

from dashboard.blocks import challenges, concepts
from dashboard.exhibit import draw
from dashboard.layout import view

v = view("concepts")
concepts.heading(v)
concepts.place("groups")
draw(v, concepts.groups(v), is_open=True)
concepts.place("methods")
draw(v, concepts.methods(v), is_open=True)
concepts.checklists(v)
concepts.place("challenges")
challenges.section(v)
concepts.place("themes")
draw(v, concepts.worded(v), is_open=True)
concepts.place("concepts")
draw(v, concepts.named(v), is_open=True)

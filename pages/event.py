"""Konferensen: an event's programme, a prepared view on the data for each session, poll questions and library."""

from dashboard.blocks import event, event_parts, event_tables
from dashboard.exhibit import draw
from dashboard.layout import view

v = view("event")
if event.heading(v):
    draw(v, event_tables.programme(v), is_open=True)
    event_parts.section(v)
    draw(v, event_tables.questions(v), is_open=True)
    draw(v, event_tables.library(v), is_open=True)
    draw(v, event_tables.organisations(v), is_open=True)

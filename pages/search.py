"""Sök: initiatives, organisations, concepts, sessions, indicators, platforms and places by words."""

from dashboard.blocks import search
from dashboard.layout import view

search.section(view("search"))

"""Scen: decks of scenes, a room for the audience, and the editor."""

from dashboard.layout import view
from dashboard.live.decks import deck_page

deck_page.page(view("stage"))

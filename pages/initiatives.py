"""Initiativ: search, facets, list; one initiative in full."""

from dashboard.blocks import detail, listing, portfolio_choice
from dashboard.layout import view

v = view("initiatives")
if v.sel.insats:
    detail.initiative(v)
else:
    listing.search(v)
    listing.facets(v)
    portfolio_choice.compare(v)
    listing.results(v)

"""Initiativ: search, facets, list; one initiative in full."""

from dashboard.blocks import detail, listing
from dashboard.layout import view

v = view("initiatives")
if v.sel.insats:
    detail.initiative(v)
else:
    listing.search(v)
    listing.facets(v)
    listing.results(v)

"""Källor: every file with publisher, licence, date and counts; what is missing; a row as it came."""

from dashboard.blocks import hidden, links, sources
from dashboard.layout import view

v = view("sources")
if v.sel.kalla:
    sources.row(v)
else:
    sources.overview(v)
    sources.fetching(v)
    sources.files(v)
    sources.missing(v)
    hidden.section(v)
    sources.conflicts(v)
    links.review(v)
    sources.issues(v)

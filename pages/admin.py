"""Administration: persons and their roles, and the journal."""

from dashboard.blocks import administration
from dashboard.layout import view

v = view("admin")
administration.people(v)
administration.journal(v)

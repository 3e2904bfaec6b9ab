"""Tillgänglighet: the accessibility statement, what was measured, and a form for what does not work."""

from dashboard.blocks import accessibility
from dashboard.layout import view

v = view("accessibility")
accessibility.statement(v)
accessibility.report(v)
accessibility.method(v)

"""Reads every file at each rerun."""

import figures
from page import draw, outlines

draw(figures.read, outlines)

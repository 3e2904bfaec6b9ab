"""Problemträd: causes, the problem and its effects, with what is known of each."""

from dashboard.blocks import trees
from dashboard.layout import view

trees.page(view("trees"))

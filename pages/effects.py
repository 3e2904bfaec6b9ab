"""Effekter: what initiatives set out to do, step by step, and how each step is measured."""

from dashboard.blocks import effects
from dashboard.layout import view

effects.page(view("effects"))

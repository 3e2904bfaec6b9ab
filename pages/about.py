"""Om: what the product is, licence, personal data, how to cite, and where every seed item lives."""

from dashboard.blocks import about
from dashboard.layout import view

v = view("about")
about.product(v)
about.privacy(v)
about.cite(v)
about.items(v)

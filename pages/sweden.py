"""Sverige: the map of 21 län, what the data covers, three ways in."""

from dashboard.blocks import changes, counting, country
from dashboard.layout import title, view

v = view("sweden")
if v.sel.lage == "scen":
    country.stage(v)
else:
    title(v.t("sweden.title"), country.lede(v))
    counting.chosen(v)
    country.controls(v)
    country.map_and_finding(v)
    country.ways(v)
    changes.section(v)
    country.coverage(v)

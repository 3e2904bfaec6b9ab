"""*Jämför län* for a room: the chosen indicator and the money per inhabitant aged 20 to 64, large."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import compare as shared
from dashboard.blocks import compare_indicators, compare_money
from dashboard.charts import compared
from dashboard.exhibit import Exhibit
from dashboard.layout import View


def stage(v: View) -> None:
    """Two panels beside each other; the address says what is shown."""
    layout.title(shared.listed(v, [shared.name(v, s) for s in shared.sides(v)]))
    found = [_large(of) for of in (trend(v), compare_money.per_aged(v)) if of]
    for column, of in zip(st.columns(len(found) or 1, gap="large"), found, strict=False):
        with column:
            exhibit.draw(v, of, level=2, shown=Markup(""))
    if not found:
        layout.html(parts.missing(v.t("compare.tally_none")))


def trend(v: View) -> Exhibit | None:
    """The series of the chosen indicator, else of the first that the page shows."""
    order = compare_indicators.order(v)
    return next((of for code in order if (of := compare_indicators.trend(v, code))), None)


def _large(of: Exhibit) -> Exhibit:
    drawn = of.spec
    return replace(of, spec=lambda dark: compared.enlarged(drawn(dark))) if drawn else of

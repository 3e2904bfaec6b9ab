"""A chart, of which a browser is sent what it has not been sent before: mostly its data alone.

It has two parts, each named by its hash (``held.py``): the template, which is a Vega-Lite specification without its
rows, variables and height, and the filling, which is these. A change of the filling alone is drawn in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.components import held
from dashboard.components.folding import compact, folded

Spec = dict[str, Any]
SHIPPED: Final = Path(st.__file__).parent / "static/static/js"
"""Streamlit's own scripts, served at `/static/js`."""


@dataclass(frozen=True)
class Ready:
    """A chart's two parts by their names, the template first."""

    parts: Mapping[str, str]

    def __len__(self) -> int:
        return sum(map(len, self.parts.values()))


def ready(spec: Spec) -> Ready:
    """A specification cut into its parts."""
    return Ready({held.named(part): part for part in map(compact, split(spec))})


def chart(of: Spec | Ready, *, alt: str, key: str) -> None:
    """Draw a chart as wide as its column. ``alt``: what a screen reader hears of it. ``key``: without "__"."""
    parts = (of if isinstance(of, Ready) else ready(of)).parts
    template, filling = parts
    message = f'{{"a":{compact(alt)},"t":"{template}","f":"{filling}","n":{held.new(parts)}}}'
    _component()(key=key, data=message.encode(), on_lack_change=held.forget)


def split(spec: Spec) -> tuple[Spec, Spec]:
    """The template, and what it is filled with.

    ``d``: rows by name, ``p``: variables by name, ``y``: the height in pixels; each left out where there is none.
    """
    rows: dict[str, Any] = dict(spec.get("datasets", {}))
    template = _emptied({name: part for name, part in spec.items() if name != "datasets"}, rows)
    values = {}
    if "params" in spec:
        values = {one["name"]: one["value"] for one in spec["params"] if set(one) == {"name", "value"}}
        template["params"] = [{"name": one["name"]} if one["name"] in values else one for one in spec["params"]]
    filling: Spec = {"d": {name: folded(of) for name, of in rows.items()}} if rows else {}
    filling |= {"p": values} if values else {}
    if isinstance(spec.get("height"), int | float):
        filling["y"] = template.pop("height")
    return template, filling


def _emptied(part: Spec, rows: dict[str, Any]) -> Spec:
    """A part of a specification with each list of rows replaced by a name, under which it is put into ``rows``."""
    out = dict(part)
    data = out.get("data")
    if isinstance(data, dict) and _is_rows(data.get("values")) and "name" not in data:
        values = data["values"]
        name = next((name for name, of in rows.items() if of is values), f"d{len(rows)}")
        rows[name] = values
        out["data"] = {**{key: value for key, value in data.items() if key != "values"}, "name": name}
    for inner in ("layer", "hconcat", "vconcat", "concat"):
        if inner in out:
            out[inner] = [_emptied(one, rows) for one in out[inner]]
    if isinstance(out.get("spec"), dict):
        out["spec"] = _emptied(out["spec"], rows)
    return out


def _is_rows(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(row, dict) for row in values)


def vega() -> str:
    """The address of the Vega that Streamlit ships. Raises :class:`RuntimeError` when it is not where it was."""
    found = sorted(SHIPPED.glob("loadVegaEmbed.*.js"))
    if len(found) != 1:
        raise RuntimeError(
            f"Streamlit {st.__version__} has {len(found)} files loadVegaEmbed.*.js in {SHIPPED}, not one."
        )
    return f"/static/js/{found[0].name}"


@cache
def _component() -> Any:
    """The registered component: a loader of a few bytes, since Streamlit resends its source every rerun.

    In the page and not in a shadow of its own, so that its words can be selected and are read as the page's.
    """
    script = held.address("chart.js")
    return st.components.v2.component(
        "chart",
        js=f'export default async c=>\n(await import(location.origin+"{script}")).default(c,"{vega()}")',
        isolate_styles=False,
    )

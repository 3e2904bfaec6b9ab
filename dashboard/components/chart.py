"""A chart, of which a browser is sent what it has not been sent before: mostly its data alone.

It has two parts, each named by its hash: the template, which is a Vega-Lite specification without its rows, variables
and height, and the filling, which is these. The browser keeps parts for the page's life, and a change of the filling
alone is drawn in place. A message may be lost where one rerun interrupts another: who lacks a part asks for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.components.lanskarta import STATIC

Spec = dict[str, Any]
KEPT: Final = 200
"""Parts that are held at both ends: of more, the least recently used is forgotten."""
SHIPPED: Final = Path(st.__file__).parent / "static/static/js"
"""Streamlit's own scripts, served at `/static/js`."""
_HELD: Final = "chart-parts"


@dataclass(frozen=True)
class Ready:
    """A chart's two parts by their names, the template first."""

    parts: Mapping[str, str]

    def __len__(self) -> int:
        return sum(map(len, self.parts.values()))


def ready(spec: Spec) -> Ready:
    """A specification cut into its parts."""
    return Ready({hashlib.sha256(part.encode()).hexdigest()[:12]: part for part in map(_json, split(spec))})


def chart(of: Spec | Ready, *, alt: str, key: str) -> None:
    """Draw a chart as wide as its column. ``alt``: what a screen reader hears of it. ``key``: without "__"."""
    parts = (of if isinstance(of, Ready) else ready(of)).parts
    template, filling = parts
    new = ",".join(f'"{name}":{part}' for name, part in parts.items() if not _hold(name))
    message = f'{{"a":{_json(alt)},"t":"{template}","f":"{filling}","n":{{{new}}}}}'
    _component()(key=key, data=message.encode(), on_lack_change=_forget)


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


def folded(rows: list[Any]) -> Any:
    """Rows by column, each name once: {"g": [{name: one value for all, or a list}, ...]}; the browser unfolds them.

    Rows that follow each other with the same first value are one of these, and what is as in the one before is left
    out. Rows without the same names, or with lists in them, stay as they are, and so do few and equal ones.
    """
    if len(rows) < 3 or not rows[0]:
        return rows
    names = list(rows[0])
    if any(list(row) != names or any(isinstance(cell, list | dict) for cell in row.values()) for row in rows):
        return rows
    runs = [list(run) for _, run in groupby(rows, key=itemgetter(names[0]))]
    if len(runs) * 3 > len(rows):
        runs = [rows]
    columns = [{name: [row[name] for row in run] for name in names} for run in runs]
    varied = [name for name in names if any(not _is_same(cell, of[name][0]) for of in columns for cell in of[name])]
    if not varied:
        return rows
    found: list[Spec] = []
    before: dict[str, str] = {}
    for of in columns:
        told = {name: _json(cells if name in varied else cells[0]) for name, cells in of.items()}
        kept = [name for name in names if told[name] != before.get(name)]
        found.append({name: of[name] if name in varied else of[name][0] for name in kept})
        before = told
    return {"g": found}


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


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
    script = STATIC / "chart.js"
    url = f"/app/static/{script.name}?v={hashlib.sha256(script.read_bytes()).hexdigest()[:12]}"
    return st.components.v2.component(
        "chart",
        js=f'export default async c=>\n(await import(location.origin+"{url}")).default(c,"{vega()}")',
        isolate_styles=False,
    )


def _hold(name: str) -> bool:
    """Whether this session has been sent a part; it has now."""
    held: dict[str, None] = st.session_state.setdefault(_HELD, {})
    known = name in held
    held.pop(name, None)
    held[name] = None
    if len(held) > KEPT:
        del held[next(iter(held))]
    return known


def _forget() -> None:
    """The browser lacks a part that this session was sent: send all of them anew."""
    st.session_state.pop(_HELD, None)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

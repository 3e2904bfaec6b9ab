"""Rows on their way to a browser: by column, each name once, and what follows from another column not at all."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

Group = dict[str, Any]
_NUMBER: Final = re.compile(r"-?\d+(?:([.,])(\d+))?(.*)", re.DOTALL)
_EXACT: Final = 1e15
"""Up to so many units of its last decimal a number is written out alike by Python and by JavaScript."""


def folded(rows: list[Any]) -> Any:
    """Rows by column: {"g": [{name: one value for all, a list, or how a list is made}, ...]}; unfolded by ``chart.js``.

    Rows that follow each other with the same first value are one of these, and what is as in the one before is left
    out. How a list is made: {"as": name}, as another one; {"of": name, "to": decimals, "mark": "," or ".", "end":
    text}, another one's numbers written out; {"rest": value, "but": {place: value}}, one value with few exceptions.
    Rows without the same names, or with lists in them, stay as they are, and so do few and equal ones.
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
    found: list[Group] = []
    before: dict[str, str] = {}
    for of in columns:
        lists = {name: (of[name], compact(of[name])) for name in varied}
        group = {name: _made(name, lists) if name in lists else of[name][0] for name in names}
        told = {name: compact(cells) for name, cells in group.items()}
        found.append({name: group[name] for name in names if told[name] != before.get(name)})
        before = told
    return {"g": found}


def _made(name: str, lists: Mapping[str, tuple[list[Any], str]]) -> Any:
    """A list of cells, or how it is made; the first list of a group stays one: it tells how many rows there are."""
    cells, told = lists[name]
    others = list(lists)[: list(lists).index(name)]
    if not others:
        return cells
    ways = [{"as": other} for other in others if lists[other][1] == told]
    ways += [way for other in lists if (way := _written(cells, other, lists[other][0]))]
    ways += [way for way in [_but(cells)] if way]
    best = min(ways, key=lambda way: len(compact(way)), default=None)
    return best if best and len(compact(best)) < len(told) else cells


def _written(texts: Sequence[Any], name: str, numbers: Sequence[Any]) -> Group | None:
    """How texts are made of numbers, where each is its number with as many decimals, one mark and one ending."""
    first = _NUMBER.fullmatch(texts[0]) if isinstance(texts[0], str) else None
    if first is None:
        return None
    mark, decimals, end = first[1] or ".", len(first[2] or ""), first[3]
    for text, number in zip(texts, numbers, strict=True):
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        if not abs(number) * 10**decimals < _EXACT or round(number, decimals) != number or str(number) == "-0.0":
            return None
        if text != f"{number:.{decimals}f}".replace(".", mark) + end:
            return None
    return {"of": name, "to": decimals, "mark": mark, "end": end}


def _but(cells: Sequence[Any]) -> Group | None:
    """One value with few exceptions."""
    spelt = [repr(cell) for cell in cells]
    often, n = Counter(spelt).most_common(1)[0]
    if n * 2 < len(cells):
        return None
    rest = cells[spelt.index(often)]
    return {"rest": rest, "but": {str(at): cell for at, cell in enumerate(cells) if spelt[at] != often}}


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def compact(value: Any) -> str:
    """JSON without spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""JSON-stat documents as cells: SCB's json-stat2, PxWeb v1's older form, Eurostat's sparse one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any


def jsonstat2_cells(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every cell of a json-stat document as {dimension: code, ..., "value": number or None, "status": text}.

    Reads json-stat2 and the older form ``{"dataset": {"dimension": {..., "id", "size"}}}``, dense lists and
    sparse objects alike, for values and for status. Cells come in row-major order, as in the document. Raises
    ``ValueError`` when values or statuses do not fit the dimensions.
    """
    data = document.get("dataset", document)
    names = data.get("id") or data["dimension"]["id"]
    sizes = data.get("size") or data["dimension"]["size"]
    codes = [category_codes(data["dimension"][name]["category"]) for name in names]
    if [len(each) for each in codes] != list(sizes):
        raise ValueError(f"the dimensions hold {[len(each) for each in codes]} codes, the size says {sizes}")
    values, statuses = data["value"], data.get("status") or {}
    count = prod(sizes)
    if isinstance(values, list) and len(values) != count:
        raise ValueError(f"there are {len(values)} values where the dimensions make {count}")
    for found, what in ((values, "value"), (statuses, "status")):
        if isinstance(found, dict) and any(not key.isdigit() or int(key) >= count for key in found):
            raise ValueError(f"a {what} lies outside the dimensions")
    if isinstance(statuses, list) and len(statuses) != count:
        raise ValueError(f"there are {len(statuses)} statuses where the dimensions make {count}")
    for index, place in enumerate(product(*codes)):
        cell = dict(zip(names, place, strict=True))
        yield cell | {"value": _at(values, index), "status": _at(statuses, index) or ""}


def category_codes(category: Mapping[str, Any]) -> list[str]:
    """A dimension's codes in the order of the cells, from its ``category``."""
    index = category.get("index")
    if index is None:
        return list(category["label"])
    return list(index) if isinstance(index, list) else sorted(index, key=index.__getitem__)


def category_labels(document: Mapping[str, Any], dimension: str) -> dict[str, str]:
    """Code -> label of one dimension; empty when the document has none."""
    data = document.get("dataset", document)
    return dict(data["dimension"][dimension]["category"].get("label") or {})


def _at(values: Any, index: int) -> Any:
    if isinstance(values, str):
        return values
    return values[index] if isinstance(values, list) else values.get(str(index))

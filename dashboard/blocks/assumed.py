"""Assumptions that a viewer writes: fields whose values live in the address, with what each is and where it is from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboard import layout, numbers, parts
from dashboard.exhibit import Cell, Column
from dashboard.layout import View
from dashboard.texts import Lang

_GROUPING = str.maketrans("", "", "\u00a0\u202f '")


@dataclass(frozen=True)
class Field:
    """One assumption: its name among the figures of the address, label, unit, value, and where it is from, in words.

    ``short``: the unit beside the field, where the whole one is too long.
    """

    name: str
    label: str
    unit: str
    value: Decimal
    origin: str
    short: str = ""


def read(text: str, lang: Lang) -> Decimal | None:
    """A figure as people write it: "1 250,50" and "1250.50" in Swedish, "1,250.50" in English too; else None.

    No sign and no exponent. What may be thousands or decimals, as "40.000", is not guessed.
    """
    bare = text.translate(_GROUPING)
    if lang == "en" and re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[1-9][0-9]{0,2}([.,][0-9]{3})+", bare):
        return None
    bare = bare.replace(",", ".")
    return Decimal(bare) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", bare) else None


def shown(v: View, value: Decimal) -> str:
    """A figure as it is, with decimals only where there are any."""
    return v.n(value, max(0, -int(value.normalize().as_tuple().exponent)))


def percent(v: View, value: numbers.Number, decimals: int = 0) -> str:
    """A share in per cent with its sign."""
    return f"{v.n(value, decimals)}\u00a0%" if v.lang == "sv" else f"{v.n(value, decimals)}%"


def currency(v: View, code: str) -> str:
    """A currency beside a figure: kr, SEK, GBP."""
    return v.t("assumed.kronor") if code == "SEK" else code


def inputs(v: View, key: str, fields: Sequence[Field], put: Callable[[str, Decimal], bool]) -> None:
    """The fields, two and two. ``put`` takes a new value to the address; False when no such value can be."""
    with st.container(key=f"assumed-{key}"):
        for first in range(0, len(fields), 2):
            for place, field in zip(st.columns(2), fields[first : first + 2], strict=False):
                with place:
                    _input(v, key, field, put)
    if said := st.session_state.pop(f"wrong-{key}", ""):
        layout.html(parts.missing(said))


def _input(v: View, key: str, field: Field, put: Callable[[str, Decimal], bool]) -> None:
    name = f"{key}-{field.name}-{v.lang}"
    text = shown(v, field.value)
    if st.session_state.get(name) != text:
        st.session_state[name] = text

    def taken() -> None:
        written = str(st.session_state[name])
        value = read(written, v.lang)
        if value is None or not put(field.name, value):
            st.session_state[f"wrong-{key}"] = v.t("assumed.wrong", label=field.label, text=written or "–")

    st.text_input(f"{field.label}, {field.short or field.unit}", key=name, on_change=taken, max_chars=20)


def columns(v: View) -> tuple[Column, ...]:
    """The columns of a table of assumptions."""
    return (
        Column(v.t("assumed.assumption")), Column(v.t("assumed.figure"), "number"), Column(v.t("assumed.unit")),
        Column(v.t("assumed.origin")),
    )  # fmt: skip


def rows(fields: Sequence[Field]) -> tuple[tuple[Cell, ...], ...]:
    """Assumptions as rows: label, value, unit, where from."""
    return tuple((f.label, f.value, f.unit, f.origin) for f in fields)


def told(v: View, fields: Sequence[Field]) -> str:
    """Assumptions in one sentence."""
    return "; ".join(f"{f.label.lower()} {shown(v, f.value)} {f.unit} ({f.origin})" for f in fields)

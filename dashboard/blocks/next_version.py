"""Saving what is being written as the next version, and what to do when somebody else has saved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission, saving
from dashboard.blocks import held
from dashboard.blocks.held import Held, Shelf
from dashboard.layout import View
from dashboard.store import StoreError, records
from dashboard.store.views import RefusedError as NotKeptError
from dashboard.theory import RefusedError


def begin(prefix: str, found: Held[Any] | None) -> None:
    """Remember which version is being changed, once, when the form is opened."""
    if f"{prefix}-base" not in st.session_state:
        st.session_state[f"{prefix}-base"] = found.version.newest if found and found.version else 0


def forget(prefix: str) -> None:
    """Let go of all that was written."""
    for key in [key for key in st.session_state if str(key).startswith(f"{prefix}-")]:
        del st.session_state[key]


def target(found: Held[Any] | None) -> tuple[str, str]:
    """The record that is saved to, empty for a new one, and the id of what it was copied from."""
    if found is None:
        return "", ""
    return (found.id, found.thing.origin) if found.version else ("", found.id)


def refused(prefix: str, error: RefusedError) -> None:
    """Say on the next drawing what does not hold."""
    st.session_state[f"{prefix}-faults"] = error.faults


def keep(shelf: Shelf[Any], prefix: str, record_id: str, body: dict[str, Any], over: int | None = None) -> None:
    """Save the next version of a record, or the first of a new one, and show it.

    ``over``: the version that it may follow; None: the one that was opened. Whatever hinders it is told on the next
    drawing, and what was written stays.
    """
    if not permission.may(shelf.right):
        return
    note = str(st.session_state.get(f"{prefix}-note") or "")
    base = st.session_state.get(f"{prefix}-base", 0) if over is None else over
    try:
        db = saving.database()
        done = records.save(db, record_id, base, body, note) if record_id else records.add(db, shelf.kind, body, note)
    except records.ConflictError as error:
        st.session_state[f"{prefix}-conflict"] = error.newest.number
        return
    except (NotKeptError, StoreError) as error:
        held.failed(error)
        return
    forget(prefix)
    held.done("saved")
    layout.put(**{shelf.param: done.id, "lage": "", "utgava": "", "insats": ""})


def told(
    v: View, shelf: Shelf[Any], prefix: str, found: Held[Any] | None, save: Callable[[str, str, int | None], None]
) -> None:
    """What hindered the latest saving: faults in words, or a newer version and the ways out of it.

    ``save`` takes a record, what it was copied from, and the version that it may follow.
    """
    held.told(v)
    if faults := st.session_state.pop(f"{prefix}-faults", None):
        layout.html(held.faults(v, faults, shelf.words))
    newest = st.session_state.get(f"{prefix}-conflict")
    if not newest or not found or not found.version:
        return
    there = parts.link(shelf.href(v, found.id), v.t("held.see_theirs"))
    said = v.t("held.conflict", n=newest, base=st.session_state[f"{prefix}-base"])
    layout.html(Markup('<div role="alert">{}</div>').format(parts.missing(Markup("{} {}").format(said, there))))
    with st.container(key=f"{prefix}-ways", horizontal=True):
        st.button(
            v.t("held.save_over", n=newest + 1), key=f"{prefix}-over", on_click=save,
            args=(found.id, found.thing.origin, newest),
        )  # fmt: skip
        st.button(v.t("held.save_apart"), key=f"{prefix}-apart", on_click=save, args=("", found.id, None))

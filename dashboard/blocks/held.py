"""Cards and trees that are kept in versions: found, listed, told of, taken back; the same for both pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission, saving
from dashboard.layout import View
from dashboard.permission import Right
from dashboard.store import StoreError, records
from dashboard.store.records import Kind, Version
from dashboard.store.views import RefusedError as NotKeptError
from dashboard.texts import Said, has
from dashboard.theory import Fault, RefusedError

log = logging.getLogger("inkarta")
T = TypeVar("T")
_SAID, _FAULT, _GONE = "held-said", "held-fault", "held-gone"


@dataclass(frozen=True)
class Held(Generic[T]):
    """A card or a tree: its id, itself, and the version that it is; None for one of the data."""

    id: str
    thing: T
    version: Version | None = None


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """Where things of a kind stand: the parameter with their id, the section of their words, how they are read.

    ``right``: what changing them asks for.
    """

    kind: Kind
    param: str
    words: str
    read: Callable[[Any], T]
    embedded: Callable[[View], Mapping[str, T]]
    right: Right = "edit"

    def one(self, v: View) -> Held[T] | None:
        """What the address names: of the data, else a kept version. None when there is no such thing."""
        wanted = getattr(v.sel, self.param)
        ours = self.embedded(v)
        if wanted in ours:
            return Held(wanted, ours[wanted])
        if not wanted:
            return None
        try:
            found = records.find(saving.database(), wanted, int(v.sel.utgava or 0))
        except StoreError as error:
            log.error("records: %s", error)
            return None
        return self._held(found) if found and found.kind == self.kind and not found.is_removed else None

    def every(self, v: View) -> tuple[tuple[Held[T], ...], str]:
        """All of them, those of the data first, and the rule by which the kept ones could not be read, if so."""
        ours = tuple(Held(name, thing) for name, thing in self.embedded(v).items())
        try:
            kept = records.every(saving.database(), self.kind)
        except StoreError as error:
            log.error("records: %s", error)
            return ours, error.rule
        return (*ours, *filter(None, map(self._held, kept))), ""

    def _held(self, version: Version) -> Held[T] | None:
        try:
            return Held(version.id, self.read(version.body), version)
        except RefusedError as error:
            log.error("record %s, version %s: %s", version.id, version.number, error)
            return None

    def href(self, v: View, thing_id: str = "", **more: Any) -> str:
        """The address of one of them, or of the page."""
        return v.href(**{self.param: thing_id, "utgava": "", "lage": "", "insats": "", "fil": "", **more})


def say(v: View, said: Said) -> str:
    """A text, with a word when it is not in the viewer's language."""
    text = said.of(v.lang)
    return f"{text} ({v.t('held.only_sv' if v.lang == 'en' else 'held.only_en')})" if said.is_foreign(v.lang) else text


def spoken(v: View, said: Said) -> Markup:
    """The same as markup that says which language it is in."""
    if not said.is_foreign(v.lang):
        return Markup("{}").format(say(v, said))
    return Markup('<span lang="{}">{}</span>').format("sv" if v.lang == "en" else "en", said.of(v.lang)) + Markup(
        " <small>({})</small>"
    ).format(v.t("held.only_sv" if v.lang == "en" else "held.only_en"))


def dated(v: View, version: Version) -> str:
    """When a version was saved: day and time, UTC."""
    return f"{v.day(version.saved_at)} {version.saved_at:%H:%M} UTC"


def told(v: View) -> None:
    """What the latest press of a button did, with a way to take a removal back."""
    if fault := st.session_state.pop(_FAULT, None):
        layout.html(alert(v, fault))
    if said := st.session_state.pop(_SAID, None):
        layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t(f"held.{said}")))
    if gone := st.session_state.get(_GONE):
        with st.container(key="held-undo", horizontal=True, vertical_alignment="center"):
            layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t("held.removed")))
            st.button(v.t("held.undo"), key="held-undo-button", on_click=_bring_back, args=gone)


def done(key: str) -> None:
    """Say on the next drawing that something was done: ``held.<key>``."""
    st.session_state[_SAID] = key


def alert(v: View, fault: Exception | str) -> Markup:
    """Why something was not done, in words."""
    if isinstance(fault, NotKeptError | StoreError):
        fault = fault.rule
    key = f"held.not_kept_{fault}"
    return Markup('<div role="alert">{}</div>').format(parts.missing(v.t(key if has(key) else "held.not_kept_full")))


def failed(error: Exception) -> None:
    """Say on the next drawing why something was not done."""
    st.session_state[_FAULT] = error


def faults(v: View, found: Iterable[Fault], words: str) -> Markup:
    """What does not hold, each with its place in words."""
    items = [
        Markup("<li><strong>{}</strong> {}</li>").format(
            where(v, fault.where, words), v.t(f"held.fault_{fault.rule}", value=fault.value)
        )
        for fault in found
    ]
    return Markup('<div role="alert" class="ik-faults"><p>{}</p><ul>{}</ul></div>').format(
        v.t("held.faults"), parts.join(items[:12])
    )


def where(v: View, path: str, words: str) -> str:
    """A place in a card or a tree in words: ``steps.need.what.sv`` -> "Behov, vad, svenska"."""
    out = []
    for name in path.split("."):
        keys = (f"{words}.step_{name}", f"{words}.quality_{name}", f"{words}.kind_{name}", f"held.at_{name}")
        known = next((key for key in keys if has(key)), "")
        if name in ("steps", "quality", "nodes") and path != name:
            continue
        out.append(v.t("held.at_number", n=name) if name.isdigit() else v.t(known) if known else name)
    return ", ".join(filter(None, out)) or v.t("held.at_file")


def history(v: View, shelf: Shelf[Any], held: Held[Any]) -> None:
    """Which version is seen, every version with its note, a way back to one, and removing; closed until asked for."""
    version = held.version
    if version is None:
        return
    if version.number != version.newest:
        said = v.t("held.old", n=version.number, of=version.newest, at=dated(v, version))
        latest = parts.link(shelf.href(v, held.id), v.t("held.see_newest"))
        layout.html(parts.missing(Markup("{} {}").format(said, latest)))
        if permission.may(shelf.right):
            st.button(
                v.t("held.restore", n=version.number), key=f"restore-{held.id}-{version.number}", on_click=_restore,
                args=(shelf, version, v.t("held.restored_note", n=version.number)),
            )  # fmt: skip
    opened = st.expander(v.t("held.history", n=version.newest), key=f"history-{held.id}-{v.lang}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        body = [
            [
                parts.link(shelf.href(v, held.id, utgava=str(one.number)), v.t("held.version", n=one.number)),
                dated(v, one), one.note or "–",
            ]
            for one in records.history(saving.database(), held.id)
        ]  # fmt: skip
        head = [v.t(f"held.{name}") for name in ("which", "saved_at", "note_of")]
        layout.html(parts.table(head, body, label=v.t("held.history", n=version.newest)))
        if permission.may(shelf.right):
            st.button(v.t("held.remove"), key=f"remove-{held.id}", on_click=_remove, args=(shelf, held.id))


def _restore(shelf: Shelf[Any], version: Version, note: str) -> None:
    if not permission.may(shelf.right):
        return
    try:
        records.save(saving.database(), version.id, version.newest, version.body, note)
        layout.put(**{shelf.param: version.id, "utgava": ""})
        done("restored")
    except records.ConflictError:
        failed(NotKeptError("id", "conflict"))
    except (NotKeptError, StoreError) as error:
        failed(error)


def _remove(shelf: Shelf[Any], record_id: str) -> None:
    if not permission.may(shelf.right):
        return
    try:
        if records.remove(saving.database(), record_id):
            st.session_state[_GONE] = (record_id, shelf.right)
        layout.put(**{shelf.param: "", "utgava": ""})
    except StoreError as error:
        failed(error)


def _bring_back(record_id: str, right: Right) -> None:
    st.session_state.pop(_GONE, None)
    if not permission.may(right):
        return
    try:
        records.bring_back(saving.database(), record_id)
        done("brought_back")
    except StoreError as error:
        failed(error)


def upload(v: View, action: str, accept: str) -> None:
    """The form that sends a file in, and what became of the one sent a moment ago."""
    layout.html(
        Markup(
            '<form class="ik-upload" action="{}?lang={}" method="post" enctype="multipart/form-data">'
            '<span class="ik-pick"><input id="ik-file" name="fil" type="file" required accept="{}" '
            'aria-describedby="ik-file-note"><label for="ik-file" class="ik-button">{}</label>'
            '<output for="ik-file" data-inkarta-file>{}</output></span>'
            '<p id="ik-file-note">{}</p><button type="submit" class="ik-button">{}</button></form>'
        ).format(
            action, v.lang, accept, v.t("views.file"), v.t("views.no_file"), v.t("held.file_note"), v.t("views.send")
        )
    )


def came_in(v: View, words: str) -> None:
    """Why the file that was just sent was refused; that it was taken is seen by what is shown."""
    if st.query_params.get("fel", "") in ("too_large", "no_file"):
        layout.html(parts.missing(v.t(f"views.file_{st.query_params['fel']}")))
    told_of = saving.report(v.sel.fil)
    if told_of is None:
        return
    if "faults" in told_of:
        layout.html(
            Markup("<p>{}</p>").format(v.t("held.refused", file=told_of["file"])),
            faults(v, [Fault(*one) for one in told_of["faults"]], words),
        )
    elif "rule" in told_of:
        layout.html(alert(v, str(told_of["rule"])))
    else:
        layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t("held.taken", file=told_of["file"])))

"""The frame around every page: who is asking for what, header, footer, and controls that live in the URL."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import platformdirs
import streamlit as st
from markupsafe import Markup

from dashboard import numbers, parts
from dashboard.components.chart import Ready
from dashboard.db import Row, Warehouse, served
from dashboard.questions import basis, funding, provenance, regions
from dashboard.selection import MEASURES, NATIONAL, SWEDEN, UNKNOWN, Selection, decode, lang_of
from dashboard.texts import Lang, has, t

T = TypeVar("T")
Given = ParamSpec("Given")
GROUPS: dict[str, dict[str, str]] = {
    "places": {"sweden": "/", "county": "/lan", "kommun": "/kommun"},
    "side_by_side": {"compare": "/jamfor", "need": "/behov", "portfolios": "/portfoljer"},
    "work": {
        "initiatives": "/initiativ",
        "actors": "/aktorer",
        "platforms": "/plattformar",
        "contracts": "/kontrakt",
        "effects": "/effekter",
        "concepts": "/begrepp",
    },
    "event": {"event": "/konferensen", "trees": "/problemtrad", "stage": "/scen"},
    "data": {
        "sources": "/kallor",
        "import_file": "/importera",
        "views": "/vyer",
        "search": "/sok",
        "about": "/om",
        "account": "/konto",
        "admin": "/admin",
        "accessibility": "/tillganglighet",
    },
}
"""Group -> page -> path, as the menu has them; ``group.<group>`` and ``page.<page>`` are their names."""
PAGES: dict[str, str] = {page: path for group in GROUPS.values() for page, path in group.items()}
"""Page -> path; the page's script is ``pages/<page>.py``."""


def snapshot_folder() -> Path:
    """Where published snapshots lie."""
    home = os.environ.get("INKARTA_HOME") or platformdirs.user_data_dir("inkluderingskartan", appauthor=False)
    return Path(home) / "snapshots"


@lru_cache(maxsize=8)
def _regions(path: Path, lang: Lang) -> dict[str, str]:
    return regions.names(Warehouse(path), lang)


@dataclass(frozen=True)
class View:
    """One run of a page: the warehouse it reads, what the URL selects, and the words for both."""

    w: Warehouse
    sel: Selection
    page: str

    @property
    def lang(self) -> Lang:
        return self.sel.lang

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region code -> name; one for all sessions, whose select boxes hold on to it."""
        return _regions(self.w.path, self.lang)

    @cached_property
    def files(self) -> dict[str, list[str]]:
        """Source id -> the names of its files."""
        return provenance.files(self.w)

    @cached_property
    def snapshot(self) -> Row:
        return provenance.snapshot(self.w)

    @property
    def as_of(self) -> date:
        day: date = self.snapshot["as_of"]
        return day

    def t(self, key: str, /, **values: object) -> str:
        """A text in the viewer's language."""
        return t(key, self.lang, **values)

    def of(self, row: Row, name: str = "title") -> str:
        """A bilingual column of a row, falling back to Swedish."""
        return str(row.get(f"{name}_{self.lang}") or row[f"{name}_sv"])

    def unit(self, indicator: Row) -> str:
        """An indicator's unit in the viewer's language."""
        return str(indicator["unit_en"] if self.lang == "en" else indicator["unit"])

    def n(self, value: numbers.Number | None, decimals: int = 0) -> str:
        """A number as the viewer's language writes it."""
        return numbers.number(value, self.lang, decimals)

    def day(self, value: date | datetime | None, precision: str = "day") -> str:
        """A date as the viewer's language writes it."""
        return numbers.day(value, self.lang, precision)

    def value(self, value: float | None, indicator: Row) -> str:
        """An indicator's value with its unit, as short as can be."""
        text = numbers.number(value, self.lang, indicator["decimals"])
        if indicator["unit"] != "%" or value is None:
            return text
        return f"{text}\u00a0%" if self.lang == "sv" else f"{text}%"

    def span(self, period: str) -> str:
        """A period as a reader writes it: 2021–2024."""
        return period.replace("-", "–") if len(period) == 9 else period

    def place(self, code: str) -> str:
        """A län code, SE or okant in words."""
        return self.t(f"value.lan_{code}") if code in (NATIONAL, UNKNOWN) else self.regions.get(code, code)

    def but(self, **changes: Any) -> View:
        """The same view with some choices changed."""
        return View(self.w, self.sel.but(**changes), self.page)

    def behind(self, **changes: Any) -> Markup:
        """Where the figures on operations come from: the registries, and a link to the rows behind."""
        titles = basis.sources(self.w, self.sel.portfolj)
        said = self.t(
            "figure.source_operations",
            titles=", ".join(self.of(r) for r in titles),
            day=self.day(max((r["retrieved_at"] for r in titles if r["retrieved_at"]), default=None)),
        )
        link = parts.link(self.href("initiatives", **changes), self.t("figure.rows"))
        return parts.source(Markup("{} {}").format(said, link))

    def source_href(self, row: Row) -> str:
        """The address of an input row (source_id, row_no, file_name); a source with one file needs no name of it."""
        name = row["file_name"].rpartition("/")[2]
        at = f"{row['source_id']}:{row['row_no']}"
        ref = at if len(self.files.get(row["source_id"], ())) == 1 else f"{at}@{name}"
        return Selection(lang=self.lang, kalla=ref, snapshot=self.sel.snapshot).url(PAGES["sources"])

    def href(self, page: str | None = None, **changes: Any) -> str:
        """A link to a page with the selection as it is, changed as said."""
        return self.sel.but(**changes).url(PAGES[page or self.page])


_run = threading.local()


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Within it, and in this thread, every :class:`View` reads the snapshot that the first of them read.

    Another may be published while a page is made; frame and page would then be of two versions.
    """
    _run.read = {}
    try:
        yield
    finally:
        del _run.read


def operator() -> tuple[str, str]:
    """Who runs the server and how that is reached, as the settings name them; empty where they do not."""
    owner, contact = (os.environ.get(f"INKARTA_{name}", "").strip() for name in ("OPERATOR", "CONTACT"))
    return owner, contact


def view(page: str) -> View:
    """The page's :class:`View`. Raises :class:`dashboard.db.NoSnapshotError` when nothing is built."""
    return view_of(page, st.query_params.to_dict())


def view_of(page: str, query: Mapping[str, str]) -> View:
    """The :class:`View` that an address asks for, wherever the address was read. Raises as :func:`view`."""
    sel = decode(query)
    read: dict[str, Warehouse] = getattr(_run, "read", {})
    if (w := read.get(sel.snapshot)) is None:
        w = read[sel.snapshot] = served(snapshot_folder(), sel.snapshot or None)
    return View(w, _held(w, sel), page)


def _held(w: Warehouse, sel: Selection) -> Selection:
    """The selection with what this snapshot does not hold put back: portfolio, basis, kind of amount."""
    if sel.portfolj not in basis.portfolios(w):
        sel = replace(sel, portfolj=SWEDEN)
    if sel.bas not in basis.known(w):
        sel = replace(sel, bas="nominal")
    if sel.portfolj != SWEDEN or sel.matt not in MEASURES:
        ids = [m["id"] for m in funding.measures(w, sel.whole())]
        if sel.matt not in ids:
            sel = replace(sel, matt=ids[0] if ids else Selection().matt)
    return sel


_MOST = 24_000_000
_made: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_weights: dict[tuple[Any, ...], int] = {}
_making = threading.Lock()


def kept(make: Callable[Concatenate[View, Given], T]) -> Callable[Concatenate[View, Given], T]:
    """Make a piece of a page once for each snapshot, selection, page and what else is given, while there is room.

    For functions that depend on nothing else: no session, theme, clock, permission, address of the server, or what
    users have made. Room is counted in characters; the least used goes first. Callers must not change what they get.
    """

    @wraps(make)
    def asked(v: View, /, *given: Given.args, **named: Given.kwargs) -> T:
        key = (make.__module__, make.__qualname__, v.w.path, v.page, v.sel, given, tuple(named.items()))
        with _making:
            if key in _made:
                _made.move_to_end(key)
                found: T = _made[key]
                return found
        made = make(v, *given, **named)
        with _making:
            _made[key] = made
            _weights[key] = len(made) if isinstance(made, str | Ready) else len(repr(made))
            while sum(_weights.values()) > _MOST:
                oldest, _ = _made.popitem(last=False)
                del _weights[oldest]
        return made

    return asked


def forget() -> None:
    """Let go of every kept piece."""
    with _making:
        _made.clear()
        _weights.clear()
    _regions.cache_clear()


def html(*pieces: Markup) -> None:
    """Put markup on the page."""
    st.html(parts.short(Markup("").join(pieces)))


def title(text: str, finding: str | Markup = "") -> None:
    """The page's heading and its one sentence."""
    html(parts.heading(1, text), parts.lede(finding) if finding else Markup(""))


def put(**params: str | tuple[str, ...]) -> None:
    """Write choices to the URL; an empty one is taken out. A new choice starts any list from its first page."""
    st.query_params.pop("sida", None)
    for name, value in params.items():
        text = ",".join(value) if isinstance(value, tuple) else value
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)


def choose(
    label: str,
    param: str,
    options: Sequence[str],
    current: str,
    names: Callable[[str], str],
    *,
    key: str = "",
    hidden: bool = False,
    then: Mapping[str, str] | None = None,
) -> None:
    """A select box whose choice lives in the URL. ``then``: other parameters to set along with it."""
    key = f"{key or param}-{lang_of(st.query_params.to_dict())}"
    if current not in options and options:
        current = options[0]
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    st.selectbox(
        label, options, key=key, format_func=names, label_visibility="collapsed" if hidden else "visible",
        on_change=lambda: put(**{param: st.session_state[key], **(then or {})}),
    )  # fmt: skip


def switch(label: str, param: str, options: Sequence[str], current: str, names: Callable[[str], str]) -> None:
    """A few choices side by side, one of them always taken, in the URL."""
    key = f"switch-{param}-{lang_of(st.query_params.to_dict())}"
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    st.segmented_control(
        label, options, key=key, format_func=names, required=True,
        on_change=lambda: put(**{param: st.session_state[key] or current}),
    )  # fmt: skip


def facet_names(v: View) -> dict[str, dict[str, str]]:
    """Facet -> id -> label in the viewer's language."""
    return _facet_names(View(v.w, Selection(lang=v.lang, snapshot=v.sel.snapshot), ""))


@kept
def _facet_names(v: View) -> dict[str, dict[str, str]]:
    groups = v.w.rows("SELECT code, title_sv, title_en FROM target_group")
    themes = v.w.rows("SELECT code, title_sv AS label_sv, title_en AS label_en FROM mart_theme_title")
    worded = {r["code"]: v.of(r) for r in v.w.rows("SELECT code, title_sv, title_en FROM theme")}
    return {
        "lan": {**v.regions, NATIONAL: v.t("value.lan_SE"), UNKNOWN: v.t("value.lan_okant")},
        "kommun": v.regions,
        "malgrupp": {g["code"]: v.of(g) for g in groups},
        "tema": {**worded, **{r["code"]: _theme(v, r) for r in themes}},
        "metod": {m["code"]: v.of(m) for m in v.w.rows("SELECT code, title_sv, title_en FROM method")},
        "register": {code: v.of(s) for code, s in provenance.source_titles(v.w).items()},
        **{facet: _Named(v, facet) for facet in ("period", "fond", "agare", "status", "belopp")},
        "portfolj": {code: portfolio_name(v, code) for code in basis.portfolios(v.w)},
    }


def portfolio_name(v: View, code: str) -> str:
    """A portfolio in words: an imported one has the title of its source."""
    own = f"counting.portfolio_{code}"
    if has(own):
        return v.t(own)
    sv, en = basis.portfolios(v.w).get(code, (code, code))
    return en if v.lang == "en" else sv


class _Named(dict[str, str]):
    """Labels of a facet whose words stand in the catalogue; an id without words is its own label."""

    def __init__(self, v: View, facet: str) -> None:
        super().__init__()
        self._v, self._facet = v, facet

    def get(self, key: str, default: Any = None) -> Any:
        name = f"value.{self._facet}_{key}"
        return self._v.t(name) if has(name) else default


def _theme(v: View, row: Row) -> str:
    period, _, area = str(row["code"]).partition(":")
    label = v.of(row, "label")
    return f"{period} {area} {label}" if area else label

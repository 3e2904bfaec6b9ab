"""A :class:`Frame` as markup for a page and as JSON for ``static/results.js``.

The server draws it once; the script then sets numbers, words and places of what is there already, so that nothing
flickers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dashboard import exhibit, parts
from dashboard.exhibit import Exhibit
from dashboard.export.about import plain
from dashboard.fonts import width
from dashboard.layout import View
from dashboard.live.decks.told import sourced
from dashboard.live.results.screen import Frame, Item
from dashboard.questions import regions

_TWO = Markup('<div class="ik-r-two">{}{}</div>')


def document(of: Frame, *, v: View, had: str = "") -> dict[str, Any]:
    """The frame as JSON. ``had``: the signature that the screen shows; ``body`` is sent only when it is another.

    A map's outlines are sent once: where the screen has the shape already, they are left out of ``body``.
    """
    made: dict[str, Any] = {
        "signature": of.signature, "shape": of.shape, "title": of.title, "finding": of.finding, "who": of.who,
        "mark": of.mark, "note": of.note,
        "items": [
            {"list": i.list, "key": i.key, "numbers": dict(i.numbers), "words": dict(i.words), "look": i.look}
            for i in of.items
        ],
    }  # fmt: skip
    if had != of.signature:
        made["body"] = str(_body(v, of, with_outlines=not had.startswith(f"{of.shape}-")))
    return made


def markup(v: View, of: Frame, *, live: str = "", table: Exhibit | None = None, has_title: bool = True) -> Markup:
    """The frame for a page. ``live``: the address of its JSON; ``table``: the same figures as a table, for whoever
    cannot see the drawing.
    """
    head = Markup('<h2 data-said="title">{}</h2>').format(of.title) if has_title else ""
    hidden = Markup("")
    if table is not None:
        summary = Markup("<summary>{}</summary>").format(v.t("results.show_table"))
        hidden = Markup('<details class="ik-r-table">{}{}</details>').format(summary, exhibit.table(v, table))
    return Markup(
        '<section class="ik-r" data-shape="{}" data-signature="{}"{}><p class="ik-r-mark" data-said="mark"{}>{}</p>{}'
        '<p class="ik-r-finding" data-said="finding" aria-live="polite">{}</p><div class="ik-r-body">{}</div>'
        '<p class="ik-r-note" data-said="note"{}>{}</p><p class="ik-r-who" data-said="who">{}</p>{}</section>'
    ).format(
        of.shape, of.signature, Markup(' data-live="{}"').format(live) if live else "",
        "" if of.mark else Markup(" hidden"), of.mark, head, of.finding, _body(v, of),
        "" if of.note else Markup(" hidden"), of.note, of.who, hidden,
    )  # fmt: skip


def light(v: View, of: Exhibit, mark: str = "", *, most: int = 0) -> Markup:
    """The result for a phone: its sentence, its table, who answered, where it is from.

    ``most``: so many rows of the table, 0 for all; how many more there are is told.
    """
    shown = Markup('<p class="ik-r-mark">{}</p>').format(mark) if mark else Markup("")
    some = replace(of, rows=of.rows[:most], links=of.links[:most]) if most else of
    table = exhibit.table(v, some) if of.rows else Markup("")
    more = [v.t("stage.more_rows", n=v.n(len(of.rows) - len(some.rows)))] if len(of.rows) > len(some.rows) else []
    said = [*(plain(line)[0] for line in of.basis if line != mark), *map(sourced, of.source)]
    told = [*map(parts.missing, [*more, *(plain(text)[0] for text in of.missing)]), *map(parts.source, said)]
    return Markup('<div class="ik-light">{}</div>').format(parts.join([shown, parts.lede(of.finding), table, *told]))


def _body(v: View, of: Frame, *, with_outlines: bool = True) -> Markup:
    by: dict[str, list[Item]] = {}
    for item in of.items:
        by.setdefault(item.list, []).append(item)
    match of.shape:
        case "bars":
            return _rows(by)
        case "columns":
            return _plot(by)
        case "reveal":
            return _TWO.format(_plot(by), _land(v, of, by, with_outlines=with_outlines))
        case "map":
            return _TWO.format(_land(v, of, by, with_outlines=with_outlines), _rows(by))
        case "cloud":
            words = [_node(i, "ik-r-word", _part(i, "label")) for i in by.get("words", ())]
            inside = _list("words", "ik-r-words", words)
            return _TWO.format(Markup('<div class="ik-r-cloud" aria-hidden="true">{}</div>').format(inside), _rows(by))
    return Markup('<p class="ik-r-big">{}<small>{}</small></p>').format(of.finding, of.note)


def _rows(by: Mapping[str, list[Item]]) -> Markup:
    rows = by.get("rows", [])
    longest = max((width(item.words["label"], 1, 600) for item in rows), default=0)
    return _list("rows", "ik-r-rows", [_row_node(item) for item in rows], round(longest, 2))


def _plot(by: Mapping[str, list[Item]]) -> Markup:
    columns = _list("columns", "ik-r-columns", [_column_node(item) for item in by.get("columns", ())])
    lines = _list("lines", "ik-r-lines", [_node(i, "ik-r-line", _part(i, "label")) for i in by.get("lines", ())])
    return Markup('<div class="ik-r-plot">{}{}</div>').format(columns, lines)


def _land(v: View, of: Frame, by: Mapping[str, list[Item]], *, with_outlines: bool) -> Markup:
    swatches = [_node(i, "ik-r-swatch", _part(i, "label")) for i in by.get("legend", ())]
    legend = _list("legend", "ik-r-legend", swatches)
    if not with_outlines:
        return legend
    paths = {row["code"]: row["svg_path"] for row in regions.shapes(v.w)}
    areas = [
        Markup('<path data-key="{}" data-look="{}" d="{}"><title data-part="title">{}</title></path>').format(
            item.key, item.look, paths.get(item.key, ""), item.words["title"]
        )
        for item in by.get("areas", ())
    ]
    drawn = Markup(
        '<svg class="ik-r-map" data-list="areas" viewBox="{}" preserveAspectRatio="xMaxYMid" role="img" '
        'aria-label="{}">{}</svg>'
    ).format(regions.frame(v.w), of.finding, parts.join(areas))
    return Markup('<div class="ik-r-land">{}{}</div>').format(drawn, legend)


def _list(name: str, look: str, nodes: list[Markup], label: float = 0) -> Markup:
    return Markup('<div class="{}" data-list="{}" style="--rows:{};--label:{}">{}</div>').format(
        look, name, max(len(nodes), 1), label, parts.join(nodes)
    )


def _node(item: Item, look: str, inner: Markup) -> Markup:
    style = Markup("").join(Markup("--{}:{};").format(name, value) for name, value in item.numbers.items())
    return Markup('<div class="{}" data-key="{}" data-look="{}" style="{}">{}</div>').format(
        look, item.key, item.look, style, inner
    )


def _part(item: Item, name: str) -> Markup:
    return Markup('<span class="ik-r-{}" data-part="{}">{}</span>').format(name, name, item.words.get(name, ""))


def _row_node(item: Item) -> Markup:
    track = Markup('<span class="ik-r-track"><i></i>{}</span>').format(_part(item, "n"))
    return _node(item, "ik-r-row", parts.join([_part(item, "label"), track]))


def _column_node(item: Item) -> Markup:
    up = Markup('<span class="ik-r-up">{}<i></i></span>').format(_part(item, "n"))
    return _node(item, "ik-r-column", parts.join([up, _part(item, "label"), _part(item, "end")]))

"""Pieces of a page as HTML: data in, markup out. Everything that comes from data is escaped by ``Markup``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup, escape

Text = str | Markup
_ODD = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True)
class Figure:
    """A headline figure: label, value, a note under it."""

    label: Text
    value: Text
    note: Text = ""


@dataclass(frozen=True)
class Bar:
    """A row of a bar list. ``share`` of the longest, 0 to 1; None draws no bar."""

    label: Text
    value: Text
    share: float | None
    current: bool = False


_MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")


def label(text: str) -> str:
    """Words of the data for a label of Streamlit's, which would take them for Markdown and fetch pictures."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def join(pieces: Iterable[Text], between: str = "") -> Markup:
    """Pieces as one markup, strings escaped."""
    return Markup(between).join(escape(piece) for piece in pieces)


def figures(items: Sequence[Figure], *, narrow: bool = False) -> Markup:
    """A row of headline figures; ``narrow`` sets them two and two."""
    inner = join(
        Markup("<div><dt>{}</dt><dd>{}</dd>{}</div>").format(
            f.label, f.value, Markup('<dd class="ik-note">{}</dd>').format(f.note) if f.note else ""
        )
        for f in items
    )
    return Markup('<dl class="ik-figures{}">{}</dl>').format(" ik-narrow" if narrow else "", inner)


def bars(items: Sequence[Bar], caption: Text) -> Markup:
    """Labelled horizontal bars; the figure stands beside each, so nothing hangs on the bar's length alone."""
    rows = "".join(
        ('<tr aria-current="true">' if b.current else "<tr>")
        + f"<th>{escape(b.label)}<td><i"
        + (f' style="--w:{b.share * 100:.1f}%"' if b.share else "")
        + f"></i><td>{escape(b.value)}"
        for b in items
    )
    return Markup(f'<table class="ik-bars"><caption>{escape(caption)}</caption><tbody>{rows}</table>')


def table(
    head: Sequence[Text],
    rows: Iterable[Sequence[Text]],
    *,
    caption: Text = "",
    label: Text = "",
    numeric: Sequence[int] = (),
) -> Markup:
    """A table whose first cell of each row is its header; ``numeric`` columns are set flush right.

    More than three columns are stacked on a phone, each value under its column's name, which the style sheet takes from
    the table (a name in every cell would be a third of the markup); at most twelve columns. ``label`` names the table
    to a screen reader where no caption is shown; two tables on a page need different names. Cells and rows end where
    the next begins, as HTML has it.
    """
    is_stacked = len(head) > 3
    named = _named(head) if is_stacked else ""
    kinds = " ".join(["ik-table", *(["ik-stack"] if is_stacked else []), *(f"ik-n{at + 1}" for at in numeric)])
    top = "".join(f"<th>{escape(title)}" for title in head)
    body = "".join(
        f"<tr><th>{escape(first)}" + "".join(f"<td>{escape(content)}" for content in rest) for first, *rest in rows
    )
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    name = escape(caption or label or ", ".join(head))
    return Markup(
        f'<div class="ik-scroll" tabindex="0" role="region" aria-label="{name}">'
        f'<table class="{kinds}"{named}>{said}'
        f"<thead><tr>{top}<tbody>{body}</table></div>"
    )


def _named(head: Sequence[Text]) -> str:
    """The columns' names for the style sheet, as ``--l1`` and so on; what could end a string is written as a code."""
    plain = (title.striptags() if isinstance(title, Markup) else title for title in head)
    return f' style="{"".join(f"--l{at}:{_css(title)};" for at, title in enumerate(plain, 1))}"'


def _css(text: str) -> str:
    return "'" + "".join(c if c.isalnum() or c in " ,.:()–-%/" else f"\\{ord(c):x} " for c in text) + "'"


def columns(shares: Sequence[int], *pieces: Markup) -> Markup:
    """Markup side by side, and under each other where there is no room: one message, where Streamlit sends seven."""
    across = " ".join(f"{share}fr" for share in shares)
    inner = Markup("").join(Markup("<div>{}</div>").format(piece) for piece in pieces)
    return Markup('<div class="ik-columns" style="--across:{}">{}</div>').format(across, inner)


def facts(items: Iterable[tuple[Text, Text]]) -> Markup:
    """Label and value pairs; pairs without a value are left out."""
    inner = join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label, value) for label, value in items if value)
    return Markup('<dl class="ik-facts">{}</dl>').format(inner)


def link(href: str, label: Text) -> Markup:
    """A link within the product, or to an http(s) address; any other address is shown as text."""
    try:
        parsed = urlsplit(href)
    except ValueError:
        return escape(label)
    if href[:1] == "/" and href[1:2] not in ("/", "\\") and not _ODD.search(href):  # our own, as almost all are
        return Markup(f'<a href="{escape(href)}">{escape(label)}</a>')
    is_odd = bool(_ODD.search(href)) or href[:1].isspace() or (parsed.netloc and not parsed.scheme)
    if is_odd or parsed.scheme not in ("", "http", "https") or href.startswith(("//", "/\\")):
        return escape(label)
    outside = Markup(' rel="noopener noreferrer"') if parsed.scheme else ""
    return Markup('<a href="{}"{}>{}</a>').format(href, outside, label)


_HREF = re.compile(r'(?<= )href="(/[^" ]*=)([^"= ]*)"')
_TAKE = re.compile(
    r'<p class="ik-take" data-take="(/[^"? ]*/)([^"/? ]*)((?:\?[^" ]*)?)"( data-forms="[^"]*" data-of="[^"]*")>'
    r"<span>([^<>\"]*)</span></p>"
)
_NAMES = re.compile(r'(<table class="ik-table ik-stack[^"]*") style="[^"]*"')
_FEW = 3


@lru_cache(maxsize=500)
def short(markup: Markup) -> str:
    """Markup whose links, and lines of files to take, say once what several of them share.

    The shell makes them whole (``static/shim.js``), and names the columns of a stacked table by its head: a table of
    kommuner with their source rows is mostly addresses that differ in a number.
    """
    text = _NAMES.sub(r"\1", str(markup))
    begun = Counter(head for head, _ in map(_cut, _HREF.finditer(text)))
    begun.update(link[1] for link in _HREF.finditer(text) if begun[_cut(link)[0]] < _FEW and _cut(link)[0] != link[1])
    heads = {head: at for at, head in enumerate(head for head, n in begun.items() if n >= _FEW)}
    taken = Counter(take.group(1, 3, 5) for take in _TAKE.finditer(text)).most_common(1)
    shared = taken[0][0] if taken and taken[0][1] >= _FEW else None
    if not heads and not shared:
        return text

    def link(found: re.Match[str]) -> str:
        for head, tail in (_cut(found), found.groups()):
            if head in heads:
                return f'data-h="{heads[head]} {tail}"'
        return found[0]

    def take(found: re.Match[str]) -> str:
        return f'<p data-t="{found[2]}"{found[4]}></p>' if found.group(1, 3, 5) == shared else found[0]

    told = f' data-heads="{" ".join(heads)}"' if heads else ""
    told += f' data-takes="{" ".join(shared)}"' if shared else ""
    return _TAKE.sub(take, _HREF.sub(link, text)) + f"<i hidden{told}></i>"


def _cut(link: re.Match[str]) -> tuple[str, str]:
    """An address after its last ``=``, or where a source's row begins, after its ``:``."""
    head, colon, row = link[2].rpartition(":")
    return link[1] + head + colon, row


def takes(said: str, address: str, forms: Iterable[str], title: str) -> Markup:
    """A quiet line of files to take along: one link a format, ``address`` with its ending before the query.

    The shell writes the links (``static/shim.js``): as markup they would be a fifth of a page. ``title`` is read out
    after each format.
    """
    return Markup('<p class="ik-take" data-take="{}" data-forms="{}" data-of="{}"><span>{}</span></p>').format(
        address, " ".join(forms), title, said
    )


def lede(text: Text) -> Markup:
    """The one-sentence finding."""
    return Markup('<p class="ik-lede">{}</p>').format(text)


def source(text: Text) -> Markup:
    """Where a figure comes from."""
    return Markup('<p class="ik-source">{}</p>').format(text)


def missing(text: Text) -> Markup:
    """What the view does not show, and why."""
    return Markup('<p class="ik-missing">{}</p>').format(text)


def tags(items: Iterable[Text]) -> Markup:
    """Short labels in a row."""
    return Markup('<ul class="ik-tags">{}</ul>').format(
        join(Markup('<li class="ik-tag">{}</li>').format(item) for item in items)
    )


def badge(kind: str, label: Text) -> Markup:
    """How projects were counted: ``unique``, ``split`` or ``touched``."""
    return Markup('<span class="ik-badge {}">{}</span>').format(kind, label)


def empty(title: Text, text: Text) -> Markup:
    """A designed empty state: what is so, and what to do next."""
    return Markup('<div class="ik-empty" role="status"><h2>{}</h2><p>{}</p></div>').format(title, text)


def ways(items: Iterable[tuple[str, Text, Text]]) -> Markup:
    """Cards that lead on: (href, title, text)."""
    cards = join(Markup('<li><a href="{}"><strong>{}</strong><span>{}</span></a></li>').format(*item) for item in items)
    return Markup('<ul class="ik-ways">{}</ul>').format(cards)


def heading(level: int, text: Text, anchor: str = "") -> Markup:
    """A heading."""
    mark = Markup(' id="{}"').format(anchor) if anchor else ""
    return Markup(f"<h{level}{{}}>{{}}</h{level}>").format(mark, text)

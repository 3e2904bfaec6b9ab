"""What every file says of itself: finding, filter, how it is counted, what is missing, source, snapshot, link."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from markupsafe import Markup

from dashboard import layout
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View


@dataclass(frozen=True)
class About:
    """An exhibit in a file: its view, and the texts that go with it. ``base``: the site's address, for links."""

    v: View
    of: Exhibit
    base: str

    @property
    def link(self) -> str:
        """The page that shows the same, in the same snapshot."""
        return urljoin(self.base, self.v.href(lage="", figur="", snapshot=self.v.w.snapshot_id))

    @property
    def source(self) -> str:
        """Producer, period and date, without the links of the page."""
        return " ".join(plain(text)[0] for text in self.of.source)

    @property
    def behind(self) -> tuple[str, ...]:
        """Absolute addresses of the rows behind, pinned to the snapshot."""
        found = []
        for text in self.of.source:
            for href in plain(text)[1]:
                pinned = (
                    href
                    if "snapshot=" in href
                    else f"{href}{'&' if '?' in href else '?'}snapshot={self.v.w.snapshot_id}"
                )
                found.append(urljoin(self.base, pinned))
        return tuple(found)

    @property
    def selected(self) -> str:
        """The filter in words."""
        return self.v.sel.describe(layout.facet_names(self.v))

    @property
    def dated(self) -> str:
        """The snapshot and its date, in words."""
        return self.v.t("site.snapshot", id=self.v.w.snapshot_id, day=self.v.day(self.v.as_of))

    def lines(self) -> list[tuple[str, str]]:
        """Label and text, in the order of reading; every label stands, also without a text, but for repeats."""
        t = self.v.t
        said = [("title", self.of.title), ("finding", self.of.finding), ("filter", self.selected)]
        said += [("basis", text) for text in self.of.basis]
        said += [("missing", text) for text in self.of.missing]
        said += [("hidden", t("export.hidden_text")), ("source", self.source), ("licence", self.of.licence)]
        said += [("snapshot", self.v.w.snapshot_id), ("as_of", self.v.as_of.isoformat()), ("link", self.link)]
        said += [("rows", href) for href in self.behind]
        return [(t(f"export.about_{name}"), str(text)) for name, text in said if text]


def heading(column: Column) -> str:
    """A column's heading in a file: with the unit, or the currency where all rows have the same."""
    if column.kind == "money" and isinstance(column.currency, str):
        return f"{column.title}, {column.currency}"
    return column.heading


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._inside += 1
            self.links += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "a"

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text.append(data)


def plain(text: str | Markup) -> tuple[str, list[str]]:
    """A text without markup and without its links, and where these lead."""
    if not isinstance(text, Markup):
        return text, []
    parser = _Plain()
    parser.feed(str(text))
    parser.close()
    return " ".join("".join(parser.text).replace(" · ", " ").split(" ")).strip(), parser.links

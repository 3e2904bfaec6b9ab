"""Which formats there are, what files are called, and that there is no such file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.layout import View
from dashboard.texts import t

MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "zip": "application/zip",
    "json": "application/json",
    "toml": "application/toml",
    "txt": "text/plain; charset=utf-8",
}
WHOLE: Final = ("xlsx", "pptx", "pdf", "zip")
"""What a whole page is had as; ``zip`` is the package of one län."""


class NoFileError(Exception):
    """There is no such file: ``key`` of the text that says so, ``told`` fills it in."""

    def __init__(self, key: str, **told: object) -> None:
        super().__init__(key)
        self.key, self.told = key, told


def page_name(v: View) -> str:
    """The page in words: the län, or its own name."""
    return v.regions.get(v.sel.one_lan or "", "") if v.page == "county" else t(f"page.{v.page}", v.lang)


def file_name(v: View, name: str, form: str) -> str:
    """In letters that every system takes: product, page, län, figure, snapshot."""
    one = "" if name in ("oversikt", "alla") else "-".join(filter(None, (v.sel.kort, v.sel.trad, v.sel.utgava)))
    parts = ["inkluderingskartan", v.page, v.sel.one_lan or "", one if one.isascii() else "", name, v.lang]
    parts.append(v.w.snapshot_id)
    return "-".join(filter(None, parts)) + f".{form}"

"""A figure or a page as a file: which formats there are, what they are called, and who makes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Final

from dashboard import exhibit
from dashboard.export import geo, picture, report, sheets, slides
from dashboard.export.about import About
from dashboard.export.catalogue import CATALOGUE, PACK, of_page
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
}
WHOLE: Final = ("xlsx", "pptx", "pdf", "zip")
"""What a whole page is had as; ``zip`` is the package of one län."""


class NoFileError(Exception):
    """There is no such file: ``key`` of the text that says so, ``told`` fills it in."""

    def __init__(self, key: str, **told: object) -> None:
        super().__init__(key)
        self.key, self.told = key, told


def figure(v: View, name: str, form: str, base: str) -> bytes:
    """One exhibit of the view's page as a file. Raises :class:`NoFileError`."""
    make = CATALOGUE.get(v.page, {}).get(name)
    if make is None:
        raise NoFileError("export.no_figure", known=", ".join(CATALOGUE.get(v.page, {})))
    of = make(v)
    if of is None:
        raise NoFileError("export.nothing")
    known = exhibit.formats(with_chart=bool(of.spec and of.rows), also=of.also)
    if form not in known:
        raise NoFileError("export.no_format", known=", ".join(known))
    about = About(v, of, base)
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: sheets.csv_file(about),
        "xlsx": lambda: sheets.workbook(of.title, [about]),
        "svg": lambda: picture.svg(about).encode(),
        "png": lambda: picture.png(about),
        "pptx": lambda: slides.slides(of.title, [about]),
        "geojson": lambda: geo.geojson(about, geo.MAKERS[v.page, name](about)),
        "gpkg": lambda: geo.geopackage(about, geo.MAKERS[v.page, name](about)),
    }
    return makers[form]()


def page(v: View, form: str, base: str) -> bytes:
    """All of the view's page as one file; of *Mitt län* the PDF is its report. Raises :class:`NoFileError`."""
    if v.page not in CATALOGUE:
        raise NoFileError("export.no_page", known=", ".join(CATALOGUE))
    is_county = v.page == "county"
    known = WHOLE if is_county else WHOLE[:-1]
    if form not in known:
        raise NoFileError("export.no_format", known=", ".join(known))
    if is_county and v.sel.one_lan not in v.regions:
        raise NoFileError("export.no_lan")
    if form == "zip":
        return package(v, base)
    return whole(v, form, base, ())


def package(v: View, base: str) -> bytes:
    """What a coordinator takes along: the län's report, the same figures as a workbook and as slides."""
    buffer = io.BytesIO()
    moment = datetime.combine(v.as_of, time()).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for form in ("pdf", "xlsx", "pptx"):
            info = zipfile.ZipInfo(file_name(v, "", form), moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, whole(v, form, base, PACK))
    return buffer.getvalue()


def whole(v: View, form: str, base: str, names: tuple[str, ...]) -> bytes:
    """The named exhibits of the page, or all of them, in one file; the PDF of *Mitt län* is its report."""
    title = page_name(v)
    if form == "pdf":
        return report.county(v, base) if v.page == "county" else report.page(v, base, title)
    abouts = [About(v, of, base) for of in of_page(v, names)]
    if not abouts:
        raise NoFileError("export.nothing")
    return sheets.workbook(title, abouts) if form == "xlsx" else slides.slides(title, abouts)


def page_name(v: View) -> str:
    """The page in words: the län, or its own name."""
    return v.regions.get(v.sel.one_lan or "", "") if v.page == "county" else t(f"page.{v.page}", v.lang)


def file_name(v: View, name: str, form: str) -> str:
    """In letters that every system takes: product, page, län, figure, snapshot."""
    parts = ["inkluderingskartan", v.page, v.sel.one_lan or "", name, v.lang, v.w.snapshot_id]
    return "-".join(filter(None, parts)) + f".{form}"

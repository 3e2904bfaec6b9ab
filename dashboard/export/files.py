"""A figure or a page as a file: who makes which format. Importing it brings every engine in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time

from dashboard import exhibit
from dashboard.export import drawn, geo, picture, report, sheets, slides
from dashboard.export.about import About
from dashboard.export.catalogue import CATALOGUE, PACK, makers, of_page
from dashboard.export.names import WHOLE, NoFileError, file_name, page_name
from dashboard.layout import View


def figure(v: View, name: str, form: str, base: str) -> bytes:
    """One exhibit of the view's page as a file. Raises :class:`NoFileError`."""
    known_here = makers(v)
    make = known_here.get(name)
    if make is None:
        raise NoFileError("export.no_figure", known=", ".join(known_here))
    of = make(v)
    if of is None:
        raise NoFileError("export.nothing")
    known = exhibit.formats(with_chart=bool(of.spec and of.rows), also=of.also)
    if form not in known:
        raise NoFileError("export.no_format", known=", ".join(known))
    about = About(v, of, base)
    if (v.page, name, form) in drawn.MAKERS:
        return drawn.MAKERS[v.page, name, form](about)
    makes: dict[str, Callable[[], bytes]] = {
        "csv": lambda: sheets.csv_file(about),
        "xlsx": lambda: sheets.workbook(of.title, [about]),
        "svg": lambda: picture.svg(about).encode(),
        "png": lambda: picture.png(about),
        "pptx": lambda: slides.slides(of.title, [about]),
        "geojson": lambda: geo.geojson(about, geo.MAKERS[v.page, name](about)),
        "gpkg": lambda: geo.geopackage(about, geo.MAKERS[v.page, name](about)),
    }
    return makes[form]()


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

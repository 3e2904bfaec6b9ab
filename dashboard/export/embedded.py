"""A figure inside another site's page: nothing around it but its source and the way to the whole page."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.export.catalogue import makers
from dashboard.layout import View


def show(v: View) -> None:
    """The page's chosen figure, else its first; in words where there is none."""
    known = makers(v)
    name = v.sel.figur if v.sel.figur in known else next(iter(known), "")
    of = known[name](v) if name else None
    if of is None:
        key = "export.embed_lan" if v.page == "county" and v.sel.one_lan not in v.regions else "export.nothing"
        layout.html(parts.empty(v.t("export.embed_nothing"), v.t(key)))
    else:
        exhibit.draw(v, of, level=1, is_open=of.spec is None)
    whole = v.but(lage="", figur="").href()
    layout.html(
        Markup(
            '<footer class="ik-footer ik-embedded"><p>{}</p>'
            '<p><a href="{}" target="_blank" rel="noopener">{}</a></p></footer>'
        ).format(
            v.t("site.snapshot", id=v.w.snapshot_id, day=v.day(v.as_of)),
            whole,
            v.t("export.embed_open", page=v.t(f"page.{v.page}")),
        )
    )

"""*Begrepp*: target groups with synonyms, methods with checklists, themes, and the concepts that the seeds name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import themes
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import PAGES, View
from dashboard.questions import indicators, seed, vocabulary
from dashboard.selection import Selection, decode

WAYS = {
    "groups": "malgrupper",
    "methods": "metoder",
    "challenges": "utmaningar",
    "themes": "teman",
    "concepts": "begreppen",
}


def heading(v: View) -> None:
    """What the page is, how many terms there are, and a way to each part."""
    found = vocabulary.methods(v.w, v.sel.portfolj)
    layout.title(
        v.t("page.concepts"),
        v.t(
            "concepts.lede", groups=v.n(len(vocabulary.groups(v.w, v.sel.portfolj))), methods=v.n(len(found)),
            lists=v.n(sum(bool(r["checklist_sv"]) for r in found)), challenges=v.n(len(vocabulary.challenges(v.w))),
        ),
    )  # fmt: skip
    links = (parts.link(f"#{WAYS[name]}", v.t(f"concepts.way_{name}")) for name in WAYS)
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("concepts.ways"), parts.join(links, " "))
    )


def place(name: str) -> None:
    """Where the ways of :func:`heading` lead to."""
    layout.html(Markup('<span id="{}"></span>').format(WAYS[name]))


def groups(v: View) -> Exhibit:
    """The controlled target groups: both languages, other words, the need's indicator, n initiatives."""
    found, titles = vocabulary.groups(v.w, v.sel.portfolj), indicators.titles(v.w)
    rows: list[tuple[Cell, ...]] = [
        (
            v.of(r), _other(v, r), ", ".join(r["synonyms"]) or None,
            _indicator(v, r, titles), r["n"],
        )
        for r in found
    ]  # fmt: skip
    words = sum(len(r["synonyms"]) for r in found)
    return Exhibit(
        "malgrupper", v.t("concepts.groups"), v.t("concepts.groups_finding", n=v.n(len(found)), words=v.n(words)),
        (
            Column(v.t("facet.malgrupp")), _in_other(v), Column(v.t("concepts.synonyms")),
            Column(v.t("concepts.need")), Column(v.t("concepts.initiatives"), "number"),
        ),
        tuple(rows), (v.t("concepts.source"), v.behind(malgrupp=())), (v.t("concepts.groups_basis"),),
        links=tuple(v.href("initiatives", malgrupp=(r["code"],)) for r in found),
    )  # fmt: skip


def _in_other(v: View) -> Column:
    return Column(v.t("concepts.other_language"), lang="sv" if v.lang == "en" else "en")


def _other(v: View, r: Row) -> str:
    return str(r["title_sv"] if v.lang == "en" else r["title_en"])


def _indicator(v: View, r: Row, titles: dict[str, Row]) -> str:
    if not r["indicator_code"]:
        return v.t("concepts.need_none")
    if r["indicator_code"] not in titles:
        return v.t("concepts.need_not_loaded")
    title = v.of(titles[r["indicator_code"]])
    return title if r["fit"] == "direct" else v.t("concepts.need_proxy", title=title)


def methods(v: View) -> Exhibit:
    """The methods of the vocabulary with other words and n initiatives; an initiative may have several."""
    found, cover = vocabulary.methods(v.w, v.sel.portfolj), vocabulary.method_cover(v.w, v.sel.portfolj)
    rows: list[tuple[Cell, ...]] = [
        (v.of(r), _other(v, r), ", ".join(r["synonyms"]) or None, len(r["checklist_sv"]), r["n"]) for r in found
    ]
    return Exhibit(
        "metoder", v.t("concepts.methods"),
        v.t(
            "concepts.methods_finding", told=v.n(cover["told"]), all=v.n(cover["all"]), known=v.n(cover["known"]),
        ),
        (
            Column(v.t("facet.metod")), _in_other(v), Column(v.t("concepts.synonyms")),
            Column(v.t("concepts.n_questions"), "number"), Column(v.t("concepts.initiatives"), "number"),
        ),
        tuple(rows), (v.t("concepts.source"), v.behind(metod=())), (v.t("concepts.methods_basis"),),
        (v.t("concepts.methods_missing", none=v.n(cover["all"] - cover["told"]),
             other=v.n(cover["told"] - cover["known"])),),
        links=tuple(v.href("initiatives", metod=(r["code"],)) if r["n"] else "" for r in found),
    )  # fmt: skip


def checklists(v: View) -> None:
    """The questions of each method that has some, closed until asked for."""
    layout.html(
        parts.heading(3, v.t("concepts.checklists")), Markup("<p>{}</p>").format(v.t("concepts.checklists_text"))
    )
    for r in vocabulary.methods(v.w, v.sel.portfolj):
        if r["checklist_sv"]:
            asked = parts.join(Markup("<li>{}</li>").format(question) for question in r[f"checklist_{v.lang}"])
            layout.html(
                Markup(
                    '<details class="ik-checklist" id="{}"><summary>{}</summary><p>{}</p><ol>{}</ol></details>'
                ).format(r["code"], v.of(r).capitalize(), v.of(r, "about"), asked)
            )


def worded(v: View) -> Exhibit:
    """Themes found by words; see :mod:`dashboard.blocks.themes`."""
    return themes.found(v)


def named(v: View) -> Exhibit:
    """The concepts and target groups that the seeds name: what each relates to, and where it is put to use here."""
    found = [r for r in seed.items(v.w) if r["kind"] in ("concept", "target_group")]
    rows: list[tuple[Cell, ...]] = []
    for r in found:
        known = seed.facts(r)
        relation = "; ".join([known.get("relation", ""), *(value for key, value in known.items() if key != "relation")])
        rows.append((r["name"], relation.strip("; ") or None, r["parent_name"], page_of(v, r["used"])))
    used = sum(bool(r["used"]) for r in found)
    return Exhibit(
        "begrepp", v.t("concepts.concepts"), v.t("concepts.concepts_finding", n=v.n(len(found)), used=v.n(used)),
        tuple(Column(v.t(f"concepts.{name}")) for name in ("concept", "relation", "of", "used")), tuple(rows),
        (_seed_source(v, found),),
        (v.t("concepts.concepts_basis"),),
        links=tuple(route(v, r["used"]) if r["used"] else "" for r in found),
    )  # fmt: skip


def _seed_source(v: View, found: list[Row]) -> Markup:
    said = v.t("concepts.seed_source")
    if not found:
        return Markup("{}").format(said)
    return Markup("{} {}").format(said, parts.link(v.source_href(found[0]), v.t("figure.where_from")))


def page_of(v: View, address: str | None) -> str | None:
    """The page that an address leads to, by its name in the menu; None for none."""
    path = urlsplit(address or "").path
    return next((v.t(f"page.{page}") for page, at in PAGES.items() if address and at == path), None)


def route(v: View, address: str) -> str:
    """An address of the register in the viewer's language and snapshot; its other choices as they stand."""
    said = urlsplit(address)
    sel: Selection = decode(dict(parse_qsl(said.query)))
    made = sel.but(lang=v.lang, snapshot=v.sel.snapshot, sida=sel.sida).url(said.path)
    return f"{made}#{said.fragment}" if said.fragment else made

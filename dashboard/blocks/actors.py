"""Sections of *Aktörer*: what is looked at, who works with whom, the organisations beside, one organisation."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import counting
from dashboard.charts import network
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import actors, initiatives
from dashboard.texts import has

ROWS = 12
SORTS = ("partners", "initiativ", "namn", "typ")
_FACETS = ("lan", "malgrupp", "tema", "fond")


def narrowed(v: View) -> View:
    """The view with an actor that the data does not hold, and an initiative that it does not hold, left out."""
    changes = {}
    if v.sel.aktor and actors.one(v.w, v.sel.aktor) is None:
        changes["aktor"] = ""
    if v.sel.insats and initiatives.find(v.w, v.sel.insats, v.sel.portfolj) is None:
        changes["insats"] = ""
    return v.but(**changes, sida=v.sel.sida) if changes else v


def controls(v: View) -> None:
    """The heading, and what is looked at: län, target group, theme, fund, one initiative, one organisation."""
    layout.title(v.t("actors.title"), _lede(v))
    counting.chosen(v)
    names = layout.facet_names(v)
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        for facet in _FACETS:
            _facet(v, facet, names.get(facet, {}))
        joint = {r["local_id"]: r for r in actors.joint(v.w, v.sel)}
        layout.choose(
            v.t("actors.one_initiative"), "insats", ["", *joint], _held(v.sel.insats, joint),
            lambda i: f"{v.of(joint[i])} ({joint[i]['n']})" if i else v.t("facet.all"),
        )  # fmt: skip
        found = {r["actor_id"]: r for r in actors.listed(v.w, v.sel)}
        one = actors.one(v.w, v.sel.aktor) if v.sel.aktor else None
        if one:
            found.setdefault(one["actor_id"], {**one, "partners": 0})
        order = sorted(found, key=lambda i: str(found[i]["name"]).casefold())
        layout.choose(
            v.t("actors.one_actor"), "aktor", ["", *order], v.sel.aktor,
            lambda i: f"{found[i]['name']} ({found[i]['partners']})" if i else v.t("facet.all"),
        )  # fmt: skip
        counting.portfolio(v)


def _held(insats: str, joint: dict[str, Row]) -> str:
    return insats if insats in joint else ""


def _facet(v: View, facet: str, names: dict[str, str]) -> None:
    chosen = getattr(v.sel, facet)
    counts = initiatives.facets(v.w, v.sel)[facet]
    codes = sorted(counts, key=lambda c: (not c.isdigit() if facet == "lan" else 0, str(names.get(c, c)).casefold()))
    options = ["", *codes, *(c for c in chosen if c not in counts)]
    current = ",".join(chosen)
    if len(chosen) > 1:
        options.insert(1, current)
    layout.choose(
        v.t(f"facet.{facet}"), facet, options, current,
        lambda c: ", ".join(f"{names.get(x, x)} ({counts.get(x, 0)})" for x in c.split(",")) if c else v.t("facet.all"),
        key=f"actors-{facet}",
    )  # fmt: skip


def _lede(v: View) -> str:
    cover = actors.cover(v.w, v.sel)
    n = len(actors.listed(v.w, v.sel))
    return v.t("actors.lede", n=v.n(n), joint=v.n(cover["joint"]), all=v.n(cover["initiatives"]))


def kind_of(v: View, row: Row) -> str:
    """An organisation's kind in words; told from its name where no source states it."""
    kind = row["org_type"] or actors.NO_KIND
    key = f"value.agare_{kind}"
    name = v.t(key) if has(key) else str(kind)
    return v.t("actors.kind_by_name", kind=name) if row["type_basis"] == "name" else name


def role(v: View, code: str) -> str:
    """A role in words: a party's in an initiative, else a part in an event."""
    own = f"value.role_{code}"
    return v.t(own) if has(own) else v.t(f"actor_role.{code}")


def roles(v: View, codes: list[str]) -> str:
    """Roles in words."""
    return ", ".join(dict.fromkeys(role(v, code) for code in codes))


def side_by_side(v: View) -> None:
    """The network, and the organisations in it as a table."""
    drawn, table = st.columns([7, 5], gap="large")
    with drawn:
        exhibit.draw(v, together(v))
    with table:
        _listed(v)


def together(v: View) -> Exhibit | None:
    """Who works with whom: the network of the selection, or of one organisation and those that it works with."""
    found = actors.edges(v.w, v.sel)
    own = v.sel.aktor
    if own:
        near = {own} | {r[end] for r in found if own in (r["a_id"], r["b_id"]) for end in ("a_id", "b_id")}
        found = tuple(r for r in found if r["a_id"] in near and r["b_id"] in near)
    cover = actors.cover(v.w, v.sel)
    title = v.t("actors.together")
    columns = (
        Column(v.t("actors.organisation")), Column(v.t("actors.b")), Column(v.t("actors.n_together"), "number"),
        Column(v.t("actors.in_which")),
    )  # fmt: skip
    basis = (v.t("actors.basis_together"), v.t("actors.described", what=v.sel.describe(layout.facet_names(v))))
    missing = [v.t("actors.missing_parties", alone=v.n(cover["alone"]), nobody=v.n(cover["nobody"]))]
    source = (v.behind(aktor="", insats=""),)
    if not found:
        words = v.t("actors.together_none_own", name=_name(v, own)) if own else v.t("actors.together_none")
        return Exhibit("together", title, words, columns, (), source, basis, tuple(missing))
    pairs = tuple((r["a_id"], r["b_id"], r["n"]) for r in found)
    shown = network.kept(pairs)
    left = len({end for p in pairs for end in p[:2]} - {end for p in shown for end in p[:2]})
    if left:
        missing.insert(0, v.t("actors.missing_nodes", n=v.n(left), most=v.n(network.MOST)))
    return Exhibit(
        "together", title, _finding(v, found, own), columns,
        tuple((r["a"], r["b"], r["n"], "; ".join(r[f"titles_{v.lang}"])) for r in found),
        source, basis, tuple(missing), spec=lambda dark: _drawn(v, shown, found, dark),
    )  # fmt: skip


def _finding(v: View, found: tuple[Row, ...], own: str) -> str:
    nodes: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for r in found:
        nodes.setdefault(r["a_id"], set()).add(r["b_id"])
        nodes.setdefault(r["b_id"], set()).add(r["a_id"])
        names |= {r["a_id"]: r["a"], r["b_id"]: r["b"]}
    if own:
        return v.t("actors.finding_own", name=names.get(own, ""), n=v.n(len(nodes.get(own, ()))))
    most = max(len(near) for near in nodes.values())
    top = sorted(names[node] for node, near in nodes.items() if len(near) == most)
    who = top[0] if len(top) == 1 else v.t("actors.and_more", name=top[0], n=v.n(len(top) - 1))
    return v.t("actors.finding", n=v.n(len(nodes)), pairs=v.n(len(found)), who=who, most=v.n(most))


def _drawn(v: View, shown: tuple[network.Pair, ...], found: tuple[Row, ...], dark: bool) -> Spec:
    listed = {r["actor_id"]: r for r in actors.listed(v.w, v.sel)}
    nodes, said = {}, {}
    for node in {end for pair in shown for end in pair[:2]}:
        r = listed[node]
        kind = r["org_type"] if r["org_type"] in actors.KINDS else "other"
        nodes[node] = {**r, "kind": kind, "href": v.href(aktor=node, ordning="")}
        said[node] = v.t("actors.node", kind=kind_of(v, r), partners=v.n(r["partners"]), n=v.n(r["initiatives"]))
    for r in found:
        titles = r[f"titles_{v.lang}"]
        said[f"{r['a_id']}|{r['b_id']}"] = v.t("actors.edge", a=r["a"], b=r["b"], titles="; ".join(titles[:4]))
    kinds = {kind: v.t(f"value.agare_{kind}") if kind != "other" else v.t("actors.kind_other") for kind in actors.KINDS}
    return network.network(shown, nodes, kinds, said, own=v.sel.aktor, dark=dark, lang=v.lang)


def _name(v: View, actor_id: str) -> str:
    row = actors.one(v.w, actor_id)
    return str(row["name"]) if row else actor_id


def organisations(v: View) -> Exhibit:
    """Every organisation of the selection: kind, roles, initiatives, partners, where; sorted as the URL says."""
    found = _sorted(v, actors.listed(v.w, v.sel))
    if v.sel.aktor:
        edges = actors.edges(v.w, v.sel)
        near = {v.sel.aktor} | {
            r[end] for r in edges if v.sel.aktor in (r["a_id"], r["b_id"]) for end in ("a_id", "b_id")
        }
        found = [r for r in found if r["actor_id"] in near]
    columns = (
        Column(v.t("actors.organisation")), Column(v.t("actors.partners"), "number"),
        Column(v.t("actors.initiatives"), "number"), Column(v.t("actors.kind")), Column(v.t("actors.roles")),
        Column(v.t("actors.places")),
    )  # fmt: skip
    rows = tuple(
        (r["name"], r["partners"], r["initiatives"], kind_of(v, r), roles(v, r["roles"]),
         ", ".join(v.place(code) for code in r["places"] or ()))
        for r in found
    )  # fmt: skip
    alone = sum(not r["partners"] for r in found)
    return Exhibit(
        "organisations", v.t("actors.list"), v.t("actors.list_finding", n=v.n(len(found)), alone=v.n(alone)), columns,
        rows, (v.behind(aktor="", insats=""),), (v.t("actors.basis_list"),),
        links=tuple(v.href(aktor=r["actor_id"]) for r in found),
    )  # fmt: skip


def _sorted(v: View, found: tuple[Row, ...]) -> list[Row]:
    keys = {
        "partners": lambda r: (-r["partners"], -r["initiatives"], str(r["name"]).casefold()),
        "initiativ": lambda r: (-r["initiatives"], -r["partners"], str(r["name"]).casefold()),
        "namn": lambda r: (str(r["name"]).casefold(),),
        "typ": lambda r: (kind_of(v, r).casefold(), -r["partners"], str(r["name"]).casefold()),
    }
    return sorted(found, key=keys[_order(v)])


def _order(v: View) -> str:
    return v.sel.ordning if v.sel.ordning in SORTS else SORTS[0]


def _listed(v: View) -> None:
    """The table beside the network: a page of it, with links that sort it."""
    of = organisations(v)
    pages = max(1, ceil(len(of.rows) / ROWS))
    at = min(v.sel.sida, pages)
    part = slice((at - 1) * ROWS, at * ROWS)
    sorts = parts.join(
        Markup('<strong aria-current="true">{}</strong>').format(v.t(f"actors.sort_{sort}"))
        if sort == _order(v)
        else parts.link(v.href(ordning="" if sort == SORTS[0] else sort), v.t(f"actors.sort_{sort}"))
        for sort in SORTS
    )
    layout.html(
        parts.heading(2, of.title),
        parts.lede(of.finding),
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("actors.sort"), sorts),
        _page(v, of, part),
        _pager(v, at, pages),
        *map(parts.source, of.basis),
        exhibit.taken(v, of),
    )


def _page(v: View, of: Exhibit, part: slice) -> Markup:
    """Some of the organisations, narrow enough to stand beside the network: type and roles under the name."""
    body = [
        [
            Markup("{}<br><small>{}</small>").format(parts.link(href, str(name)), f"{kind}: {held}"),
            exhibit.written(v, partners, of.columns[1]), exhibit.written(v, n, of.columns[2]), _few(v, str(places)),
        ]
        for (name, partners, n, kind, held, places), href in zip(of.rows[part], of.links[part], strict=True)
    ]  # fmt: skip
    head = [of.columns[at].heading for at in (0, 1, 2, 5)]
    return parts.table(head, body, label=of.title, numeric=(1, 2))


def _few(v: View, places: str) -> str:
    first, *more = places.split(", ")
    return v.t("list.more_places", name=first, n=v.n(len(more))) if len(more) > 1 else places


def _pager(v: View, at: int, pages: int) -> Markup:
    if pages < 2:
        return Markup("")
    back = parts.link(v.href(sida=at - 1), v.t("list.previous")) if at > 1 else ""
    on = parts.link(v.href(sida=at + 1), v.t("list.next")) if at < pages else ""
    said = v.t("list.page", page=at, of=pages)
    return Markup('<nav class="ik-pages" aria-label="{}">{} <span>{}</span> {}</nav>').format(
        v.t("actors.pages"), back, said, on
    )


def one(v: View) -> None:
    """The chosen organisation: its spellings, each part that it has, with reason and source row."""
    row = actors.one(v.w, v.sel.aktor) if v.sel.aktor else None
    if row is None:
        return
    spelt = {r["alias"]: r for r in actors.spellings(v.w)}
    names = [
        Markup("{} <small>{}</small>").format(
            name, spelt[name][f"why_{v.lang}"] if name in spelt else v.t("actors.same_number")
        )
        for name in row["spellings"]
    ]
    back = parts.link(v.href(aktor=""), v.t("actors.all_actors"))
    layout.html(
        parts.heading(2, row["name"]),
        parts.facts(
            [
                (v.t("actors.kind"), kind_of(v, row)),
                (v.t("actors.orgnr"), row["orgnr"] or v.t("actors.orgnr_none")),
                (v.t("actors.spellings"), parts.join(names, "<br>")),
            ]
        ),
    )
    exhibit.draw(v, parts_of(v), level=3, is_open=True)
    layout.html(Markup("<p>{}</p>").format(back))


def parts_of(v: View) -> Exhibit | None:
    """Every part that the chosen organisation has, in initiatives and in what the seeds name."""
    row = actors.one(v.w, v.sel.aktor) if v.sel.aktor else None
    if row is None:
        return None
    in_work = actors.roles_of(v.w, v.sel, row["actor_id"])
    in_items = actors.items_of(v.w, row["actor_id"])
    rows = [
        (name, role(v, r['role']), r[f"reason_{v.lang}"] or v.t("actors.registry_says"),
         _said_by(r["source"]) or v.t("actors.own_row"))
        for name, r in [*((v.of(r), r) for r in in_work), *((r["item"], r) for r in in_items)]
    ]  # fmt: skip
    links = [v.href("initiatives", insats=r["local_id"], aktor="") for r in in_work]
    links += [v.source_href(r) for r in in_items]
    columns = (
        Column(v.t("actors.in_what")), Column(v.t("actors.role")), Column(v.t("actors.reason")),
        Column(v.t("actors.says")),
    )  # fmt: skip
    said = v.t(
        "actors.parts_finding", name=row["name"], n=v.n(len({r["operation_id"] for r in in_work})),
        items=v.n(len({r["item_id"] for r in in_items})),
    )  # fmt: skip
    return Exhibit(
        "parts", v.t("actors.parts"), said, columns, tuple(rows), (v.behind(aktor="", insats=""),),
        (v.t("actors.described", what=v.sel.describe(layout.facet_names(v))),), links=tuple(links),
    )  # fmt: skip


def _said_by(source: str | None) -> str:
    """A source short enough for a cell: an address's host, a file's own words."""
    return urlsplit(source or "").netloc.removeprefix("www.") or (source or "").rpartition(".csv: ")[2]


def seeds(v: View) -> Exhibit:
    """The organisations that the conference and SHIC's page name, each with its part."""
    found = actors.items_of(v.w)
    columns = (
        Column(v.t("actors.organisation")), Column(v.t("actors.role")), Column(v.t("actors.in_what")),
        Column(v.t("actors.reason")),
    )  # fmt: skip
    return Exhibit(
        "seeds", v.t("actors.seeds"),
        v.t(
            "actors.seeds_finding", n=v.n(len({r["actor_id"] for r in found})),
            items=v.n(len({r["item_id"] for r in found})),
        ),
        columns,
        tuple((r["name"], role(v, r['role']), r["item"], r[f"reason_{v.lang}"]) for r in found),
        (_kept(v, found),), (v.t("actors.seeds_basis"),),
        links=tuple(v.href(aktor=r["actor_id"]) for r in found),
    )  # fmt: skip


def _kept(v: View, found: tuple[Row, ...]) -> Markup:
    if not found:
        return Markup("")
    return Markup("{} {}").format(
        v.t("actors.kept_source"), parts.link(v.source_href(found[0]), v.t("figure.where_from"))
    )

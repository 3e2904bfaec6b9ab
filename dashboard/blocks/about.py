"""*Om*: the product, its figures, its licence, how to cite it, and the register of the seeds' items."""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import concepts
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import provenance, seed
from dashboard.selection import Selection
from dashboard.store import audit, feedback, retention

IMY: Final = "https://www.imy.se/"
KINDS = (
    "event", "keynote", "session", "poll_question", "report", "organisation", "initiative", "concept", "target_group",
    "place",
)  # fmt: skip


def product(v: View) -> None:
    """What it is, for whom, who makes the figures, and under what licence."""
    layout.title(v.t("page.about"), v.t("about.lede"))
    held = provenance.coverage(v.w)
    layout.html(
        parts.facts(
            [
                (v.t("about.for"), v.t("about.for_text")),
                (
                    v.t("about.makers"),
                    v.t("about.makers_text", operations=v.n(held["operations"]), values=v.n(held["values"]),
                        sources=v.n(held["sources"])),
                ),
                (v.t("about.where"), parts.link(v.href("sources"), v.t("about.where_text"))),
                (v.t("about.not"), v.t("about.not_text")),
                (v.t("about.licence"), v.t("about.licence_text")),
            ]
        )
    )  # fmt: skip


def privacy(v: View) -> None:
    """What is processed of persons: in the data, by visiting, by saving and sending; by whom, on what ground."""
    told = {
        "small": {"n": v.n(provenance.min_count(v.w))},
        "saved": {"days": v.n(retention.days())},
        "sign_in": {"days": v.n(audit.days())},
        "feedback": {"n": v.n(feedback.DAYS)},
    }
    owner, contact = layout.operator()
    said = v.t("privacy.controller_named", owner=owner, contact=contact) if owner else v.t("privacy.controller_unnamed")
    rows: list[tuple[str, str | Markup]] = [(v.t("privacy.controller"), said.strip())]
    rows += [
        (v.t(f"privacy.{name}"), v.t(f"privacy.{name}_text", **told.get(name, {})))
        for name in (
            "data", "small", "visit", "saved", "sign_in", "sent", "feedback", "takedown", "basis", "recipients",
        )
    ]  # fmt: skip
    way = Markup("{} {}").format(v.t("privacy.rights_text"), parts.link(IMY, v.t("privacy.authority")))
    rows.append((v.t("privacy.rights"), way))
    layout.html(parts.heading(2, v.t("privacy.heading")), parts.facts(rows))


def cite(v: View) -> None:
    """A reference that names the snapshot, and the address that shows it as it is now."""
    site = urlsplit(st.context.url or "")
    path = Selection(lang=v.lang, snapshot=v.w.snapshot_id).url("/")
    address = f"{site.scheme}://{site.netloc}{path}" if site.netloc else path
    said = v.t("about.reference", snapshot=v.w.snapshot_id, day=v.day(v.as_of), address=address)
    layout.html(
        parts.heading(2, v.t("about.cite")),
        Markup("<p>{}</p>").format(v.t("about.cite_text")),
        Markup('<pre class="ik-cite" tabindex="0"><code>{}</code></pre>').format(said),
    )


def _found(v: View) -> list[Row]:
    return [r for r in seed.items(v.w) if v.sel.rader not in KINDS or r["kind"] == v.sel.rader]


def items(v: View) -> None:
    """The register, all of it or one kind."""
    counts = Counter(r["kind"] for r in seed.items(v.w))
    kinds = ["", *(kind for kind in KINDS if counts[kind])]

    def name(kind: str) -> str:
        return v.t("about.kind_n", kind=v.t(f"about.kind_{kind}"), n=v.n(counts[kind])) if kind else v.t("about.every")

    layout.html(parts.heading(2, v.t("about.register")), Markup("<p>{}</p>").format(v.t("about.register_text")))
    layout.choose(v.t("about.kind"), "rader", kinds, v.sel.rader if v.sel.rader in kinds else "", name)
    exhibit.draw(v, register(v), level=3, is_open=True)


def register(v: View) -> Exhibit:
    """One row a seed item: kind, where it is shown, what is seen there, the test that looks."""
    found = _found(v)
    homeless = sum(not r["route"] for r in found)
    rows: list[tuple[Cell, ...]] = []
    for r in found:
        shown, used = (concepts.page_of(v, r[name]) for name in ("route", "used"))
        rows.append((r["name"], v.t(f"about.kind_{r['kind']}"), shown, used, r["seed"], r["test"]))
    pages = {urlsplit(r["route"]).path for r in found if r["route"]}
    way = parts.link(v.source_href(found[0]), v.t("figure.where_from"))
    said = Markup("{} {}").format(v.t("about.register_source"), way)
    return Exhibit(
        "register", v.t("about.items"),
        v.t("about.items_finding", n=v.n(len(found)), with_home=v.n(len(found) - homeless), pages=v.n(len(pages))),
        tuple(Column(v.t(f"about.{name}")) for name in ("item", "kind", "page", "used", "seed", "test")), tuple(rows),
        (said,), (v.t("about.items_basis"),), (v.t("about.items_missing", n=v.n(homeless)),) if homeless else (),
        links=tuple(concepts.route(v, r["route"]) if r["route"] else "" for r in found),
    )  # fmt: skip

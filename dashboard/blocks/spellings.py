"""Who is whom: spellings that were reviewed and merged, pairs that stay apart, and names that look alike."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.exhibit import Column, Exhibit
from dashboard.layout import View
from dashboard.questions import actors


def merged(v: View) -> Exhibit:
    """Spellings that a person has reviewed, and what each stands for."""
    found = actors.spellings(v.w)
    columns = (Column(v.t("spellings.alias")), Column(v.t("spellings.name")), Column(v.t("spellings.why")))
    return Exhibit(
        "spellings", v.t("spellings.merged"),
        v.t(
            "spellings.merged_finding", n=v.n(len({r["alias"] for r in found})),
            to=v.n(len({r["name"] for r in found})),
        ),
        columns, tuple((r["alias"], r["name"], r[f"why_{v.lang}"]) for r in found),
        (Markup("{}").format(v.t("actors.kept_source")),), (v.t("spellings.basis"),),
        links=tuple(v.source_href(r) for r in found),
    )  # fmt: skip


def doubtful(v: View) -> Exhibit:
    """Pairs that stay apart: open, decided different, or alike and not yet looked at."""
    reviewed, alike = actors.apart(v.w), actors.alike(v.w)
    columns = (
        Column(v.t("spellings.a")), Column(v.t("spellings.b")), Column(v.t("spellings.verdict")),
        Column(v.t("spellings.why")),
    )  # fmt: skip
    rows = [(r["a"], r["b"], v.t(f"spellings.{r['decision']}"), r[f"why_{v.lang}"]) for r in reviewed]
    rows += [
        (r["a"], r["b"], v.t("spellings.alike"), v.t("spellings.alike_why", n=v.n(r["similarity"])))
        for r in alike[:100]
    ]
    still = sum(r["decision"] == "open" for r in reviewed)
    return Exhibit(
        "doubtful", v.t("spellings.doubtful"),
        v.t("spellings.doubtful_finding", open=v.n(still), apart=v.n(len(reviewed) - still), alike=v.n(len(alike))),
        columns, tuple(rows), (Markup("{}").format(v.t("actors.kept_source")),), (v.t("spellings.doubtful_basis"),),
        (v.t("spellings.alike_missing", n=v.n(len(alike) - 100)),) if len(alike) > 100 else (),
    )  # fmt: skip


def section(v: View) -> None:
    """Both lists under one heading."""
    layout.html(parts.heading(2, v.t("spellings.title")), Markup("<p>{}</p>").format(v.t("spellings.text")))
    exhibit.draw(v, merged(v), level=3, is_open=True)
    exhibit.draw(v, doubtful(v), level=3, is_open=True)

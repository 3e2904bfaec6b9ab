"""Sections of *Mitt län* on its money, whom it is for and how many take part."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import counting, hidden
from dashboard.layout import View
from dashboard.parts import Bar
from dashboard.questions import funding, targets


def money(v: View) -> None:
    """The chosen kind of amount by programming period, then every kind by itself."""
    found = funding.by_period(v.w, v.sel, v.sel.matt)
    total = funding.total(v.w, v.sel, v.sel.matt)
    most = max((r["split"] or 0 for r in found), default=0)
    names = layout.facet_names(v)["period"]
    lacking = sum(r["projects"] - r["with_amount"] for r in found) - total["not_restated"]
    head = parts.heading(3, v.t("county.side_money"))
    if not most:
        told = parts.source(counting.told(v, total))
        layout.html(head, parts.missing(v.t("county.money_empty")), told, _all_amounts(v))
        return
    layout.html(
        head,
        parts.bars(
            [
                Bar(
                    names.get(r["period"]) or r["period"], counting.money(v, r["split"]),
                    float(r["split"] / most) if r["split"] else None,
                )
                for r in found
            ],
            v.t("county.money_caption", measure=counting.measure(v)),
        ),
        parts.missing(v.t("county.money_missing", without=lacking, all=sum(r["projects"] for r in found))),
        parts.source(f"{counting.told(v, total)} {counting.note(v)}"),
        _all_amounts(v),
        v.behind(belopp=("kant",)),
    )  # fmt: skip


def _all_amounts(v: View) -> Markup:
    """Every kind of amount that the län has, each by itself."""
    body = []
    for measure, row in funding.money_of_lan(v.w, v.sel, v.sel.one_lan or "").items():
        label = parts.link(v.href(matt=measure), counting.measure(v, measure))
        body.append([label, numbers.money(row["split"], v.sel.but(matt=measure).currency, v.lang), v.n(row["n"])])
    head = [v.t("detail.kind"), v.t("mode.split").capitalize(), v.t("page.initiatives")]
    return parts.table(head, body, caption=v.t("county.amounts_caption"), numeric=(1, 2)) if body else Markup("")


def _participants(v: View) -> Markup:
    people = targets.participants(v.w, v.sel)
    if not people["with_planned"]:
        return parts.missing(v.t("county.participants_none"))
    actual = v.n(people["actual"])
    if people["hidden"]:
        actual = v.t("hidden.at_least", n=v.n(people["actual"] or 0))
    said = v.t(
        "county.participants", planned=v.n(people["planned"]), n=people["with_planned"], all=people["projects"],
        actual=actual, m=people["with_actual"],
    )  # fmt: skip
    if people["hidden"]:
        said += f" {v.t('hidden.not_in_sum', n=people['hidden'])} {hidden.rule(v)}"
    said += " " + v.t("counting.participants_here", here=v.n(people["planned_here"]))
    if national := people["planned_national"]:
        without = v.n(people["planned"] - national)
        said += " " + v.t("counting.participants_national", national=v.n(national), without=without)
    return parts.missing(said)


def groups(v: View) -> None:
    """Whom the initiatives are for, who is not named, and how many take part."""
    found = targets.groups(v.w, v.sel)
    most = max((r["n"] for r in found), default=1)
    none = targets.without_group(v.w, v.sel)
    unreached = targets.unreached(v.w, v.sel)
    layout.html(
        parts.heading(3, v.t("county.side_groups")),
        parts.bars(
            [
                Bar(
                    parts.link(v.href("initiatives", malgrupp=(r["code"],)), v.of(r)), v.n(r["n"]),
                    r["n"] / most,
                )
                for r in found
            ],
            v.t("county.groups_caption"),
        ),
        parts.missing(v.t("county.groups_missing", n=none)) if none else Markup(""),
        _participants(v),
        parts.missing(v.t("county.unreached", groups=", ".join(map(v.of, unreached)))) if unreached else Markup(""),
        v.behind(),
    )  # fmt: skip

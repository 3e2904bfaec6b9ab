"""Sections of *Källor*: files, what is missing, where sources disagree, complaints on loading, a row as it came."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from markupsafe import Markup

from dashboard import attempts, layout, parts
from dashboard.attempts import Attempt
from dashboard.blocks.detail import source_row
from dashboard.db import Row
from dashboard.layout import View
from dashboard.parts import Bar, Figure
from dashboard.questions import provenance
from dashboard.selection import Selection
from dashboard.texts import has


def overview(v: View) -> None:
    """Rows read, loaded, set aside: they add up."""
    files = provenance.sources(v.w)
    total = {
        name: v.n(sum(f[name] for f in files)) for name in ("rows_read", "rows_loaded", "rows_quarantined", "warnings")
    }
    layout.title(v.t("sources.title"), v.t("sources.lede", rows=total["rows_read"], files=len(files)))
    layout.html(
        parts.figures(
            [
                Figure(v.t("sources.read"), total["rows_read"], v.t("sources.balance")),
                Figure(v.t("sources.loaded"), total["rows_loaded"]),
                Figure(v.t("sources.quarantined"), total["rows_quarantined"]),
                Figure(v.t("sources.warned"), total["warnings"]),
            ]
        )
    )


def files(v: View) -> None:
    """Every source file with publisher, licence, date, checksum, counts and what to mind."""
    found = provenance.sources(v.w)
    for kind in ("operations", "indicators", "reference"):
        of_kind = [f for f in found if f["kind"] == kind]
        if of_kind:
            head = [
                v.t(f"sources.{name}") for name in ("name", "publisher", "retrieved", "read", "loaded", "quarantined")
            ]
            body = [_file(v, f) for f in of_kind]
            layout.html(
                parts.heading(2, v.t(f"sources.{kind}")),
                parts.table([*head, v.t("sources.checksum")], body, label=v.t(f"sources.{kind}"), numeric=(3, 4, 5)),
            )


def _file(v: View, f: Row) -> list[str | Markup]:
    caveat = v.of(f, "caveat") if f["caveat_sv"] else ""
    return [
        Markup("{}<br><small>{} · {}</small>{}").format(
            parts.link(f["url"], v.of(f)), f["file_name"], f["licence_en" if v.lang == "en" else "licence"],
            Markup("<br><small>{}: {}</small>").format(v.t("sources.caveat"), caveat) if caveat else "",
        ),
        f["publisher"],
        Markup("{}<br><small>{}</small>").format(
            v.day(f["retrieved_at"]), v.t("sources.age", n=f["age_days"]) if f["age_days"] is not None else ""
        ),
        *(v.n(f[name]) for name in ("rows_read", "rows_loaded", "rows_quarantined")),
        Markup('<code title="{}">{}</code>').format(f["sha256"], f["sha256"][:12]),
    ]  # fmt: skip


def fetching(v: View) -> None:
    """Each source on the net: when it was tried and got last, and why it was not; also since the snapshot was built."""
    home = layout.snapshot_folder().parent
    found, refused = attempts.read(home), attempts.refused_since(home)
    if refused:
        built = v.day(v.snapshot["built_at"])
        layout.html(parts.missing(v.t("fetching.build_refused", day=v.day(refused), built=built)))
    if not found:
        return
    failing = [one for one in found if one.why]
    lede = v.t("fetching.lede", day=v.day(v.snapshot["built_at"]))
    if len(failing) == 1:
        said = v.t("fetching.failing_one", of=len(found))
    elif failing:
        said = v.t("fetching.failing_other", n=len(failing), of=len(found))
    else:
        said = v.t("fetching.all_got", of=len(found))
    head = [v.t(f"fetching.{name}") for name in ("source", "tried", "got", "outcome")]
    layout.html(
        parts.heading(2, v.t("fetching.title")),
        Markup("<p>{}</p>").format(lede),
        parts.missing(said) if failing else Markup("<p>{}</p>").format(said),
        parts.table(head, [_attempt(v, one) for one in found], label=v.t("fetching.title")),
    )


def _attempt(v: View, one: Attempt) -> list[str | Markup]:
    title = one.title_en if v.lang == "en" else one.title_sv
    outcome: str | Markup = v.t("fetching.ok")
    if one.why:
        said = v.t("fetching.failed"), v.t(f"fetching.why_{one.why}"), v.t("fetching.since", day=v.day(one.since))
        outcome = Markup("<span><strong>{}</strong> {}<br><small>{}</small></span>").format(said[0], said[2], said[1])
    return [parts.link(one.url, title) if one.url else title, _when(v, one.tried_at), _when(v, one.got_at), outcome]


def _when(v: View, moment: datetime | None) -> str | Markup:
    if moment is None:
        return v.t("fetching.never")
    days = (datetime.now(UTC) - moment).days
    age = v.t("fetching.today") if days < 1 else v.t("fetching.age_one" if days == 1 else "fetching.age_other", n=days)
    return Markup("{}<br><small>{}</small>").format(v.day(moment), age)


def missing(v: View) -> None:
    """Share of initiatives that lack each field."""
    found = provenance.missing(v.w)
    layout.html(
        parts.heading(2, v.t("sources.missing")),
        Markup("<p>{}</p>").format(v.t("sources.missing_text", n=v.n(found[0]["of"]))),
        parts.bars(
            [
                Bar(
                    v.t(f"field.{r['field']}"), v.t("sources.share", lacking=r["lacking"], of=r["of"]),
                    r["lacking"] / r["of"],
                )
                for r in found
            ],
            v.t("sources.missing"),
        ),
    )  # fmt: skip


def conflicts(v: View) -> None:
    """Facts on which sources disagree, with links to the initiatives."""
    found = provenance.conflicts(v.w)
    body = [
        [
            parts.link(
                Selection(lang=v.lang, insats=r["local_id"], snapshot=v.sel.snapshot).url("/initiativ"),
                v.of(r),
            ),
            v.t(f"field.{r['field']}") if has(f"field.{r['field']}") else r["field"],
            r["value_a"],
            r["value_b"],
        ]
        for r in found
    ]
    head = [v.t("list.name"), v.t("detail.field"), v.t("detail.one"), v.t("detail.other")]
    said = v.t("sources.conflicts_text", n=len(found), m=len({r["local_id"] for r in found}))
    layout.html(
        parts.heading(2, v.t("sources.conflicts")),
        Markup("<p>{}</p>").format(said),
        parts.table(head, body, label=v.t("sources.conflicts")),
    )


def issues(v: View) -> None:
    """Complaints about rows and cells."""
    found = provenance.issues(v.w)
    layout.html(parts.heading(2, v.t("sources.issues")))
    if not found:
        layout.html(Markup("<p>{}</p>").format(v.t("sources.issues_none")))
        return
    head = [v.t(f"sources.{name}") for name in ("row", "column", "rule", "value", "message")]
    body = [
        [
            parts.link(v.source_href(r), v.t("detail.row", n=r["row_no"], file=r["file_name"])),
            r["column"],
            r["rule"],
            r["value"] or "",
            _message(v, r),
        ]
        for r in found
    ]
    layout.html(parts.table(head, body, label=v.t("sources.issues")))


def _message(v: View, r: Row) -> str:
    """What is wrong, in the viewer's language where the rule has words."""
    rule = r["rule"]
    if rule == "hidden":
        return v.t("rule.hidden", reason=r["message"])
    return v.t(f"rule.{rule}") if has(f"rule.{rule}") else str(r["message"])


def row(v: View) -> None:
    """The input row that ``kalla`` names (source:row@file, or source:row where it has one file), as it came."""
    where, _, file_name = v.sel.kalla.partition("@")
    source_id, _, number = where.partition(":")
    found = None
    if re.fullmatch("[0-9]{1,12}", number):
        names = v.files.get(source_id, [])
        wanted = names if len(names) == 1 and not file_name else [n for n in names if n.rpartition("/")[2] == file_name]
        name = wanted[0] if wanted else ""
        found = provenance.raw(v.w, source_id, name, int(number))
    layout.html(Markup('<p class="ik-back">{}</p>').format(parts.link(v.href(kalla=""), v.t("sources.title"))))
    if found is None:
        layout.title(v.t("sources.row_missing"))
        return
    layout.title(v.t("sources.row_title", n=found["row_no"], file=found["file_name"]), v.of(found))
    layout.html(source_row(v, found, level=2))

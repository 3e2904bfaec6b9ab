"""One initiative in full: every amount with its label, dates with their precision, parties, conflicts, source rows."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import effects, hidden, links, rows
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import initiatives, provenance
from dashboard.texts import has


def initiative(v: View) -> None:
    """The page of the initiative that the URL names."""
    op = initiatives.find(v.w, v.sel.insats, v.sel.portfolj)
    back = parts.link(v.href(insats="", sida=v.sel.sida), v.t("detail.back"))
    layout.html(Markup('<p class="ik-back">{}</p>').format(back))
    if op is None:
        layout.html(
            parts.heading(1, v.t("detail.missing_title")),
            parts.empty(v.t("detail.missing_title"), v.t("detail.missing_text")),
        )
        return
    found = initiatives.detail(v.w, op["operation_id"])
    layout.title(v.of(op), op[f"summary_{v.lang}"] or op["summary_sv"] or op["summary_en"] or "")
    if way := effects.way(v, op["local_id"]):
        layout.html(parts.source(way))
    main, side = st.columns([7, 5], gap="large")
    with main:
        layout.html(parts.facts(_facts(v, op, found)))
        if found["conflicts"]:
            _conflicts(v, found["conflicts"])
    with side:
        _amounts(v, found["funding"])
        _links(v, op, found)
    _where_from(v, op, found)


def _facts(v: View, op: Row, found: dict[str, tuple[Row, ...]]) -> list[tuple[str, str | Markup]]:
    names = layout.facet_names(v)
    basis = v.t("detail.derived", day=v.day(v.as_of)) if op["status_is_derived"] else v.t("detail.declared")
    precision = [op["start_precision"], op["end_precision"]]
    exact = ", ".join(dict.fromkeys(v.t(f"detail.precision_{p}") for p in precision if p))
    period = names["period"].get(op["programming_period"]) or op["programming_period"]
    programme: list[str] = [] if op["programming_period"] == "other" and op["fund_code"] != "other" else [period]
    programme += [op["fund_code"]] if op["fund_code"] != "other" else []
    areas = [t for t in found["themes"] if t["scheme"] == "programme_area"]
    programme += [t["label_en"] if v.lang == "en" else t["label"] for t in areas]
    programme += [t["label"] for t in found["themes"] if t["scheme"] == "programme"]
    parties = parts.join(
        (
            Markup("{} <small>{}</small>").format(
                p["name"],
                ", ".join(
                    x
                    for x in (
                        v.t(f"value.role_{p['role']}"),
                        names["agare"].get(p["org_type"] or "", ""),
                        numbers.country(p["country"], v.lang) if p["country"] not in (None, "SE") else "",
                    )
                    if x
                ),
            )
            for p in found["parties"]
        ),
        "<br>",
    )
    people = [
        v.t("detail.planned" if p["value_type"] == "planned" else "detail.actual", n=v.n(p["value"]))
        if p["value"] is not None
        else Markup("{} <small>{}</small>").format(hidden.mark(v), hidden.rule(v))
        for p in found["participants"]
        if p["sex"] == "T" and p["value"] != 0
    ]
    return [
        (
            v.t("detail.status"),
            Markup("{} <small>{}</small>").format(v.t(f"value.status_{op['status']}"), basis),
        ),
        (v.t("detail.decided"), v.day(op["decided_on"], op["decided_precision"]) if op["decided_on"] else ""),
        (v.t("detail.period"), Markup("{} <small>{}</small>").format(rows.span(v, op), exact)),
        (v.t("detail.programme"), " · ".join(dict.fromkeys(programme))),
        (v.t("detail.diarienummer"), op["diarienummer"] or ""),
        (v.t("detail.parties"), parties or v.t("value.not_seen")),
        (v.t("detail.places"), _abroad(v, found) if op["portfolio"] == "utland" else _places(v, found["places"])),
        (
            v.t("detail.groups"),
            parts.tags(v.of(g) for g in found["groups"]) if found["groups"] else v.t("value.not_seen"),
        ),
        (
            v.t("detail.methods"),
            parts.tags(m["method"] for m in found["methods"]) if found["methods"] else "",
        ),
        (v.t("detail.themes"), parts.tags(_themes(v, found["themes"])) if _themes(v, found["themes"]) else ""),
        (v.t("detail.outcomes"), parts.join((t["label"] for t in _own(found, "outcome_metric")), "<br>")),
        (v.t("detail.participants"), parts.join(people, ", ") or v.t("value.not_seen")),
        (v.t("detail.si"), v.t("value.yes") if op["is_social_innovation"] else v.t("value.not_stated")),
        (v.t("detail.note"), op["note"] or ""),
    ]


def _own(found: dict[str, tuple[Row, ...]], scheme: str) -> list[Row]:
    return [t for t in found["own_terms"] if t["scheme"] == scheme]


def _themes(v: View, themes: tuple[Row, ...]) -> list[str]:
    """What the operation is about, but for what has a row of its own."""
    shown = [t for t in themes if t["scheme"] not in ("programme_area", "social_innovation", "programme")]
    return list(dict.fromkeys(t["label_en"] if v.lang == "en" else t["label"] for t in shown))


def _abroad(v: View, found: dict[str, tuple[Row, ...]]) -> str:
    """The countries where it is delivered, else those of the recipients."""
    codes = [t["code"] for t in _own(found, "country")]
    codes = codes or [p["country"] for p in found["parties"] if p["role"] == "beneficiary" and p["country"]]
    named = sorted({numbers.country(code, v.lang) for code in codes})
    return v.t("detail.abroad", countries=", ".join(named)) if named else v.t("detail.abroad_unknown")


def _places(v: View, places: tuple[Row, ...]) -> Markup:
    by: dict[str, list[Row]] = defaultdict(list)
    for p in places:
        by[p["lan_code"] or ("SE" if p["location_type"] == "national" else "okant")].append(p)
    lines = []
    for code, held in by.items():
        towns = ", ".join(p["kommun"] for p in held if p["kommun"])
        lines.append(f"{v.place(code)}: {towns}" if towns else v.place(code))
    notes = [v.t(f"value.place_{places[0]['location_type']}")] if places else []
    if len(by) > 1 and places[0]["share_basis"] == "assumed equal":
        notes.append(v.t("detail.share_assumed", share=f"1/{len(by)}"))
    return Markup("{}<br><small>{}</small>").format(parts.join(lines, "<br>"), "; ".join(notes))


def _amounts(v: View, funding: tuple[Row, ...]) -> None:
    layout.html(parts.heading(2, v.t("detail.amounts")))
    if not funding:
        layout.html(parts.missing(v.t("detail.amounts_none")))
        return
    titles = provenance.source_titles(v.w)
    body = []
    for f in funding:
        marks = [v.t("detail.rounded")] if f["is_rounded"] else []
        marks += [v.t("detail.flat")] if f["is_derived"] else []
        several = len({row["source_id"] for row in funding}) > 1
        label = f"{f['label_in_source']} ({v.of(titles[f['source_id']])})" if several else f["label_in_source"]
        body.append(
            [
                v.t(f"measure.{f['measure']}"),
                numbers.exact(f["amount"], f["currency"], v.lang),
                Markup("{} <small>{}</small>").format(label, ", ".join(marks)),
            ]
        )
    head = [v.t("detail.kind"), v.t("detail.amount"), v.t("detail.label")]
    layout.html(parts.table(head, body, numeric=(1,)), parts.source(v.t("detail.amounts_foot")))


def _conflicts(v: View, conflicts: tuple[Row, ...]) -> None:
    body = [
        [
            v.t(f"field.{c['field']}") if has(f"field.{c['field']}") else c["field"],
            Markup("{}<br><small>{}</small>").format(c["value_a"], _address(c["source_a"])),
            Markup("{}<br><small>{} {}</small>").format(c["value_b"], _address(c["source_b"]), c["note"]),
        ]
        for c in conflicts
    ]
    head = [v.t("detail.field"), v.t("detail.one"), v.t("detail.other")]
    layout.html(
        parts.heading(2, v.t("detail.conflicts")),
        Markup("<p>{}</p>").format(v.t("detail.conflicts_text")),
        parts.table(head, body),
    )


def _address(text: str) -> str | Markup:
    if not text.startswith("http") or " " in text:
        return text
    return parts.link(text, text.split("/")[2])


def _links(v: View, op: Row, found: dict[str, tuple[Row, ...]]) -> None:
    links: list[tuple[str, str]] = [
        (r["source_title"] or v.t("detail.original"), r["source_url"]) for r in found["records"] if r["source_url"]
    ]
    links += [(r["title"], r["url"]) for r in found["links"]]
    seen = f" ({v.t('detail.seen', day=v.day(op['seen_on']))})" if op["seen_on"] else ""
    if not links:
        return
    layout.html(
        parts.heading(2, v.t("detail.links")),
        Markup("<ul>{}</ul>").format(
            parts.join(Markup("<li>{}{}</li>").format(parts.link(url, title), seen) for title, url in links)
        ),
    )


def _where_from(v: View, op: Row, found: dict[str, tuple[Row, ...]]) -> None:
    titles = provenance.source_titles(v.w)
    layout.html(parts.heading(2, v.t("detail.where_from")))
    if op["records"] > 1:
        names = ", ".join(v.of(titles[s]) for s in op["source_ids"])
        layout.html(
            Markup("<p>{}</p>").format(v.t("detail.records", n=op["records"], names=names)),
            links.together(v, op),
            parts.source(v.t("links.confidence_note")),
        )
    refs: dict[tuple[str, str, int], None] = {}
    for r in (*found["records"], *found["funding"], *found["conflicts"]):
        refs[r["source_id"], r["file_name"], r["row_no"]] = None
    if found["complaints"]:
        said = dict.fromkeys(
            Markup("<li>{}: {} {}</li>").format(
                c["column"],
                v.t(f"rule.{c['rule']}") if has(f"rule.{c['rule']}") else c["message"],
                f"({c['value']})" if c["value"] else "",
            )
            for c in found["complaints"]
        )
        layout.html(Markup("<p>{}</p><ul>{}</ul>").format(v.t("detail.complaints"), parts.join(said)))
    with st.expander(v.t("detail.where_from_text")):
        for source_id, file_name, row_no in refs:
            raw = provenance.raw(v.w, source_id, file_name, row_no)
            if raw:
                layout.html(source_row(v, raw))


def source_row(v: View, raw: Row, *, level: int = 3) -> Markup:
    """An input row as it came, with file, publisher, date and checksum."""
    payload: dict[str, Any] = json.loads(raw["payload"])
    cells = [(name, _cell(value)) for name, value in payload.items() if value not in ("", None)]
    title = v.t("detail.row", n=raw["row_no"], file=raw["file_name"])
    said = f"{raw['publisher']}, {v.day(raw['retrieved_at'])}. SHA-256 {raw['sha256']}"
    return parts.heading(level, parts.link(v.source_href(raw), title)) + parts.source(said) + parts.facts(cells)


def _cell(value: Any) -> str | Markup:
    if isinstance(value, str) and value.startswith("http") and " " not in value:
        return parts.link(value, value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

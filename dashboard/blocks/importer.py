"""Sections of *Importera*: choose a file, see what would be loaded, correct the columns, load; the lists here."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard import importing, layout, numbers, parts
from dashboard.importing import FIELDS, Form
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.questions import provenance
from dashboard.texts import has

_NONE = -1
_CURRENCIES = ("SEK", "EUR", "DKK", "NOK", "CZK", "PLN", "HUF", "RON", "BGN", "GBP", "HRK", "USD")
_AMOUNTS = ("total_eligible_cost", "granted_support", "eu_contribution")
_SURE, _LIKELY = 0.75, 0.45


def choose_file(v: View) -> None:
    """What can be imported, and the form that sends a file."""
    layout.title(v.t("import.title"), v.t("import.lede"))
    if not importing.is_allowed():
        layout.html(parts.missing(v.t("import.closed")))
        return
    fault = st.query_params.get("fel", "")
    if fault:
        layout.html(parts.missing(_refusal(v, fault, "")))
    layout.html(
        Markup(
            '<form class="ik-upload" action="/importera/fil?lang={}" method="post" enctype="multipart/form-data">'
            '<span class="ik-pick"><input id="ik-file" name="fil" type="file" required accept="{}" '
            'aria-describedby="ik-file-note"><label for="ik-file" class="ik-button">{}</label>'
            '<output for="ik-file" data-inkarta-file>{}</output></span>'
            '<p id="ik-file-note">{}</p><button type="submit" class="ik-button">{}</button></form>'
        ).format(
            v.lang, ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.json,.jsonl", v.t("import.file"), v.t("import.no_file"),
            v.t("import.forms"), v.t("import.send"),
        )
    )  # fmt: skip
    steps = parts.join(Markup("<li>{}</li>").format(v.t(f"import.step_{name}")) for name in ("choose", "check", "load"))
    layout.html(parts.heading(2, v.t("import.how")), Markup("<ol>{}</ol>").format(steps))


def lists(v: View) -> None:
    """The lists that are here, each with its counts and a link to its operations."""
    found = [f for f in provenance.sources(v.w) if str(f["source_id"]).startswith("import_")]
    layout.html(parts.heading(2, v.t("import.lists")))
    if not found:
        layout.html(Markup("<p>{}</p>").format(v.t("import.lists_none")))
        return
    head = [v.t("list.name"), *(v.t(f"sources.{name}") for name in ("retrieved", "read", "loaded", "quarantined"))]
    body = [
        [
            Markup("{}<br><small>{}</small>").format(
                parts.link(_portfolio(v, f["source_id"]), v.of(f)), f["file_name"]
            ),
            v.day(f["retrieved_at"]),
            *(v.n(f[name]) for name in ("rows_read", "rows_loaded", "rows_quarantined")),
        ]
        for f in found
    ]
    layout.html(
        parts.table(head, body, label=v.t("import.lists"), numeric=(2, 3, 4)),
        Markup("<p>{}</p>").format(v.t("import.remove_how")),
    )


def _portfolio(v: View, source_id: str) -> str:
    return f"/initiativ?lang={v.lang}&portfolj={source_id}"


def review(v: View) -> None:
    """The file's preview with corrections, and the button that loads it."""
    path = importing.uploaded(v.sel.fil) if importing.is_allowed() else None
    back = Markup('<p class="ik-back">{}</p>').format(parts.link(v.href(fil="", form=""), v.t("import.other")))
    if path is None:
        layout.title(v.t("import.title"))
        layout.html(parts.empty(v.t("import.gone"), v.t("import.gone_text")), back)
        return
    form = Form.decode(v.sel.form)
    with st.spinner(v.t("import.reading")):
        found = importing.preview(path, form)
    layout.title(path.name, _finding(v, found))
    layout.html(back)
    if "error" in found:
        layout.html(parts.missing(_refusal(v, found["error"]["rule"], found["error"]["message"])))
        if found["error"]["rule"] in ("no_table", "no_columns"):
            _settings(v, form, {})
        return
    _headline(v, found)
    if found["sheets_left_out"]:
        layout.html(parts.missing(v.t("import.left_out", names=", ".join(found["sheets_left_out"]))))
    if found["never_stored"]:
        layout.html(parts.missing(v.t("import.never_stored", names=", ".join(found["never_stored"]))))
    _operations(v, found)
    _mapping(v, form, found)
    _set_aside(v, found)
    _load(v, path.name, form, found)


def _finding(v: View, found: dict[str, Any]) -> str:
    if "error" in found:
        return v.t("import.refused")
    if found["rows_quarantined"] == 0:
        return v.t("import.all", read=v.n(found["rows_read"]))
    return v.t("import.some", read=v.n(found["rows_read"]), loaded=v.n(found["rows_loaded"]),
               aside=v.n(found["rows_quarantined"]))  # fmt: skip


def _refusal(v: View, rule: str, message: str) -> Markup:
    """Why a file is not taken, in the viewer's language where the rule has words; then the reader's own sentence."""
    said = v.t(f"refusal.{rule}") if has(f"refusal.{rule}") else v.t("refusal.failed")
    if not message:
        return Markup("{}").format(said)
    return Markup('{}<br><small lang="en">{}</small>').format(said, message.split("\n")[0])


def _headline(v: View, found: dict[str, Any]) -> None:
    kind = found["amount_field"]
    money = v.n(found["total_amount"]) if kind else v.t("import.no_amount")
    note, projects = "", found["operations_loaded"]
    is_several = projects < found["rows_loaded"]
    several = v.t("import.several" if is_several else "import.one_each", n=v.n(projects))
    if kind:
        basis = found["currency_basis"]
        note = f"{v.t(f'measure.{kind}')}. {v.t(f'import.currency_{basis}')}"
    layout.html(
        parts.figures(
            [
                Figure(v.t("sources.read"), v.n(found["rows_read"]), v.t("import.balance")),
                Figure(v.t("sources.loaded"), v.n(found["rows_loaded"]), several),
                Figure(v.t("sources.quarantined"), v.n(found["rows_quarantined"])),
                Figure(v.t("import.sum", currency=found["currency"]) if kind else v.t("import.sum_none"), money, note),
            ]
        )
    )


def _mapping(v: View, form: Form, found: dict[str, Any]) -> None:
    """One select box a field, with the column that was found, how sure that is, and what the column holds."""
    layout.html(parts.heading(2, v.t("import.columns")), Markup("<p>{}</p>").format(v.t("import.columns_text")))
    columns = found["columns"]
    names = [column["name"] for column in columns]
    for start in range(0, len(FIELDS), 3):
        for target, place in zip(FIELDS[start : start + 3], st.columns(3), strict=False):
            chosen = found["mapping"].get(target)
            at = names.index(chosen) if chosen in names else _NONE
            with place:
                _column_box(v, form, target, at, columns)
                if at != _NONE:
                    sure = "chosen" if target in form.columns else _sureness(found["confidence"].get(target, 0))
                    _sample(v, sure, columns[at]["samples"])
    _settings(v, form, found)


def _sample(v: View, sure: str, samples: list[str]) -> None:
    said = " · ".join(sample if len(sample) < 40 else f"{sample[:38]}…" for sample in samples)
    layout.html(
        Markup('<p class="ik-sample"><span class="ik-sure ik-{}">{}</span> {}</p>').format(
            sure, v.t(f"import.sure_{sure}"), said
        )
    )


def _sureness(confidence: float) -> str:
    return "sure" if confidence >= _SURE else "likely" if confidence >= _LIKELY else "unsure"


def _column_box(v: View, form: Form, target: str, at: int, columns: list[dict[str, Any]]) -> None:
    key = f"import-{target}-{v.lang}-{v.sel.fil}"
    if st.session_state.get(key) != at:
        st.session_state[key] = at
    st.selectbox(
        v.t(f"import.field_{target}"), [_NONE, *range(len(columns))], key=key,
        format_func=lambda n: v.t("import.no_column") if n == _NONE else columns[n]["name"][:90],
        on_change=lambda: layout.put(
            form=Form({**form.columns, target: st.session_state[key]}, form.settings).encode()
        ),
    )  # fmt: skip


def _settings(v: View, form: Form, found: dict[str, Any]) -> None:
    """Currency, the header's row and the order of dates, where the file was read wrongly."""
    with st.expander(v.t("import.form")):
        where = [v.t("import.sheet", name=", ".join(found["sheets"]))] if found.get("sheets") else []
        if found.get("encoding"):
            where.append(v.t("import.encoding", name=found["encoding"]))
        layout.html(Markup("<p>{}</p>").format(". ".join(where)))
        order = found.get("date_order", "dmy")
        _setting(v, form, "valuta", _CURRENCIES, found.get("currency", "SEK"), lambda code: code)
        _setting(v, form, "datum", ("dmy", "mdy"), order, lambda code: v.t(f"import.date_{code}"))
        rows = tuple(str(n) for n in range(1, 41))
        _setting(v, form, "rubrikrad", rows, str(found.get("header_row") or 1), lambda code: code)


def _setting(v: View, form: Form, name: str, options: tuple[str, ...], current: str, words: Any) -> None:
    key = f"import-{name}-{v.lang}-{v.sel.fil}"
    known = options if current in options else (current, *options)
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    st.selectbox(
        v.t(f"import.set_{name}"), known, key=key, format_func=words,
        on_change=lambda: layout.put(
            form=Form(form.columns, {**form.settings, name: st.session_state[key]}).encode()
        ),
    )  # fmt: skip


def _operations(v: View, found: dict[str, Any]) -> None:
    layout.html(parts.heading(2, v.t("import.first")))
    kinds = [kind for kind in _AMOUNTS if any(kind in op["amounts"] for op in found["operations"])]
    head = [v.t("import.field_title"), v.t("import.field_beneficiary"), v.t("import.dates"),
            *(v.t(f"measure.{kind}") for kind in kinds)]  # fmt: skip
    body = [
        [
            op["title"][:120],
            op["beneficiary"] or "",
            _time(v, op),
            *(numbers.number(op["amounts"].get(kind), v.lang) if kind in op["amounts"] else "" for kind in kinds),
        ]
        for op in found["operations"][:8]
    ]
    numeric = tuple(range(3, 3 + len(kinds)))
    layout.html(parts.table(head, body, label=v.t("import.first"), numeric=numeric))


def _time(v: View, op: dict[str, Any]) -> Markup:
    both = (op["start_date"], op["end_date"])
    days = [v.day(date.fromisoformat(day)).replace(" ", "\u00a0") if day else "…" for day in both]
    return Markup("{}\u00a0–<br>{}").format(*days) if any(both) else Markup("")


def _set_aside(v: View, found: dict[str, Any]) -> None:
    """Rows that would not be loaded, with their cells, and cells that would be left out."""
    aside = [i for i in found["issues"] if i["severity"] == "quarantine"]
    cells = {r["row"]: " | ".join(r["cells"]) for r in found["set_aside"]}
    if aside:
        head = [v.t("import.line"), v.t("import.why"), v.t("import.content")]
        body = [[v.n(i["line"]), _why(v, i), cells.get(i["row"], i["value"])[:240]] for i in aside[:20]]
        layout.html(
            parts.heading(2, v.t("import.aside", n=v.n(len(aside)))),
            parts.table(head, body, label=v.t("import.why")),
        )
    warned = [i for i in found["issues"] if i["severity"] == "warning"]
    if warned:
        head = [v.t("import.line"), v.t("sources.column"), v.t("import.why"), v.t("sources.value")]
        body = [[v.n(i["line"]), i["column"], _why(v, i), i["value"]] for i in warned[:20]]
        layout.html(
            parts.heading(2, v.t("import.warned", n=v.n(found["warnings"]))),
            Markup("<p>{}</p>").format(v.t("import.warned_text")),
            parts.table(head, body, label=v.t("import.warned", n=v.n(found["warnings"]))),
        )


def _why(v: View, issue: dict[str, Any]) -> str:
    return v.t(f"rule.{issue['rule']}") if has(f"rule.{issue['rule']}") else str(issue["message"])


def _load(v: View, file_name: str, form: Form, found: dict[str, Any]) -> None:
    layout.html(parts.heading(2, v.t("import.load_title")), Markup("<p>{}</p>").format(v.t("import.load_text")))
    key = f"import-name-{v.lang}-{v.sel.fil}"
    st.session_state.setdefault(key, file_name.rsplit(".", 1)[0].replace("_", " ")[:60])
    name = st.text_input(v.t("import.name"), key=key, max_chars=60)
    path = importing.uploaded(v.sel.fil)
    wanted = st.button(v.t("import.load", n=v.n(found["rows_loaded"])), type="primary", disabled=not name.strip())
    if not wanted or path is None:
        return
    with st.spinner(v.t("import.loading")):
        done = importing.load(path, name.strip(), form)
    if "error" in done:
        layout.html(parts.missing(_refusal(v, done["error"]["rule"], done["error"]["message"])))
        return
    layout.html(
        Markup('<div class="ik-empty" role="status"><h2>{}</h2><p>{}</p><p>{}</p></div>').format(
            v.t("import.done", name=name),
            v.t("import.done_text", n=v.n(done["rows_loaded"])),
            parts.link(_portfolio(v, done["portfolio"]), v.t("import.open")),
        )
    )

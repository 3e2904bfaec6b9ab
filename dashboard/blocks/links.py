"""Records linked between registries: the review list of *Källor*, and how an initiative's records belong together."""

from __future__ import annotations

import csv
import io

from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import links
from dashboard.selection import Selection


def review(v: View) -> None:
    """What is linked, and the pairs that a person should decide on, with the line that decides."""
    counted, found = links.counts(v.w), links.doubtful(v.w)
    told = {name: v.n(n) for name, n in counted.items()}
    layout.html(
        parts.heading(2, v.t("links.title"), "dubbletter"),
        Markup("<p>{}</p><p>{}</p>").format(
            v.t("links.counts", number=told["number"], key=told["key"], owner=told["owner"], manual=told["manual"]),
            v.t("links.compared", compared=told["compared"], possible=told["possible"]),
        ),
    )
    if not found:
        layout.html(parts.missing(v.t("links.none")))
        return
    n, shown = found[0]["matches"], len(found)
    layout.html(
        parts.heading(3, v.t("links.doubtful", n=v.n(n))),
        Markup("<p>{} {}</p>").format(
            v.t("links.how"), v.t("links.more", shown=v.n(shown), n=v.n(n)) if n > shown else ""
        ),
    )
    records = links.records(v.w, [pair[end] for pair in found for end in ("a_id", "b_id")])
    layout.html(*(_pair(v, pair, records[pair["a_id"]], records[pair["b_id"]]) for pair in found))


def _pair(v: View, pair: Row, a: Row, b: Row) -> Markup:
    sides = (a, b)
    rows: list[list[str | Markup]] = [
        [v.t("links.name"), *(parts.link(_initiative(v, r), v.of(r)) for r in sides)],
        [v.t("links.owner"), *(", ".join(r["owners"] or ()) or v.t("value.not_seen") for r in sides)],
        [v.t("links.time"), *(_time(v, r) for r in sides)],
        [v.t("links.amount"), *(_amounts(v, r) for r in sides)],
        [v.t("links.number"), *(r["diarienummer"] or v.t("value.not_seen") for r in sides)],
        [v.t("links.row"), *(parts.link(v.source_href(r), v.t("links.row_no", n=r["row_no"])) for r in sides)],
    ]
    head = ["", *(v.of(r, "source") for r in sides)]
    said = f"{v.of(a)} / {v.of(b)}"
    decide = parts.join(
        Markup('<div class="ik-copy"><span>{}</span><code>{}</code></div>').format(
            v.t(f"links.{word}"), _line(v, pair, word)
        )
        for word in ("same", "different")
    )
    return Markup('<article class="ik-pair"><h4>{}</h4>{}<ul>{}</ul>{}</article>').format(
        v.t(f"links.reason_{pair['reason']}"),
        parts.table(head, rows, label=said),
        parts.join(Markup("<li>{}</li>").format(text) for text in in_words(v, pair)),
        decide,
    )


def in_words(v: View, pair: Row) -> list[str]:
    """What a pair shows, a short sentence each."""
    gap = pair["start_gap_days"]
    start = "start_unknown" if gap is None else "start_same" if gap == 0 else "start_gap"
    said = [
        v.t(f"links.owner_{pair['owner']}"),
        v.t("links.title_alike", n=v.n(pair["title_similarity"])),
        v.t(f"links.{start}", n=v.n(gap)) if start == "start_gap" else v.t(f"links.{start}"),
    ]
    if pair["is_same_key"]:
        said.insert(0, v.t("links.key_same"))
    if pair["number"] != "none":
        said.insert(0, v.t(f"links.number_{pair['number']}"))
    if pair["marks_differ"]:
        said.append(v.t("links.marks"))
    if pair["periods_differ"]:
        said.append(v.t("links.periods"))
    if pair["measure"]:
        same = pair["amount_a"] == pair["amount_b"]
        said.append(
            v.t("links.amounts_same" if same else "links.amounts_differ", measure=v.t(f"measure.{pair['measure']}"))
        )
    return said


def _line(v: View, pair: Row, word: str) -> str:
    """The line of ``links.csv`` that decides the pair; why is for the person to write."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([pair["a_id"], pair["b_id"], word, v.t("links.why"), ""])
    return out.getvalue()


def _time(v: View, r: Row) -> str:
    ends = [
        v.day(r[f"{end}_date"], r[f"{end}_precision"]) if r[f"{end}_date"] else v.t("value.not_seen")
        for end in ("start", "end")
    ]
    return " – ".join(ends)


def _amounts(v: View, r: Row) -> str | Markup:
    said = (
        Markup("{}<br><small>{}</small>").format(
            numbers.exact(f["amount"], f["currency"], v.lang), v.t(f"measure.{f['measure']}")
        )
        for f in r["amounts"] or ()
    )
    return parts.join(said, "<br>") or v.t("value.not_seen")


def _initiative(v: View, r: Row) -> str:
    return Selection(lang=v.lang, insats=r["operation_id"], snapshot=v.sel.snapshot).url("/initiativ")


def together(v: View, op: Row) -> Markup:
    """An initiative's records: name and row in each registry, how they were linked and how surely."""
    pairs = links.evidence(v.w, op["operation_id"])
    body = []
    for r in links.members(v.w, op["operation_id"]):
        mine = [p for p in pairs if r["operation_id"] in (p["a_id"], p["b_id"]) and r["method"] != "self"]
        decided = [p["decided_why"] for p in mine if p["decided_why"]]
        why = parts.join([*dict.fromkeys(text for p in mine for text in in_words(v, p)), *decided], "<br>")
        body.append(
            [
                parts.link(v.source_href(r), v.of(r, "source")),
                v.of(r),
                v.t(f"links.method_{r['method']}"),
                why or "–",
                v.t("links.share", n=v.n(100 * r["confidence"])) if r["method"] != "self" else "–",
            ]
        )
    head = [v.t(f"links.{name}") for name in ("registry", "name", "method", "evidence", "confidence")]
    return parts.table(head, body, label=v.t("links.registry"))

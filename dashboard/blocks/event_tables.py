"""An event's programme, its questions, its reports and presentations, and who took part, as tables."""

from __future__ import annotations

from dashboard.blocks import event
from dashboard.events import Part
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import actors, initiatives, seed


def programme(v: View) -> Exhibit | None:
    """The parts in order: when, kind, title, who, how many questions, and what was kept."""
    one = event.chosen(v)
    if one is None:
        return None
    without_time = sum(part.starts is None for part in one.parts)
    without_name = [part for part in one.parts if part.kind != "break" and not event.speakers(v, part)]
    missing = []
    if without_time:
        missing.append(v.t("event.missing_times", n=v.n(without_time), all=v.n(len(one.parts))))
    if without_name:
        missing.append(v.t("event.missing_speakers", titles="; ".join(event.title(v, part) for part in without_name)))
    if any(part.material for part in one.parts) and one.item:
        missing.append(v.t("event.missing_material"))
    named = {name for part in one.parts for name in event.speakers(v, part)}
    rows: list[tuple[Cell, ...]] = [
        (
            event.title(v, part), _when(v, part), v.t(f"event.kind_{part.kind}"),
            ", ".join(event.speakers(v, part)) or v.t("event.speakers_none"), len(part.questions),
            ", ".join(v.t(f"event.material_{each}") for each in part.material) or None,
        )
        for part in one.parts
    ]  # fmt: skip
    return Exhibit(
        "program", v.t("event.programme"),
        v.t("event.programme_finding", n=v.n(len(one.parts)), people=v.n(len(named)),
            questions=v.n(sum(len(part.questions) for part in one.parts))),
        (
            *(Column(v.t(f"event.{name}")) for name in ("part", "when", "kind", "speakers")),
            Column(v.t("event.questions"), "number"), Column(v.t("event.material")),
        ),
        tuple(rows), (event.origin(v, one),), (v.t("event.programme_basis"),), tuple(missing),
        links=tuple(event.anchor(part) for part in one.parts),
    )  # fmt: skip


def _when(v: View, part: Part) -> str | None:
    if part.starts:
        return f"{part.starts:%H:%M}–{part.ends:%H:%M}" if part.ends else f"{part.starts:%H:%M}"
    return v.t(f"event.slot_{part.slot}") if part.slot else None


def questions(v: View) -> Exhibit | None:
    """The questions put to the room, in order; None when there were none."""
    one = event.chosen(v)
    asked = [(part, q) for part in one.parts for q in part.questions] if one else []
    if one is None or not asked:
        return None
    items = seed.by_id(v.w)
    rows: list[tuple[Cell, ...]] = []
    for part, question in asked:
        item = items.get(question.item)
        known = seed.facts(item) if item else {}
        notes = [v.t(f"event.note_{name}") for name in ("wording_note", "sensitivity") if name in known]
        rows.append(
            (
                event.words(v, question.words, item),
                event.title(v, part),
                v.t("event.no_answers"),
                " ".join(notes) or None,
            )
        )
    return Exhibit(
        "fragor", v.t("event.questions_title"),
        v.t("event.questions_finding", n=v.n(len(asked)), parts=v.n(len({part.id for part, _ in asked}))),
        tuple(Column(v.t(f"event.{name}")) for name in ("question", "part", "answers", "note")), tuple(rows),
        (event.origin(v, one),), (v.t("event.questions_basis"),), (v.t("event.questions_missing"),),
        links=tuple(event.anchor(part) for part, _ in asked),
    )  # fmt: skip


def library(v: View) -> Exhibit | None:
    """Reports and presentations: by whom, from which part, and the initiative that each tells of."""
    one = event.chosen(v)
    if one is None or not one.library:
        return None
    items, parts = seed.by_id(v.w), {part.id: part for part in one.parts}
    rows: list[tuple[Cell, ...]] = []
    links = []
    for each in one.library:
        item = items.get(each.item)
        found = initiatives.find(v.w, each.initiative) if each.initiative else None
        rows.append(
            (
                event.words(v, each.title, item), v.t(f"event.material_{each.kind}"), event.title(v, parts[each.part]),
                v.of(found) if found else v.t("event.no_initiative"), each.note.of(v.lang) or None,
            )
        )  # fmt: skip
        links.append(v.href("initiatives", insats=found["local_id"]) if found else event.anchor(parts[each.part]))
    tied = sum(bool(each.initiative) for each in one.library)
    return Exhibit(
        "bibliotek", v.t("event.library"), v.t("event.library_finding", n=v.n(len(rows)), tied=v.n(tied)),
        tuple(Column(v.t(f"event.{name}")) for name in ("document", "kind", "part", "initiative", "note")), tuple(rows),
        (event.origin(v, one),), (v.t("event.library_basis"),), (v.t("event.missing_material"),) if one.item else (),
        links=tuple(links),
    )  # fmt: skip


def organisations(v: View) -> Exhibit | None:
    """Who arranged, hosted and was represented, as the source says; each leads to its part in the initiatives."""
    one = event.chosen(v)
    if one is None or not one.item:
        return None
    about = {one.item, *(part.item for part in one.parts), *(each.item for each in one.library)}
    found = [r for r in actors.items_of(v.w) if r["item_id"] in about]
    if not found:
        return None
    return Exhibit(
        "organisationer", v.t("event.organisations"),
        v.t("event.organisations_finding", n=v.n(len({r["actor_id"] for r in found})), roles=v.n(len(found))),
        tuple(Column(v.t(f"event.{name}")) for name in ("organisation", "role", "in_what", "reason")),
        tuple((r["name"], v.t(f"actor_role.{r['role']}"), r["item"], r[f"reason_{v.lang}"]) for r in found),
        (event.origin(v, one),), (v.t("event.organisations_basis"),),
        links=tuple(v.href("actors", aktor=r["actor_id"]) for r in found),
    )  # fmt: skip

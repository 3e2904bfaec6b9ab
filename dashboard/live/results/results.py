"""A question's answers as an exhibit: the same for the screen, the phones and every file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from dashboard.charts import hbars, lan_map
from dashboard.charts.look import Spec
from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.exhibit import Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.live.polls.question import COUNTED_ALONE, Question
from dashboard.live.results import guess, regrouping
from dashboard.live.results.grouping import Group, Member
from dashboard.live.results.tally import FEWEST, Tally
from dashboard.maps import classed, legend
from dashboard.questions import regions

TABLE: Final = Plot("table")
MOST_NAMED: Final = 3
"""How many options that are equally many are named in a sentence."""
MOST_GROUPS: Final = 40
"""Groups in a table; those after are told by number in files too, through the texts."""


@dataclass(frozen=True)
class Occasion:
    """Where and when a question was put. ``expected``: how many were counted on in the room, 0 where unknown.

    ``imported``: when the session was read in from Mentimeter, with its ``title`` and ``file``; None for a room here.
    ``day``: None where a file does not tell.
    """

    code: str
    day: date | None
    expected: int = 0
    is_practice: bool = False
    title: str = ""
    imported: date | None = None
    file: str = ""


@dataclass(frozen=True)
class _Told:
    """What a kind of question has to say: the sentence, the table, how it is counted, and what is drawn of it."""

    finding: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    basis: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    bars: tuple[hbars.Item, ...] = ()
    plot: Plot = TABLE


def result(v: View, question: Question, tally: Tally, occasion: Occasion, *, reveal: bool = False) -> Exhibit:
    """The answers. ``reveal``: a guess is told with the sourced value. Below the limit of a sensitive question nothing
    but that is told; without answers the table is empty.
    """
    told = _told(v, question, tally, reveal=reveal)
    sources = [source(v, occasion)]
    if reveal and question.kind == "guess" and (found := guess.sourced(v, question)):
        sources.append(guess.source(v, found))
    spec: partial[Spec] | None = None
    if tally.n and question.kind == "lan":
        spec = partial(_map, v, tally)
    elif told.bars and tally.n:
        spec = partial(_bars, v, told.bars)
    return Exhibit(
        id=f"svar-{question.id}",
        title=words(v, question),
        finding=told.finding,
        columns=told.columns,
        rows=told.rows,
        source=tuple(sources),
        basis=(*marks(v, occasion), *told.basis, *who(v, tally, occasion)),
        missing=(*told.missing, *([v.t("results.odd", n=v.n(tally.odd))] if tally.odd else [])),
        spec=(lambda dark: spec(dark=dark)) if spec else None,
        plot=told.plot,
    )


def texts(v: View, question: Question, tally: Tally, occasion: Occasion) -> Exhibit | None:
    """Every approved text, once in each of its groups, with why it stands there; None where none may be shown."""
    rows = [
        (name(v, group), member.text, reason(v, member)) for group in tally.groups for member in group.members
    ]  # fmt: skip
    if question.kind != "text" or not rows:
        return None
    groups = sum(1 for group in tally.groups if group.id)
    return Exhibit(
        id=f"texter-{question.id}", title=v.t("results.texts"),
        finding=v.t("results.texts_finding", answers=answers(v, tally), groups=v.n(groups)),
        columns=(Column(v.t("results.group")), Column(v.t("results.text")), Column(v.t("results.why"))),
        rows=tuple(rows), source=(source(v, occasion),),
        basis=(
            *marks(v, occasion), v.t("results.text_basis"), *filter(None, [by_hand(v, tally.groups)]),
            *who(v, tally, occasion),
        ),
        plot=Plot("table"),
    )  # fmt: skip


def by_hand(v: View, groups: Sequence[Group]) -> str:
    """That a person has moved texts or named groups; "" where nobody has."""
    texts, named = regrouping.by_hand(groups)
    told = [v.t("results.hand_texts", n=v.n(texts))] if texts else []
    told += [v.t("results.hand_groups", n=v.n(named))] if named else []
    return " ".join(told)


def words(v: View, question: Question) -> str:
    """The question in the viewer's language."""
    return question.words.of(v.lang)


def answers(v: View, tally: Tally) -> str:
    """How many answers, in words."""
    n = tally.n or 0
    return v.t("results.answers_one" if n == 1 else "results.answers_many", n=v.n(n))


def percent(v: View, share: float) -> str:
    """A share as a reader sees it: "43 %"."""
    shown = v.n(round(share * 100, 9))
    return f"{shown}\u00a0%" if v.lang == "sv" else f"{shown}%"


def name(v: View, group: Group) -> str:
    """What a group is called."""
    return group.name.of(v.lang) if group.id else v.t("results.group_alone")


def reason(v: View, member: Member) -> str:
    """Why a text stands in a group."""
    if member.how in ("moved", "alone"):
        return v.t(f"results.why_{member.how}")
    return v.t(f"results.why_{member.how}", words=_quoted(v, " ".join(member.words)))


def marks(v: View, occasion: Occasion) -> tuple[str, ...]:
    """What every showing of the result must bear: that it is practice, or imported."""
    said = [v.t("results.practice"), v.t("results.practice_basis")] if occasion.is_practice else []
    return (*said, *([v.t("results.imported", day=v.day(occasion.imported))] if occasion.imported else []))


def who(v: View, tally: Tally, occasion: Occasion) -> tuple[str, ...]:
    """Who answered, and that they are no sample."""
    if tally.n is None:
        return (v.t("results.who_hidden", n=FEWEST), v.t("results.hidden_help"))
    said = [v.t("results.sensitive", n=FEWEST)] if tally.question.is_sensitive else []
    if not tally.n:
        return tuple(said)
    if tally.n <= occasion.expected:
        return (*said, v.t("results.who_of", n=v.n(tally.n), expected=v.n(occasion.expected)))
    return (*said, v.t("results.who", n=v.n(tally.n)))


def source(v: View, occasion: Occasion) -> str:
    """Where the answers are from."""
    if occasion.imported is None:
        return v.t("results.source", code=occasion.code, day=v.day(occasion.day))
    told = {"title": occasion.title, "imported": v.day(occasion.imported), "file": occasion.file}
    if occasion.day is None:
        return v.t("results.source_imported_undated", **told)
    return v.t("results.source_imported", day=v.day(occasion.day), **told)


def _told(v: View, question: Question, tally: Tally, *, reveal: bool) -> _Told:
    if tally.is_hidden:
        said = v.t("results.hidden" if question.kind in COUNTED_ALONE else "results.hidden_kind", n=FEWEST)
        return _Told(said, (Column(v.t("results.option")),), ())
    makers = {
        "single": _choice, "multiple": _choice, "ranking": _ranking, "scale": _scale, "lan": _lan, "text": _text,
    }  # fmt: skip
    if question.kind == "guess":
        finding, columns, rows, bars = guess.told(v, question, tally, answers(v, tally), reveal=reveal)
        empty = tally.n == 0 and not reveal
        return _Told(
            v.t("results.empty") if empty else finding, columns, rows, (v.t("results.guess_basis"),), (), bars,
            Plot("bar", (1,)),
        )  # fmt: skip
    made = makers[question.kind](v, question, tally)
    if tally.n == 0:
        said = v.t("results.empty_text" if question.kind == "text" else "results.empty")
        return _Told(said, made.columns, (), made.basis)
    return made


def _choice(v: View, question: Question, tally: Tally) -> _Told:
    titles = {option.id: option.words.of(v.lang) for option in question.options}
    most = max((count.n for count in tally.counts), default=0)
    first = [count for count in tally.counts if count.n == most]
    told = {"answers": answers(v, tally), "n": v.n(most), "share": percent(v, first[0].share) if first else ""}
    named = [titles[count.key] for count in first]
    if len(first) == 1:
        finding = v.t(f"results.{question.kind}_most", option=_quoted(v, named[0]), **told)
    else:
        finding = v.t(f"results.{question.kind}_tie", options=listed(v, named), **told)
    rows = [(titles[c.key], c.n, round(c.share * 100, 9)) for c in tally.counts]
    return _Told(
        finding, (Column(v.t("results.option")), *_counted(v)), tuple(rows),
        (v.t("results.multiple_basis"),) if question.kind == "multiple" else (),
        bars=tuple(hbars.Item(titles[c.key], c.n, _shown(v, c.n, c.share), c in first) for c in tally.counts),
        plot=Plot("bar", (1,)),
    )  # fmt: skip


def _ranking(v: View, question: Question, tally: Tally) -> _Told:
    titles = {option.id: option.words.of(v.lang) for option in question.options}
    columns = (
        Column(v.t("results.option")), Column(v.t("results.place"), "number"),
        Column(v.t("results.points"), "number"), Column(v.t("results.mean_rank"), "number", decimals=2),
        Column(v.t("results.firsts"), "number"),
    )  # fmt: skip
    basis = [v.t("results.ranking_basis", n=v.n(tally.n))]
    if not tally.ranks:
        return _Told("", columns, (), tuple(basis))
    top = [rank for rank in tally.ranks if rank.place == 1]
    told = {"answers": answers(v, tally), "points": v.n(top[0].points)}
    if len(top) == 1:
        finding = v.t(
            "results.ranking_first", option=_quoted(v, titles[top[0].key]), mean=v.n(top[0].mean, 1), **told
        )  # fmt: skip
    else:
        finding = v.t("results.ranking_tie", options=listed(v, [titles[rank.key] for rank in top]), **told)
    for place in sorted({rank.place for rank in tally.ranks if rank.tied}):
        tied = [titles[rank.key] for rank in tally.ranks if rank.place == place]
        basis.append(v.t("results.ranking_ties", options=listed(v, tied, most=99)))
    return _Told(
        finding, columns, tuple((titles[r.key], r.place, r.points, r.mean, r.firsts) for r in tally.ranks),
        tuple(basis),
        bars=tuple(
            hbars.Item(f"{r.place}. {titles[r.key]}", r.points, v.t("results.points_short", n=v.n(r.points)), r in top)
            for r in tally.ranks
        ),
        plot=Plot("bar", (2,)),
    )  # fmt: skip


def _scale(v: View, question: Question, tally: Tally) -> _Told:
    low, high = int(question.lowest), int(question.highest)
    finding = ""
    if tally.spread:
        finding = v.t(
            "results.scale", answers=answers(v, tally), median=number(v, tally.spread.median),
            mean=v.n(tally.spread.mean, 1), low=low, high=high,
        )  # fmt: skip
    basis = []
    if question.ends:
        ends = [_quoted(v, end.of(v.lang)) for end in question.ends]
        basis.append(v.t("results.scale_ends", low=low, high=high, low_words=ends[0], high_words=ends[1]))
    return _Told(
        finding, (Column(v.t("results.step")), *_counted(v)),
        tuple((c.key, c.n, round(c.share * 100, 9)) for c in tally.counts), tuple(basis),
        bars=tuple(hbars.Item(c.key, c.n, _shown(v, c.n, c.share)) for c in tally.counts), plot=Plot("bar", (1,)),
    )  # fmt: skip


def _lan(v: View, _: Question, tally: Tally) -> _Told:
    counts = sorted(tally.counts, key=lambda c: (-c.n, v.place(c.key)))
    first = [c for c in counts if c.n == counts[0].n]
    told = {"answers": answers(v, tally), "places": len(counts), "all": len(regions.lan(v.w))}
    finding = ""
    if len(first) == 1:
        finding = v.t(
            "results.lan_most", lan=v.place(first[0].key), n=v.n(first[0].n), share=percent(v, first[0].share), **told
        )  # fmt: skip
    elif first:
        finding = v.t(
            "results.lan_tie", n=v.n(first[0].n), lans=listed(v, [v.place(c.key) for c in first], quoted=False), **told
        )
    return _Told(
        finding, (Column(v.t("results.lan")), *_counted(v)),
        tuple((v.place(c.key), c.n, round(c.share * 100, 9)) for c in counts), (v.t("results.lan_basis"),),
        plot=Plot("map", (1,)),
    )  # fmt: skip


def _text(v: View, _: Question, tally: Tally) -> _Told:
    groups = [group for group in tally.groups if group.id]
    top = [group for group in groups if group.n == groups[0].n]
    told = {"answers": answers(v, tally)}
    if not top:
        finding = v.t("results.text_none", **told)
    elif len(top) == 1:
        finding = v.t("results.text_most", n=v.n(top[0].n), group=_quoted(v, name(v, top[0])), **told)
    else:
        finding = v.t("results.text_tie", n=v.n(top[0].n), groups=listed(v, [name(v, g) for g in top]), **told)
    share = 1 / tally.n if tally.n else 0.0
    shown = [group for group in tally.groups if group.id][:MOST_GROUPS] + [g for g in tally.groups if not g.id]
    return _Told(
        finding,
        (
            Column(v.t("results.group")), Column(v.t("results.group_n"), "number"),
            Column(v.t("results.share"), "number", unit="%"),
        ),
        tuple((name(v, group), group.n, round(group.n * share * 100, 9)) for group in shown),
        (v.t("results.text_basis"), *filter(None, [by_hand(v, tally.groups)])),
        bars=tuple(hbars.Item(name(v, g), g.n, _shown(v, g.n, g.n * share), g in top) for g in shown),
        plot=Plot("bar", (1,)),
    )  # fmt: skip


def _counted(v: View) -> tuple[Column, Column]:
    return Column(v.t("results.n"), "number"), Column(v.t("results.share"), "number", unit="%")


def _shown(v: View, n: int, share: float) -> str:
    return f"{v.n(n)} · {percent(v, share)}"


def number(v: View, value: float) -> str:
    """A number with a decimal only when it has one."""
    return v.n(value, 0 if value == int(value) else 1)


def _quoted(v: View, text: str) -> str:
    return v.t("results.quoted", text=text)


def listed(v: View, names: Sequence[str], *, most: int = MOST_NAMED, quoted: bool = True) -> str:
    """Names in a sentence; those beyond ``most`` as a number."""
    shown = [_quoted(v, one) if quoted else one for one in names[:most]]
    if len(names) > most:
        shown.append(v.t("results.more", n=v.n(len(names) - most)))
    if len(shown) < 2:
        return "".join(shown)
    return v.t("results.and", first=", ".join(shown[:-1]), last=shown[-1])


def painted(v: View, tally: Tally) -> tuple[list[MapRegion], list[LegendItem]]:
    """Every län with its class and number of answers, and the legend; a län without answers is empty, not unknown."""
    values = {count.key: float(count.n) for count in tally.counts}
    classes, bounds = classed(values)
    areas = [
        MapRegion(
            row["code"], v.regions[row["code"]],
            v.n(values[row["code"]]) if row["code"] in values else v.t("results.lan_none"),
            classes.get(row["code"], "none"),
        )
        for row in regions.lan(v.w)
    ]  # fmt: skip
    return areas, [*legend(bounds, v.n, ""), LegendItem("none", v.t("results.lan_none"))]


def _map(v: View, tally: Tally, *, dark: bool) -> Spec:
    areas, told = painted(v, tally)
    return lan_map.lan_map(regions.geojson(v.w, "lan"), areas, told, dark=dark, lang=v.lang)


def _bars(v: View, items: Sequence[hbars.Item], *, dark: bool) -> Spec:
    return hbars.bars(items, dark=dark, lang=v.lang)

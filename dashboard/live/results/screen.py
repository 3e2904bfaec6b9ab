"""A result on the large screen at a moment: things with numbers and words, drawn by ``screen_markup``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import Final, Literal

from dashboard.components.lanskarta import LegendItem, MapRegion
from dashboard.export.about import plain
from dashboard.layout import View
from dashboard.live.polls.question import Question
from dashboard.live.results import cloud, guess, results
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import FEWEST, Tally
from dashboard.questions import regions

Shape = Literal["bars", "columns", "reveal", "map", "cloud", "empty", "hidden"]
MOST_BARS: Final = 8
"""Bars beside a map or a cloud."""
MOST_WORDS: Final = 30
"""Words in a cloud."""


@dataclass(frozen=True)
class Item:
    """Something that is drawn. ``list``: among what; ``numbers``: CSS variables; ``words``: part -> text."""

    list: Literal["rows", "columns", "areas", "words", "lines", "legend"]
    key: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    look: str = ""


@dataclass(frozen=True)
class Frame:
    """A result at a moment. ``mark``: practice or imported, "" for neither."""

    shape: Shape
    _: KW_ONLY
    title: str
    finding: str
    who: str
    mark: str
    items: tuple[Item, ...] = ()
    note: str = ""

    @property
    def signature(self) -> str:
        """The shape, and what changes when something appears or goes; equal while only numbers and words change."""
        keys = "|".join([self.shape, *sorted(f"{item.list}:{item.key}" for item in self.items)])
        return f"{self.shape}-{hashlib.sha256(keys.encode()).hexdigest()[:12]}"


def frame(v: View, question: Question, tally: Tally, occasion: Occasion, *, reveal: bool = False) -> Frame:
    """What the screen shows now. ``reveal``: the second step of a guess."""
    of = results.result(v, question, tally, occasion, reveal=reveal)
    mark = results.marks(v, occasion)
    drawn = partial(
        Frame, title=of.title, finding=of.finding, who=_who(v, tally, occasion), mark=mark[0] if mark else ""
    )
    if tally.is_hidden:
        return drawn("hidden", note=v.t("results.hidden_help"))
    if tally.is_empty and not (reveal and question.kind == "guess"):
        return drawn("empty", note=v.t("results.empty_text_help" if question.kind == "text" else "results.empty_help"))
    match question.kind:
        case "guess" if reveal and (found := guess.sourced(v, question)):
            said = plain(guess.source(v, found))[0] if found.value is not None else ""
            items = (*_columns(v, question, tally, reveal=True), *_areas(*guess.painted(v, found)))
            return drawn("reveal", items=items, note=said)
        case "scale" | "guess":
            return drawn("columns", items=_columns(v, question, tally, reveal=reveal))
        case "lan":
            more = len(tally.counts) - MOST_BARS
            note = v.t("results.lan_more", n=v.n(more)) if more > 0 else ""
            return drawn("map", items=(*_areas(*results.painted(v, tally)), *_lan_rows(v, tally)), note=note)
        case "text":
            items, left = _cloud(v, tally)
            told = [results.by_hand(v, tally.groups), *_beyond(v, tally)]
            told += [v.t("results.cloud_left", names=", ".join(left))] if left else []
            note = " ".join(filter(None, told))
            return drawn("cloud", items=items, note=note)
    return drawn("bars", items=_rows(v, question, tally))


def _who(v: View, tally: Tally, occasion: Occasion) -> str:
    if tally.n is None:
        return v.t("results.who_hidden", n=FEWEST)
    if tally.n == 0:
        return v.t("results.updated") if occasion.imported is None else ""
    if tally.n <= occasion.expected:
        return v.t("results.who_short_of", n=v.n(tally.n), expected=v.n(occasion.expected))
    return v.t("results.who_short", n=v.n(tally.n))


def _rows(v: View, question: Question, tally: Tally) -> tuple[Item, ...]:
    titles = {option.id: option.words.of(v.lang) for option in question.options}
    if question.kind == "ranking":
        most = max((rank.points for rank in tally.ranks), default=0) or 1
        by = {rank.key: (at, rank) for at, rank in enumerate(tally.ranks)}
        rows = []
        for option in question.options:
            at, rank = by[option.id]
            shown = v.t("results.points_short", n=v.n(rank.points))
            label = f"{rank.place}. {titles[option.id]}"
            rows.append(_row(option.id, at, rank.points / most, label, shown, is_first=rank.place == 1))
        return tuple(rows)
    most = max((count.n for count in tally.counts), default=0) or 1
    return tuple(
        _row(
            count.key, at, count.n / most, titles[count.key],
            f"{v.n(count.n)} · {results.percent(v, count.share)}", is_first=count.n == most,
        )
        for at, count in enumerate(tally.counts)
    )  # fmt: skip


def _row(key: str, at: int, part: float, label: str, shown: str, *, is_first: bool = False) -> Item:
    return Item(
        "rows", key, {"row": at, "part": round(part, 4)}, {"label": label, "n": shown}, "first" if is_first else ""
    )


def _columns(v: View, question: Question, tally: Tally, *, reveal: bool) -> tuple[Item, ...]:
    found = guess.sourced(v, question) if reveal else None
    value = found.value if found else None
    most = max((count.n for count in tally.counts), default=0) or 1
    is_scale = question.kind == "scale"
    items = []
    for place, count in enumerate(tally.counts):
        label = count.key if is_scale else guess.between(v, question, count)
        shown = f"{v.n(count.n)} · {results.percent(v, count.share)}" if is_scale else v.n(count.n)
        words = {"label": label, "n": shown}
        if is_scale and question.ends and place in (0, len(tally.counts) - 1):
            words["end"] = question.ends[0 if place == 0 else 1].of(v.lang)
        items.append(Item("columns", count.key, {"part": round(count.n / most, 4), "row": place}, words))
    lines = []
    if tally.spread:
        lines.append(("median", tally.spread.median, _line_words(v, question, "guess_middle", tally.spread.median)))
    if value is not None:
        lines.append(("value", value, _line_words(v, question, "guess_value", value)))
    if not is_scale and tally.counts:
        low, high = tally.counts[0].low, tally.counts[-1].high
        for key, number, words_of in lines:
            inside = min(max((number - low) / (high - low), 0.0), 1.0) if high > low else 0.0
            items.append(Item("lines", key, {"at": round(inside, 4)}, {"label": words_of}, key))
    return tuple(items)


def _line_words(v: View, question: Question, name: str, value: float) -> str:
    return f"{v.t(f'results.{name}')}: {guess.written(v, question, value)}"


def _areas(areas: Sequence[MapRegion], legend: Sequence[LegendItem]) -> tuple[Item, ...]:
    painted = [Item("areas", a.code, {}, {"title": f"{a.name}: {a.value_text}"}, a.css_class) for a in areas]
    told = [Item("legend", i.css_class, {"row": at}, {"label": i.text}, i.css_class) for at, i in enumerate(legend)]
    return (*painted, *told)


def _lan_rows(v: View, tally: Tally) -> tuple[Item, ...]:
    names = {row["code"]: row["short_name"] for row in regions.lan(v.w)}
    counts = sorted(tally.counts, key=lambda c: (-c.n, names.get(c.key, c.key)))
    most = counts[0].n if counts else 1
    return tuple(
        _row(
            c.key, at, c.n / most, names.get(c.key, c.key), f"{v.n(c.n)} · {results.percent(v, c.share)}",
            is_first=c.n == most,
        )
        for at, c in enumerate(counts[:MOST_BARS])
    )  # fmt: skip


def _cloud(v: View, tally: Tally) -> tuple[tuple[Item, ...], list[str]]:
    groups = [group for group in tally.groups if group.id]
    named = {group.id: results.name(v, group) for group in groups}
    placed, left = cloud.cloud([cloud.Word(g.id, named[g.id].split(", ")[0], g.n) for g in groups[:MOST_WORDS]])
    most = groups[0].n if groups else 1
    words = [
        Item("words", p.key, {"x": p.x, "y": p.y, "size": p.size}, {"label": p.text}, "first" if p.n == most else "")
        for p in placed
    ]
    rows = [
        _row(g.id, at, g.n / most, named[g.id], v.n(g.n), is_first=g.n == most)
        for at, g in enumerate(groups[:MOST_BARS])
    ]
    return (*words, *rows), [named[key] for key in left]


def _beyond(v: View, tally: Tally) -> list[str]:
    """What neither the cloud nor its list has: more groups, and answers that stand alone."""
    more = sum(1 for group in tally.groups if group.id) - MOST_BARS
    alone = next((group.n for group in tally.groups if not group.id), 0)
    said = [v.t("results.more_groups", n=v.n(more))] if more > 0 else []
    return [*said, *([v.t("results.more_alone", n=v.n(alone))] if alone else [])]

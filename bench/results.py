"""RESULTS.md: what was measured last, a section a measurement, each dated; above them every goal, met or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from bench.figure import Figure
from bench.goals import GOALS, Goal

HEAD = ("what", "ours", "beside", "", "ratio", "goal", "")
MOST = 3
"""Lines that a goal quotes."""
LEGEND = (
    "stock: the county page with streamlit run, pandas and Altair; cached: with st.cache_data; Dash: with DuckDB; "
    "empty page: a heading and a select box on our server.\nRatios travel between machines, absolutes do not."
)
_TOP = (
    "# What was measured\n\n`INKARTA_BENCH_SAVE=1 inkarta bench [NAME]` measures anew and replaces the sections of "
    "what it measured, and the goals below; what each line means: README.md."
)
_SECTION = re.compile(r"^## ([a-z]+): ", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A line of a table in RESULTS.md, as text."""

    what: str
    ours: str
    beside: str
    peer: str
    ratio: str
    goal: str
    verdict: str


def cells(figure: Figure) -> list[str]:
    """A figure as a reader sees it."""
    is_better = figure.better == "higher" or figure.is_more
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x{' better' if is_better else ''}"
    beside = "" if figure.peer is None else f"{shown(figure.peer)} {figure.unit}"
    return [
        figure.name, f"{shown(figure.value)} {figure.unit}", beside, figure.peer_name, ratio, figure.goal_words,
        figure.verdict,
    ]  # fmt: skip


def shown(value: float) -> str:
    """Three digits or so."""
    if value == int(value) and abs(value) < 100:
        return f"{value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def notes(figures: Sequence[Figure]) -> list[str]:
    """What is said beside the figures, once each."""
    return list(dict.fromkeys(f"{figure.name}: {figure.note}" for figure in figures if figure.note))


def section(name: str, words: str, figures: Sequence[Figure], about: Mapping[str, str], seconds: int) -> str:
    """One measurement as Markdown, with when, for how long and on what it was measured."""
    machine = ", ".join(f"{key} {value}" for key, value in about.items() if key not in ("at", "load"))
    lines = [
        f"## {name}: {words}", "",
        f"Measured {about['at']} by `inkarta bench {name}` in {seconds:,} s, load before {about['load']}; {machine}.",
        "",
        "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD),
        *("| " + " | ".join(cells(figure)) + " |" for figure in figures),
    ]  # fmt: skip
    said = notes(figures)
    return "\n".join([*lines, *(["", *(f"- {note}" for note in said)] if said else [])]) + "\n"


def merged(text: str, made: Mapping[str, str], order: Sequence[str]) -> str:
    """RESULTS.md anew: the sections ``made`` in the place of those of their names, the others as they are."""
    kept = {**sections(text), **made}
    names = [*(name for name in order if name in kept), *(name for name in kept if name not in order)]
    body = "\n".join(kept[name].strip() + "\n" for name in names)
    return f"{_TOP}\n\n{goals(kept)}\n{body}\n{LEGEND}\n"


def sections(text: str) -> dict[str, str]:
    """Name -> Markdown of each measurement in RESULTS.md."""
    found = list(_SECTION.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)] * bool(found)
    return {
        one[1]: text[one.start() : end].removesuffix(f"{LEGEND}\n").rstrip() + "\n"
        for one, end in zip(found, ends, strict=True)
    }


def rows(markdown: str) -> list[Row]:
    """The lines of a section's table."""
    lines = [
        [cell.strip() for cell in line.strip("| ").split("|")] for line in markdown.splitlines() if line[:1] == "|"
    ]
    wide = [[*line, *[""] * (len(HEAD) - len(line))] for line in lines]
    return [Row(*line) for line in wide[2:] if len(line) == len(HEAD)]


def goals(kept: Mapping[str, str]) -> str:
    """Every goal with what was measured last: met, or the gap and its cause."""
    told = ["| " + " | ".join((goal.words, *_standing(goal, kept))) + " |" for goal in GOALS]
    return "\n".join(["| goal | measured | | cause of the gap |", "|---|---|---|---|", *told]) + "\n"


def _standing(goal: Goal, kept: Mapping[str, str]) -> tuple[str, str, str]:
    """Measured, the lines that are furthest from the goal first; verdict of the first; cause."""
    if not goal.measurement:
        return goal.shown_by, "held by tests", ""
    found = [
        row
        for row in rows(kept.get(goal.measurement, ""))
        if row.what.startswith(goal.what) and goal.peer in (None, row.peer) and row.verdict
    ]
    if not found:
        return f"`inkarta bench {goal.measurement}`", "not measured", ""
    open_ones = sorted((row for row in found if row.verdict != "met"), key=_far, reverse=True)
    told = open_ones or found
    said = "; ".join(" ".join(filter(None, (row.ours, f"({row.ratio})" if row.ratio else ""))) for row in told[:MOST])
    if open_ones and len(found) > MOST:
        said += f"; {len(open_ones)} of {len(found)} lines over"
    return said, open_ones[0].verdict if open_ones else "met", goal.why if open_ones else ""


def _far(row: Row) -> float:
    """How many times a line with a gap is from its goal, whether less or more is better."""
    gap = float(row.verdict.removeprefix("gap "))
    return max(gap, 1 / gap) if gap else inf

"""A room's answers as files: the same figures, suppression and marks as on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin

from dashboard.exhibit import Cell, Column, Exhibit, Withheld, written
from dashboard.export import picture, sheets, slides
from dashboard.export.about import About
from dashboard.layout import View
from dashboard.live.polls.question import Question
from dashboard.live.results import guess, results
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import Tally

ONE: Final = ("csv", "xlsx", "svg", "png", "pptx", "txt")
"""Formats of a question; a picture only where there is something to draw."""
WHOLE: Final = ("csv", "xlsx", "pptx", "txt")
"""Formats of a room."""


@dataclass(frozen=True)
class Counted:
    """A question with its tally, and where it was put. ``reveal``: a guess leaves with the value that was guessed."""

    question: Question
    tally: Tally
    occasion: Occasion
    reveal: bool = False


@dataclass(frozen=True)
class RoomAbout(About):
    """What a file of answers says of itself: its link leads to the answers, and no filter is in force."""

    way: str = ""

    @property
    def link(self) -> str:
        """Where the same answers are had."""
        return urljoin(self.base, self.way)

    @property
    def selected(self) -> str:
        """Answers of a room have no filter."""
        return ""


def exhibits(v: View, one: Counted) -> list[Exhibit]:
    """Everything of a question that leaves: the result, its texts, and a revealed guess's value by län."""
    found = [
        _result(v, one),
        results.texts(v, one.question, one.tally, one.occasion),
        guess.breakdown(v, one.question) if one.reveal else None,
    ]
    return [of for of in found if of is not None]


def question_file(v: View, one: Counted, form: str, base: str) -> bytes | None:
    """A question as a file; None where the format is not there, or there is nothing to draw."""
    abouts = [_about(v, of, base, one.occasion, one.question) for of in exhibits(v, one)]
    first = abouts[0]
    if form in ("svg", "png") and first.of.spec is None:
        return None
    makes: dict[str, Callable[[], bytes]] = {
        "csv": lambda: sheets.csv_file(_about(v, long_table(v, [one]), base, one.occasion, one.question)),
        "xlsx": lambda: sheets.workbook(first.of.title, abouts),
        "svg": lambda: picture.svg(_marked(first)).encode(),
        "png": lambda: picture.png(_marked(first)),
        "pptx": lambda: slides.slides(first.of.title, abouts),
        "txt": lambda: call(v, [one], base).encode(),
    }
    return makes[form]() if form in makes else None


def room_file(v: View, every: Sequence[Counted], form: str, base: str) -> bytes | None:
    """All questions as one file; None where the format is not there or there is no question."""
    if not every:
        return None
    title = every[0].occasion.title or v.t("results.title_room")
    abouts = [_about(v, of, base, one.occasion, one.question) for one in every for of in exhibits(v, one)]
    makes: dict[str, Callable[[], bytes]] = {
        "csv": lambda: sheets.csv_file(_about(v, long_table(v, every), base, every[0].occasion)),
        "xlsx": lambda: sheets.workbook(title, abouts),
        "pptx": lambda: slides.slides(title, abouts),
        "txt": lambda: call(v, every, base).encode(),
    }
    return makes[form]() if form in makes else None


def long_table(v: View, every: Sequence[Counted]) -> Exhibit:
    """Every figure of every question on a row of its own: question, line, measure, value."""
    rows: list[tuple[Cell, ...]] = []
    decimals: list[int] = []
    for one in every:
        of = _result(v, one)
        if not of.rows:
            rows.append((of.title, of.finding, "", None))
            decimals.append(0)
        for number, row in enumerate(of.rows):
            for cell, column in list(zip(row, of.columns, strict=True))[1:]:
                rows.append((of.title, str(row[0]), column.heading, cell))
                decimals.append(column.decimals_at(number))
    occasion = every[0].occasion
    basis = dict.fromkeys(
        line
        for one in every
        for line in _result(v, one).basis
        if len(every) == 1 or line not in results.who(v, one.tally, one.occasion)
    )
    n = sum(one.tally.n or 0 for one in every)
    return Exhibit(
        id="svar", title=v.t("results.title_room"), finding=v.t("results.room_finding", questions=len(every), n=v.n(n)),
        columns=(
            Column(v.t("results.question")), Column(v.t("results.line")), Column(v.t("results.measure")),
            Column(v.t("results.value"), "number", tuple(decimals)),
        ),
        rows=tuple(rows), source=(results.source(v, occasion),), basis=tuple(basis),
    )  # fmt: skip


def call(v: View, every: Sequence[Counted], base: str) -> str:
    """The answers as a plain text, to send as input to a call: question, finding, lines, how it came about."""
    occasion = every[0].occasion
    out = [v.t("results.call_title").upper(), ""]
    out += [f"{line}." if not line.endswith(".") else line for line in results.marks(v, occasion)]
    out += [results.source(v, occasion), v.t("results.call_end"), ""]
    for at, one in enumerate(every, 1):
        of = _result(v, one)
        out += [f"{at}. {of.title}", of.finding]
        out += [f"   - {_line(v, of, number)}" for number in range(len(of.rows))]
        texts = results.texts(v, one.question, one.tally, one.occasion)
        if texts:
            seen = dict.fromkeys(str(row[1]) for row in texts.rows)
            out += ["", f"   {v.t('results.call_lines')}:", *(f"   · {text}" for text in seen)]
        out += [f"   {line}" for line in (*of.basis, *of.missing) if line not in results.marks(v, one.occasion)]
        out += [f"   {RoomAbout(v, of, base).source}", ""]
    return "\n".join([*out, f"{RoomAbout(v, of, base).dated}. {urljoin(base, way(v, occasion))}"]) + "\n"


def way(v: View, occasion: Occasion, question: Question | None = None) -> str:
    """Where a room's or a question's answers are had as a workbook."""
    rest = f"/{quote(question.id)}" if question else ""
    return f"/rum/{quote(occasion.code)}/resultat{rest}.xlsx?lang={v.lang}"


def name(v: View, occasion: Occasion, question: Question | None, form: str) -> str:
    """What a file is called."""
    kind = "ovning" if occasion.is_practice else ""
    parts = ["inkluderingskartan-rum", kind, occasion.code, question.id if question else "", v.lang]
    return "-".join(part for part in parts if part and part.isascii()) + f".{form}"


def _result(v: View, one: Counted) -> Exhibit:
    return results.result(v, one.question, one.tally, one.occasion, reveal=one.reveal)


def _line(v: View, of: Exhibit, number: int) -> str:
    row = of.rows[number]
    told = [
        f"{column.title.lower()} {_cell(v, cell, column, number)}"
        for cell, column in list(zip(row, of.columns, strict=True))[1:]
    ]
    return f"{row[0]}: {', '.join(told)}"


def _cell(v: View, cell: Cell, column: Column, number: int) -> str:
    shown = ".." if isinstance(cell, Withheld) else written(v, cell, column, number)
    return f"{shown} {column.unit}" if column.unit else shown


def _about(v: View, of: Exhibit, base: str, occasion: Occasion, question: Question | None = None) -> RoomAbout:
    return RoomAbout(v, of, base, way(v, occasion, question))


def _marked(about: RoomAbout) -> RoomAbout:
    """For a picture, where the basis is not written: the mark and who answered come under it."""
    of = about.of
    told: Mapping[str, object] = {**of.__dict__, "missing": (*of.basis, *of.missing)}
    return RoomAbout(about.v, Exhibit(**told), about.base, about.way)  # type: ignore[arg-type]

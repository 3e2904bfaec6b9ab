"""The results of a Mentimeter presentation as Excel, to sessions with questions and answers that point out nobody.

Two kinds of sheets are read (``docs/results.md`` tells how certain each is): *Voters*, one row a voter and one or more
columns a question, and *Session N*, one block a question. What a voter answered to different questions is never kept
together; names, e-mail addresses and voters' numbers are not kept at all; a personnummer refuses the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from etl.mentimeter_answers import Column, Left, Line, Place, Question, at, from_block, from_columns
from etl.mentimeter_blocks import Block, blocks, day_of, letter, number, text_of
from etl.privacy import has_personnummer, refuse_rows
from etl.sheets import Sheet, workbook
from etl.spec import SourceError

MOST_QUESTIONS: Final = 200
FEWEST: Final = 10
"""Answers that a sensitive question needs for its sums to be kept."""
_COUNTED_ALONE: Final = ("single", "scale")
"""Kinds of which a sensitive question's answers are kept: in the others an answer may be one person's alone."""
_HEADER_ROWS = 20
_PERSONAL = {
    "name", "emoji", "email", "e-mail", "e-post", "epost", "namn", "phone", "telefon", "score", "time", "id",
    "e-postadress", "email address", "your name", "ditt namn", "what is your name?", "vad heter du?", "player name",
}  # fmt: skip
_SENSITIVE = re.compile(
    r"diskrimin|discriminat|trakasser|harass|etnic|etnisk|ethnic|sexuell|sexual|religio|funktionsneds|disabilit"
    r"|sjukdom|diagnos|din hälsa|illness|your health|fackli|trade union|politisk åsikt|political opinion",
    re.IGNORECASE,
)


@dataclass
class Session:
    """A session of the file. ``day``: as the file tells, None where it does not."""

    number: int
    day: date | None
    questions: list[Question] = field(default_factory=list)


@dataclass
class Results:
    """A file. ``dropped``: columns that may point out persons; ``left``: what else was not read, and why."""

    title: str
    sessions: list[Session] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def read(path: Path, sensitive: Iterable[int] = ()) -> Results:
    """Every session of a file. ``sensitive``: numbers of questions, from 1, that are so though their words do not tell.

    Raises :class:`SourceError`, which names file, sheet, row and column and says what to do.
    """
    sheets = workbook(path)
    for sheet in sheets:
        guilty = [
            no for no, row in enumerate(sheet.rows, 1) if any(isinstance(c, str) and has_personnummer(c) for c in row)
        ]
        refuse_rows(f"{path.name}, sheet {sheet.name!r}", guilty)
    found = Results(path.stem)
    voters = next(((sheet, row) for sheet in sheets if (row := _header(sheet)) is not None), None)
    told = [(sheet, held) for sheet in sheets if (voters is None or sheet is not voters[0]) and (held := blocks(sheet))]
    if voters is not None:
        _voters(path, voters[0], voters[1], [block for _, held in told for block in held], found)
    else:
        for which, (sheet, held) in enumerate(told, 1):
            place = Place(path.name, sheet.name, found.left)
            questions = [question for block in held for question in from_block(place, block)]
            found.sessions.append(Session(which, held[0].day, questions))
    found.sessions = [session for session in found.sessions if session.questions]
    if not found.sessions:
        raise SourceError(
            f"{path.name}: none of its sheets ({', '.join(repr(sheet.name) for sheet in sheets[:8])}) has answers in a "
            "form that Mentimeter is known to save: neither a row with the "
            "columns Date, Session and Voter with answers below it, nor a block that begins with 'Question 1' and has "
            "sums. In Mentimeter choose Results, then download them as Excel, and read that file in as it is.",
            "no_results",
        )
    if sum(len(session.questions) for session in found.sessions) > MOST_QUESTIONS:
        raise SourceError(f"{path.name}: more than {MOST_QUESTIONS} questions. Download fewer sessions.", "too_large")
    named = frozenset(sensitive)
    for session in found.sessions:
        for which, question in enumerate(session.questions, 1):
            _protect(question, found.left, is_named=which in named)
    found.dropped = list(dict.fromkeys(name.rstrip(": ") for name in found.dropped))
    return found


def as_json(found: Results) -> dict[str, Any]:
    """The file as JSON holds it."""
    return {
        "title": found.title, "dropped": found.dropped, "left": [vars(one) for one in found.left],
        "sessions": [
            {
                "number": session.number, "day": session.day.isoformat() if session.day else "",
                "questions": [dict(vars(question)) for question in session.questions],
            }
            for session in found.sessions
        ],
    }  # fmt: skip


def _protect(question: Question, left: list[Left], *, is_named: bool) -> None:
    """Sort the answers, so that their order tells of nobody; of a sensitive question keep choices of ten or more.

    Of another no option or end is kept either, since these are read from the answers.
    """
    question.is_sensitive = is_named or bool(_SENSITIVE.search(question.words))
    is_alone = question.kind in _COUNTED_ALONE
    if question.is_sensitive and not is_alone:
        left.append(Left(f"“{question.words[:60]}”", "sensitive"))
    if question.is_sensitive and (len(question.answers) < FEWEST or not is_alone):
        question.answers, question.options = [], []
        question.lowest, question.highest = Question.lowest, Question.highest
    question.answers.sort(key=lambda answer: (str(type(answer)), str(answer)))


def _header(sheet: Sheet) -> int | None:
    """The row of *Voters* that names its columns, from 0."""
    for row, cells in enumerate(sheet.rows[:_HEADER_ROWS]):
        names = {text_of(cell).casefold() for cell in cells}
        if "voter" in names and "session" in names:
            return row
    return None


def _voters(path: Path, sheet: Sheet, header: int, known: Sequence[Block], found: Results) -> None:
    names = [text_of(cell) for cell in sheet.rows[header]]
    low = [name.casefold() for name in names]
    which, when = low.index("session"), next((n for n, name in enumerate(low) if name.startswith("date")), None)
    found.dropped.append(names[low.index("voter")])
    own = {low.index("voter"), which, when}
    columns = []
    for column in _columns([(n, name) for n, name in enumerate(names) if name and n not in own], known):
        if {column.part.casefold(), column.words.casefold()} & _PERSONAL:
            found.dropped.append(names[column.at])
        else:
            columns.append(column)
    sessions: dict[int, list[Line]] = {}
    for no, row in enumerate(sheet.rows[header + 1 :], header + 2):
        if any(cell is not None for cell in row):
            sessions.setdefault(_session(path, sheet, no, which, text_of(at(row, which))), []).append((no, row))
    place = Place(path.name, sheet.name, found.left)
    for number_, held in sorted(sessions.items()):
        days = [day for _, row in held if when is not None and (day := day_of(at(row, when)))]
        session = Session(number_, min(days, default=None))
        for words in dict.fromkeys(column.words for column in columns):
            mine = [column for column in columns if column.words == words]
            block = next((one for one in known if _flat(one.words) == _flat(words)), None)
            session.questions += from_columns(place, mine, held, block)
        found.sessions.append(session)


def _session(path: Path, sheet: Sheet, no: int, column: int, text: str) -> int:
    value = number(text.casefold().removeprefix("session").strip())
    if value is None or value != int(value):
        raise SourceError(
            f"{path.name}, sheet {sheet.name!r}, row {no}, column {letter(column)} (Session): {text or 'nothing'!r} is "
            "no number of a session. Write it, such as 1, or delete the row, and read the file in again.",
            "bad_session",
        )
    return int(value)


def _columns(names: Sequence[tuple[int, str]], known: Sequence[Block]) -> list[Column]:
    """Columns with their question and part: "Question: part", the question as a block tells it where one does."""
    told = sorted({block.words for block in known}, key=len, reverse=True)
    split = []
    for place, name in names:
        words = next((w for w in told if _flat(name) == _flat(w) or _flat(name).startswith(f"{_flat(w)}:")), None)
        if words is not None:
            split.append(Column(place, words, _flat(name)[len(_flat(words)) :].removeprefix(":").strip()))
        elif name.endswith(":"):
            split.append(Column(place, name[:-1].strip(), ""))
        else:
            head, between, tail = name.rpartition(": ")
            split.append(Column(place, head.strip(), tail.strip()) if between else Column(place, name, ""))
    by = dict(names)
    shared = {column.words for column in split if sum(other.words == column.words for other in split) > 1}
    parted = shared | set(told)
    return [
        Column(column.at, column.words, "" if column.part.casefold() == "answer" else column.part)
        if not column.part or column.words in parted or column.part.casefold() in _PERSONAL | {"answer"}
        else Column(column.at, by[column.at], "")
        for column in split
    ]


def _flat(text: str) -> str:
    return " ".join(text.split())

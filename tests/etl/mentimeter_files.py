"""Synthetic result files in the two forms that Mentimeter is known to save. No real session is behind any of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]
NOTES: Rows = (["Note: there are more sheets in this document"], ["Each session is found on its own sheet below."])
HERE = "Översikt i rummet: Vilka är här?"
REACH = "Hur väl når ni dem?"
FIRST = "Vad borde komma först?"
OBSTACLES = "Vilka hinder ser du?"
COOPERATE = "Vilka borde samverka?"
GUESS = "Hur många är de?"


def book(path: Path, **sheets: Rows) -> Path:
    """A workbook with sheets of rows; ``_`` in a name is a space."""
    made = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name.replace("_", " "))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    made.close()
    return path


def block(number: int, kind: str, words: str, table: Rows, day: str = "2023-11-23", voters: int | None = None) -> Rows:
    """A question's block on a session's sheet."""
    told: list[list[Any]] = [
        [f"Question {number}"], ["Session date", day], ["Type", kind], ["Question", words],
        ["Respondents", voters], ["Sessions", 1],
    ]  # fmt: skip
    return [*told, [], *table, []]


def voters(count: int = 24, date_title: str = "Date (UTC)") -> Rows:
    """*Voters*: two notes, a header in the third row, one row a voter; with a slide that has reactions only."""
    head = [
        date_title, "Session", "Voter", "Welcome!:", f"{HERE}:", f"{REACH}: unga utanför", f"{REACH}: nyanlända",
        f"{FIRST}: Finansiering", f"{FIRST}: Samverkan", f"{FIRST}: Mandat", f"{OBSTACLES}:", f"{COOPERATE}:",
        f"{GUESS}:",
        "Quiz om länet: Name", "Quiz om länet: Emoji", "Quiz om länet: Answer", "Quiz om länet: Score", "E-post:",
    ]  # fmt: skip
    here = ("Kommun", "Region", "Civilsamhälle, ideell sektor")
    orders = ((1, 2, 3), (2, 1, 3), (3, 1, 2))
    rows: list[list[Any]] = []
    for n in range(count):
        a, b, c = orders[n % 3]
        both = "Kommun, Region" if n % 2 else "Region"
        rows.append([
            "2023-11-23", 1, n + 1, "Thumbs up", here[n % 3], n % 5 + 1, (n + 2) % 5 + 1, a, b, c,
            ("Finansiering", "för lite pengar", "Samverkan", None)[n % 4], both, 40 + n,
            f"Anna {n}", ":cat:", ("Örebro", "Karlstad")[n % 2], 900 - n, f"anna{n}@exempel.se",
        ])  # fmt: skip
    return [*NOTES, head, *rows]


def session(count: int = 24) -> Rows:
    """The session's own sheet, one block a question, as sums."""
    per = [sum(n % 3 == k for n in range(count)) for k in range(3)]
    rows: list[Any] = []
    rows += block(1, "choices", HERE, [
        ["Choices", "Votes"], ["Kommun", per[0]], ["Region", per[1]], ["Civilsamhälle, ideell sektor", per[2]],
        ["Näringsliv", 0],
    ], voters=count)  # fmt: skip
    rows += block(2, "scales", REACH, [["Statements", "Average"], ["unga utanför", 3.0], ["nyanlända", 3.0]])
    rows += block(3, "ranking", FIRST, [["Items", "Score"], ["Finansiering", 40], ["Samverkan", 50], ["Mandat", 10]])
    rows += block(4, "open", OBSTACLES, [["Responses"], ["Finansiering"], ["Samverkan"]])
    rows += block(
        5, "choices", COOPERATE, [["Choices", "Votes"], ["Kommun", count // 2], ["Region", count]], voters=count
    )
    return rows

"""The same list in every form that authorities use: found, read whole, and to the öre."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.importer.plan import Chosen
from etl.importer.preview import preview
from etl.importer.store import open_list
from etl.spec import SourceError
from tests.etl.importer.lists import HEADER, amount, objects, open_document, projects, read, text, workbook

ROWS: list[list[Any]] = [list(HEADER), *projects()]
TOTAL = Decimal("1000.5") * sum(range(1, 13))


def is_whole(path: Path) -> None:
    importer, found, operations = read(path)
    assert (found.rows_read, found.rows_loaded, found.warnings) == (12, 12, 0)
    assert importer.reading.mapping == {
        "title": HEADER[0], "beneficiary": HEADER[1], "start_date": HEADER[2], "end_date": HEADER[3],
        "total_eligible_cost": HEADER[4], "cofinancing_rate": HEADER[5], "location": HEADER[6],
    }  # fmt: skip
    assert found.total == TOTAL
    first, last = operations[0], operations[-1]
    assert (first.title_sv, first.parties[0].name) == ("Project number 0 for inclusion", "Organisation A Ltd")
    assert (first.start_date, first.end_date, amount(first)) == (date(2015, 1, 1), date(2018, 1, 1), 1000.5)
    assert (last.start_date, amount(last)) == (date(2015, 12, 12), 12006.0)


WRITERS: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda f: workbook(f / "a.xlsx", {"Sheet1": ROWS}),
    "ods": lambda f: open_document(f / "a.ods", ROWS),
    "semicolon": lambda f: text(f / "a.csv", ROWS),
    "comma": lambda f: text(f / "a.csv", ROWS, ","),
    "tab": lambda f: text(f / "a.tsv", ROWS, "\t"),
    "pipe": lambda f: text(f / "a.txt", ROWS, "|"),
    "crlf": lambda f: text(f / "a.csv", ROWS, end="\r\n"),
    "bom": lambda f: text(f / "a.csv", ROWS, encoding="utf-8-sig"),
    "utf-16": lambda f: text(f / "a.csv", ROWS, "\t", encoding="utf-16"),
    "json": lambda f: objects(f / "a.json", ROWS),
    "jsonl": lambda f: objects(f / "a.jsonl", ROWS, lines=True),
    "csv called xls": lambda f: text(f / "a.xls", ROWS),
    "xlsx called csv": lambda f: workbook(f / "b.xlsx", {"S": ROWS}).rename(f / "a.csv"),
}


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_list_in_every_form(form: str, tmp_path: Path) -> None:
    is_whole(WRITERS[form](tmp_path))


def spoiled(change: str) -> list[list[Any]]:
    rows = [list(row) for row in ROWS]
    if change == "title rows":
        return [["List of operations 2014-2020"], [], ["Updated: 1 May 2017", None, "Source: the authority"], [], *rows]
    if change == "blank rows":
        return [*rows[:5], [], [None, None], *rows[5:], []]
    if change == "numbered columns":
        return [rows[0], [str(n) for n in range(1, 8)], *rows[1:]]
    if change == "translated header":
        return [rows[0], ["Namn på insatsen", "Stödmottagare", "Startdatum", "Slutdatum", "Total kostnad",
                          "Medfinansieringsgrad", "Plats"], *rows[1:]]  # fmt: skip
    if change == "leading column":
        return [[None, *row] for row in rows]
    return rows


@pytest.mark.parametrize(
    "change", ["title rows", "blank rows", "numbered columns", "translated header", "leading column"]
)
def test_what_stands_around_the_table_changes_nothing(change: str, tmp_path: Path) -> None:
    is_whole(workbook(tmp_path / "a.xlsx", {"Lista": spoiled(change)}))


def test_repeated_headers_totals_and_notes_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    rows = [ROWS[0], *ROWS[1:7], ROWS[0], *ROWS[7:], ["Total", None, None, None, float(TOTAL)], [],
            ["Source: the managing authority, as of June 2016"]]  # fmt: skip
    importer, found, _ = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert (found.rows_read, found.rows_loaded, found.rows_quarantined) == (15, 12, 3)
    assert [issue.rule for issue in found.issues] == ["repeated_header", "total_row", "note_row"]
    assert found.total == TOTAL
    assert importer.reading.parts[0].header.first == 0


def test_section_headings_and_further_places_belong_to_their_operation(tmp_path: Path) -> None:
    place = [None] * 6
    rows = [ROWS[0], ["Priority 1: Work for all"], ROWS[1], [*place, "Second town"], [*place, "Third town"], ROWS[2],
            ["Priority 2: Learning"], *ROWS[3:]]  # fmt: skip
    _, found, operations = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert (found.rows_read, found.rows_loaded, found.operations_loaded) == (16, 16, 12)
    assert found.total == TOTAL
    assert [op.title_sv for op in operations] == [row[0] for row in ROWS[1:]]


def test_a_beneficiary_merged_over_its_operations_is_each_ones(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][1] = rows[3][1] = None
    _, found, operations = read(workbook(tmp_path / "a.xlsx", {"L": rows}, [(1, 1, 3, 1)]))
    assert [op.parties[0].name for op in operations[:3]] == ["Organisation A Ltd"] * 3
    assert found.total == TOTAL


def test_a_grouped_header_names_its_columns_by_both_rows(tmp_path: Path) -> None:
    rows = [
        ["Project", None, "Period", None, "Funding in EUR", None],
        ["Project title", "Beneficiary", "Start date", "End date", "Total eligible cost", "EU contribution"],
        *[[r[0], r[1], r[2], r[3], r[4], r[4] / 2] for r in projects()],
    ]
    importer, found, _ = read(workbook(tmp_path / "a.xlsx", {"L": rows}, [(0, 0, 0, 1), (0, 2, 0, 3), (0, 4, 0, 5)]))
    assert found.rows_loaded == 12
    assert importer.reading.mapping["eu_contribution"].endswith("EU contribution")
    assert importer.currency == "EUR"
    assert found.total == TOTAL


def test_every_sheet_with_the_same_columns_is_read_and_others_are_named(tmp_path: Path) -> None:
    codes = [["Code", "Category of intervention"], *[[str(n), f"Field {n}"] for n in range(100, 160)]]
    sheets = {"Cover": [["List of operations"]], "Codes": codes, "ESF": ROWS, "ERDF": [ROWS[0], *ROWS[1:4]]}
    importer, found, _ = read(workbook(tmp_path / "a.xlsx", sheets))
    assert found.rows_loaded == 15
    assert sorted(part.table.name for part in importer.reading.parts) == ["ERDF", "ESF"]
    assert "Codes" in importer.reading.left_out


def test_thousands_in_the_header_are_multiplied_unless_the_values_say_otherwise(tmp_path: Path) -> None:
    small = [
        ["Project title", "Beneficiary", "Total cost (in 1000 EUR)"],
        *[[f"Project {i}", f"Org {i} AB", 100 + i] for i in range(9)],
    ]
    _, found, operations = read(workbook(tmp_path / "a.xlsx", {"L": small}))
    assert found.total == sum(100_000 + 1_000 * i for i in range(9))
    assert operations[0].funding[0].is_rounded
    large = [
        ["Project title", "Beneficiary", "Total cost £m"],
        *[[f"Project {i}", f"Org {i} Ltd", 1_434_364 + i] for i in range(9)],
    ]
    importer, found, _ = read(workbook(tmp_path / "b.xlsx", {"L": large}))
    assert found.total == sum(1_434_364 + i for i in range(9))
    assert importer.currency == "GBP"


def test_unquoted_delimiters_are_put_straight_and_hopeless_rows_are_set_aside(tmp_path: Path) -> None:
    lines = ["Project name,Authority,Start date,End date,Beneficiary,Grant awarded"]
    for i in range(40):
        authority = "Centre for economy, transport and the environment" if i % 3 == 0 else "Regional Council"
        lines.append(
            f"Project {i} alpha,{authority},1.{i % 12 + 1}.2015,1.{i % 12 + 1}.2017,Company {i} Ltd,{1000 + i}"
        )
    lines[5] = "Growing, learning, working,Regional Council,1.3.2015,1.3.2017,Company X, branch north,1004"
    lines.append("a,b,c,d,e,f,g,h,i")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    _, found, operations = read(path)
    assert (found.rows_read, found.rows_quarantined) == (41, 1)
    assert found.issues[0].rule == "field_count"
    assert operations[4].title_sv == "Growing, learning, working"
    assert operations[4].parties[0].name == "Company X, branch north"
    assert found.total == sum(1000 + i for i in range(40))


def test_an_unclosed_quote_swallows_no_row(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", ROWS)
    broken = path.read_text("utf-8").replace("Project number 3 for", '"Project number 3 for', 1)
    path.write_text(broken, "utf-8")
    _, found, _ = read(path)
    assert found.rows_read == 12
    assert found.rows_loaded >= 11
    assert found.total >= TOTAL - 4002


def test_a_personnummer_refuses_the_file_and_codes_do_not(tmp_path: Path) -> None:
    rows = [
        [*HEADER, "Registration number"],
        *[[*row, f"{4_000_000_000 + 7_919 * i}"] for i, row in enumerate(projects(90))],
    ]
    importer, found, _ = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert found.rows_loaded == 90
    assert "Registration number" in importer.SOURCE.id_columns
    rows[4][0] = "Projekt för 19811218-9876"
    with pytest.raises(SourceError, match=r"row 5 .*personnummer") as refused:
        preview(open_list(workbook(tmp_path / "b.xlsx", {"L": rows}), "Prov"))
    assert refused.value.rule == "personnummer"


def test_contact_columns_never_leave_the_file(tmp_path: Path) -> None:
    rows = [
        [*HEADER, "Contact person", "E-mail"],
        *[[*row, "Anna Andersson", "anna@example.org"] for row in projects()],
    ]
    importer, _, _ = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert set(importer.SOURCE.personal) == {"Contact person", "E-mail"}


def test_swedish_places_are_found_in_swedish_lists_only(tmp_path: Path) -> None:
    rows = [["Projektnamn", "Stödmottagare", "Beviljat belopp (kr)", "Län"],
            *[[f"Projekt {i}", f"Förening {i}", 1000 + i, name] for i, name in enumerate(
                ["Örebro län", "Malmö kommun", "Hela landet", "Skåne; Blekinge", "Okänd ort"])]]  # fmt: skip
    importer, _, operations = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert importer.currency == "SEK"
    places = [[(p.location_type, p.lan_code, p.kommun_code) for p in op.locations] for op in operations]
    assert places == [
        [("operation", "18", None)], [("operation", "12", "1280")], [("national", None, None)],
        [("operation", "12", None), ("operation", "10", None)], [("unknown", None, None)],
    ]  # fmt: skip


def test_what_the_user_says_stands(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"L": ROWS})
    said = Chosen(columns={"title": "Location", "summary": "Operation name", "location": ""}, currency="NOK")
    importer = open_list(path, "Prov", said)
    found = preview(importer)
    assert found.operations[0].title_sv == "Town 0"
    assert found.operations[0].funding[0].currency == "NOK"
    assert "location" not in importer.reading.mapping
    with pytest.raises(SourceError, match="no column is called so"):
        open_list(path, "Prov", Chosen(columns={"title": "Nowhere"}))


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"  \n \n", "empty_file"),
        ("a.pdf", b"%PDF-1.7 ...", "pdf"),
        ("a.xls", b"<html><body>Service down</body></html>", "web_page"),
        ("a.xlsx", b"PK\x03\x04 not a zip at all", "bad_workbook"),
        ("a.json", b'{"a": [1, 2', "bad_json"),
        ("a.json", b"[1, 2, 3]", "bad_json"),
        ("a.csv", b"hello\nworld\n", "no_table"),
        ("a.csv", bytes(range(1, 32)) * 40, "not_tabular"),
        ("a.csv", b"Project name;Beneficiary;Grant\n", "no_records"),
    ],
)
def test_what_is_no_list_is_refused_in_words(name: str, content: bytes, rule: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as refused:
        preview(open_list(path, "Prov"))
    assert refused.value.rule == rule
    assert str(refused.value).startswith(name)


def test_a_delimiter_in_every_summary_is_told_from_the_columns(tmp_path: Path) -> None:
    lines = ["Projektname;Begünstigter;Zusammenfassung;Beginn;Ende;Förderfähige Gesamtkosten"]
    lines += [
        f"Projekt {i} Bau;Stadt {chr(65 + i)}burg;Ausbau; Umbau, {i}. Teil;1.{i + 1}.2015;1.{i + 1}.2016;{100 + i},50"
        for i in range(9)
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    _, found, operations = read(path)
    assert (found.rows_loaded, found.rows_quarantined) == (9, 0)
    assert operations[3].title_sv == "Projekt 3 Bau"
    assert operations[3].summary_sv == "Ausbau; Umbau, 3. Teil"
    assert found.total == sum(Decimal(f"{100 + i}.50") for i in range(9))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("cp1252", ["Logroño", "inserción", "Málaga"]), ("cp1252", ["Görlitz", "Förderung", "Straße"]),
        ("cp1250", ["Żory", "Łódź", "zażółć"]), ("cp1250", ["Žďár", "Říčany", "školy"]),
        ("iso8859_2", ["Žďár", "Říčany", "školy"]), ("cp1251", ["Пловдив", "Община"]),
        ("cp1253", ["Ηράκλειο", "Δήμος"]), ("cp1257", ["Šiauliai", "užimtumas", "Ąžuolas"]),
    ],
)  # fmt: skip
def test_old_code_pages_are_known_by_their_letters(page: str, words: list[str], tmp_path: Path) -> None:
    rows = [
        ["Project name", "Beneficiary", "Grant"],
        *[[f"{w} {i}", words[0], 100 + i] for i in range(6) for w in words],
    ]
    _, _, operations = read(text(tmp_path / "a.csv", rows, encoding=page))
    assert operations[0].title_sv == f"{words[0]} 0"
    assert operations[0].parties[0].name == words[0]


@pytest.mark.parametrize("period", ["{a} - {b}", "{a}–{b}", "{a} bis {b}", "from {a} to {b}", "{a}-{b}"])
def test_a_period_in_one_cell_gives_both_dates(period: str, tmp_path: Path) -> None:
    rows = [["Projektname", "Begünstigter", "Laufzeit", "Zuwendung"],
            *[[f"Projekt {i}", f"Stadt {i} AG", period.format(a=f"1{i}.01.2015", b=f"2{i}.12.2016"), 100 + i]
              for i in range(5)]]  # fmt: skip
    importer, _, operations = read(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert importer.reading.mapping["start_date"] == importer.reading.mapping["end_date"] == "Laufzeit"
    assert (operations[2].start_date, operations[2].end_date) == (date(2015, 1, 12), date(2016, 12, 22))


def test_a_further_sheet_in_another_order_is_put_in_the_firsts(tmp_path: Path) -> None:
    order = [1, 0, 4, 2, 3, 6, 5]
    other = [[row[i] for i in order] for row in [list(HEADER), *projects(3)]]
    importer, found, operations = read(workbook(tmp_path / "a.xlsx", {"A": ROWS, "B": [["Title over it"], *other]}))
    assert (found.rows_loaded, importer.reading.left_out) == (15, [])
    assert operations[-1].title_sv == "Project number 2 for inclusion"
    assert amount(operations[-1]) == 3001.5

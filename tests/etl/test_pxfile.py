from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.pxweb import Dimensions
from etl.sources.pxfile import SOURCES, PxFile, px_cells
from etl.spec import Indicator, IndicatorValue, Source, SourceError
from tests.conftest import World
from tests.replay.documents import real

TINY = """CHARSET="ANSI";
AXIS-VERSION="2010";
LANGUAGE="sv";
LANGUAGES="sv","en";
TITLE="Ohälsa; efter region = kön och år";
STUB="region","kön";
HEADING="år";
VARIABLECODE("region")="Region";
VARIABLECODE("kön")="Kon";
VARIABLECODE("år")="Tid";
VALUES("region")="Uppsala län","Håbo";
VALUES("kön")="kvinnor","män";
VALUES("år")="2023","2024";
VALUES[en]("sex")="women","men";
STUB[en]="region","sex";
CODES("region")="03",
"0305";
CODES("kön")="2","1";
CODES[en]("region")="x","y";
TIMEVAL("år")=TLIST(A1),"2023","2024";
CONTACT="Test Testsson#E-post: test"
"@example.org";
DATA=
1 2.5
-3 ".."
"-" 0
"." 1e3
;
"""
TABLE = PxFile(
    Source(
        id="px_test", kind="indicators", registry="px", publisher="SCB", title_sv="a", title_en="a",
        url="https://example.org/", licence="CC0", expected_rows=(1, 10_000),
    ),
    (Indicator("px_test", "Prov", "Test", "dagar", "low", "SCB", "T1", "CC0"),),
    Dimensions(region="Region", period="Tid", sex="Kon", sexes={"1": "M", "2": "K"}),
)  # fmt: skip


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "tabell.px"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_real_table_of_european_countries() -> None:
    cells, encoding = px_cells(real("indicators/pxwebapi_TAB001.px"))
    assert encoding == "iso8859-1"
    assert len(cells) == 30 * 3 * 22 * 1 * 3
    assert sum(cell["value"] is None for cell in cells) == 2259
    assert {cell["status"] for cell in cells if cell["value"] is None} == {".."}
    assert list(cells[0]) == ["REGION", "SEX", "AGE", "ContentsCode", "TIME", "value", "status"]
    at = {(c["REGION"], c["SEX"], c["AGE"], c["TIME"]): c["value"] for c in cells}
    # Read off the file: its first two lines of figures, and the last whole line before the unknown ages.
    assert [at["AT", "F", "TOTAL", year] for year in ("1981", "1991", "2001")] == [None, 4041797, 4143737]
    assert [at["AT", "F", "Y_LT5", year] for year in ("1981", "1991", "2001")] == [None, 220426, 199944]
    assert [at["UK", "T", "Y_GE80", year] for year in ("1981", "1991", "2001")] == [1483187, 2088243, 2437647]
    assert at["UK", "T", "UNK", "2001"] is None
    assert at["SE", "T", "TOTAL", "2001"] == at["SE", "F", "TOTAL", "2001"] + at["SE", "M", "TOTAL", "2001"] == 8882792


@pytest.mark.parametrize(
    ("encoding", "codepage", "found"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", "", "utf-8-sig"),
        ("latin-1", "", "cp1252"),
        ("latin-1", "iso-8859-1", "iso8859-1"),
        ("cp850", "cp850", "cp850"),
        ("latin-1", "no-such-codepage", "cp1252"),
        ("utf-8", "iso-8859-1", "utf-8"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, codepage: str, found: str) -> None:
    text = TINY.replace('AXIS-VERSION="2010";', f'CODEPAGE="{codepage}";') if codepage else TINY
    text = text.replace('VARIABLECODE("kön")="Kon";', "")
    cells, used = px_cells(written(tmp_path, text, encoding))
    assert used == found
    assert "kön" in cells[0]


def test_cells_by_codes_with_symbols_apart(tmp_path: Path) -> None:
    cells, _ = px_cells(written(tmp_path, TINY))
    assert [(c["Region"], c["Kon"], c["Tid"], c["value"], c["status"]) for c in cells] == [
        ("03", "2", "2023", 1.0, ""), ("03", "2", "2024", 2.5, ""), ("03", "1", "2023", -3.0, ""),
        ("03", "1", "2024", None, ".."), ("0305", "2", "2023", None, "-"), ("0305", "2", "2024", 0.0, ""),
        ("0305", "1", "2023", None, "."), ("0305", "1", "2024", 1000.0, ""),
    ]  # fmt: skip


def test_a_declared_table_through_the_loader(tmp_path: Path) -> None:
    path = written(tmp_path, TINY)
    world = World(also=lambda loader: loader.indicator_values(TABLE, path))
    assert world.all("SELECT rows_read, rows_loaded, rows_quarantined, encoding FROM source_file") == [
        (8, 8, 0, "utf-8")
    ]
    assert world.all("SELECT region_code, period, sex, value, flag FROM mart_indicator ORDER BY 1, 2, 3") == [
        ("03", "2023", "K", 1.0, None), ("03", "2023", "M", -3.0, None), ("03", "2024", "K", 2.5, None),
        ("03", "2024", "M", None, "s"), ("0305", "2023", "K", None, "m"), ("0305", "2023", "M", None, "m"),
        ("0305", "2024", "K", 0.0, None), ("0305", "2024", "M", 1000.0, None),
    ]  # fmt: skip
    world.close()


def test_a_foreign_table_is_not_loaded_as_ours() -> None:
    with pytest.raises(SourceError, match="'Region'"):
        TABLE.records(real("indicators/pxwebapi_TAB001.px"))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("1e3\n;", "1e3\n", "semicolon"),
        ("1e3\n", "", "7 figures where the dimensions make 8"),
        ('"-" 0', '"-" 0 0', "9 figures"),
        ('"0305";', '"0305","0306";', "codes of 'region'"),
        ('STUB="region","kön";\nHEADING="år";', "", "no STUB"),
        ("DATA=", 'KEYS("region")=CODES;\nDATA=', "KEYS"),
        ('"@example.org";', '"@example.org;', "cannot be read"),
        ("DATA=", "DATA", "cannot be read"),
        (TINY, "", "empty"),
        (TINY, "<html></html>", "web page"),
        (TINY, "a,b\n1,2\n", "cannot be read"),
    ],
)
def test_a_file_that_is_damaged_is_refused(tmp_path: Path, old: str, new: str, match: str) -> None:
    assert old in TINY
    with pytest.raises(SourceError, match=rf"tabell\.px.*{match}.*\. [A-Z]"):
        px_cells(written(tmp_path, TINY.replace(old, new)))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not there"):
        px_cells(tmp_path / "tabell.px")


@given(cut=st.integers(1, len(TINY) - 3))
def test_no_cut_file_is_taken_for_a_whole_one(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = written(tmp_path_factory.mktemp("px"), TINY[:cut])
    with pytest.raises(SourceError):
        px_cells(path)


FIGURE = st.floats(-1e9, 1e9).map(lambda v: round(v, 2)) | st.sampled_from(["..", ".", "-"])


@given(figures=st.lists(FIGURE, min_size=8, max_size=8))
def test_every_figure_lands_in_its_own_cell(tmp_path_factory: pytest.TempPathFactory, figures: list[Any]) -> None:
    data = " ".join(f'"{each}"' if isinstance(each, str) else f"{each:.2f}" for each in figures)
    head = TINY[: TINY.index("DATA=")]
    cells, _ = px_cells(written(tmp_path_factory.mktemp("px"), f"{head}DATA=\n{data};"))
    assert [c["status"] or c["value"] for c in cells] == figures
    assert [c["Tid"] for c in cells] == ["2023", "2024"] * 4


def test_no_table_is_declared_until_one_is_wanted(tmp_path: Path) -> None:
    assert SOURCES == ()
    (first, *_) = (v for row in TABLE.records(written(tmp_path, TINY)).rows for v in TABLE.values(row))
    assert first == IndicatorValue("px_test", "03", "2023", 1.0, "K")

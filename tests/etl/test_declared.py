"""Tables that a user declares: real px and json-stat files, any table by id, and errors that say what to do."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.cli import app
from etl.declared import declared
from etl.pxweb2 import PxWeb2Table
from etl.spec import IndicatorValue, SourceError
from etl.warehouse import current
from tests.replay.documents import pxweb2_metadata, real, scb_data
from tests.replay.server import ReplayServer

HEAD = """
indicator = "prov"
title_sv = "Prov"
title_en = "Test"
unit_sv = "personer"
unit_en = "persons"
better = "neutral"
decimals = 0
publisher = "SCB"
licence = "CC0 1.0"
url = "https://example.org/table"
"""
COUNTRIES = """
file = "TAB001.px"
[variables]
region = "REGION"
period = "TIME"
sex = "SEX"
[sexes]
F = "K"
M = "M"
T = "T"
[fixed]
AGE = "TOTAL"
ContentsCode = "HNMGA"
[regions]
SE = "00"
"""
DEATHS = """
file = "deaths.json"
[variables]
region = "Region"
period = "Tid"
[fixed]
Dodsorsak = "23-28"
Alder = "80-84"
Kon = "2"
ContentsCode = "HS0301A1"
"""
BY_ID = """
table = "TAB4711"
api = "{api}"
[variables]
region = "Region"
period = "Tid"
sex = "Kon"
[sexes]
1 = "M"
2 = "K"
[fixed]
ContentsCode = "A"
"""
BY_ID_CODES = {
    "Region": ["00", "01", "0180", "SE11", "RIKET"], "Kon": ["1", "2", "1+2"], "Alder": ["a", "b"],
    "ContentsCode": ["A", "B"], "Tid": ["2023", "2024M01"],
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    (tmp_path / "tables").mkdir()
    return tmp_path


def declare(home: Path, text: str, name: str = "prov.toml") -> Path:
    path = home / "tables" / name
    path.write_text(HEAD + text, "utf-8")
    return path


def load(home: Path) -> list[IndicatorValue]:
    (table,) = declared(home / "tables")
    assert table.path
    return [value for row in table.source.records(table.path).rows for value in table.source.values(row)]


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(app, [*arguments, "--json"])
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr


def test_a_real_px_file_of_european_countries_gives_sweden(home: Path) -> None:
    shutil.copy(real("indicators/pxwebapi_TAB001.px"), home / "tables" / "TAB001.px")
    declare(home, COUNTRIES)
    values = {(v.region_code, v.period, v.sex): (v.value, v.flag) for v in load(home)}
    assert len(values) == 9
    assert values["00", "2001", "T"] == (8882792.0, None)
    assert {region for region, *_ in values} == {"00"}


def test_a_real_json_stat_file(home: Path) -> None:
    shutil.copy(real("indicators/pyjstat_statswe.json"), home / "tables" / "deaths.json")
    declare(home, DEATHS)
    values = load(home)
    assert {(v.region_code, v.sex) for v in values} == {("25", "T")}
    assert [v.period for v in values] == [str(year) for year in range(1969, 1997)]


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        running.scb_tables["TAB4711"] = BY_ID_CODES
        running.scb_adds_up = ("Alder",)
        yield running


def test_a_table_by_id_is_fetched_and_built(home: Path, server: ReplayServer, outlines: object) -> None:
    declare(home, BY_ID.format(api=f"{server.url}/scb/api/v2/"))
    code, told = run("fetch", "table_prov")
    assert (code, [(f["file"], f["status"]) for f in told["files"]]) == (0, [("prov.json", "downloaded")])
    asked = json.loads(server.asked("/scb/api/v2/tables/TAB4711/data")[0].body)["selection"]
    assert {item["variableCode"]: item["valueCodes"] for item in asked} == {
        "Region": ["00", "01", "0180", "SE11"], "Tid": ["2023", "2024M01"], "Kon": ["1", "2"], "ContentsCode": ["A"],
    }  # fmt: skip
    code, built = run("build", "--as-of", "2026-11-23")
    assert code == 0
    assert next(f for f in built["files"] if f["source_id"] == "table_prov")["rows_loaded"] == 16
    path = current(home / "snapshots")
    con = duckdb.connect(str(path), read_only=True)
    assert con.execute("SELECT count(*), any_value(title_sv) FROM indicator_value v JOIN indicator i "
                       "ON i.code = v.indicator_code WHERE code = 'prov'").fetchone() == (16, "Prov")  # fmt: skip
    con.close()
    code, listed = run("sources")
    (mine,) = [s for s in listed["sources"] if s["id"] == "table_prov"]
    assert (mine["is_here"], mine["title"]) == (True, "Test (TAB4711)")
    declare(home, BY_ID.format(api=f"{server.url}/scb/api/v2/").replace('"Kon"', '"Kon"  # same'))
    code, again = run("build", "--as-of", "2026-11-23")
    assert again["is_new"], "a changed declaration is a changed input"


def test_no_question_is_larger_than_the_service_allows(home: Path, server: ReplayServer) -> None:
    server.scb_config = {"maxDataCells": 4, "maxCallsPerTimeWindow": 1000, "timeWindow": 1}
    declare(home, BY_ID.format(api=f"{server.url}/scb/api/v2/"))
    code, told = run("fetch", "table_prov")
    assert (code, told["files"][0]["status"]) == (0, "downloaded")
    assert len(server.asked("/scb/api/v2/tables/TAB4711/data")) == 4
    (table,) = declared(home / "tables")
    rows = list(table.source.records(home / "fetched" / "prov.json").rows)
    assert len({(r.raw["Region"], r.raw["Tid"], r.raw["Kon"]) for r in rows}) == len(rows) == 16


class Api:
    """A service of one table, with a limit on cells."""

    def __init__(self, codes: dict[str, list[str]], limit: int) -> None:
        self.codes, self.limit, self.asked = codes, limit, list[dict[str, list[str]]]()

    def pace(self, calls: int, seconds: float) -> None:
        pass

    def get(self, path: str, params: Any = None) -> Any:
        limits = {"maxDataCells": self.limit, "maxCallsPerTimeWindow": 1, "timeWindow": 1}
        return limits if path == "config" else pxweb2_metadata(self.codes, ("Alder",))

    def post(self, path: str, body: Any, params: Any = None) -> Any:
        self.asked.append({item["variableCode"]: item["valueCodes"] for item in body["selection"]})
        return scb_data(body["selection"])


@given(regions=st.integers(1, 30), periods=st.integers(1, 12), limit=st.integers(2, 60))
def test_every_pair_is_asked_for_once_in_questions_that_are_small_enough(
    tmp_path_factory: pytest.TempPathFactory, regions: int, periods: int, limit: int
) -> None:
    folder = tmp_path_factory.mktemp("declared")
    (folder / "prov.toml").write_text(HEAD + BY_ID.format(api="https://example.org/"), "utf-8")
    (table,) = declared(folder)
    assert isinstance(table.source, PxWeb2Table)
    many = {"Region": [f"{n + 10}" for n in range(regions)], "Tid": [f"{2000 + n}" for n in range(periods)]}
    codes = BY_ID_CODES | many
    api = Api(codes, limit)
    table.source.document(table.source.SOURCE.remotes[0], api)  # type: ignore[arg-type]
    pairs = [(region, period) for asked in api.asked for region in asked["Region"] for period in asked["Tid"]]
    assert len(pairs) == len(set(pairs)) == regions * periods
    assert all(len(a["Region"]) * len(a["Tid"]) * len(a["Kon"]) <= max(limit, 2) for a in api.asked)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('"Region"', '"Landskap"', r"no variable 'Landskap'; it has Region, Kon"),
        ('ContentsCode = "A"', "", r"variable 'ContentsCode' .* not declared.*A \(ContentsCode A\), B"),
        ('ContentsCode = "A"', 'ContentsCode = "C"', r"no value 'C'\. Choose one of: A \(ContentsCode A\)"),
        ('1 = "M"\n2 = "K"', '9 = "M"', r"none of the declared values of 'Kon'.*1 \(Kon 1\)"),
    ],
)
def test_what_does_not_fit_the_table_is_said_before_it_is_asked_for(
    home: Path, server: ReplayServer, old: str, new: str, match: str
) -> None:
    text = BY_ID.format(api=f"{server.url}/scb/api/v2/")
    assert old in text
    declare(home, text.replace(old, new))
    code, told = run("fetch", "table_prov")
    assert code == 1
    assert re.search(match, told["files"][0]["reason"])
    assert "prov.json" in told["files"][0]["reason"]


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('indicator = "prov"', 'indicator = "Prov!"', "indicator: 'Prov!' is no code"),
        ('indicator = "prov"', 'indicator = "population"', "indicator: the code 'population' is already"),
        ('indicator = "prov"', 'indicator = "neet_16_24"', "indicator: the code 'neet_16_24' is already"),
        ('title_en = "Test"\n', "", "title_en: the key is missing"),
        ('better = "neutral"', 'better = "good"', "better: 'good' is no direction"),
        ("decimals = 0", "decimals = 9", "decimals: 9 is not a number"),
        ('publisher = "SCB"', "publisher = 1", "publisher: 1 is not a text"),
        ('url = "https://', 'url = "ftp://', "url: .* no web address"),
        ('file = "TAB001.px"', "", "file: either file or table"),
        ('file = "TAB001.px"', 'file = "TAB001.px"\ntable = "T"', "file: either file or table"),
        ('file = "TAB001.px"', 'file = "TAB002.px"', r"file: 'TAB002\.px' is not there\. Put it in "),
        ('file = "TAB001.px"', 'file = "TAB001.xlsx"', "file: .* not the name of a .px or .json"),
        ('file = "TAB001.px"', 'file = "../TAB001.px"', "file: .* not the name of a .px or .json"),
        ('period = "TIME"', "", r"variables\.period: the key is missing"),
        ('period = "TIME"', 'period = "TIME"\nage = "AGE"', r"variables\.age: no such key"),
        ('F = "K"', 'F = "Q"', r"sexes\.F: 'Q' is no sex"),
        ('sex = "SEX"', "", "sexes: needed with variables.sex"),
        ('SE = "00"', 'SE = "Sverige"', r"regions\.SE: 'Sverige' is no region"),
        ('AGE = "TOTAL"', 'AGE = "TOTAL"\nSEX = "T"', r"fixed\.SEX: it is one of the variables"),
        ('AGE = "TOTAL"', "AGE = 1", "fixed: not a table of texts"),
        ('title_sv = "Prov"', 'title_sv = "Prov"\ntitel = "x"', "titel: no such key. The keys are "),
        ('title_sv = "Prov"', "title_sv = Prov", "not a TOML file"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_read_names_file_and_key_and_what_to_do(
    home: Path, old: str, new: str, match: str
) -> None:
    shutil.copy(real("indicators/pxwebapi_TAB001.px"), home / "tables" / "TAB001.px")
    text = HEAD + COUNTRIES
    assert old in text
    (home / "tables" / "prov.toml").write_text(text.replace(old, new), "utf-8")
    for command in ("build", "fetch", "sources"):
        done = CliRunner().invoke(app, [command])
        assert done.exit_code == 3
        said = " ".join(done.stderr.split())
        assert re.search(rf"prov\.toml.*{match}", said), said
        assert "Traceback" not in said


def test_two_declarations_of_one_code_are_refused(home: Path) -> None:
    declare(home, BY_ID, "a.toml")
    declare(home, BY_ID, "b.toml")
    with pytest.raises(SourceError, match=r"b\.toml, indicator: .* declared in a\.toml"):
        declared(home / "tables")


def test_without_a_folder_nothing_is_declared(tmp_path: Path) -> None:
    assert declared(tmp_path / "tables") == ()

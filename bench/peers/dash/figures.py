"""The numbers of the Dash page: the CSV files read into DuckDB once, a cursor a thread, a question a figure."""

from __future__ import annotations

from typing import Any

import duckdb

from bench.peers import DATA

AS_OF = "2026-11-23"
INDICATOR = "unemployment_15_74"
_FILES = {
    "initiatives": "initiatives/initiatives.csv",
    "amounts": "initiatives/amounts.csv",
    "lan": "regions/lan.csv",
    "kommun": "regions/kommun.csv",
    "catalogue": "indicators/catalogue.csv",
}
_MADE = """
CREATE TABLE series AS
SELECT parse_filename(filename, true) AS code, region_code, period, value::DOUBLE AS value
FROM read_csv($values, all_varchar = true, filename = true, union_by_name = true) WHERE sex = 'T';

CREATE TABLE latest AS
WITH newest AS (
    SELECT code, max(period) AS period FROM series WHERE region_code IN (SELECT lan_code FROM lan) GROUP BY code
)
SELECT code, region_code, value,
    CASE WHEN region_code <> '00' THEN
        rank() OVER (PARTITION BY code, region_code = '00' ORDER BY CASE better WHEN 'low' THEN value ELSE -value END)
    END AS place
FROM series JOIN newest USING (code, period) JOIN catalogue USING (code) WHERE length(region_code) = 2;

CREATE TABLE own AS
WITH dated AS (
    SELECT *, unnest(string_split(lan_codes, '|')) AS lan, try_cast("start" AS DATE) AS first,
        CASE length("end") WHEN 4 THEN make_date("end"::INT, 12, 31) WHEN 7 THEN last_day(("end" || '-01')::DATE)
            ELSE try_cast("end" AS DATE) END AS last
    FROM initiatives
)
SELECT *, CASE WHEN last < $as_of::DATE THEN 'ended' WHEN first > $as_of::DATE THEN 'planned'
    WHEN first IS NOT NULL AND last IS NOT NULL THEN 'running'
    WHEN status = 'pågående' THEN 'running' ELSE coalesce(status, 'unknown') END AS now
FROM dated;

CREATE TABLE granted AS
SELECT initiative_id, amount::DECIMAL(18, 2) AS amount FROM amounts
WHERE measure = 'granted_support' AND currency = 'SEK';
"""


def read() -> duckdb.DuckDBPyConnection:
    """Every file that the page needs, in memory."""
    con = duckdb.connect()
    for name, file in _FILES.items():
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv($file, all_varchar = true)", {"file": str(DATA / file)}
        )
    values = {"values": str(DATA / "indicators/values/*.csv"), "as_of": AS_OF}
    for statement in _MADE.split(";\n"):
        if statement.strip():
            con.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})
    return con


class Figures:
    """One cursor's questions; rows come as dicts."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._cursor = con.cursor()

    def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        """The answer of one statement."""
        self._cursor.execute(sql, params)
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]

    def lans(self) -> list[dict[str, Any]]:
        """Code and name of the 21."""
        return self.rows("SELECT lan_code AS code, name_sv AS name FROM lan ORDER BY 1")

    def headline(self, lan: str) -> dict[str, Any]:
        """The figures at the top of the page: initiatives, running, granted_sek, population, value, rank."""
        return self.rows(
            """SELECT count(*) AS initiatives, count(*) FILTER (now = 'running') AS running,
                coalesce((SELECT sum(amount) FROM granted WHERE initiative_id IN
                    (SELECT initiative_id FROM own WHERE lan = $lan)), 0)::DOUBLE AS granted_sek,
                (SELECT value FROM latest WHERE code = 'population' AND region_code = $lan) AS population,
                (SELECT value FROM latest WHERE code = $indicator AND region_code = $lan) AS value,
                (SELECT place FROM latest WHERE code = $indicator AND region_code = $lan) AS rank
            FROM own WHERE lan = $lan""",
            lan=lan, indicator=INDICATOR,
        )[0]  # fmt: skip

    def map(self, indicator: str) -> list[dict[str, Any]]:
        """The newest value of each län."""
        return self.rows(
            "SELECT region_code AS lan, value FROM latest WHERE code = $indicator AND region_code <> '00' ORDER BY 1",
            indicator=indicator,
        )

    def by_period(self, lan: str) -> list[dict[str, Any]]:
        """Granted support by programming period."""
        return self.rows(
            """SELECT period, sum(amount)::DOUBLE AS amount FROM own JOIN granted USING (initiative_id)
            WHERE lan = $lan GROUP BY 1 ORDER BY 1""",
            lan=lan,
        )

    def by_many(self, lan: str, column: str) -> list[dict[str, Any]]:
        """How many of the initiatives name each value of ``target_groups`` or ``kommuner``."""
        many = {"target_groups": "target_groups", "kommuner": "kommuner"}[column]
        return self.rows(
            f"""SELECT trim(one) AS name, count(*) AS n
            FROM (SELECT unnest(string_split({many}, '|')) AS one FROM own WHERE lan = $lan)
            WHERE trim(one) <> '' GROUP BY 1 ORDER BY 2 DESC, 1""",
            lan=lan,
        )

    def profile(self, lan: str) -> list[dict[str, Any]]:
        """Every indicator at its newest period: the län, riket and its place."""
        return self.rows(
            """SELECT title_sv AS indikator, l.value AS värde, r.value AS riket, l.place AS plats FROM catalogue c
            LEFT JOIN latest l ON l.code = c.code AND l.region_code = $lan
            LEFT JOIN latest r ON r.code = c.code AND r.region_code = '00'""",
            lan=lan,
        )

    def trend(self, lan: str) -> list[dict[str, Any]]:
        """The series of the län, riket and three more."""
        return self.rows(
            """SELECT region_code AS region, period, value FROM series WHERE code = $indicator AND region_code IN
            (SELECT $lan UNION ALL SELECT '00' UNION ALL
            (SELECT lan_code FROM lan WHERE lan_code <> $lan ORDER BY 1 LIMIT 3)) ORDER BY 1, 2""",
            lan=lan, indicator=INDICATOR,
        )  # fmt: skip

    def kommuner(self, lan: str) -> list[dict[str, Any]]:
        """The län's kommuner."""
        return self.rows("SELECT code, name FROM kommun WHERE lan_code = $lan ORDER BY 1", lan=lan)

    def initiatives(self, lan: str) -> list[dict[str, Any]]:
        """The län's initiatives."""
        return self.rows(
            'SELECT title, owner, lan_codes, "start", "end", now FROM own WHERE lan = $lan ORDER BY title', lan=lan
        )

"""Synthetic operations in Kohesio's own file format, as many as are asked for, the same ones every time.

Every title and owner begins with "Synthetic", every identifier with "SYN": nothing here can be taken for a real
operation. It is for measuring only, and is never built into a home that is served.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.sources.kohesio import NUTS3, SOURCES

COLUMNS = (*SOURCES[1].columns, *SOURCES[1].SOURCE.ignore)
"""What the file of 2021-2027 holds."""
FAULTY = 1000
"""One row in so many has each of the faults: no identifier, no name, another country, a date that is none."""

_SQL = """
WITH numbered AS (
    SELECT i,  -- five streams of well-mixed numbers, the same on every machine
        (i * 2654435761 + 1013904223) % 4294967296 // 65536 AS a,
        (i * 2246822519 + 374761393) % 4294967296 // 65536 AS b,
        (i * 3266489917 + 668265263) % 4294967296 // 65536 AS c,
        (i * 1103515245 + 12345) % 4294967296 // 65536 AS d,
        (i * 747796405 + 2891336453) % 4294967296 // 65536 AS e
    FROM range($rows::BIGINT) t(i)
), told AS (
    SELECT *, $nuts[1 + a % len($nuts)] AS place, $nuts[1 + (a + 1 + b % 20) % len($nuts)] AS second_place,
        50000 + (b * 7919 + c) % 9000000 + (d % 100) / 100 AS cost, 40 + e % 21 AS rate,
        date '2021-01-01' + CAST(c % 2000 AS INTEGER) AS starts, 180 + d % 900 AS days,
        $fields[1 + e % len($fields)] AS field, b % 4000 AS owner
    FROM numbered
)
SELECT
    CASE WHEN i % $faulty = 1 THEN '' ELSE 'https://linkedopendata.eu/entity/SYN' || i END
        AS Operation_Unique_Identifier,
    'SYN_' || lpad((i % 100)::VARCHAR, 2, '0') || '-' || lpad((i % 1000)::VARCHAR, 3, '0') || '-S' || i
        AS Operation_Local_Identifier,
    CASE WHEN i % $faulty = 2 THEN '' ELSE 'Synthetic operation ' || i || ' ' || $words[1 + a % len($words)] || ' '
        || $words[1 + b % len($words)] END AS Operation_Name_English,
    CASE WHEN i % $faulty = 2 THEN '' ELSE 'Synthetic insats ' || i || ' ' || $words[1 + c % len($words)] || ' '
        || $words[1 + d % len($words)] END AS Operation_Name_Programme_Language,
    CASE WHEN i % $faulty = 3 THEN 'Finland' ELSE 'Sweden' END AS Country,
    CASE WHEN i % $faulty = 4 THEN '31/02/2023' ELSE strftime(starts, '%d/%m/%Y') END AS Operation_Start_Date,
    strftime(starts + CAST(days AS INTEGER), '%d/%m/%Y') AS Operation_End_Date, rate::VARCHAR AS Cofinancing_Rate,
    printf('%.2f', cost) AS Total_Eligible_Expenditure_amount, 'EUR' AS Total_Eligible_Expenditure_Currency,
    printf('%.2f', cost * rate / 100) AS Project_EU_Budget, 'Synthetic owner ' || owner AS Beneficiary_Name,
    '' AS Beneficiary_Local_Identifier, field AS Category_Of_Intervention,
    'Synthetic field ' || field AS Category_Label,
    '' AS Thematic_Objective_ID, '' AS Thematic_Objective_Label, '4' AS Policy_Objective_ID,
    'A more social Europe' AS Policy_Objective_Label, CASE WHEN e % 3 = 0 THEN 'ERDF' ELSE 'ESF+' END AS Fund_Code,
    '2021SE05SFPR001' AS Programme_Code, 'Synthetic programme' AS Programme_Name,
    '' AS Location_Indicator_latitude_longitude,
    CASE WHEN d % 10 = 0 THEN place || '|' || second_place ELSE place END AS NUTS3_Code,
    '2021-2027' AS Programming_Period,
    'Synthetic summary of operation ' || i || ': ' || array_to_string(list_transform(range(12),
        lambda k: $words[1 + (a + k * b) % len($words)]), ' ') || '.' AS Operation_Summary_English,
    'Synthetic sammanfattning av insats ' || i || ': ' || array_to_string(list_transform(range(12),
        lambda k: $words[1 + (c + k * d) % len($words)]), ' ') || '.' AS Operation_Summary_Programme_Language,
    'Synthetic authority' AS ManagingAuthority, 'ESO4.' || (1 + e % 12) AS Specific_Objective_ID
FROM told ORDER BY i
"""
_WORDS = (
    "arbete", "hälsa", "språk", "utbildning", "praktik", "mentor", "unga", "nyanlända", "psykisk", "funktion",
    "samverkan", "kommun", "region", "innovation", "jämställdhet", "mångfald", "rehabilitering", "företag", "kvinnor",
    "matchning", "långtidsarbetslöshet", "sjukskrivning", "integration", "validering", "metod", "nätverk", "stöd",
    "väg", "landsbygd",
)  # fmt: skip
_FIELDS = ("134", "136", "138", "141", "142", "143", "146", "151", "152", "153", "154", "163")


def write(path: Path, rows: int) -> Path:
    """``rows`` records, one in :data:`FAULTY` with each of four faults, as CSV with every column of the export."""
    con = duckdb.connect()
    told = {"rows": rows, "faulty": FAULTY, "nuts": list(NUTS3), "words": list(_WORDS), "fields": list(_FIELDS)}
    made = con.sql(_SQL, params=told)
    missing = [f"'' AS \"{name}\"" for name in COLUMNS if name not in made.columns]
    made.select(", ".join(["*", *missing])).write_csv(str(path), header=True, quotechar='"', sep=",")
    con.close()
    return path

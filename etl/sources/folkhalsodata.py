"""Folkhälsomyndigheten, Folkhälsodata (PxWeb v1): the national public health survey by region, four years at a time."""

from __future__ import annotations

from typing import Literal

from etl.pxweb import Dimensions, PxWebTable
from etl.spec import Indicator, Remote, Source

_SHARE = "Andel och konfidensintervall"
_SEXES: dict[str, Literal["K", "M", "T"]] = {"00": "T", "01": "K", "02": "M"}
_NOTE_SV = (
    "Enkät (Hälsa på lika villkor), 16–84 år. Fyra års svar läggs ihop, så att ”2021-2024” är ett tal och inte ett "
    "år; perioder som överlappar jämförs inte som år. Konfidensintervallen laddas inte. ”..” är ett tal "
    "som utgivaren inte visar."
)
_NOTE_EN = (
    "Survey (Health on equal terms), ages 16–84. Four years' answers are pooled, so that “2021-2024” is one figure "
    "and not a year; overlapping periods are not compared as years. Confidence intervals are not loaded. “..” is a "
    "figure that the publisher withholds."
)
_LICENCE = "Villkor ej bekräftade"
_LICENCE_EN = "Terms not confirmed"


def _survey(
    table: str, folder: str, dimension: str, answer: str, code: str, sv: str, en: str, better: Literal["high", "low"]
) -> PxWebTable:
    return PxWebTable(
        Source(
            id=f"folkhalsodata_{table.casefold()}",
            kind="indicators",
            registry="folkhalsodata",
            publisher="Folkhälsomyndigheten",
            title_sv=f"Folkhälsodata {table}: {sv}",
            title_en=f"Folkhälsodata {table}: {en}",
            url="https://fohm-app.folkhalsomyndigheten.se/Folkhalsodata/",
            licence=_LICENCE, licence_en=_LICENCE_EN,
            caveat_sv=_NOTE_SV,
            caveat_en=_NOTE_EN,
            base_url="https://fohm-app.folkhalsomyndigheten.se/Folkhalsodata/api/v1/sv/A_Folkhalsodata/A_Mo8/",
            remotes=(Remote(f"folkhalsodata_{table}.json", f"{folder}/{table}.px", media=("application/json",)),),
            expected_rows=(22, 60_000),
            quarantine_ceiling=0.05,
        ),
        (
            Indicator(
                code, sv, en, "%", better, "Folkhälsomyndigheten", f"Folkhälsodata {table}", _LICENCE,
                note=_NOTE_SV, unit_en="%", note_en=_NOTE_EN,
            ),
        ),
        Dimensions(region="Region", period="År", sex="Kön", sexes=_SEXES, chosen={dimension: answer, _SHARE: "01"}),
    )  # fmt: skip


SOURCES = (
    _survey("halsgodyreg", "Halsoutfall/01Overgrip/01.01halsgod", "Hälsotillstånd", "01", "good_self_rated_health",
            "Bra självskattad hälsa", "Good self-rated health", "high"),
    _survey("litaYreg", "7_Kontroll/02Civil/07.05lita", "Tillit", "40", "low_trust",
            "Svårt att lita på andra", "Difficulty trusting others", "low"),
)  # fmt: skip
"""The same series, unit and ages as the embedded ``good_self_rated_health`` and ``low_trust``, which were taken from
these tables: the same codes, so that the newest retrieval is shown. Addresses and codes are not tried live here."""

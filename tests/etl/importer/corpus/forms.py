"""Forms that any country may use: odd headers, quotation, entities, periods, and Kohesio's own."""

from __future__ import annotations

from typing import Any

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import Case, Row, column
from tests.etl.importer.corpus.files import csv_file, json_file, objects, xlsx_file


def _repeated(rows: list[Row]) -> list[Row]:
    """A list that was printed: the header again on every page, page numbers, a total carried over."""
    header, *body = rows
    out: list[Row] = []
    for page, start in enumerate(range(0, len(body), 8), start=1):
        out += [header, *body[start : start + 8], [f"Page {page} of 3"], []]
    return out


def _two_lines(rows: list[Row]) -> list[Row]:
    top = ["Operation", None, "Duration", None, "Amounts in EUR", None, None]
    return [["ANNEX: LIST OF OPERATIONS"], [], top, *rows]


def _features(rows: list[Row]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [25.1, 60.2]}
    found = [{"type": "Feature", "geometry": point, "properties": item} for item in objects(rows)]
    return {"type": "FeatureCollection", "features": found}


def _mojibake(text: str) -> str:
    return text.encode("utf-8").decode("cp1252", "replace")


def _entities(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("ö", "&ouml;")
        .replace("ä", "&auml;")
        .replace("å", "&aring;")
        .replace("’", "&#8217;")
    )


CASES = (
    Case("Kohesio bulk, several values in one cell", "en", (
        column("Operation_Unique_Identifier", lambda p: f"IE-{p.n:05}"),
        column("Operation_Name_Programme_Language", "title"),
        column("Operation_Name_English", lambda p: f"English {p.n}"),
        column("Beneficiary_Name", "beneficiary"), column("Operation_Summary_Programme_Language", "summary"),
        column("Operation_Start_Date", "start", as_.iso), column("Operation_End_Date", "end", as_.iso),
        column("Total_Eligible_Expenditure_amount", "total", as_.plain),
        column("Operation_Co-Financing_Rate", "rate"), column("EU_Contribution_amount", "eu", as_.plain),
        column("Currency", lambda p: "EUR"),
        column("Operation_Location_Postal_Code", lambda p: f"D{p.n:02}|D{p.n + 1:02}"),
        column("Operation_Country", lambda p: "Ireland"), column("Category_Of_Intervention", lambda p: "109|113"),
    ), csv_file(",", "utf-8-sig")),
    Case("Header again on every page", "en", (
        column("Project", "title"), column("Beneficiary", "beneficiary"), column("From", "start"),
        column("To", "end"), column("Eligible costs (EUR)", "total"), column("Grant (EUR)", "granted"),
    ), xlsx_file(change=_repeated)),
    Case("Two lines of header, groups merged", "en", (
        column("Title", "title"), column("Lead beneficiary", "beneficiary"), column("Start", "start"),
        column("End", "end"), column("Total eligible", "total"), column("EU co-financing", "eu"),
        column("Own contribution", lambda p: p.total / 10),
    ), xlsx_file(change=_two_lines, merged=[(2, 0, 2, 1), (2, 2, 2, 3), (2, 4, 2, 6)])),
    Case("Period in one cell, German", "de", (
        column("Projekt", "title"), column("Träger", "beneficiary"),
        column("Laufzeit", lambda p: f"{as_.dots(p.start)}–{as_.dots(p.end)}"),
        column("Fördersumme", "granted", lambda a: as_.german(a) + " €"), column("Ort", "place"),
    ), csv_file(";"), truth={"start": lambda p: p.start, "end": lambda p: p.end}),
    Case("HTML entities and line breaks in cells", "sv", (
        column("Projektnamn", lambda p: _entities(p.title)),
        column("Stödmottagare", lambda p: _entities(p.beneficiary)), column("Startdatum", "start", as_.iso),
        column("Slutdatum", "end", as_.iso),
        column("Beviljat belopp", "granted", lambda a: as_.space_groups(a) + " kr"),
        column("Beskrivning", lambda p: f"{_entities(p.summary)}\r\nRad två; med semikolon\n\"citat\""),
    ),
        csv_file(";", end="\r\n"), "SEK", whole=True,
        truth={"title": lambda p: p.title, "beneficiary": lambda p: p.beneficiary}),
    Case("UTF-8 saved as if it were Windows", "sv", (
        column(_mojibake("Projektnamn på svenska"), lambda p: _mojibake(p.title)),
        column(_mojibake("Stödmottagare"), lambda p: _mojibake(p.beneficiary)),
        column("Startdatum", "start", as_.iso),
        column("Slutdatum", "end", as_.iso), column("Beviljat belopp (SEK)", "granted", as_.plain),
    ), csv_file(";"), "SEK", truth={"title": lambda p: p.title, "beneficiary": lambda p: p.beneficiary}),
    Case("Currency in a column, two of them", "en", (
        column("Project name", "title"), column("Recipient", "beneficiary"), column("Start", "start", as_.iso),
        column("End", "end", as_.iso), column("Awarded amount", "granted", as_.english),
        column("Currency", lambda p: "NOK"),
    ), csv_file(","), "NOK"),
    Case("Parentheses, stars and footnotes", "fr", (
        column("Opération (*)", lambda p: p.title), column("Bénéficiaire (**)", "beneficiary"),
        column("Début", "start", as_.slashes), column("Fin", "end", as_.slashes),
        column("Coût total éligible (en €) (1)", "total", lambda a: f"{as_.spaced(a)} € *"),
        column("Part UE (en €) (2)", "eu", as_.spaced),
    ), csv_file(";"), truth={"title": lambda p: p.title}),
    Case("Two amounts a currency, euro first", "cs", (
        column("Název projektu", "title"), column("Příjemce", "beneficiary"),
        column("Datum zahájení", "start", as_.dots), column("Datum ukončení", "end", as_.dots),
        column("Celkové způsobilé výdaje v Kč", "total", as_.spaced),
        column("Dotace EU v Kč", "eu", as_.spaced), column("Aktualizováno", lambda p: "1.1.2020"),
    ), csv_file(";", "iso8859_2"), "CZK"),
    Case("Blank columns, index, empty header", "hr", (
        column("", lambda p: None), column("R. br.", "n"), column("", lambda p: None),
        column("Naziv projekta", "title"), column("Naziv korisnika", "beneficiary"),
        column("Datum početka provedbe", "start", lambda d: as_.dots(d) + "."),
        column("Datum završetka provedbe", "end", lambda d: as_.dots(d) + "."),
        column("Ukupna vrijednost projekta (EUR)", "total", as_.german),
        column("Iznos EU sufinanciranja (EUR)", "eu", as_.german), column("Mjesto provedbe", "place"),
    ), csv_file(";", "cp1250")),
    Case("GeoJSON features", "fi", (
        column("nimi", "title"), column("tuensaaja", "beneficiary"), column("alkupvm", "start", as_.iso),
        column("loppupvm", "end", as_.iso), column("myonnetty_tuki", "granted", as_.plain), column("kunta", "place"),
    ),
        json_file(_features)),
    Case("Quarters", "en", (
        column("Project title", "title"), column("Grantee", "beneficiary"), column("Start", "start", as_.quarter),
        column("End", "end", as_.quarter), column("Grant awarded (€)", "granted", as_.english),
    ),
        csv_file(","),
        truth={
            "start": lambda p: p.start.replace(month=(p.start.month - 1) // 3 * 3 + 1, day=1),
            "end": lambda p: p.end.replace(month=(p.end.month + 2) // 3 * 3, day=1)}),
    Case("Thousands of euros", "nl", (
        column("Projectnaam", "title"), column("Begunstigde", "beneficiary"), column("Startdatum", "start"),
        column("Einddatum", "end"), column("Totale subsidiabele kosten (x € 1.000)", "total"),
        column("EU-bijdrage (x € 1.000)", "eu"), column("Gemeente", "place"),
    ), xlsx_file(), whole=True, truth={"total": lambda p: p.total * 1000, "eu": lambda p: p.eu * 1000}),
    Case("Interreg partners, one row each", "en", (
        column("Project acronym", lambda p: f"ACRO{p.n // 3}"), column("Project title", "title"),
        column("Partner name", "beneficiary"),
        column("Partner role", lambda p: "Lead partner" if p.n % 3 == 0 else "Partner"),
        column("Country", lambda p: "SE"),
        column("Project start", "start", as_.iso), column("Project end", "end", as_.iso),
        column("Partner total budget", "total", as_.plain), column("Partner ERDF", "eu", as_.plain),
    ), csv_file(";")),
    Case("Swedish list, no amounts named so", "sv", (
        column("Ärendenummer", lambda p: f"ESF-{p.n:04}"), column("Benämning", "title"),
        column("Anordnare", "beneficiary"), column("Fr.o.m.", "start", as_.iso), column("T.o.m.", "end", as_.iso),
        column("Kronor", "granted", as_.space_groups),
        column("Ort", "place"),
    ), csv_file("\t", "cp1252", name="lista.txt"), "SEK", whole=True),
    Case("Values without any header", "en", (
        column("", lambda p: f"OP-{p.n:04}"), column("", "title"), column("", "beneficiary"),
        column("", "start", as_.iso), column("", "end", as_.iso), column("", "granted", as_.plain),
    ), csv_file(";", change=lambda rows: rows[1:])),
)  # fmt: skip

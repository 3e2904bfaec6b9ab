"""Germany, Austria, France, Belgium, the Netherlands, Luxembourg, Ireland and the United Kingdom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import ANY, Case, Row, column
from tests.etl.importer.corpus.files import csv_file, json_file, objects, ods_file, xls_file, xlsx_file


def _titled(rows: list[Row]) -> list[Row]:
    return [
        ["Liste der Vorhaben gemäß Artikel 115 der Verordnung (EU) Nr. 1303/2013"], [],
        ["Operationelles Programm ESF Musterland 2014-2020"], ["Stand:", "30.06.2016"], [None],
        ["Die Liste wird alle sechs Monate aktualisiert. Mit der Annahme der Unterstützung erklären sich die "
         "Begünstigten mit der Aufnahme in die Liste einverstanden."], [], *rows, [],
        ["¹ Juristische Personen; bei natürlichen Personen wird kein Name genannt."],
    ]  # fmt: skip


def _grouped(rows: list[Row]) -> list[Row]:
    header, *body = rows
    out = [header]
    names = ("Prioritätsachse A: Beschäftigung", "Prioritätsachse B: Soziale Inklusion", "Technische Hilfe")
    for number, name in enumerate(names):
        part = body[9 * number : 9 * number + 9]
        out += [[name], *part, ["Summe", None, None, None, None, sum((r[5] for r in part), Decimal(0))]]
    return [*out, ["Gesamtsumme", None, None, None, None, sum((r[5] for r in body), Decimal(0))]]


def _numbered(rows: list[Row]) -> list[Row]:
    return [rows[0], [str(n) for n in range(1, len(rows[0]) + 1)], *rows[1:]]


def _wallonia(rows: list[Row]) -> list[Row]:
    top = [
        None,
        None,
        None,
        None,
        "Montant des aides décidées",
        None,
        None,
        None,
        "Montant des aides dépensées",
        None,
        "Période",
        None,
    ]
    return [["Programme opérationnel FEDER 2014-2020"], [], top, *rows]


def _flanders(rows: list[Row]) -> list[Row]:
    return [
        ["Overzicht gesteunde acties EFRO Vlaanderen 2014-2020"],
        [],
        *rows,
        [None, None, None, None, None, sum((r[5] for r in rows[1:]), Decimal(0))],
    ]


def _wales(rows: list[Row]) -> list[Row]:
    sums = [sum((row[i] for row in rows[1:]), Decimal(0)) for i in (3, 4)]
    return [["EU Structural Funds 2014-2020: approved projects (£)"], [], *rows, ["Total", None, None, *sums]]


def _ireland(rows: list[Row]) -> dict[str, list[Row]]:
    cover = [
        ["European Social Fund"],
        ["List of Operations"],
        ["Programme for Employability 2014-2020"],
        ["Managing authority", "Example Department"],
        ["Date of publication", date(2019, 3, 1)],
    ]
    codes = [["Code", "Name of category of intervention"], *[[100 + i, f"Field {i}"] for i in range(20)]]
    return {
        "Cover": cover,
        "Operations": [["List of operations co-financed by the European Social Fund"], [], *rows],
        "Categories": codes,
    }


def _per_fund(rows: list[Row]) -> dict[str, list[Row]]:
    header, *body = rows
    return {"ESF": [["ESF operations"], header, *body[:13]], "ERDF": [["ERDF operations"], header, *body[13:]]}


CASES = (
    Case("DE Sachsen, comma csv", "de", (
        column("Name des Begünstigten", "beneficiary"), column("Bezeichnung des Vorhabens", "title"),
        column("Zusammenfassung des Vorhabens", "summary"),
        column("Datum des Beginns des Vorhabens", "start", as_.dots),
        column("Datum des Endes des Vorhabens", "end", as_.dots),
        column("Gesamtbetrag der förderfähigen Ausgaben des Vorhabens", "total", as_.comma),
        column("Unions-Kofinanzierungssatz pro Prioritätsachse", "rate"),
        column("Durchführungsort des Vorhabens", lambda p: f"{p.place}, Stadt"),
        column("Landkreis", lambda p: "Musterkreis"),
        column("Land", lambda p: "D"),
        column(
            "Bezeichnung der Interventionskategorie für das Vorhaben",
            lambda p: "Aktive Inklusion, auch für Jugendliche"),
        column("Förderrichtlinie", lambda p: "Weiterbildung"),
        column("Fördergegenstand", lambda p: "Weiterbildungsscheck"),
    ), csv_file(",")),
    Case("DE Bayern, two languages, notes above", "de", (
        column("Name des Begünstigten beneficiary name", "beneficiary"),
        column("Bezeichnung des Vorhabens operation name", "title"),
        column("Zusammenfassung des Vorhabens operation summary", "summary"),
        column("Datum des Beginns des Vorhabens operation start date", "start"),
        column("Datum des Endes des Vorhabens operation end date", "end"),
        column(
            "Gesamtbetrag der förderfähigen Aus-gaben des Vorhabens in € total eligible expenditure allocated to "
            "the operation in €",
            "total"),
        column("Unions-Kofinanzie-rungssatz Union co-financing rate", "rate", lambda r: r / 100),
        column(
            "Kofinanzie-rung aus anderen öffent-lichen Mitteln co-financing from other public funding",
            lambda p: (90 - p.rate) / 100),
        column("PLZ operation postcode", lambda p: 80300 + p.n), column("Land country", lambda p: "DE"),
        column("Interventions- bereich Intervention field", lambda p: 103 + p.n % 5),
    ), xlsx_file(change=_titled, sheet="Vorhabensliste")),
    Case("DE Schleswig-Holstein, hyphened header", "de", (
        column("Name des Begünstigten", "beneficiary"), column("Bezeichnung des Vorhabens ", "title"),
        column("Zusammenfassung des Vorhabens", "summary"), column("Beginn des Vorhabens\n(nur EFRE)", "start"),
        column("Ende des Vorhabens\n(nur EFRE)", "end"),
        column("Gesambetrag der förderfähigen Ausgaben des Vorhabens", "total"),
        column("Unions-Kofinan-zierungs-satz pro Prioritäts-achse", lambda p: f"{p.rate} %"),
        column("Postleit-zahl des Vor-habens", lambda p: f"2{p.n:04}"),
        column("Bezeichnung der Interventions-kategorie", lambda p: "065 Forschungsinfrastruktur"),
        column("Mittelherkunft E = EFRE, G = GRW, L = Landesmittel", lambda p: "E"),
    ), xlsx_file(change=lambda rows: [[None] * 3, ["EFRE: Liste der Vorhaben"], [], [], *rows])),
    Case("DE sections and sums between", "de", (
        column("Lfd. Nr.", "n"), column("Begünstigter", "beneficiary"), column("Vorhaben", "title"),
        column("Beginn", "start"), column("Ende", "end"), column("Förderfähige Gesamtkosten", "total"),
        column("davon ESF", "eu"),
    ), xlsx_file(change=_grouped)),
    Case("DE 2007-13, year and paid amounts", "de", (
        column("Begünstigter", "beneficiary"), column("Bezeichnung des Vorhabens", "title"),
        column("Jahr der Bewilligung/ Restzahlung", lambda p: f"{p.start.year} / {p.start.year + 2}"),
        column("Bewilligter Betrag", "granted", as_.german),
        column(
            "Bei Abschluss des Vorhabens gezahlte Gesamtbeträge", lambda p: p.total / 3,
            lambda a: as_.german(a.quantize(Decimal("0.01")))),
    ), csv_file(";", "cp1252"), truth={"start": lambda p: None, "end": lambda p: None}),
    Case("DE Mecklenburg-Vorpommern, cp850, text dates", "de", (
        column("Name des Begünstigten", "beneficiary"), column("Bezeichnung des Vorhabens", "title"),
        column("Beginn des Vorhabens", "start", as_.in_words("de")),
        column("Ende des Vorhabens", "end", as_.in_words("de")),
        column("Förderfähige Ausgaben des Vorhabens in EUR", "total", lambda a: as_.german(a) + " EUR"),
        column("EU-Kofinanzierungssatz der Prioritätsachse des Vorhabens in %", "rate"),
        column("Name des Investitionsortes", "place"), column("Land", lambda p: "Deutschland"),
    ), csv_file(";", "cp850", end="\r\n")),
    Case("DE months in short, xls", "de", (
        column("Projektnummer", lambda p: f"ESF-{p.n:05}/16"), column("Projekttitel", "title"),
        column("Projektträger", "beneficiary"),
        column("Projektbeginn", "start", as_.in_words("de.", "{d}. {m} {yy}")),
        column("Projektende", "end", as_.in_words("de.", "{d}. {m} {yy}")),
        column("Bewilligte Zuwendung (EUR)", "granted"), column("Gesamtausgaben (EUR)", "total"),
        column("Ansprechpartner", lambda p: "Erika Beispiel"), column("Telefon", lambda p: f"0361/555{p.n:03}"),
    ), xls_file()),
    Case("AT national, numbered columns", "de", (
        column("Name des/der Begünstigten", "beneficiary"), column("Bezeichnung des Vorhabens", "title"),
        column("Zusammenfassung des Vorhabens", "summary"), column("Datum des Beginns", "start"),
        column("Datum des Endes", "end"),
        column("Gesamtbetrag der förderfähigen Ausgaben", "total", as_.swiss),
        column("Satz der Unions-Kofinanzierung", lambda p: f"{p.rate:.2f}%".replace(".", ",")),
        column("PLZ des Vorhabens", lambda p: 1010 + p.n), column("Land", lambda p: "Österreich"),
        column("Interventionskategorie", lambda p: "109 – Aktive Inklusion"),
    ), xlsx_file(change=_numbered, sheet="Tabelle1")),
    Case("AT groups in a JSON", "de", (
        column("foerdernehmer", "beneficiary"), column("projekttitel", "title"),
        column("foerderfaehige_gesamtkosten", "total", as_.german),
        column("genehmigte_oeffentliche_mittel", "granted", as_.german), column("genehmigungsdatum", "start", as_.dots),
    ), json_file(lambda rows: {"page": 1, "results": {"count": len(rows) - 1, "items": objects(rows)}}),
        truth={"start": lambda p: None, "end": lambda p: None}),
    Case("FR two languages, semicolon cp1252", "fr", (
        column("Programme", lambda p: "2014FR05SFOP001"), column("Intitulé du projet - operation name", "title"),
        column("Nom du bénéficiaire - beneficiary name", "beneficiary"),
        column("Code postal du bénéficiaire", lambda p: f"2{p.n:04}"),
        column("Date de début de l'opération - operation start date", "start", as_.slashes),
        column("Date de fin de l'opération - operation end date", "end", as_.slashes),
        column("Total dépenses éligibles", "total", as_.spaced),
        column("Montant UE programmé - Union co-financing rate", "eu", as_.spaced),
        column("Pays - Country", lambda p: "France"), column("Date de programmation", lambda p: p.start, as_.slashes),
        column("Catégorie d'intervention - category of intervention", lambda p: "109 - Inclusion active"),
        column("Fonds", lambda p: "FSE"),
    ), csv_file(";", "cp1252", end="\r\n")),
    Case("FR region, narrow spaces, xlsx text", "fr", (
        column("Libellé du dossier", "title"), column("Bénéficiaire", "beneficiary"),
        column("Résumé de l’opération", "summary"),
        column("Début de la période prévisionnelle d’exécution", "start"),
        column("Fin de la période prévisionnelle d’exécution", "end"),
        column("Coût total programmé", "total", lambda a: as_.narrow(a) + " €"),
        column("Montant UE programmé", "eu", lambda a: as_.narrow(a) + " €"),
        column("Localisation de l'opération", "place"), column("CI01 - Domaine d'intervention", lambda p: "050"),
        column("Fonds", lambda p: "FEDER"),
    ), xlsx_file(sheet="Opérations")),
    Case("FR dates in words, mac code page", "fr", (
        column("Nom du projet", "title"), column("Porteur du projet", "beneficiary"),
        column("Date de démarrage", "start", as_.in_words("fr", "{d} {m} {y}")),
        column("Date d’achèvement", "end", as_.in_words("fr", "{d} {m} {y}")),
        column("Coût total éligible (€)", "total", as_.spaced), column("Subvention FSE (€)", "eu", as_.spaced),
        column("Taux de cofinancement", lambda p: f"{p.rate},00 %"), column("Commune", "place"),
    ), csv_file("\t", "mac_roman", end="\r", name="liste.txt")),
    Case("BE Wallonia, groups over the columns", "fr", (
        column("Portefeuille / Operation name (portfolio)", lambda p: "Compétences pour demain"),
        column("Projet / Operation name (project)", "title"),
        column("Bénéficiaire final / Beneficiary name", "beneficiary"),
        column("Résumé de l'opération / Operation summary", "summary"),
        column("Coût total / Total eligible expenditure", "total"),
        column("FEDER (40%) / Union co-financing rate (40%)", "eu"),
        column("Part wallonne / Member State co-financing", lambda p: p.total / 4),
        column("Autres / Other", lambda p: 0),
        column("Coût total / Total eligible expenditure", lambda p: p.total / 5),
        column("FEDER (40%) / Union co-financing rate (40%)", lambda p: p.eu / 5),
        column("Date début de l'opération / Operation start date", "start"),
        column("Date de fin de l'opération / Operation end date", "end"),
        column("Code postal / Operation postcode", lambda p: 4000 + p.n),
        column("Pays / Country", lambda p: "Belgique"),
    ), xlsx_file(change=_wallonia, merged=[(2, 4, 2, 7), (2, 8, 2, 9), (2, 10, 2, 11)])),
    Case("BE Flanders, total below, hidden column", "nl", (
        column("Nr", "n"), column("Promotor", "beneficiary"),
        column("Co-promotoren", lambda p: "Partner Voorbeeld" if p.n % 3 else None),
        column("Project", "title"), column("", lambda p: None), column("Totale projectkost", "total"),
        column("EFRO", "eu"),
        column("Vlaamse co-financiering", lambda p: p.total / 10), column("Percent", lambda p: p.rate / 100),
    ), xlsx_file(change=_flanders)),
    Case("NL ESF, signs of euro, mixed dates", "nl", (
        column("Project_Nummer     Project_Number", lambda p: f"2016EUSF{2000 + p.n}"),
        column("Actie", lambda p: "GTI"), column("Tijdvak", lambda p: 2015),
        column("Naam Aanvrager                                Beneficiary name", "beneficiary"),
        column("Locatie project      operation postcode; or other appropriate location indicator", "place"),
        column("Land       Country", lambda p: "NL"),
        column("Inverventie- categorie  Name of category of intervention", lambda p: "n.v.t."),
        column("Naam Project                          Project Name", "title"),
        column("Project samenvatting        Project Summary", "summary"),
        column(
            "Startdatum project           Project start date", "start",
            lambda d: as_.dots(d) if d.day % 2 else as_.dashes(d)),
        column(
            "Einddatum project          Project end date", "end",
            lambda d: as_.dots(d) if d.day % 2 else as_.dashes(d)),
        column(
            "EUSF subsidie toegekend verlening   ESF approved on request Union cofinancing (max 50%)", "eu",
            lambda a: f"€ {as_.groups(a)}"),
        column(
            "Totale subsidiabele kosten bij verlening            Total eligible expenditure on request", "total",
            lambda a: f"€ {as_.groups(a)}"),
    ), csv_file(","), whole=True),
    Case("NL ERDF, many partners", "nl", (
        column("autoriteit", lambda p: "Managementautoriteit Voorbeeld"), column("begunstigde", "beneficiary"),
        column("adres", lambda p: f"Voorbeeldstraat {p.n}"),
        column("postcode", lambda p: f"{1000 + p.n} AB"), column("plaats", "place"),
        column("land", lambda p: "Nederland"),
        *(
            column(
                f"medebegunstigde {i}", lambda p,
                i=i: f"Partner {i} van {p.n}" if p.n % (i + 1) == 0 else None) for i in range(1, 5)),
        column("projecttitel", "title"), column("projecttitel in het engels", lambda p: f"English title {p.n}"),
        column("samenvatting", "summary"),
        column("begindatum", "start", as_.iso), column("einddatum", "end", as_.iso),
        column("totale kosten", "total", as_.plain),
        column("eu-subsidie", "eu", as_.plain),
        column("publieke bijdrage", lambda p: p.total / 10, lambda a: f"{a:.2f}"),
        column("private bijdrage", lambda p: p.total / 20, lambda a: f"{a:.2f}"),
        column("medefinancieringspercentage", "rate"),
        column("website project", lambda p: f"https://example.org/{p.n}"),
    ), csv_file(";", "utf-8-sig", quote_all=True), truth={"granted": lambda p: ANY}),
    Case("LU scraped, both dates beside", "fr", (
        column("fonds", lambda p: "FSE"), column("start_date", "start", as_.slashes),
        column("end_date", "end", lambda d: f" {as_.slashes(d)}"),
        column("eu_amount", "eu", lambda a: as_.german(a) + " €"), column("co_financing", lambda p: f" ({p.rate}%)"),
        column("total", "total", lambda a: as_.german(a) + " €"), column("title", "title"),
        column("_source", lambda p: f"http://example.org/{p.n}/index.html"),
        column("programme", lambda p: "Investissement pour la croissance et l'emploi (2014-2020)"),
        column("commune(s)", lambda p: f"{p.place}\nModèle"),
        column("porteur_de_projet", "beneficiary"),
        column("objectifs_thématiques", lambda p: "Education et formation"),
        column("catégorie_d'intervention", lambda p: 103),
    ), csv_file(",")),
    Case("IE cover, data and codes on sheets", "en", (
        column("Beneficiary Name", "beneficiary"), column("Operation Name", "title"),
        column("Operation Summary", "summary"),
        column("Operation Start Date", "start"), column("Operation End Date", "end"),
        column("Total Eligible Expenditure allocated to the Operation", "total"),
        column("Union Co-financing Rate", lambda p: p.rate / 100),
        column("Operation Postcode or other location indicator", "place"), column("Country", lambda p: "Ireland"),
        column("Category of Intervention", lambda p: "109. Active inclusion"),
    ), xlsx_file(more=_ireland)),
    Case("IE S&E, text euros", "en", (
        column("Name of Beneficiary", "beneficiary"), column("Name of Operation", "title"),
        column("Year of allocation", lambda p: p.start.year),
        column("Public Funding Allocated", "granted", lambda a: f"€{as_.english(a)}"),
        column("Total amount paid at end of operation", lambda p: p.total / 3, lambda a: f"€{as_.english(a)}"),
    ), csv_file(",", "cp1252"), truth={"start": lambda p: ANY, "end": lambda p: None}),
    Case("UK England, millions in header, day-month names", "en", (
        column("Recipient of funds", "beneficiary"), column("Name of Project", "title"),
        column("Type of fund", lambda p: "ESF"),
        column("Summary of project (max 100 words)", "summary"),
        column("Start date", "start", as_.in_words("en.", "{d}-{m}-{yy}")),
        column("End date", "end", as_.in_words("en.", "{d}-{m}-{yy}")),
        column("ERDF/ESF investment £m", "eu", as_.english),
        column("Total project costs £m", "total", as_.english),
        column("Percent of project funded by EU", lambda p: f"{p.rate}%"),
        column("Location (postcode)", lambda p: f"LS{p.n % 9 + 1} 4AB"),
        column("Local Enterprise Partnership area", lambda p: "Example Region"),
        column("Country", lambda p: "England"),
        column("Type and focus of support (*Category of intervention)*", lambda p: "102: Access to employment"),
    ), csv_file(",", "cp1252", end="\r\n"), "GBP"),
    Case("UK Wales, pounds, approval date only, ods", "en", (
        column("Lead Beneficiary", "beneficiary"), column("Operation Title", "title"),
        column("Approval date", lambda p: p.start),
        column("Total Project Cost", "total"), column("EU Funds Awarded", "eu"), column("Fund", lambda p: "ESF"),
    ), ods_file(_wales),
        "GBP", truth={"start": lambda p: None, "end": lambda p: None}),
    Case("UK 2007-13, geocoded columns", "en", (
        column("Priority", lambda p: p.n % 4), column("Organization", "beneficiary"), column("Project", "title"),
        column("Type", lambda p: "ESF"),
        column("Subsidy", "eu", as_.plain), column("Matching", lambda p: p.total / 2, lambda a: f"{a:.2f}"),
        column("Total", "total", as_.plain),
        column("Start_date", "start", as_.iso), column("End_date", "end", as_.iso),
        column("State", lambda p: "England"), column("Region", lambda p: "North"),
        column("County", lambda p: "Exampleshire"), column("City_name", "place"),
        column("Postal_code", lambda p: f"LS{p.n % 9 + 1} 4AB"),
        column("Lat_coords", lambda p: 53.1 + p.n / 100), column("Long_coords", lambda p: -1.5 - p.n / 100),
        column("LAU1_CODE", lambda p: f"E0{p.n:07}"),
    ), csv_file(","), "GBP", truth={"eu": None, "granted": lambda p: p.eu}),
    Case("UK one sheet a fund", "en", (
        column("PROJECT TITLE", "title"), column("LEAD PARTNER", "beneficiary"), column("START", "start"),
        column("END", "end"),
        column("TOTAL ELIGIBLE COST (£)", "total"), column("ERDF/ESF GRANT AWARDED (£)", "eu"),
        column("INTERVENTION RATE", lambda p: p.rate / 100),
        column("CONTACT E-MAIL", lambda p: f"desk{p.n}@example.org"),
    ), xlsx_file(more=_per_fund), "GBP"),
)  # fmt: skip

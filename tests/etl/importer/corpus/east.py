"""Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria, Croatia and Slovenia."""

from __future__ import annotations

from decimal import Decimal

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import ANY, Case, Row, column
from tests.etl.importer.corpus.files import Change, csv_file, json_file, objects, ods_file, xls_file, xlsx_file


def _above(*lines: str) -> Change:
    return lambda rows: [*([line] for line in lines), [], *rows]


def _czech(rows: list[Row]) -> list[Row]:
    top = [
        None,
        None,
        None,
        None,
        None,
        "Celkové způsobilé výdaje přidělené na operaci",
        None,
        None,
        "Finanční prostředky vyúčtované v žádostech o platbu",
        None,
        None,
    ]
    return [["Seznam operací (příjemců podpory) k 1. 9. 2018"], [], top, *rows]


def _totals(rows: list[Row]) -> list[Row]:
    sums = [sum((row[i] for row in rows[1:]), Decimal(0)) for i in (4, 5, 6, 7)]
    return [["LISTA PROIECTELOR CONTRACTATE"], ["POCU 2014-2020"], [], *rows, ["TOTAL", None, None, None, *sums]]


CASES = (
    Case("PL mapadotacji, cp1250", "pl", (
        column("Tytuł projektu", "title"), column("Nazwa beneficjenta", "beneficiary"),
        column("Wartość projektu [zł]", "total", as_.plain),
        column("Dofinansowanie z EU", "eu", as_.plain), column("Multimedia", lambda p: "Nie"),
        column("Dziedzina", lambda p: "edukacja"),
        column(
            "Czy projekt jest realizowany na obszarze większym niż jedna jednostka administracyjna?",
            lambda p: "Tak" if p.n % 3 else "Nie"),
    ), csv_file(";", "cp1250"), "PLN"),
    Case("PL national list, two languages", "pl", (
        column("Tytuł projektu/ Project name", "title"),
        column("Skrócony opis (do 2000 znaków)/ Project summary", "summary"),
        column("Numer umowy/decyzji/ Contract number", lambda p: f"POWR.01.02.01-00-{p.n:04}/17"),
        column("Nazwa beneficjenta/ Beneficiary name", "beneficiary"),
        column("Fundusz/ Fund", lambda p: "EFS"), column("Program/ Programme", lambda p: "Program Operacyjny Wiedza"),
        column("Priorytet/ Priority axis", lambda p: "I. Osoby młode"),
        column("Działanie/ Measure", lambda p: "1.2"),
        column(
            "Wartość projektu (w zł; dla projektów EWT w euro)/ Total project value (PLN; EUR for ETC projects)",
            lambda p: p.total * 2),
        column(
            "Wydatki kwalifikowalne (w zł; dla projektów EWT w euro)/ Total eligible expenditure (PLN; EUR for ETC "
            "projects)",
            "total"),
        column(
            "Wartość unijnego dofinansowania (w zł; dla projektów EWT w euro)/ Amount of EU co-financing (PLN; EUR "
            "for ETC projects)",
            "eu"),
        column("Poziom unijnego dofinansowania w procentach (%)/ Union co-financing rate (%)", lambda p: p.rate),
        column("Forma finansowania/ Form of finance", lambda p: "01 Dotacja bezzwrotna"),
        column("Miejsce realizacji projektu/ Project location", lambda p: f"WOJ.: PRZYKŁADOWE, GM.: {p.place}"),
        column("Data rozpoczęcia realizacji projektu/ Project start date", "start"),
        column("Data zakończenia realizacji projektu/ Project end date", "end"),
        column("Projekt konkursowy czy pozakonkursowy/ Competition", lambda p: "Konkursowy"),
        column("Cel projektu/ Project thematic objective", lambda p: "103 Trwała integracja"),
    ), xlsx_file(sheet="lista projektów"), "PLN"),
    Case("PL chosen for funding, RRRR-MM-DD", "pl", (
        column("Lp.", "n"), column("Priorytet/Działanie/Poddziałanie", lambda p: "8.1"),
        column("Tytuł projektu", "title"), column("Nazwa wnioskodawcy", "beneficiary"),
        column("Wartość projektu", "total", as_.space_groups),
        column("Wartość unijnego dofinansowania", "eu", as_.space_groups),
        column("Data wybrania projektu do dofinansowania (data zakończenia oceny)", lambda p: "2017-01-02"),
        column("Data rozpoczęcia realizacji projektu (format RRRR-MM-DD)", "start", as_.iso),
        column("Data zakończenia realizacji projektu (format RRRR-MM-DD)", "end", as_.iso),
        column("Wyniki oceny (gdy oceniane kryteria miały charakter punktowy)", lambda p: 70 + p.n % 30),
    ), xls_file(_above("Lista projektów wybranych do dofinansowania")), "PLN", whole=True),
    Case("PL region, genitive months", "pl", (
        column("Tytuł projektu", "title"), column("Beneficjent wiodący - nazwa", "beneficiary"),
        column("Krótki opis projektu", "summary"),
        column("Okres realizacji projektu od", "start", as_.in_words("pl", "{d} {m} {y} r.")),
        column("Okres realizacji projektu do", "end", as_.in_words("pl", "{d} {m} {y} r.")),
        column("Wydatki kwalifikowalne", "total", lambda a: as_.spaced(a) + " zł"),
        column("% dofinansowania", "rate"), column("Miejsce realizacji - powiat", "place"),
        column("Data podpisania umowy pierwotnej", lambda p: "2016-12-01"),
    ), csv_file(";", "iso8859_2"), "PLN"),
    Case("CZ national, groups over amounts", "cs", (
        column("Registrační číslo projektu/operace", lambda p: f"CZ.03.1.48/0.0/0.0/15_009/{p.n:07}"),
        column("Název projektu / název operace", "title"),
        column("Název žadatele/příjemce (neuvádět jména fyzických osob)", "beneficiary"),
        column("Datum zahájení fyzické realizace operace", "start", as_.dots),
        column("Předpokládané datum ukončení fyzické realizace operace", "end", as_.dots),
        column("Celkové způsobilé výdaje (CZK)", "total"), column("z toho příspěvek Unie (CZK)", "eu"),
        column("z toho národní veřejné zdroje (CZK)", lambda p: p.total / 10),
        column("Celkové způsobilé výdaje (CZK)", lambda p: p.total / 3),
        column("z toho příspěvek Unie (CZK)", lambda p: p.eu / 3), column("Kód NUTS 3", lambda p: "CZ064"),
    ), xlsx_file(change=_czech, merged=[(2, 5, 2, 7), (2, 8, 2, 9)]), "CZK"),
    Case("CZ dotaceeu, states and calls", "cs", (
        column("Registrační číslo projektu", lambda p: f"CZ.02.3.68/0.0/0.0/16_{p.n:03}"),
        column("Název projektu CZ", "title"), column("Žadatel", "beneficiary"), column("Kód stavu", lambda p: "PP30"),
        column("Název stavu", lambda p: "Projekt ve fyzické realizaci"), column("Číslo výzvy", lambda p: "02_16_022"),
        column("Název výzvy", lambda p: "Podpora škol formou zjednodušeného vykazování"),
        column("Operační program", lambda p: "OP Výzkum, vývoj a vzdělávání"),
        column("CZV projektu", "total", as_.spaced), column("Příspěvek EU", "eu", as_.spaced),
    ), csv_file(";", "cp1250", change=lambda rows: [["Přehled projektů"], *rows]), "CZK"),
    Case("CZ millions of crowns", "cs", (
        column("Příjemce", "beneficiary"), column("Projekt", "title"), column("Místo realizace", "place"),
        column("Dotace (mil. Kč)", lambda p: f"{p.granted / 1_000_000:.3f}".replace(".", ",")),
        column("Zahájení", "start", lambda d: f"{d.day}. {d.month}. {d.year}"),
        column("Ukončení", "end", lambda d: f"{d.day}. {d.month}. {d.year}"),
    ),
        csv_file(";", "utf-8-sig"), "CZK", scale=50,
        truth={"granted": lambda p: Decimal(f"{p.granted / 1_000_000:.3f}") * 1_000_000}),
    Case("SK ITMS, capitals without accents", "sk", (
        column("ICO", lambda p: 30000000 + 7919 * p.n), column("PRIJIMATEL", "beneficiary"),
        column("ITMS", lambda p: f"2612013{p.n:04}"), column("NAZOV_PROJEKTU", "title"),
        column("ZACIATOK", "start"), column("KONIEC", "end"), column("STAV_PROJEKTU", lambda p: "Realizácia"),
        column("CELKOVE_OPRAVNENE_VYDAVKY_EUR", "total"), column("CERPANIE_EU_EUR", lambda p: p.eu / 2),
    ), xlsx_file(sheet="zoznam")),
    Case("SK scraped with paths in names", "sk", (
        column("_source", lambda p: f"https://example.org/projekt?id={p.n}"),
        column("základné_údaje-údaje_o_projekte-kód_projektu", lambda p: f"312041A{p.n:03}"),
        column("základné_údaje-údaje_o_projekte-názov_projektu", "title"),
        column("základné_údaje-údaje_o_projekte-výzva", lambda p: "OPLZ-PO3-2016"),
        column("poskytovateľ_pomoci-vyhlasovateľ-subjekt", lambda p: "Ministerstvo príkladov"),
        column("prijímateľ_a_partneri-prijímateľ-obchodné_meno_/_názov", "beneficiary"),
        column(
            "prijímateľ_a_partneri-prijímateľ-sídlo_(ulica,_číslo,_psč,_obec)",
            lambda p: f"Príkladná {p.n}, 01001 Žilina"),
        column("prijímateľ_a_partneri-prijímateľ-ičo", lambda p: str(30000000 + p.n)),
        column("stručný_popis_projektu--popis_projektu", "summary"),
        column(
            "výška_finančných_prostiedkov_projektu-zazmluvnená_výška_nfp-celková_zazmluvnená_suma", "granted",
            lambda a: as_.spaced(a) + " €"),
        column(
            "harmonogram_realizácie_projektu--celková_dĺžka_realizácie_hlavných_aktivít_projektu_(v_mesiacoch)",
            lambda p: 24),
        column(
            "harmonogram_realizácie_projektu--začiatok_realizácie_hlavných_aktivít_projektu", "start",
            lambda d: f"{d.month:02}.{d.year}"),
        column(
            "harmonogram_realizácie_projektu--ukončenie_realizácie_hlavných_aktivít_projektu", "end",
            lambda d: f"{d.month:02}.{d.year}"),
    ), json_file(objects), truth={"start": lambda p: p.start.replace(day=1), "end": lambda p: p.end.replace(day=1)}),
    Case("HU palyazat, forint in JSON", "hu", (
        column("_program", lambda p: "EFOP"), column("Pályázó neve", "beneficiary"),
        column("Projekt megnevezése", "title"), column("Kitörési pont", lambda p: "Humán"),
        column("Pályázati kiírás megnevezése", lambda p: "Helyi közösségi szolgáltatások fejlesztése"),
        column("Forrás megnevezése", lambda p: "ESZA"),
        column("Beruházás helye (régió)", lambda p: "Dél-Dunántúl"),
        column("Beruházás helye (megye)", lambda p: "Baranya"), column("Beruházás helye (helység)", "place"),
        column("Megítélt összeg", "granted", lambda a: as_.space_groups(a) + " Ft"),
        column("Támogatás aránya", lambda p: f"{p.rate}%"),
        column("Támogatási döntés dátuma", lambda p: f"{p.start:%Y.%m.%d}"),
    ), json_file(objects), "HUF", whole=True, scale=300, truth={"start": lambda p: None, "end": lambda p: None}),
    Case("HU two languages, Hungarian dates", "hu", (
        column("Forrás / Fund", lambda p: "ESZA"),
        column("Operatív program / Operational programme", lambda p: "GINOP"),
        column("Pályázó neve / Beneficiary name", "beneficiary"),
        column("Projekt megnevezése / Operation name", "title"),
        column("Projekt rövid összefoglaló / Operation summary", "summary"),
        column("Támogatási döntés dátuma / Grant decision date", lambda p: "2016.05.02."),
        column("Megvalósítás kezdete / Operation start date", "start", lambda d: f"{d:%Y.%m.%d}."),
        column("Megvalósítás befejezése / Operation end date", "end", lambda d: f"{d:%Y.%m.%d}."),
        column("Megítélt támogatás (HUF) / Grant awarded (HUF)", "granted", as_.space_groups),
        column("Projekt összköltség / Total eligible expenditure", "total", as_.space_groups),
        column("Uniós társfinanszírozási ráta / Union cofinancing rate", lambda p: f"{p.rate},00%"),
        column("Település / Location", "place"), column("Ország / Country", lambda p: "Magyarország"),
        column("Beavatkozási kategória / Name of category of intervention", lambda p: "109"),
    ), csv_file(";", "cp1250"), "HUF", whole=True, scale=300),
    Case("RO amounts side by side, total row", "ro", (
        column("Cod SMIS", lambda p: 100000 + 37 * p.n), column("Titlu proiect", "title"),
        column("Denumire beneficiar", "beneficiary"), column("Localitate", "place"),
        column("Valoare totală eligibilă (lei)", "total"), column("din care: Fonduri UE (lei)", "eu"),
        column("Buget național (lei)", lambda p: p.total / 10),
        column("Cheltuieli neeligibile (lei)", lambda p: p.total / 7), column("Data începere", "start"),
        column("Data finalizare", "end"),
    ), xlsx_file(change=_totals), "RON"),
    Case("RO Regio, no dates", "ro", (
        column("Nr. crt.", "n"), column("Axa prioritară", lambda p: "Axa 3"), column("Titlul proiectului", "title"),
        column("Beneficiarul", "beneficiary"), column("Județ", "place"),
        column("FEDR", "eu", as_.german),
        column("Contribuție proprie", lambda p: p.total / 10, lambda a: as_.german(a.quantize(Decimal("0.01")))),
        column("Valoarea totală a proiectului", "total", as_.german),
        column("Stadiul proiectului", lambda p: "în implementare"),
    ), csv_file(";", "utf-8-sig"), "RON", truth={"start": lambda p: None, "end": lambda p: None}),
    Case("BG UMIS public, Cyrillic code page", "bg", (
        column("№", "n"), column("Бенефициент", "beneficiary"),
        column("Седалище", lambda p: f"гр. Примерово, ул. Първа {p.n}"), column("Място на изпълнение", "place"),
        column("Наименование на договора", "title"),
        column("Обща стойност", "total", as_.spaced), column("БФП", "granted", as_.spaced),
        column("Финанс. от бенефициент", lambda p: as_.spaced(Decimal(p.n))),
        column("Реално изплатени суми", lambda p: as_.spaced(Decimal(100 * p.n))),
        column("Продълж. (месеци)", lambda p: 12 + p.n), column("Статус", lambda p: "Приключен"),
    ), csv_file(";", "cp1251"), "BGN", truth={"start": lambda p: None, "end": lambda p: None}),
    Case("BG English header, lev", "bg", (
        column("Operation name", "title"), column("Beneficiary name", "beneficiary"),
        column("Summary of the operation", "summary"), column("Operation start date", "start", as_.dots),
        column("Date of completion of the operation", "end", as_.dots),
        column("Total eligible costs granted for the operation (BGN)", "total", as_.plain),
        column("% of EC co-financing", "rate"),
        column("Location", "place"),
        column("Name of categories of interventions for the operation", lambda p: "109 Active inclusion"),
        column("Date of last update of the list of operations", lambda p: "01.02.2020"),
    ), csv_file(",", quote_all=True), "BGN"),
    Case("HR portal, kuna before 2023", "hr", (
        column("Naziv projekta", "title"), column("Fond", lambda p: "Europski socijalni fond"),
        column("Šifra operativnog programa", lambda p: "HR"),
        column("Operativni program", lambda p: "Razvoj ljudskih potencijala"),
        column("NUTSII", lambda p: "Adriatic Croatia"), column("Županija", "place"),
        column("Korisnik", lambda p: f"{p.beneficiary} ({15000000000 + 7919 * p.n})"),
        column("Opis projekta", "summary"),
        column("Datum ugovaranja", lambda p: as_.dots(p.start)),
        column("Zaključni datum provedbe aktivnosti", "end", as_.dots),
        column("Bespovratna sredstva", "granted", lambda a: as_.german(a) + " kn"),
        column("Ukupno prihvatljivi troškovi", "total", lambda a: as_.german(a) + " kn"),
    ),
        csv_file(","), "HRK",
        truth={"start": lambda p: ANY, "beneficiary": lambda p: f"{p.beneficiary} ({15000000000 + 7919 * p.n})"}),
    Case("SI recipients, capitals, ods", "sl", (
        column("ID (ne spreminjaj)", "n"),
        column("NAZIV JAVNEGA RAZPISA/NEPOSREDNE POTRDITVE", lambda p: "Javni razpis za socialno vključevanje"),
        column("NAZIV UPRAVIČENCA", "beneficiary"),
        column("Višina dodeljenih sredstev", "granted"), column("Od tega sredstva EU", "eu"),
        column("Od tega nacionalni viri", lambda p: p.granted - p.eu),
        column("Višina izplačanih EU sredstev", lambda p: p.eu / 2),
        column("NAZIV OPERACIJE", "title"), column("NAZIV OPERATIVNEGA PROGRAMA", lambda p: "OP RČV"),
        column("SKLAD", lambda p: "ESS"), column("REGIJA", lambda p: "Savinjska"), column("OBČINA", "place"),
        column("Leto dodelitve sredstev", lambda p: p.start.year), column("PODROČJE", lambda p: "Trg dela"),
    ), ods_file(), truth={"start": lambda p: ANY, "end": lambda p: None}),
    Case("SI own language, periods", "sl", (
        column("Zap. št.", "n"), column("Naziv operacije", "title"), column("Upravičenec", "beneficiary"),
        column("Začetek operacije", "start", lambda d: f"{d.day}. {d.month}. {d.year}"),
        column("Zaključek operacije", "end", lambda d: f"{d.day}. {d.month}. {d.year}"),
        column("Skupni upravičeni stroški (EUR)", "total", as_.german),
        column("Prispevek Unije (EUR)", "eu", as_.german), column("Občina izvajanja", "place"),
    ), csv_file("|", "cp1250", name="seznam.txt")),
)  # fmt: skip

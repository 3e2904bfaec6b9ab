"""Column names in the languages of the Union, and names that look alike and are something else."""

from __future__ import annotations

import pytest

from etl.importer.mapping import (
    FIELDS,
    name_score,
)
from etl.importer.money import factor

NAMES = {
    "title": ["Operation name", "Projektets namn", "Bezeichnung des Vorhabens", "Intitulé du projet", "Titolo progetto",
              "Nombre de la operación", "Designação do projeto", "Titel van het project", "Projektnavn",
              "Hankkeen nimi", "Tytuł projektu", "Název projektu", "Názov projektu", "Naziv projekta",
              "Titlu proiect", "Projekt címe",
              "Наименование на проекта", "Τίτλος Έργου", "Projekti nimi", "Projekta nosaukums"],
    "beneficiary": ["Beneficiary name", "Stödmottagare", "Name des Begünstigten", "Bénéficiaire", "Beneficiario",
                    "Nome do beneficiário", "Naam begunstigde", "Tilskudsmodtager", "Toteuttajan nimi",
                    "Nazwa beneficjenta", "Příjemce", "Prijímateľ", "Korisnik", "Denumire beneficiar",
                    "Kedvezményezett neve", "Бенефициент", "Δικαιούχος", "Toetuse saaja", "Finansējuma saņēmējs",
                    "Projekto vykdytojas"],
    "start_date": ["Operation start date", "Startdatum", "Datum des Beginns", "Date de début", "Data inizio",
                   "Fecha de inicio", "Data de início", "Begindatum", "Aloituspvm", "Data rozpoczęcia",
                   "Datum zahájení", "Data începerii", "Начална дата", "Ημερομηνία έναρξης", "Projekti algus"],
    "end_date": ["Operation end date", "Slutdatum", "Datum des Endes", "Date de fin", "Data fine", "Fecha de fin",
                 "Einddatum", "Päättymispvm", "Data zakończenia", "Datum ukončení", "Data finalizării",
                 "Ημερομηνία λήξης", "Projekti lõpp"],
    "total_eligible_cost": ["Total eligible expenditure", "Gesamtbetrag der förderfähigen Ausgaben",
                            "Total des dépenses éligibles", "Gasto total subvencionable", "Totale subsidiabele kosten",
                            "Wydatki kwalifikowalne", "Celkové způsobilé výdaje", "Ukupno prihvatljivi troškovi",
                            "Elszámolható összköltség", "Total projektbudget", "Valoarea totală eligibilă",
                            "Επιλέξιμη δαπάνη", "Costo totale ammissibile"],
    "eu_contribution": ["EU contribution", "EU-stöd i SEK", "ESF-Mittel", "Montant UE", "Contributo UE",
                        "Ayuda FEDER", "EU-subsidie", "Dofinansowanie z EU", "ES finansējums", "ERDF amount"],
    "granted_support": ["Grant awarded", "Beviljat belopp", "Bewilligter Betrag", "Bespovratna sredstva",
                        "Total public funding", "Myönnetty EU- ja valtion rahoitus", "Subvention accordée"],
    "cofinancing_rate": ["Union co-financing rate", "Medfinansieringsgrad", "Unions-Kofinanzierungssatz",
                         "Taux de cofinancement", "Poziom dofinansowania UE %"],
    "location": ["Location", "Plats: kommun", "Ort des Vorhabens", "Lieu", "Miejsce realizacji projektu",
                 "Megye, helyszín"],
    "theme": ["Category of intervention", "Interventionskategorie", "Catégorie d'intervention", "Zakres interwencji"],
    "summary": ["Operation summary", "Sammanfattning", "Zusammenfassung", "Résumé", "Opis projektu", "Περιγραφή έργου"],
    "local_id": ["Project number", "Diarienummer", "Projekt-Nr.", "Numer umowy", "Kód projektu", "Κωδικός MIS"],
}  # fmt: skip
NOT = {
    "title": ["Programme name", "Fund", "Beneficiary name", "Postcode", "Name of category of intervention"],
    "beneficiary": ["Beneficiary address", "Beneficiary postcode", "Own contribution of beneficiary", "Country"],
    "start_date": ["Date of last update", "Year of payment", "End date"],
    "end_date": ["Date of last update", "Start date"],
    "total_eligible_cost": ["Ineligible expenditure", "Own contribution", "Private co-financing", "Paid out amount",
                            "Number of participants", "Union co-financing rate"],
    "eu_contribution": ["National public contribution", "Other public funding", "EU funds paid to date"],
    "granted_support": ["Paid to date", "Private funding", "Funding period", "Type of funding"],
}  # fmt: skip


@pytest.mark.parametrize(("target", "name"), [(field, name) for field, names in NAMES.items() for name in names])
def test_a_name_says_its_field_more_clearly_than_any_other(target: str, name: str) -> None:
    scores = {field: name_score(name, field) for field in FIELDS}
    assert scores[target] >= 0.5, scores
    assert scores[target] == max(scores.values()), scores


@pytest.mark.parametrize(("target", "name"), [(field, name) for field, names in NOT.items() for name in names])
def test_a_name_of_something_else_is_not_taken_for_it(target: str, name: str) -> None:
    assert name_score(name, target) < 0.5


def test_units_in_names() -> None:
    assert factor("Total cost (in 1000 EUR)") == factor("Celkové náklady (tis. Kč)") == factor("Budget, TEUR") == 1_000
    assert factor("Kostnad, mnkr") == 1
    assert factor("Budget mio. EUR") == factor("Kostnad (mkr)") == 1_000_000
    assert factor("Total eligible cost") == 1

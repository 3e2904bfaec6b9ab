"""Lists under Regulation (EU) 2021/1060, Article 49: the same fourteen facts, named in twelve languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import Case, column
from tests.etl.importer.corpus.files import Write, csv_file, ods_file, xls_file, xlsx_file
from tests.etl.importer.corpus.projects import Project

_KINDS = ("beneficiary", "title", "summary", "start", "end", "total")


def _case(
    name: str,
    language: str,
    headers: str,
    write: Write,
    *,
    currency: str = "EUR",
    dates: Callable[[date], Any] | None = None,
    money: Callable[[Decimal], Any] | None = None,
) -> Case:
    """``headers``: beneficiary, operation, purpose, start, end, total cost, fund, objective, rate, place, type."""
    names = headers.split(" | ")
    forms: dict[str, Callable[[Any], Any] | None] = {"start": dates, "end": dates, "total": money}
    columns = [column(header, kind, forms.get(kind)) for header, kind in zip(names, _KINDS, strict=False)]
    more: tuple[Callable[[Project], Any], ...] = (
        lambda p: "ESF+", lambda p: "ESO4.8", lambda p: p.rate, lambda p: p.place, lambda p: "163"
    )  # fmt: skip
    columns += [column(header, fill) for header, fill in zip(names[6:], more, strict=False)]
    return Case(name, language, columns, write, currency)


CASES = (
    _case("2021 DE", "de",
          "Name des Begünstigten | Bezeichnung des Vorhabens | Zweck und erwartete oder tatsächliche "
          "Errungenschaften des Vorhabens | "
          "Datum des Beginns | Voraussichtliches oder tatsächliches Datum des Abschlusses | Gesamtkosten des "
          "Vorhabens | Betroffener Fonds | "
          "Betroffenes spezifisches Ziel | Unions-Kofinanzierungssatz | Standortindikator | Art der Intervention",
          csv_file(";", "utf-8-sig"), dates=as_.dots, money=lambda a: as_.german(a) + " €"),
    _case("2021 SV", "sv",
          "Stödmottagarens namn | Insatsens namn | Insatsens syfte och förväntade eller faktiska resultat | "
          "Insatsens startdatum | "
          "Beräknat eller faktiskt slutdatum | Insatsens totala kostnad | Berörd fond | Berört specifikt mål | "
          "Unionens medfinansieringsgrad | "
          "Plats | Typ av interventioner", xlsx_file(sheet="Insatser"), currency="SEK"),
    _case("2021 FR", "fr",
          "Nom du bénéficiaire | Nom de l'opération | Objet de l'opération et réalisations attendues ou effectives "
          "| Date de début de l'opération | "
          "Date d'achèvement prévue ou effective | Coût total de l'opération | Fonds concerné | Objectif spécifique "
          "concerné | Taux de cofinancement par l'Union | "
          "Indicateur de localisation | Type d'intervention", csv_file(";", "cp1252"), dates=as_.slashes,
          money=as_.spaced),
    _case("2021 PL", "pl",
          "Nazwa beneficjenta | Tytuł projektu | Cel projektu i oczekiwane osiągnięcia | Data rozpoczęcia projektu "
          "| Data zakończenia projektu | "
          "Całkowity koszt projektu (zł) | Fundusz | Cel szczegółowy | Stopa dofinansowania unijnego | Miejsce "
          "realizacji projektu | Rodzaj interwencji",
          xlsx_file(change=lambda rows: [["Lista operacji FE 2021-2027"], ["stan na 30.06.2025"], *rows]),
          currency="PLN"),
    _case("2021 CS", "cs",
          "Název příjemce | Název projektu | Účel projektu a očekávané výsledky | Datum zahájení projektu | "
          "Předpokládané nebo skutečné datum ukončení | "
          "Celkové náklady projektu v Kč | Dotčený fond | Dotčený specifický cíl | Míra spolufinancování Unií | "
          "Místo realizace | Typ intervence",
          csv_file(";", "cp1250"), currency="CZK", dates=lambda d: f"{d.day}. {d.month}. {d.year}", money=as_.spaced),
    _case("2021 FI", "fi",
          "Tuensaajan nimi | Toimen nimi | Toimen tarkoitus ja odotetut tulokset | Toimen alkamispäivä | Toimen "
          "päättymispäivä | Kokonaiskustannukset | "
          "Rahasto | Erityistavoite | Unionin osarahoitusosuus | Sijainti | Tukitoimen tyyppi",
          csv_file("\t", "utf-8", name="lista.tsv"), dates=as_.short_dots, money=as_.comma),
    _case("2021 IT", "it",
          "Nome del beneficiario | Denominazione dell'operazione | Scopo e risultati attesi o effettivi "
          "dell'operazione | Data di inizio dell'operazione | "
          "Data prevista o effettiva di completamento | Costo totale dell'operazione | Fondo interessato | "
          "Obiettivo specifico interessato | "
          "Tasso di cofinanziamento dell'Unione | Indicatore di localizzazione | Tipologia di intervento", ods_file()),
    _case("2021 ES", "es",
          "Nombre del beneficiario | Nombre de la operación | Finalidad y logros previstos o efectivos | Fecha de "
          "inicio | Fecha prevista o real de conclusión | "
          "Coste total de la operación | Fondo correspondiente | Objetivo específico | Porcentaje de cofinanciación "
          "de la Unión | Indicador de ubicación | Tipo de intervención",
          csv_file(";", "iso8859_15"), dates=as_.slashes, money=as_.german),
    _case("2021 PT", "pt",
          "Nome do beneficiário | Designação da operação | Objetivo da operação e realizações esperadas | Data de "
          "início | Data de conclusão prevista ou efetiva | "
          "Custo total da operação | Fundo em causa | Objetivo específico | Taxa de cofinanciamento da União | "
          "Indicador de localização | Tipo de intervenção",
          xls_file()),
    _case("2021 DA", "da",
          "Støttemodtagerens navn | Operationens navn | Operationens formål og forventede resultater | Startdato | "
          "Forventet eller faktisk afslutningsdato | "
          "Samlede omkostninger (kr.) | Fond | Specifik målsætning | EU-medfinansieringssats | Beliggenhed | "
          "Interventionstype",
          csv_file(";", "cp1252"),
          currency="DKK", dates=as_.dashes, money=as_.german),
    _case("2021 NL", "nl",
          "Naam van de begunstigde | Naam van de concrete actie | Doel en verwachte of feitelijke verwezenlijkingen "
          "| Startdatum | Verwachte of feitelijke einddatum | "
          "Totale kosten van de concrete actie | Betrokken fonds | Betrokken specifieke doelstelling | "
          "Medefinancieringspercentage van de Unie | Locatie-indicator | Soort interventie",
          xlsx_file()),
    _case("2021 ET", "et",
          "Toetuse saaja nimi | Tegevuse nimetus | Tegevuse eesmärk ja oodatavad saavutused | Alguskuupäev | "
          "Eeldatav või tegelik lõppkuupäev | Kogumaksumus | "
          "Fond | Erieesmärk | Liidu kaasrahastamise määr | Asukoht | Sekkumise liik", csv_file(",", quote_all=True),
          dates=as_.dots, money=as_.spaced),
    _case("2021 LT", "lt",
          "Projekto vykdytojo pavadinimas | Projekto pavadinimas | Projekto tikslas ir numatomi rezultatai | "
          "Projekto pradžios data | Projekto pabaigos data | "
          "Bendra projekto vertė, Eur | Fondas | Konkretus uždavinys | Sąjungos bendro finansavimo norma | Vieta | "
          "Intervencijos rūšis",
          csv_file(";", "cp1257"), dates=as_.iso, money=as_.comma),
    _case("2021 HU", "hu",
          "Kedvezményezett neve | Művelet megnevezése | A művelet célja és várható eredményei | A művelet kezdő "
          "időpontja | A művelet várható vagy tényleges befejezése | "
          "A művelet összköltsége (Ft) | Érintett alap | Egyedi célkitűzés | Uniós társfinanszírozási arány | "
          "Helyszín | Beavatkozás típusa",
          csv_file(";", "iso8859_2"),
          currency="HUF", dates=lambda d: f"{d:%Y. %m. %d}.", money=as_.spaced),
    _case("2021 RO", "ro",
          "Numele beneficiarului | Denumirea operațiunii | Scopul operațiunii și realizările preconizate | Data "
          "începerii | Data preconizată sau efectivă a finalizării | "
          "Costul total al operațiunii (lei) | Fondul vizat | Obiectivul specific | Rata de cofinanțare a Uniunii | "
          "Indicator de locație | Tipul de intervenție",
          xlsx_file(), currency="RON"),
    _case("2021 EL", "el",
          "Ονομασία δικαιούχου | Ονομασία πράξης | Σκοπός της πράξης και αναμενόμενα επιτεύγματα | Ημερομηνία "
          "έναρξης | Αναμενόμενη ή πραγματική ημερομηνία ολοκλήρωσης | "
          "Συνολικό κόστος της πράξης | Ταμείο | Ειδικός στόχος | Ποσοστό συγχρηματοδότησης της Ένωσης | Ένδειξη "
          "τόπου | Είδος παρέμβασης",
          csv_file(";", "cp1253"), dates=as_.slashes, money=as_.german),
    _case("2021 HR", "hr",
          "Naziv korisnika | Naziv operacije | Svrha operacije i očekivana postignuća | Datum početka operacije | "
          "Očekivani ili stvarni datum završetka | "
          "Ukupni trošak operacije (EUR) | Fond | Specifični cilj | Stopa sufinanciranja Unije | Pokazatelj "
          "lokacije | Vrsta intervencije",
          csv_file(";", "cp1250"), dates=lambda d: as_.dots(d) + ".", money=as_.german),
    _case("2021 SL", "sl",
          "Ime upravičenca | Ime operacije | Namen operacije in pričakovani dosežki | Datum začetka operacije | "
          "Pričakovani ali dejanski datum zaključka | "
          "Skupni stroški operacije | Zadevni sklad | Zadevni specifični cilj | Stopnja sofinanciranja Unije | "
          "Lokacija | Vrsta ukrepa",
          csv_file(";", "utf-8"), dates=as_.dots, money=as_.german),
    _case("2021 BG", "bg",
          "Наименование на бенефициента | Наименование на операцията | Цел на операцията и очаквани постижения | "
          "Начална дата | Очаквана или действителна крайна дата | "
          "Общи разходи по операцията (лв.) | Фонд | Специфична цел | Процент на съфинансиране от Съюза | Място | "
          "Вид интервенция",
          csv_file(";", "cp1251"), currency="BGN", dates=as_.dots, money=as_.spaced),
    _case("2021 LV", "lv",
          "Finansējuma saņēmēja nosaukums | Projekta nosaukums | Projekta mērķis un sagaidāmie sasniegumi | "
          "Projekta sākuma datums | Projekta beigu datums | "
          "Projekta kopējās izmaksas, EUR | Fonds | Specifiskais mērķis | Savienības līdzfinansējuma likme | Vieta "
          "| Intervences veids",
          csv_file(";", "cp1257"), dates=as_.dots, money=as_.comma),
    _case("2021 SK", "sk",
          "Názov prijímateľa | Názov operácie | Účel operácie a očakávané výsledky | Dátum začatia operácie | "
          "Predpokladaný alebo skutočný dátum ukončenia | "
          "Celkové náklady na operáciu | Dotknutý fond | Dotknutý špecifický cieľ | Miera spolufinancovania Úniou | "
          "Miesto | Typ intervencie",
          csv_file(";", "cp1250"), dates=as_.dots, money=as_.spaced),
    _case("2021 EN", "en",
          "Name of beneficiary | Name of operation | Purpose of the operation and its expected or actual "
          "achievements | Start date of the operation | "
          "Expected or actual date of completion | Total cost of the operation | Fund concerned | Specific "
          "objective concerned | Union co-financing rate | "
          "Location indicator | Type of intervention", csv_file(",", "utf-8-sig"), dates=as_.iso, money=as_.english),
)  # fmt: skip

"""Denmark, Sweden, Finland, Norway, Estonia, Latvia and Lithuania."""

from __future__ import annotations

from decimal import Decimal

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import ANY, Case, Row, column
from tests.etl.importer.corpus.files import csv_file, json_file, jsonl_file, nested, objects, xls_file, xlsx_file


def _continued(rows: list[Row]) -> list[Row]:
    """Some operations go on in a second row: one more place."""
    out = [rows[0]]
    for number, row in enumerate(rows[1:]):
        out.append(row)
        if number % 4 == 1:
            out.append([None, None, None, None, None, None, "Eksempelby"])
    return out


CASES = (
    Case("DK two languages, contacts, all quoted", "da", (
        column("Projektitel / Operation name", "title"), column("Startdato / Operation start date", "start", as_.dots),
        column("Slutdato / Operation end date", "end", as_.dots),
        column("Prioritetsakse / Priority axis", lambda p: "2 Flere vækstvirksomheder.\nNye vækstplaner"),
        column("Budget / Budget", "total", as_.groups),
        column("EU-medfinansiering / Union co-financing", "eu", as_.groups),
        column("EU-medfinansieringssats / Union co-financing rate", lambda p: f"{p.rate}%"),
        column("Projektbeskrivelse", "summary"),
        column("Fond / Fund", lambda p: "S"), column("Region / Region", lambda p: "Midtjylland"),
        column("Land / Country", lambda p: "Denmark"),
        column("Kontraktansvarlig partner / Beneficiary name", "beneficiary"),
        column("Vejnavn / Street name", lambda p: f"Eksempelvej {p.n}"),
        column("Postnr / Operation postcode", lambda p: 8000 + p.n), column("Bynavn / City name", "place"),
        column("Koordinat east / Coordinates east", lambda p: f"{560016.186 + p.n}"),
        column("Koordinat north / Coordinates north", lambda p: f"{6319238.093 + p.n}"),
        column("Kontaktperson / Contacts", lambda p: "Nomen Nescio,22000000,nn@example.org"),
        column("Partere / Project partners", lambda p: "Partner A.\nPartner B"),
    ), csv_file(";", quote_all=True), "DKK", whole=True),
    Case("DK grants in mio. kr.", "da", (
        column("Tilskudsmodtager", "beneficiary"), column("Projektnavn", "title"),
        column("Bevillingsår", lambda p: p.start.year),
        column("Tilsagn (mio. kr.)", lambda p: p.total / 1_000_000, lambda a: f"{a:.3f}".replace(".", ",")),
        column("Kommune", "place"),
    ), csv_file(";", "cp1252"), "DKK", scale=10,
        truth={
            "granted": lambda p: Decimal(f"{p.total / 1_000_000:.3f}") * 1_000_000, "start": lambda p: ANY,
            "end": lambda p: None}),
    Case("DK places in further rows, xlsx", "da", (
        column("Projekttitel", "title"), column("Ansøger", "beneficiary"), column("Startdato", "start"),
        column("Slutdato", "end"),
        column("Støtteberettigede udgifter i alt (kr.)", "total"), column("EU-tilskud (kr.)", "eu"),
        column("Kommune", "place"),
    ), xlsx_file(change=_continued), "DKK"),
    Case("SE Tillväxtverket form, JSON", "sv", (
        column("_source", lambda p: f"http://example.org/{p.n}"), column("ärende-id", lambda p: str(20200000 + p.n)),
        column("stödmottagare", "beneficiary"),
        column("beviljat_belopp_sek", "granted", as_.space_groups),
        column("beviljat_belopp_eur", lambda p: as_.space_groups(p.granted / 10)),
        column("projektnamn", "title"), column("projektbeskrivning", "summary"),
        column("projekt_starttid", "start", as_.iso), column("projekt_sluttid", "end", as_.iso),
        column("projektledare", lambda p: "Namn Exempel"), column("telnr", lambda p: f"070-{p.n:07}"),
        column("e-post", lambda p: "namn@example.org"),
        column("län", lambda p: "Skåne län"), column("kommuner", "place"),
        column("uppdateringsdatum", lambda p: "2016-09-27"), column("insatsområde", lambda p: "Företag"),
    ), json_file(objects), "SEK", whole=True),
    Case("SE tkr in the header, months", "sv", (
        column("Diarienr", lambda p: f"2016/{p.n:05}"), column("Projekt", "title"),
        column("Projektägare", "beneficiary"),
        column("Projekttid", lambda p: f"{p.start:%Y-%m}–{p.end:%Y-%m}"),
        column("Beviljat ESF-stöd (tkr)", lambda p: p.eu, as_.space_groups),
        column("Total finansiering (tkr)", lambda p: p.total, as_.space_groups), column("Län", lambda p: "Örebro län"),
    ), csv_file(";", "cp1252"), "SEK", whole=True, truth={
        "start": lambda p: p.start.replace(day=1), "end": lambda p: p.end.replace(day=1),
        "eu": lambda p: p.eu * 1000, "total": lambda p: p.total * 1000}),
    Case("FI list, months in words, latin-9", "fi", (
        column("Hanketunnus", lambda p: f"S2{p.n:04}"), column("Hankkeen nimi", "title"),
        column("Toteuttaja", "beneficiary"),
        column("Alkamispäivä", "start", as_.short_dots), column("Päättymispäivä", "end", as_.short_dots),
        column("Myönnetty EU- ja valtion rahoitus", "granted", as_.spaced),
        column("Toteutunut EU- ja valtion rahoitus", lambda p: as_.spaced(p.granted / 3)),
        column("Toimintalinja", lambda p: "TL 4"), column("Maakunta", "place"),
    ), csv_file(";", "iso8859_15")),
    Case("FI tabs, utf-16", "fi", (
        column("Projektin nimi", "title"), column("Tuensaaja", "beneficiary"),
        column("Aloituspvm", "start", as_.dots), column("Lopetuspvm", "end", as_.dots),
        column("Tukikelpoiset kustannukset yhteensä (€)", "total", as_.comma), column("EU-tuki (€)", "eu", as_.comma),
        column("Kunta", "place"),
        column("Yhteyshenkilö", lambda p: "Nimi Esimerkki"),
    ), csv_file("\t", "utf-16", name="lista.tsv")),
    Case("NO programme, kroner", "no", (
        column("Prosjektnr.", lambda p: f"NO-{p.n:04}"), column("Prosjektnavn", "title"),
        column("Støttemottaker", "beneficiary"), column("Oppstart", lambda p: None),
        column("Startdato", "start", as_.dots), column("Sluttdato", "end", as_.dots),
        column("Totalbudsjett (NOK)", "total", as_.space_groups),
        column("Tilsagn (NOK)", "granted", as_.space_groups), column("Fylke", lambda p: "Eksempelfylke"),
    ), csv_file(";", "cp1252"), "NOK", whole=True),
    Case("EE scraped, period in one cell", "et", (
        column("beneficiary", "beneficiary"), column("name_of_project", "title"),
        column("structural_assistance", "eu", lambda a: f"{as_.english(a).replace(',', ' ')} €"),
        column("2nd_level_intermediate_body", lambda p: "Näidisamet"),
        column("period", lambda p: f"{as_.dots(p.start)} - {as_.dots(p.end)}"),
        column("measure", lambda p: "1.3.1 Meede"),
    ), jsonl_file(), truth={"start": lambda p: p.start, "end": lambda p: p.end, "eu": None, "granted": lambda p: p.eu}),
    Case("EE own language, cp1257", "et", (
        column("Projekti number", lambda p: f"2014-2020.1.{p.n:02}"), column("Projekti nimi", "title"),
        column("Toetuse saaja", "beneficiary"),
        column("Alguskuupäev", "start", as_.dots), column("Lõppkuupäev", "end", as_.dots),
        column("Abikõlblikud kulud kokku", "total", as_.spaced),
        column("EL toetus", "eu", as_.spaced), column("Asukoht", "place"), column("Olek", lambda p: "Rahastatud"),
    ), csv_file(";", "cp1257")),
    Case("LV measure number, quoted commas", "lv", (
        column("SAM / pasākuma nr.", lambda p: f"{p.n % 9}.{p.n % 4}.{p.n % 3}."),
        column("Projekta nosaukums", "title"), column("Finansējuma saņēmējs", "beneficiary"),
        column("Kopējais finansējums", "total", lambda a: f"{a:.2f}".replace(".", ",")),
        column("ES finansējums", "eu", lambda a: f"{a:.2f}".replace(".", ",")),
        column("Projekta īstenošanas vieta", lambda p: f"{p.place}, Piemēra nov." if p.n % 2 else None),
    ), csv_file(",")),
    Case("LV two languages, many amounts", "lv", (
        column("Projekta numurs/ Project No.", lambda p: f"9.1.1.1/15/I/{p.n:03}"),
        column("Projekta nosaukums/ Name of project", "title"),
        column("Iesniedzēja nosaukums/ Name of beneficiary", "beneficiary"),
        column("Iesniedzēja reģ. Nr./ Beneficiary Reg. No.", lambda p: 40003000000 + 7919 * p.n),
        column("Iesniedzēja juridiskā adrese/ Legal address of beneficiary", lambda p: f"Piemēra iela {p.n}"),
        column("Kopsavilkums/ Summary", "summary"),
        column("Sākuma datums/ Start date", "start", as_.dots), column("Beigu datums/ Finish date", "end", as_.dots),
        column("Kopējais finansējums/ Total financing", lambda p: p.total * 2, as_.comma),
        column("Kopējais attiecināmais finansējums/ Total eligible financing", "total", as_.comma),
        column("ES fondu līdzfinansējums/ Union co-financing", "eu", as_.comma),
        column("Nacionālais publiskais finansējums/ National public financing", lambda p: as_.comma(p.total / 8)),
        column("Nacionālais privātais finansējums/ National private financing", lambda p: 0),
        column("Veiktie maksājumi", lambda p: as_.comma(p.eu / 4)),
        column("Projekta statuss/ Status of project", lambda p: "Līgums"),
        column("Intervences kategorijas kods/ Category of intervention code", lambda p: 109),
        column("Īstenošanas vietas adrese/ Location of project implementation site", "place"),
        column("Pēdējās datu atjaunināšanas datums/ Date of last update", lambda p: "01.07.2020"),
    ), csv_file(";", "utf-8-sig")),
    Case("LT asked and given, contract date", "lt", (
        column("Projektas", "title"), column("Kodas", lambda p: f"03.2.1-XXXX-K-802-01-{p.n:04}"),
        column("Pareiškėjas/ Vykdytojas", "beneficiary"), column("Paraiškos būsena", lambda p: "Įgyvendinimas"),
        column("Projekto vertė paraiškoje", lambda p: p.total * 2, as_.plain),
        column("Prašomas finansavimas", lambda p: p.granted * 2, as_.plain),
        column("Projekto išlaidų suma", "total", as_.plain), column("Finansavimas", "granted", as_.plain),
        column("Išmokėta finansavimo suma", lambda p: 0),
        column("Sutarties pasirašymo data", lambda p: as_.iso(p.start)),
    ), csv_file(","), truth={"start": lambda p: None, "end": lambda p: None}),
    Case("LT old workbook, day numbers", "lt", (
        column("Projekto kodas", lambda p: f"VP1-1.1-SADM-01-K-{p.n:03}"), column("Projekto pavadinimas", "title"),
        column("Projekto vykdytojas", "beneficiary"),
        column("Projekto pradžia", "start", as_.serial), column("Projekto pabaiga", "end", as_.serial),
        column("Tinkamos finansuoti išlaidos, Eur", "total"),
        column("ES lėšos, Eur", "eu"), column("Savivaldybė", "place"),
    ), xls_file(lambda rows: [["Projektų sąrašas"], [], *rows])),
    Case("360Giving-like, nested JSON", "en", (
        column("id", lambda p: f"360G-example-{p.n}"), column("title", "title"), column("description", "summary"),
        column("currency", lambda p: "GBP"),
        column("amountAwarded", "granted"), column("awardDate", lambda p: as_.moment(p.start)),
        column("recipientOrganization.name", "beneficiary"),
        column("recipientOrganization.postalCode", lambda p: "LS1 4AB"),
        column("plannedDates.startDate", "start", as_.moment), column("plannedDates.endDate", "end", as_.moment),
        column("fundingOrganization.name", lambda p: "Example Fund"),
        column("grantProgramme.title", lambda p: "Main programme"),
    ), json_file(lambda rows: {"grants": nested(rows)}), "GBP"),
)  # fmt: skip

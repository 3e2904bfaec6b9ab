"""Italy, Spain, Portugal, Greece, Cyprus and Malta."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.etl.importer.corpus import cells as as_
from tests.etl.importer.corpus.case import Case, Row, column
from tests.etl.importer.corpus.files import csv_file, json_file, objects, xls_file, xlsx_file


def _spain(rows: list[Row]) -> list[Row]:
    return [["LISTA DE OPERACIONES SELECCIONADAS"], ["Programa Operativo de Empleo Juvenil 2014ES05M9OP001"],
            ["(Artículo 115.2 del Reglamento (UE) nº 1303/2013)"], *rows, [], ["(1) Importe en euros"]]  # fmt: skip


CASES = (
    Case("IT OpenCoesione, packed dates", "it", (
        column("COD_LOCALE_PROGETTO", lambda p: f"1MISE{p.n:06}"), column("CUP", lambda p: f"B19D{p.n:011}"),
        column("OC_TITOLO_PROGETTO", "title"), column("OC_SINTESI_PROGETTO", "summary"),
        column("OC_LINK", lambda p: f"https://example.org/{p.n}"), column("OC_COD_CICLO", lambda p: 2),
        column("OC_DESCR_CICLO", lambda p: "Ciclo di programmazione 2014-2020"),
        column("OC_COD_TEMA_SINTETICO", lambda p: 8),
        column("OC_TEMA_SINTETICO", lambda p: "Inclusione sociale e salute"),
        column("COD_PROGRAMMA", lambda p: "2014IT05SFOP001"),
        column("OC_DESCRIZIONE_PROGRAMMA", lambda p: "PON Inclusione"),
        column("FINANZ_UE", "eu", as_.comma),
        column("FINANZ_STATO_FONDO_DI_ROTAZIONE", lambda p: as_.comma(p.total - p.eu)),
        column("FINANZ_PRIVATO", lambda p: 0), column("FINANZ_TOTALE_PUBBLICO", "granted", as_.comma),
        column("COSTO_RENDICONTABILE_UE", lambda p: as_.comma(p.total)),
        column("IMPEGNI", lambda p: as_.comma(p.total / 2)),
        column("TOT_PAGAMENTI", lambda p: as_.comma(p.total / 4)),
        column("DEN_REGIONE", lambda p: "PUGLIA"), column("DEN_COMUNE", "place"),
        column("OC_DATA_INIZIO_PROGETTO", "start", as_.packed),
        column("OC_DATA_FINE_PROGETTO_PREVISTA", "end", as_.packed),
        column("OC_DENOM_BENEFICIARIO", "beneficiary"),
        column("OC_CODFISC_BENEFICIARIO", lambda p: f"{80000000000 + 7919 * p.n}"),
        column("OC_STATO_PROGETTO", lambda p: "In corso"), column("DATA_AGGIORNAMENTO", lambda p: 20201231),
    ), csv_file(";", "utf-8-sig", quote_all=True), truth={"total": lambda p: p.total}),
    Case("IT region, text euros", "it", (
        column("N.", "n"), column("Beneficiario", "beneficiary"), column("Denominazione operazione", "title"),
        column("Sintesi dell'operazione", "summary"), column("Data inizio operazione", "start", as_.slashes),
        column("Data fine operazione", "end", as_.slashes),
        column("Spesa totale ammissibile assegnata", "total", lambda a: f"€ {as_.german(a)}"),
        column("Tasso di cofinanziamento UE", lambda p: f"{p.rate}%"),
        column("CAP", lambda p: f"7{p.n:04}"), column("Paese", lambda p: "ITALIA"),
        column("Categoria di intervento", lambda p: "109"),
    ), csv_file(";", "cp1252")),
    Case("IT JSON with numbers as text", "it", (
        column("progetto", "title"), column("beneficiario", "beneficiary"),
        column("importo_ammesso", "total", as_.german), column("contributo_concesso", "granted", as_.german),
        column("data_avvio", "start", as_.moment), column("data_conclusione", "end", as_.moment),
        column("comune", "place"),
    ),
        json_file(
            lambda rows: {
                "help": "x", "success": True,
                "result": {"fields": [{"id": name} for name in rows[0]], "records": objects(rows)}})),
    Case("ES ESF, numbered headings", "es", (
        column("CCI", lambda p: "2014ES05M9OP001"), column("Beneficiario(1)", "beneficiary"),
        column("Operación(5)", "title"), column("Resumen(6)", "summary"), column("Fecha inicio(8)", "start"),
        column("Fecha fin(10 o 9)", "end"), column("Coste/Gasto total subvencionable(41)", "total"),
        column("Cofinanciación UE", lambda p: p.rate / 100), column("Código postal", lambda p: 26000 + p.n),
        column("País", lambda p: "España"), column("Campo de intervención(23)", lambda p: "103"),
        column("Organismo que concede las ayudas", lambda p: "Ministerio Ejemplo"),
    ), xlsx_file(change=_spain)),
    Case("ES public spending only", "es", (
        column("BENEFICIARIO", "beneficiary"), column("NOMBRE DE LA OPERACIÓN", "title"),
        column("AÑO DE LA CONCESIÓN", lambda p: p.start.year), column("IMPORTE CONCEDIDO", "granted", as_.german),
        column(
            "IMPORTE TOTAL PAGADO AL FINAL DE LA OPERACIÓN",
            lambda p: as_.german((p.total / 3).quantize(Decimal("0.01")))),
    ), csv_file(";", "iso8859_15"), truth={"start": lambda p: None, "end": lambda p: None}),
    Case("ES dates in words", "es", (
        column("Nombre del proyecto", "title"), column("Entidad beneficiaria", "beneficiary"),
        column("Fecha de inicio", "start", as_.in_words("es", "{d} de {m} de {y}")),
        column("Fecha de finalización", "end", as_.in_words("es", "{d} de {m} de {y}")),
        column("Gasto total elegible (€)", "total", as_.german), column("Ayuda FSE (€)", "eu", as_.german),
        column("Municipio", "place"),
    ), xls_file()),
    Case("PT list, bar between languages", "pt", (
        column("Código da Operação | Operation Code", lambda p: f"POISE-03-4639-FSE-{p.n:06}"),
        column("Programa Operacional | Operational Programme", lambda p: "POISE"),
        column("Eixo Prioritário do PO | OP Priority Axis", lambda p: "3"),
        column("Nome do Beneficiário | Beneficiary Name", "beneficiary"),
        column("Nome da Operação | Operation Name", "title"),
        column("Resumo da Operação | Operation Summary", "summary"),
        column("Data de Início | Operation Start Date", "start"), column("Data de Fim | Operation End Date", "end"),
        column(
            "Despesas Elegíveis Totais Atribuídas à Operação | Total Eligible Expenditure Allocated to the Operation",
            "total"),
        column("FEEI | ESI Fund", lambda p: "FSE"),
        column("Fundo Total Aprovado | Total Aproved Fund", "granted"),
        column("Taxa de Cofinanciamento da União | Union Co-financing Rate", lambda p: p.rate / 100),
        column("Concelho | Municipality", "place"),
        column("Objetivo Temático | Thematic Objective", lambda p: "9. Inclusão social"),
        column("Prioridade de Investimento | Investment Priority", lambda p: "9.1"),
    ),
        xlsx_file(
            change=lambda rows: [["Lista de Operações Aprovadas | List of Operations"], ["31/08/2020"], [], *rows])),
    Case("PT own language", "pt", (
        column("Designação do projeto", "title"), column("Entidade beneficiária", "beneficiary"),
        column("Data de início", "start", as_.dashes), column("Data de conclusão", "end", as_.dashes),
        column("Custo total elegível", "total", lambda a: f"{as_.spaced(a)} €"),
        column("Apoio financeiro da União Europeia", "eu", lambda a: f"{as_.spaced(a)} €"),
        column("Localização", "place"),
    ), csv_file(";", "cp1252")),
    Case("EL two languages over two lines", "el", (
        column("ΕΠΙΧΕΙΡΗΣΙΑΚΟ ΠΡΟΓΡΑΜΜΑ/ OPERATIONAL PROGRAMME", lambda p: "3-Ανάπτυξη"),
        column("ΑΞΟΝΑΣ ΠΡΟΤΕΡΑΙΟΤΗΤΑΣ/PRIORITY", lambda p: "28-Βελτίωση"), column("TAMEIO/ FUND", lambda p: "2-ΕΚΤ"),
        column("ΟΝΟΜΑΣΙΑ ΔΙΚΑΙΟΥΧΟΥ / \nBENEFICIARY NAME ", "beneficiary"),
        column("ΟΝΟΜΑΣΙΑ ΠΡΑΞΗΣ / OPERATION NAME ", "title"),
        column("ΣΥΝΟΨΗ ΠΡΑΞΗΣ/\nOPERATION SUMMARY ", lambda p: f"{p.summary}\n\n{p.title}\n"),
        column("ΗΜ/ΝΙΑ ΕΝΑΡΞΗΣ ΤΗΣ ΠΡΑΞΗΣ / \nOPERATION START DATE ", "start", as_.slashes),
        column("ΚΑΤΑΛΗΚΤΙΚΗ ΗΜΕΡΟΜΗΝΙΑ ΠΡΑΞΗΣ /\nOPERATION END DATE ", "end", as_.slashes),
        column(
            "ΣΥΝΟΛΙΚΗ ΕΠΙΛΕΞΙΜΗ ΔΑΠΑΝΗ ΠΟΥ  ΔΙΑΤΕΘΗΚΕ ΣΤΗΝ ΠΡΑΞΗ (ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ)/ \nTOTAL ELIGIBLE EXPENDITURE "
            "ALLOCATED TO THE OPERATION",
            "total", as_.german),
        column("ΠΟΣΟΣΤΟ ΣΥΓΧΡΗΜΑΤΟΔΟΤΗΣΗΣ ΤΗΣ ΕΝΩΣΗΣ/ \nUNION Co-FINANCING RATE ", lambda p: f"{p.rate},00"),
        column(
            "ΤΑΧΥΔΡΟΜΙΚΟΣ ΚΩΔΙΚΑΣ ή ΑΛΛΗ ΕΝΔΕΙΞΗ ΤΟΠΟΘΕΣΙΑΣ/\nPOSTCODE OR OTHER LOCATION INDICATOR ",
            lambda p: f"EL43-{p.place}"),
        column("ΧΩΡΑ/\nCOUNTRY", lambda p: "ΕΛΛΑΔΑ"),
        column(
            "ΟΝΟΜΑΣΙΑ ΚΑΤΗΓΟΡΙΑΣ ΠΑΡΕΜΒΑΣΗΣ/\nNAME OF CATEGORY OF INTERVENTION ", lambda p: "109-Ενεργητική ένταξη"),
        column("ΤΕΛΕΥΤΑΙΑ ΕΝΗΜΕΡΩΣΗ/\n LAST UPDATE ", lambda p: "13/05/2016"),
    ), csv_file(";")),
    Case("EL own language, Greek code page", "el", (
        column("Κωδικός MIS", lambda p: 5000300 + p.n), column("Τίτλος Πράξης", "title"),
        column("Δικαιούχος", "beneficiary"), column("Ημερομηνία έναρξης", "start", as_.slashes),
        column("Ημερομηνία λήξης", "end", as_.slashes),
        column("Επιλέξιμη δημόσια δαπάνη (€)", "granted", as_.german),
        column("Πληρωμές (€)", lambda p: as_.german(p.eu)), column("Περιφέρεια", "place"),
    ), csv_file(";", "cp1253")),
    Case("CY years, codes as titles", "el", (
        column("Τίτλος Έργου", lambda p: f"ΚΑΙΝΟΤΟΜΙΑ/ΚΟΥΠΟΝΙ/0308/{p.n:02}"), column("Δικαιούχος", "beneficiary"),
        column("Έτος Έγκρισης Δαπάνης ", lambda p: p.start.year),
        column("Έτος Τελικής Πληρωμής", lambda p: p.end.year),
        column("Επιλέξιμη Δημόσια Δαπάνη Ενταγμένων Έργων (€)", "granted", as_.english),
        column("Συνολική Δαπάνη που Χορηγήθηκε με την Ολοκλήρωση του Έργου (€)", lambda p: as_.english(p.eu)),
    ),
        csv_file(","),
        truth={"title": lambda p: f"ΚΑΙΝΟΤΟΜΙΑ/ΚΟΥΠΟΝΙ/0308/{p.n:02}", "start": lambda p: None, "end": lambda p: None}),
    Case("MT American dates, upper case", "en", (
        column("PROJECT TITLE", lambda p: p.title.upper()), column("BENEFICIARY", lambda p: p.beneficiary.upper()),
        column("START DATE", "start", as_.american), column("END DATE", "end", as_.american),
        column("TOTAL ELIGIBLE COST", "total", lambda a: f"€{as_.english(a)}"),
        column("EU FUNDS", "eu", lambda a: f"€{as_.english(a)}"), column("LOCALITY", lambda p: p.place.upper()),
    ),
        csv_file(",", "utf-16"),
        truth={"title": lambda p: p.title.upper(), "beneficiary": lambda p: p.beneficiary.upper()}),
    Case("Years only, whole euros", "it", (
        column("Titolo progetto", "title"), column("Soggetto attuatore", "beneficiary"),
        column("Anno inizio", lambda p: p.start.year), column("Anno fine", lambda p: p.end.year),
        column("Costo totale", "total"), column("Contributo pubblico", "granted"),
    ),
        xlsx_file(), whole=True,
        truth={"start": lambda p: date(p.start.year, 1, 1), "end": lambda p: date(p.end.year, 1, 1)}),
)  # fmt: skip

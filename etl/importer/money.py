"""What a list's names and notes say of its money: the unit that amounts are counted in, and the currency."""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.importer.mapping import bare
from etl.importer.values import CURRENCIES
from etl.normalise import fold


def factor(name: str) -> int:
    """The unit that an amount column's name promises: 1, 1000 or 1,000,000."""
    text = bare(name)
    if _THOUSANDS.search(text):
        return 1_000
    return 1_000_000 if _MILLIONS.search(text) else 1


_THOUSANDS = re.compile(
    r"(?<!\w)(?:teur|tsd|tsek|tkr|t kr|t€|tukst|tusind|eft|000s?|tdkk|tis|tys|tusen|tausend|thousands?|tuhat|tuh"
    r"|ezer|mii|хил|χιλ|k€|keur|k eur|miles"
    r"|milhares|milliers|migliaia|1000|1 000)(?!\w)"
)
_MILLIONS = re.compile(
    r"(?<!\w)(?:m€|€m|£m|mio|mln|mn|million\w*|miljo\w*|mkr|msek|meur|m eur|m ft|mft|millio\w*|milion\w*|millones"
    r"|milhoes|milioni|m pln|m czk|mil kc|mil czk|mil kn|mil eur|milj|εκατ)(?!\w)"
)


def currency_in(text: str) -> str | None:
    """The currency that a name or a note speaks of, by its sign, word or code."""
    for word in re.findall(r"[^\W\d_]+|[€£$]", re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text)):
        key = fold(word)
        if key in CURRENCIES and (len(key) > 2 or word in "€£$" or key in ("kc", "zl", "ft", "kn", "лв")):
            return CURRENCIES[key]
    return None


_BY_STEM: dict[str, str] = {
    "SEK": "stodmottagare insats diarien belopp projektnamn bevilja projektagare sammanfattning programomrade "
    "stodberattigande sokande projekttitel arende utgifter kostnad",
    "DKK": "tilskud projektnavn kommune belob bevilling postnr bynavn stottemodtager tilsagn prioritetsakse ansoger "
    "modtager udgift",
    "CZK": "prijemc nazev+projektu nazev+operace naklady zahajeni zpusobil castka vydaje zadatel registracni+cislo "
    "prispevek+eu ukonceni misto+realizace",
    "EUR": "prijimatel nazov datum+zac vydavk miera miesto operacie ucel upravicen stroski obcina zacetek naziv+oper",
    "NOK": "prosjekt mottaker tildelt tilsagn fylke belop sluttdato stottemottaker slutt+ kommune",
    "PLN": "beneficjent wartosc dofinansowanie tytul+projektu",
    "HUF": "kedvezmenyezett tamogatas palyazo osszeg elszamolhato",
    "RON": "beneficiar+ beneficiarul valoare cheltuieli titlu+proiect titlul+proiect denumire+beneficiar smis judet",
    "BGN": "бенефициент обща+стойност допустими проект безвъзмездна наименование дата",
    "HRK": "korisnik prihvatljiv bespovratna",
}
"""Currency -> stems of its language's column names; "+" is a blank. The euro's are those that resemble another's."""


def currency_of_language(names: Iterable[str], year: int | None) -> str | None:
    """The currency of the country whose language the column names speak; None where the euro serves as well.

    Croatia's is the kuna before 2023.
    """
    joined = f"{' '.join(bare(name) for name in names)} "
    best = max(
        (sum(fold(stem).replace("+", " ") in joined for stem in stems.split()), code)
        for code, stems in _BY_STEM.items()
    )
    if best[0] < 2 or best[1] == "EUR":
        return None
    return None if best[1] == "HRK" and (year or 0) >= 2023 else best[1]


_PLACES = (
    ("GBP", re.compile(r"\b(?:northern ireland|scotland|england|wales|united kingdom|great britain)\b|^uk[a-z0-9]{0,3}$"
                       r"|^[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}$")),
    ("DKK", re.compile(r"^(?:danmark|denmark|dk0?\d{0,2})$")),
    ("SEK", re.compile(r"^(?:sverige|sweden|schweden|se\d{0,3})$")),
    ("PLN", re.compile(r"^(?:polska|poland|polen|pl\d{0,3})$")),
    ("CZK", re.compile(r"^(?:ceska republika|czech republic|czechia|cesko|cz\d{0,3})$")),
    ("HUF", re.compile(r"^(?:magyarorszag|hungary|hu\d{0,3})$")),
    ("RON", re.compile(r"^(?:romania|ro\d{0,3})$")),
    ("BGN", re.compile(r"^(?:българия|bulgaria|bg\d{0,3})$")),
    ("EUR", re.compile(r"^(?:ireland|osterreich|austria|deutschland|germany|finland|suomi|france|italia|italy|espana|"
                       r"spain|portugal|nederland|nl|belgium|belgie|belgique|slovenija|slovenia|slovakia|slovensko|eesti|"
                       r"estonia|latvija|latvia|lietuva|lithuania|malta|cyprus|luxembourg|greece|ελλαδα)$")),
)  # fmt: skip


def currency_of_place(text: str) -> str | None:
    """The currency of a country by its name, NUTS code or the form of its postcodes."""
    key = fold(text)
    return next((code for code, pattern in _PLACES if pattern.search(key)), None)

"""Invented operations in every language of the Union: whose, what, when and how much, the truth that a list is "
"held to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "de": (("Förderung der Ausbildung", "Brücke in Beschäftigung", "Grundbildung für Erwachsene", "Gründungsberatung"),
           ("Beispielverein Nr. {} e. V.", "Muster {} GmbH", "Stadt Musterhausen {}"), ("Görlitz", "Lübeck", "Fürth")),
    "fr": (("Insertion par l’activité", "Accès à la qualification", "École pour tous", "Mobilité des élèves"),
           ("Association Exemple {}", "Société fictive {} SARL", "Commune de Modèle-sur-Rivière {}"),
           ("Besançon", "Nîmes", "Orléans")),
    "it": (("Formazione per l'occupazione", "Città inclusiva", "Servizi per l’autonomia", "Più competenze"),
           ("Cooperativa Esempio {}", "Ente Fittizio {} S.r.l.", "Comune di Prova {}"), ("Forlì", "Cefalù", "Bari")),
    "es": (("Inserción sociolaboral", "Formación de mujeres", "Atención a la niñez", "Itinerarios de búsqueda"),
           ("Asociación Ejemplo {}", "Fundación Ficticia {}", "Ayuntamiento de Muestra {}"),
           ("Logroño", "León", "Ávila")),
    "pt": (("Formação de jovens", "Inclusão pela educação", "Qualificação e ação", "Apoio à criação"),
           ("Associação Exemplo {}", "Empresa Fictícia {}, Lda.", "Município de Amostra {}"),
           ("Évora", "Bragança", "Faro")),
    "pl": (("Aktywizacja młodzieży", "Żłobek w gminie", "Szkoła możliwości", "Wsparcie osób zależnych"),
           ("Stowarzyszenie Przykład {}", "Spółka Wzór {} Sp. z o.o.", "Gmina Przykładów {}"),
           ("Łódź", "Żory", "Świdnica")),
    "cs": (("Podpora zaměstnanosti", "Vzdělávání učitelů", "Sociální služby pro děti", "Dětská skupina"),
           ("Spolek Příklad {}", "Vzorová {} s.r.o.", "Město Ukázkov {}"), ("Žďár", "Třebíč", "Říčany")),
    "sk": (("Podpora zamestnanosti", "Vzdelávanie dospelých", "Komunitné služby", "Škola pre všetkých"),
           ("Združenie Príklad {}", "Vzorová {} s.r.o.", "Obec Ukážkovce {}"), ("Žilina", "Košice", "Ľubica")),
    "hu": (("Ifjúsági foglalkoztatás", "Bölcsőde bővítése", "Közösségi szolgáltatás", "Hátrányos helyzetűek képzése"),
           ("Példa Egyesület {}", "Minta {} Kft.", "Mintaváros Önkormányzata {}"), ("Győr", "Pécs", "Hatvan")),
    "ro": (("Integrare pe piața muncii", "Școală după școală", "Servicii sociale în comunitate", "Formare și ocupare"),
           ("Asociația Exemplu {}", "Firma Model {} S.R.L.", "Comuna Exemplu {}"), ("Iași", "Brăila", "Târgu")),
    "bg": (("Подкрепа за заетост", "Образование за всички", "Социални услуги", "Обучение на младежи"),
           ("Сдружение Пример {}", "Фирма Образец {} ЕООД", "Община Примерово {}"), ("Пловдив", "Русе", "Враца")),
    "el": (("Ενίσχυση της απασχόλησης", "Κέντρο κοινότητας", "Εκπαίδευση ενηλίκων", "Δομές φροντίδας"),
           ("Σύλλογος Παράδειγμα {}", "Εταιρεία Υπόδειγμα {} Α.Ε.", "Δήμος Παραδείγματος {}"),
           ("Κρήτη", "Ήπειρος", "Θράκη")),
    "hr": (("Zapošljavanje žena", "Usluga osobne asistencije", "Učenje kroz rad", "Šira podrška djeci"),
           ("Udruga Primjer {}", "Uzorak {} d.o.o.", "Općina Primjerovac {}"), ("Šibenik", "Požega", "Čakovec")),
    "sl": (("Spodbujanje zaposlovanja", "Večgeneracijski center", "Učenje odraslih", "Šola za vse"),
           ("Društvo Primer {}", "Vzorec {} d.o.o.", "Občina Primerovo {}"), ("Celje", "Škofja Loka", "Črnomelj")),
    "nl": (("Duurzame inzetbaarheid", "Jongeren aan het werk", "Begeleiding naar opleiding", "Arbeidstoeleiding"),
           ("Stichting Voorbeeld {}", "Bedrijf Model {} B.V.", "Gemeente Voorbeeldstad {}"),
           ("Gent", "Venlo", "Breda")),
    "da": (("Vækst gennem læring", "Vejen til beskæftigelse", "Unge på rette spor", "Nye færdigheder"),
           ("Foreningen Eksempel {}", "Mønster {} ApS", "Eksempelby Kommune {}"), ("Aarhus", "Nykøbing", "Sønderborg")),
    "sv": (("Vägen till arbete", "Kompetens för äldreomsorgen", "Unga i förändring", "Språk på jobbet"),
           ("Föreningen Exempel {}", "Mönster {} AB", "Exempelköpings kommun {}"), ("Malmö", "Örebro", "Umeå")),
    "fi": (("Töihin yhdessä", "Nuorten polku työelämään", "Osaamisen kehittäminen", "Hyvinvointia kylälle"),
           ("Esimerkkiyhdistys {} ry", "Malliyritys {} Oy", "Mallilan kaupunki {}"),
           ("Jyväskylä", "Hämeenlinna", "Turku")),
    "et": (("Tööturuteenused noortele", "Õppimine töökohal", "Hooldusteenuse arendamine", "Ühiskondlik ettevõtlus"),
           ("MTÜ Näidis {}", "Näidisfirma {} OÜ", "Näidise vald {}"), ("Võru", "Pärnu", "Jõgeva")),
    "lv": (("Jauniešu nodarbinātība", "Mūžizglītība visiem", "Sociālie pakalpojumi", "Prasmju pilnveide"),
           ("Biedrība Piemērs {}", "SIA Paraugs {}", "Piemēra novada dome {}"), ("Liepāja", "Rēzekne", "Jēkabpils")),
    "lt": (("Jaunimo užimtumas", "Mokymasis visą gyvenimą", "Socialinės paslaugos šeimai", "Įgūdžių ugdymas"),
           ("Asociacija Pavyzdys {}", "UAB Šablonas {}", "Pavyzdžio savivaldybė {}"), ("Šiauliai", "Utena", "Plungė")),
    "en": (("Skills for work", "Pathways to employment", "Inclusive communities", "Support for young people"),
           ("Example Trust {}", "Sample {} Ltd", "Modeltown Council {}"), ("Cork", "Leeds", "Valletta")),
    "no": (("Veien til arbeid", "Læring på arbeidsplassen", "Unge i jobb", "Språk og nettverk"),
           ("Foreningen Eksempel {}", "Mønster {} AS", "Eksempelvik kommune {}"), ("Tromsø", "Bodø", "Hamar")),
}  # fmt: skip
"""Language -> beginnings of titles, names of organisations, places: none is anybody's."""


@dataclass(frozen=True)
class Project:
    """One invented operation. Amounts in whole units with two decimals; ``rate`` in per cent; dates to the day."""

    n: int
    title: str
    beneficiary: str
    start: date
    end: date
    total: Decimal
    eu: Decimal
    granted: Decimal
    rate: int
    place: str
    summary: str


def projects(language: str, n: int = 24, *, whole: bool = False, scale: int = 1) -> list[Project]:
    """``n`` operations; ``whole``: amounts without decimals, ``scale``: how many times larger."""
    titles, owners, places = WORDS[language]
    found = []
    for i in range(n):
        rate = (85, 50, 40, 60)[i % 4]
        total = Decimal(scale * (13_457 + 91_833 * ((7 * i) % n))) + (
            Decimal(0) if whole else Decimal(37 * i % 100) / 100
        )
        start = date(2015, 2, 3) + timedelta(days=53 * i)
        found.append(
            Project(
                n=i + 1,
                title=f"{titles[i % len(titles)]} {places[i % len(places)]} {i + 1}",
                beneficiary=owners[(i // 2) % len(owners)].format(i // 2 + 1),
                start=start,
                end=start + timedelta(days=400 + 17 * i),
                total=total,
                eu=_cut(total * rate / 100, whole=whole),
                granted=_cut(total * (rate + 10) / 100, whole=whole),
                rate=rate,
                place=places[i % len(places)],
                summary=f"{titles[i % len(titles)]}: {titles[(i + 1) % len(titles)].lower()}; "
                f"{titles[(i + 2) % len(titles)].lower()}, {places[(i + 1) % len(places)]}.",
            )
        )
    return found


def _cut(amount: Decimal, *, whole: bool) -> Decimal:
    return amount.quantize(Decimal(1) if whole else Decimal("0.01"))

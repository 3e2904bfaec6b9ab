"""Every parameter of the API. The filters are those of the pages' URLs, with the same ids."""

from __future__ import annotations

from dashboard.api.spec import Param
from dashboard.selection import BASES, NATIONALS, PLACES, SWEDEN

LANG = Param(
    "lang",
    "code",
    "Language of the words: `filter`, `unit`, and the `page` that is linked to.",
    "en",
    ("sv", "en"),
    "sv",
)
SNAPSHOT = Param(
    "snapshot",
    "code",
    "Pins the answer to a snapshot that is kept, so that the same URL gives the same figures. Without it: "
    "the current one. A snapshot that is not kept is a 404.",
    "",
    default=None,
    pattern=r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}",
)
COMMON = (SNAPSHOT, LANG)
FROM = Param(
    "from",
    "code",
    "The earlier snapshot. Without it: the one built before `to`.",
    "",
    default=None,
    pattern=SNAPSHOT.pattern,
)
TO = Param(
    "to",
    "code",
    "The later snapshot; the same as `snapshot`, under the name that goes with `from`.",
    "",
    default=None,
    pattern=SNAPSHOT.pattern,
)

LIMIT = Param("limit", "int", "Rows in an answer.", "10", default=100, least=1, most=1000)
OFFSET = Param("offset", "int", "Rows to skip.", "10", default=0, most=100_000_000)
PAGING = (LIMIT, OFFSET)

FILTERS = (
    Param(
        "lan",
        "codes",
        "Län (county) codes. `SE` = national, `okant` = the source does not tell.",
        "18,03",
        "lan",
    ),
    Param("kommun", "codes", "Kommun (municipality) codes.", "1880", "kommun"),
    Param("register", "codes", "Registries, by source id.", "inkarta", "register"),
    Param("period", "codes", "Programming periods.", "2021-2027", "period"),
    Param("fond", "codes", "Funds or funders, as the registries write them.", "ESF+", "fond"),
    Param("malgrupp", "codes", "Target groups.", "nyanlanda", "malgrupp"),
    Param("tema", "codes", "Programme areas and themes.", "si", "tema"),
    Param("metod", "codes", "Methods of the vocabulary.", "ips", "metod"),
    Param("agare", "codes", "Types of owner.", "kommun", "agare"),
    Param("status", "codes", "Status at the snapshot's date.", "running", "status"),
    Param("belopp", "codes", "`kant`: any amount is known. `okant`: none is.", "kant", "belopp"),
    Param(
        "q",
        "text",
        "Words that all stand in title, summary, owner, registry number or note. Case, accents and Swedish inflection "
        "do not matter.",
        "samverkan",
        most=120,
        words=8,
    ),
)
"""Different filters are combined with and, several ids of one filter with or."""

MEASURE = Param(
    "matt",
    "code",
    "The kind of amount. Measures and currencies are never added to each other.",
    "total_eligible_cost",
    "matt",
    "granted_support",
)
MODE = Param(
    "satt",
    "code",
    "How an operation in several places counts. `split`: each place gets its share, so that 21 län, SE and "
    "okant sum to the unique total to the öre. `touched`: in full in every place, so the rows do not add up.",
    "touched",
    ("split", "touched"),
    "split",
)
PORTFOLIO = Param(
    "portfolj",
    "code",
    "The portfolio: `sverige`, `utland`, or one that was imported. Always one; portfolios are never added together.",
    "sverige",
    "portfolj",
    SWEDEN,
)
BASIS = Param(
    "bas",
    "code",
    "What amounts are told in. `nominal`: as the sources have them. `fast`: kronor in the prices of `price_year` by "
    "the consumer price index. `euro`: at `rate` kronor for a euro, one rate for every year.",
    "euro",
    BASES,
    "nominal",
)
PLACE = Param(
    "plats",
    "code",
    "Which places count. `verksamhet`: the place of activity, else the owner's address. `agare`: the owner's address "
    "only. `bara`: the place of activity only. What is not known counts as `okant`.",
    "bara",
    PLACES,
    "verksamhet",
)
NATIONWIDE = Param(
    "nationella",
    "code",
    "National operations. `apart`: by themselves, as `SE`. `fordela`: spread in equal parts over 21 län, which is an "
    "assumption. `uteslut`: left out of every figure.",
    "fordela",
    NATIONALS,
    "apart",
)
COUNTING = (PORTFOLIO, BASIS, PLACE, NATIONWIDE)
SELECTION = (*FILTERS, MEASURE, MODE, *COUNTING)

LEVEL = Param("level", "code", "Regions of one level only.", "lan", ("riket", "lan", "kommun", "nuts2"))
DRAWN = Param("level", "code", "The level that is drawn.", "kommun", ("lan", "kommun"), "lan")
PLACE = Param(
    "lan",
    "code",
    "What touches this place: a län (county) code, `SE` or `okant`. Money is its part there.",
    "18",
    "lan",
)
LAN = Param("lan", "codes", "The regions of these län (county) codes.", "18", "lan_only")
REGION = Param("region", "codes", "Region codes: `00` is the whole country.", "00,18", "region")
PERIOD = Param("period", "codes", "Years or spans of years, as the publisher writes them.", "2023", "ar")
SEX = Param("sex", "codes", "`K` women, `M` men, `T` all.", "T", ("K", "M", "T"))

CODE = Param("code", "code", "An indicator's code.", "unemployment_15_74", "indikator", where="path")
ID = Param(
    "id",
    "code",
    "An operation's id, as `operation_id` has it; the id of any of its registry records; or a `local_id`.",
    "lumena",
    pattern=".{1,200}",
    where="path",
)

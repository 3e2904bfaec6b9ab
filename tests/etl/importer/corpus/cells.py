"""How authorities write a date, an amount or a share in a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fi": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "de.": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "en.": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "sv.": "jan feb mars apr maj juni juli aug sept okt nov dec",
}


def dots(day: date) -> str:
    """``03.02.2015``."""
    return f"{day:%d.%m.%Y}"


def short_dots(day: date) -> str:
    """``3.2.2015``."""
    return f"{day.day}.{day.month}.{day.year}"


def slashes(day: date) -> str:
    """``03/02/2015``."""
    return f"{day:%d/%m/%Y}"


def american(day: date) -> str:
    """``2/3/2015``, the month first."""
    return f"{day.month}/{day.day}/{day.year}"


def dashes(day: date) -> str:
    """``3-2-2015``."""
    return f"{day.day}-{day.month}-{day.year}"


def iso(day: date) -> str:
    return day.isoformat()


def moment(day: date) -> str:
    """``2015-02-03T00:00:00``."""
    return f"{day.isoformat()}T00:00:00"


def packed(day: date) -> str:
    """``20150203``."""
    return f"{day:%Y%m%d}"


def serial(day: date) -> int:
    """A spreadsheet's day number."""
    return (day - date(1899, 12, 30)).days


def year(day: date) -> int:
    return day.year


def in_words(language: str, form: str = "{d}. {m} {y}") -> Callable[[date], str]:
    """``3. Februar 2015``, or as ``form`` says with ``d``, ``m``, ``y`` and two-digit ``yy``."""
    names = MONTHS[language].split()
    return lambda day: form.format(d=day.day, m=names[day.month - 1], y=day.year, yy=f"{day.year % 100:02}")


def quarter(day: date) -> str:
    """``Q1 2015``."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def _grouped(amount: Decimal, group: str, mark: str) -> str:
    whole, fraction = f"{amount:,.2f}".split(".")
    return whole.replace(",", group) + mark + fraction


def german(amount: Decimal) -> str:
    """``1.234,56``."""
    return _grouped(amount, ".", ",")


def spaced(amount: Decimal) -> str:
    """``1 234,56`` with a no-break space."""
    return _grouped(amount, "\u00a0", ",")


def narrow(amount: Decimal) -> str:
    """``1 234,56`` with a narrow no-break space."""
    return _grouped(amount, "\u202f", ",")


def english(amount: Decimal) -> str:
    """``1,234.56``."""
    return _grouped(amount, ",", ".")


def swiss(amount: Decimal) -> str:
    """``1'234.56``."""
    return _grouped(amount, "'", ".")


def comma(amount: Decimal) -> str:
    """``1234,5``, without closing noughts."""
    return plain(amount).replace(".", ",")


def plain(amount: Decimal) -> str:
    """``1234.5``, without closing noughts."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(amount: Decimal) -> float | int:
    """As a spreadsheet holds it."""
    return int(amount) if amount == int(amount) else float(amount)


def groups(amount: Decimal) -> str:
    """``1.234.567``: thousands, no decimals."""
    return f"{amount:,.0f}".replace(",", ".")


def space_groups(amount: Decimal) -> str:
    """``1 234 567``."""
    return f"{amount:,.0f}".replace(",", " ")


def last_day(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

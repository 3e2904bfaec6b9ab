"""What stands where a count of persons is hidden: two dots that say what they are, and the rule in words."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import series
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import indicators, provenance


def is_hidden(row: Row) -> bool:
    """Whether a value is suppressed, here or by its publisher."""
    return row["value"] is None and row.get("flag") == "s"


def mark(v: View) -> Markup:
    """Two dots, and to a screen reader what they mean."""
    return Markup('<span title="{}"><span aria-hidden="true">..</span><span class="ik-hidden">{}</span></span>').format(
        v.t("hidden.mark"), v.t("hidden.mark")
    )


def value(v: View, row: Row, indicator: Row) -> str | Markup:
    """An indicator's value as the page writes it, two dots where it is suppressed."""
    return mark(v) if is_hidden(row) else series.shown(v, indicator, row)


def rule(v: View) -> str:
    """The threshold in words."""
    least = provenance.min_count(v.w)
    return v.t("hidden.note", most=least - 1) if least > 1 else v.t("hidden.off")


def note(v: View, *rows: Row) -> Markup:
    """The rule, when one of the rows is hidden."""
    return parts.source(rule(v)) if any(map(is_hidden, rows)) else Markup("")


def section(v: View) -> None:
    """What is protected on *Källor*: the rule, and how many figures are hidden of each kind."""
    areas = [r for r in provenance.disclosure(v.w) if r["hidden"]]
    titles = {code: v.of(one) for code, one in indicators.titles(v.w).items()}
    layout.html(
        parts.heading(2, v.t("hidden.title")),
        Markup("<p>{}</p>").format(" ".join([rule(v), v.t("hidden.planned"), v.t("hidden.sums")])),
        parts.table(
            [v.t("hidden.area"), v.t("hidden.cells"), v.t("hidden.hidden")],
            [
                [
                    v.t("hidden.participants") if r["area"] == "participants" else titles[r["area"]],
                    v.n(r["cells"]), v.n(r["hidden"]),
                ]
                for r in areas
            ],
            label=v.t("hidden.title"), numeric=(1, 2),
        ) if areas else Markup(""),
    )  # fmt: skip

"""Who answers what has changed between two snapshots."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

from starlette.responses import Response

from dashboard import layout
from dashboard.api import resources
from dashboard.api.answers import envelope
from dashboard.api.rows import pick
from dashboard.api.spec import BASE, Asked, Json, ProblemError
from dashboard.db import Comparison, IncomparableError, Kept, Row, kept
from dashboard.questions import changes, export

_CHANGE = ("kind", "portfolio", "before_id", "after_id", "title_sv", "title_en", "beneficiary", "because",
           "status_before", "status_after", "status_cause", "fields")  # fmt: skip
_VALUE = ("indicator_code", "region_code", "period", "sex", "kind", "before", "after", "flag_before", "flag_after")
_SUM = (
    "portfolio",
    "measure",
    "currency",
    "before",
    "new",
    "withdrawn",
    "merged",
    "split",
    "changed",
    "moved",
    "after",
)
_VALUES = 1000


def changes_between(asked: Asked) -> Response:
    """The changes from ``from`` to ``to``, or to the snapshot that answers; nothing when there is no earlier one."""
    every = {k.snapshot_id: k for k in kept(layout.snapshot_folder())}
    to = every[asked.w.snapshot_id]
    if asked.values["to"] not in (None, to.snapshot_id):
        raise ProblemError(
            400, "'to' and 'snapshot' name two snapshots; give one of them.", parameter="to",
            value=asked.values["to"], allowed=[to.snapshot_id],
        )  # fmt: skip
    given = asked.values["from"]
    if given is not None and given not in every:
        raise ProblemError(404, "This snapshot is not kept here.", parameter="from", value=given, allowed=sorted(every))
    earlier = changes.earlier(layout.snapshot_folder(), asked.w)
    then = every[given] if given else earlier[0] if earlier else None
    licence = export.licences(asked.w, "", asked.sel.lang)
    about: Json = {"to": _version(to), "filter": resources.words(asked)}
    if then is None:
        empty: Json = {name: [] for name in ("counts", "sums", "indicators", "indicator_values")}
        return envelope(asked, [], 0, licence, **about, **{"from": None}, is_other_rules=None, **empty)
    try:
        c = Comparison(then.path, to.path)
    except IncomparableError as error:
        raise ProblemError(
            400, "The two were built by versions of the program too far apart to be compared.", parameter="from",
            value=then.snapshot_id, allowed=[k.snapshot_id for k in every.values()
                                             if k.schema_version == to.schema_version],
        ) from error  # fmt: skip
    code = asked.values["lan"] or changes.WHOLE
    found = changes.rows(c, code, limit=asked.values["limit"], offset=asked.values["offset"])
    total = sum(r["rows"] for r in changes.counts(c, code))
    return envelope(
        asked,
        [_change(r, then, to) for r in found],
        total,
        licence,
        **about,
        **{"from": _version(then)},
        is_other_rules=changes.versions(c)["is_other_rules"],
        counts=[{name: n for name, n in r.items() if name != "code"} for r in changes.counts(c, code)],
        sums=[pick(r, *_SUM) for r in changes.ledger(c, code)],
        indicators=[{**r, "periods": r["periods"] or []} for r in changes.indicators(c, code)],
        indicator_values=[pick(r, *_VALUE) for r in changes.values(c, code, _VALUES)],
    )


def _version(k: Kept) -> Json:
    return {"snapshot_id": k.snapshot_id, "as_of": k.as_of, "built_at": k.built_at}


def _change(r: Row, then: Kept, to: Kept) -> Json:
    own, at = (r["before_id"], then) if r["kind"] in ("withdrawn", "merged") else (r["after_id"], to)
    return {
        **pick(r, *_CHANGE),
        "place_codes_before": sorted(r["codes_before"] or []),
        "place_codes_after": sorted(r["codes_after"] or []),
        "amounts": [
            {**a, "difference": (a["after"] or Decimal("0.00")) - (a["before"] or Decimal("0.00"))}
            for a in r["amounts"]
        ],
        "url": f"{BASE}/operations/{quote(own, safe=':')}?snapshot={at.snapshot_id}",
    }

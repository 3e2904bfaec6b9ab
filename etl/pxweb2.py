"""Statistical tables of PxWebApi 2 (SCB and others): any table by its id, fetched within the service's own limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from etl.jsonstat import category_codes
from etl.pxweb import PxWebTable
from etl.spec import Remote, SourceError

if TYPE_CHECKING:
    from etl.polite import JsonApi

SCB = "https://statistikdatabasen.scb.se/api/v2/"


@dataclass(frozen=True)
class PxWeb2Table(PxWebTable):
    """A table of PxWebApi 2; the remote's address is ``tables/ID``. A record is one cell, as in version 1."""

    def document(self, remote: Remote, api: JsonApi) -> dict[str, Any]:
        """Every region, period and sex of the series, in calls of as many cells as the service allows.

        Raises :class:`SourceError` before anything is asked for when a variable or a fixed value is not in the table,
        or when a variable is neither declared nor one that the service adds up by itself.
        """
        config = api.get("config")
        api.pace(int(config["maxCallsPerTimeWindow"]), float(config["timeWindow"]))
        offered: Mapping[str, Any] = api.get(f"{remote.url}/metadata", {"lang": "sv"})["dimension"]
        asked = self._asked(remote.name, offered)
        names = self.dimensions
        most = int(config["maxDataCells"])
        per_pair = prod(len(codes) for name, codes in asked.items() if name not in (names.region, names.period))
        parts = []
        for regions in _chunks(asked[names.region], most // per_pair):
            for periods in _chunks(asked[names.period], most // (per_pair * len(regions))):
                chosen = asked | {names.region: regions, names.period: periods}
                selection = [{"variableCode": name, "valueCodes": codes} for name, codes in chosen.items()]
                parts.append(
                    api.post(
                        f"{remote.url}/data", {"selection": selection}, {"lang": "sv", "outputFormat": "json-stat2"}
                    )
                )
        return {"parts": parts}

    def _asked(self, file: str, offered: Mapping[str, Any]) -> dict[str, list[str]]:
        names = self.dimensions
        table = self.INDICATORS[0].table_id
        lacking = [name for name in names.names if name not in offered]
        if lacking:
            raise SourceError(
                f"{file}: table {table} has no variable {lacking[0]!r}; it has {', '.join(offered)}. "
                "Correct the name in the declaration."
            )
        codes = {name: category_codes(variable["category"]) for name, variable in offered.items()}
        for name in offered:
            adds_up = bool((offered[name].get("extension") or {}).get("elimination"))
            if name not in names.names and not adds_up:
                raise SourceError(
                    f"{file}: variable {name!r} of table {table} is not declared. Fix it at one of its values: "
                    f"{_listed(offered[name], codes[name])}."
                )
        for name, code in names.chosen.items():
            if code not in codes[name]:
                raise SourceError(
                    f"{file}: {name!r} of table {table} has no value {code!r}. Choose one of: "
                    f"{_listed(offered[name], codes[name])}."
                )
        asked = {name: codes[name] for name in names.names} | {name: [code] for name, code in names.chosen.items()}
        asked[names.region] = [code for code in codes[names.region] if self._is_region(code)]
        if names.sex:
            asked[names.sex] = [code for code in codes[names.sex] if code in names.sexes]
        empty = [name for name, found in asked.items() if not found]
        if empty:
            raise SourceError(
                f"{file}: none of the declared values of {empty[0]!r} is in table {table}. It has: "
                f"{_listed(offered[empty[0]], codes[empty[0]])}."
            )
        return asked


def _listed(variable: Mapping[str, Any], codes: list[str], most: int = 8) -> str:
    labels = variable["category"].get("label") or {}
    shown = [f"{code} ({labels[code]})" if labels.get(code, code) != code else code for code in codes[:most]]
    return ", ".join(shown) + (f" and {len(codes) - most} more" if len(codes) > most else "")


def _chunks(codes: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(codes), max(1, size)):
        yield codes[start : start + max(1, size)]

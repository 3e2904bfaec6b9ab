"""The questions in pandas, on frames that are in memory; columns of few values are categories."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import pandas as pd

from bench.peers.flat.essence import FIRST, MOST, OWN, SEVERAL, Chosen, Rows

_ORDER = {"turn": True, "period": False, "start": False, "title": True, "id": True}


class Frames:
    """Asks the frames ``op``, ``place``, ``kommun``, ``target``, ``party`` and ``need``."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._frames = frames

    def total(self, chosen: Chosen) -> Rows:
        found = self._found(chosen)
        return [(len(found), int((found["status"] == "running").sum()), found["granted"].sum(min_count=1))]

    def by(self, facet: str, chosen: Chosen) -> Rows:
        found = self._found(chosen)
        if facet in OWN:
            return _told(found, [OWN[facet]])
        return _told(self._frames[SEVERAL[facet]].merge(found[["id", "granted"]], on="id"), ["code"])

    def beside(self, chosen: Chosen) -> Rows:
        placed = self._frames["place"].merge(self._found(chosen)[["id", "granted"]], on="id")
        told = pd.DataFrame(_told(placed, ["code"]), columns=["code", "n", "granted"])
        return _rows(self._frames["need"].merge(told, on="code"))

    def first(self, chosen: Chosen) -> Rows:
        ordered = self._found(chosen).sort_values(list(_ORDER), ascending=list(_ORDER.values()))
        return _rows(ordered[["id", "title", "granted"]].head(FIRST))

    def amounts(self, chosen: Chosen) -> Rows:
        told = self._found(chosen)["granted"].dropna().sort_values()
        n = len(told)
        return [(n, told.sum(min_count=1), *(told.iloc[ceil(n * q) - 1] if n else None for q in (0.5, 0.9)))]

    def owners(self, chosen: Chosen) -> Rows:
        owned = self._found(chosen).dropna(subset="owner")
        told = pd.DataFrame(_told(owned, ["owner"]), columns=["owner", "n", "granted"])
        return _rows(told.sort_values(["granted", "n", "owner"], ascending=[False, False, True]).head(MOST))

    def common(self, one: Chosen, other: Chosen) -> Rows:
        here, there = (self._found(chosen)["owner"].dropna().unique() for chosen in (one, other))
        return [(len(set(here) & set(there)),)]

    def actors(self, chosen: Chosen) -> Rows:
        told = self._party(chosen).groupby(["actor", "name"]).size().reset_index(name="n")
        return _rows(told.sort_values(["n", "actor"], ascending=[False, True]).head(MOST))

    def pairs(self, chosen: Chosen) -> Rows:
        party = self._party(chosen)
        party = party.loc[party["works"], ["id", "actor", "name"]]
        both = party.merge(party, on="id")
        both = both[both["actor_x"] < both["actor_y"]]
        by = ["actor_x", "actor_y", "name_x", "name_y"]
        told = both.groupby(by).size().reset_index(name="n")
        return _rows(told.sort_values(["n", "actor_x", "actor_y"], ascending=[False, True, True]).head(MOST))

    def _party(self, chosen: Chosen) -> pd.DataFrame:
        party = self._frames["party"]
        return party[party["id"].isin(self._found(chosen)["id"])]

    def _found(self, chosen: Chosen) -> pd.DataFrame:
        """The operations that are chosen."""
        op = self._frames["op"]
        mask = pd.Series(True, index=op.index)
        for facet, values in chosen.items():
            if facet == "q":
                for word in values:
                    mask &= op["text"].str.contains(word, regex=False)
            elif values and facet in OWN:
                mask &= op[OWN[facet]].isin(values)
            elif values:
                many = self._frames[SEVERAL[facet]]
                mask &= op["id"].isin(many.loc[many["code"].isin(values), "id"])
        return op[mask]


def _told(found: pd.DataFrame, by: list[str]) -> Rows:
    """Operations and their sum by a column."""
    groups = found.groupby(by, observed=True, dropna=False)["granted"]
    return _rows(pd.concat([groups.size(), groups.sum(min_count=1)], axis=1).reset_index())


def _rows(frame: pd.DataFrame) -> Rows:
    return list(frame.itertuples(index=False, name=None))

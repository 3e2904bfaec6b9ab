"""The numbers of the stock page, straight from the CSV files with pandas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from bench.peers import DATA

AS_OF = pd.Timestamp("2026-11-23")
INDICATOR = "unemployment_15_74"


@dataclass(frozen=True)
class Tables:
    """The files, read and no more."""

    initiatives: pd.DataFrame
    amounts: pd.DataFrame
    lan: pd.DataFrame
    kommun: pd.DataFrame
    catalogue: pd.DataFrame
    values: pd.DataFrame


def read() -> Tables:
    """Every file that the page needs."""

    def csv(name: str) -> pd.DataFrame:
        return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)

    values = pd.concat(
        pd.read_csv(path, dtype={"region_code": str, "period": str}).assign(code=path.stem)
        for path in sorted((DATA / "indicators/values").glob("*.csv"))
    )
    amounts = csv("initiatives/amounts.csv")
    amounts["amount"] = amounts["amount"].astype(float)
    return Tables(
        csv("initiatives/initiatives.csv"), amounts, csv("regions/lan.csv"), csv("regions/kommun.csv"),
        csv("indicators/catalogue.csv"), values[values["sex"] == "T"],
    )  # fmt: skip


def of_lan(t: Tables, lan: str) -> pd.DataFrame:
    """The län's initiatives, with their number of places, start, end and status on the day."""
    own = t.initiatives[[lan in codes.split("|") for codes in t.initiatives["lan_codes"]]].copy()
    own["first"] = pd.to_datetime(own["start"], format="ISO8601", errors="coerce")
    own["last"] = [_last_day(text) for text in own["end"]]
    own["now"] = [_status(row) for _, row in own.iterrows()]
    return own


def headline(t: Tables, lan: str) -> dict[str, Any]:
    """The figures at the top of the page: initiatives, running, granted_sek, population, value, rank."""
    own = of_lan(t, lan)
    granted = t.amounts[(t.amounts["measure"] == "granted_support") & (t.amounts["currency"] == "SEK")]
    shown = latest(t, INDICATOR)
    ranked = shown[shown["region_code"] != "00"].set_index("region_code")["value"].rank(method="min")
    people = latest(t, "population").set_index("region_code")["value"]
    values = shown.set_index("region_code")["value"]
    return {
        "initiatives": len(own),
        "running": int((own["now"] == "running").sum()),
        "granted_sek": round(float(granted[granted["initiative_id"].isin(own["initiative_id"])]["amount"].sum()), 2),
        "population": float(people[lan]),
        "value": float(values[lan]) if lan in values else None,
        "rank": int(ranked[lan]) if lan in ranked else None,
    }


def latest(t: Tables, code: str) -> pd.DataFrame:
    """An indicator's newest period that has län."""
    values = t.values[t.values["code"] == code]
    lans = values[values["region_code"].isin(t.lan["lan_code"])]
    return values[(values["period"] == lans["period"].max()) & (values["region_code"].str.len() == 2)]


def trend(t: Tables, code: str, lan: str) -> pd.DataFrame:
    """The series of the län, riket and three more."""
    others = [other for other in t.lan["lan_code"] if other != lan][:3]
    return t.values[(t.values["code"] == code) & t.values["region_code"].isin([lan, "00", *others])]


def profile(t: Tables, lan: str) -> pd.DataFrame:
    """Every indicator at its newest period: the län, riket and its rank."""
    rows = []
    for _, one in t.catalogue.iterrows():
        shown = latest(t, one["code"]).set_index("region_code")["value"]
        lans = shown.drop("00", errors="ignore")
        rank = lans.rank(method="min", ascending=one["better"] == "low")
        rows.append(
            {"indikator": one["title_sv"], "värde": shown.get(lan), "riket": shown.get("00"), "plats": rank.get(lan)}
        )
    return pd.DataFrame(rows)


def by_period(t: Tables, lan: str) -> pd.DataFrame:
    """Granted support by programming period."""
    granted = t.amounts[(t.amounts["measure"] == "granted_support") & (t.amounts["currency"] == "SEK")]
    joined = of_lan(t, lan).merge(granted, on="initiative_id", how="left")
    return joined.groupby("period", as_index=False)["amount"].sum()


def by_many(own: pd.DataFrame, column: str) -> pd.DataFrame:
    """How many of the initiatives name each value of a column that holds several."""
    named = own[column].str.split("|").explode().str.strip()
    return named[named != ""].value_counts().rename_axis(column).reset_index(name="initiativ")


def _last_day(text: str) -> pd.Timestamp:
    if not text:
        return pd.NaT  # type: ignore[return-value]
    return pd.Period(text, freq={4: "Y", 7: "M"}.get(len(text), "D")).end_time.normalize()


def _status(row: pd.Series) -> str:  # type: ignore[type-arg]
    if row["last"] < AS_OF:
        return "ended"
    if row["first"] > AS_OF:
        return "planned"
    if pd.notna(row["first"]) and pd.notna(row["last"]):
        return "running"
    return {"avslutat": "ended", "pågående": "running", "beviljat": "granted"}.get(row["status"], "unknown")

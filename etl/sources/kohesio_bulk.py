"""Kohesio's operations as sets: SQL over the cells that few records share, and which other cells belong together."""

from __future__ import annotations

from etl.bulk import Amount, Bulk, Shared

_ENTITY = "regexp_extract(Operation_Unique_Identifier, '[A-Za-z0-9_]+$')"
_NUMBER = {
    "2014-2020": ("^([0-9]{4}/[0-9]{5})$", "^(20[0-9]{6})$"),
    "2021-2027": ("_([0-9]{2}-[0-9]{3}-S[0-9]+)$", "^([0-9]{4}/[0-9]{5})$"),
}
"""As in :mod:`etl.sources.kohesio`, for identifiers in ASCII."""
_TOTAL, _EU = (
    f"TRY_CAST({name} AS DECIMAL(18, 2))" for name in ("Total_Eligible_Expenditure_amount", "Project_EU_Budget")
)
_RATE = "TRY_CAST(Cofinancing_Rate AS DOUBLE)"
_CURRENCY = "coalesce(nullif(Total_Eligible_Expenditure_Currency, ''), 'EUR')"
_AMOUNT = r"'([0-9]{1,15}(\.[0-9]{1,2})?)?'"
_PROOF = f"""
regexp_full_match(Operation_Unique_Identifier, 'https://linkedopendata\\.eu/entity/[A-Za-z0-9_]+')
AND regexp_full_match(Operation_Local_Identifier, '[ -~]*')
AND Operation_Name_Programme_Language <> ''
AND (its_end_date IS NULL OR its_start_date IS NULL OR its_start_date <= its_end_date)
AND regexp_full_match(Total_Eligible_Expenditure_amount, {_AMOUNT}) AND regexp_full_match(Project_EU_Budget, {_AMOUNT})
AND (Cofinancing_Rate = '' OR {_RATE} IS NOT NULL)
AND coalesce(abs({_EU}::DOUBLE / {_TOTAL}::DOUBLE - {_RATE} / 100) < 0.0099,
    {_EU} IS NULL OR {_TOTAL} IS NULL OR {_RATE} IS NULL)
"""


def bulk(period: str, is_flat_rate: bool) -> Bulk:
    """What :class:`etl.sources.kohesio.Kohesio` does, for records that it has no complaint about."""
    objective = ("Specific_Objective_ID",) if period == "2021-2027" else ()
    first, second = (f"nullif(regexp_extract(Operation_Local_Identifier, '{one}', 1), '')" for one in _NUMBER[period])
    is_seen = f"CASE WHEN regexp_full_match({_ENTITY}, 'Q[0-9]+') THEN"
    return Bulk(
        sample={
            "Operation_Unique_Identifier": "https://linkedopendata.eu/entity/SAMPLE",
            "Operation_Name_Programme_Language": "Sample", "Country": "Sweden",
        },
        own={
            "local_id": _ENTITY,
            "diarienummer": f"coalesce({first}, {second})",
            "title_sv": "Operation_Name_Programme_Language",
            "title_en": "nullif(Operation_Name_English, '')",
            "summary_sv": "nullif(Operation_Summary_Programme_Language, '')",
            "summary_en": "nullif(Operation_Summary_English, '')",
            "source_url": f"{is_seen} 'https://kohesio.ec.europa.eu/en/projects/' || {_ENTITY} END",
            "source_title": f"{is_seen} 'Kohesio' END",
        },
        amounts=(
            Amount("total_eligible_cost", _TOTAL, _CURRENCY, "Total_Eligible_Expenditure_amount"),
            Amount("eu_contribution", _EU, _CURRENCY, "Project_EU_Budget", is_flat_rate),
        ),
        shared=(
            Shared(("Country", "Programming_Period", "Cofinancing_Rate", "Total_Eligible_Expenditure_Currency")),
            Shared(("Operation_Start_Date",), ("start_date", "start_precision")),
            Shared(("Operation_End_Date",), ("end_date", "end_precision")),
            Shared(("NUTS3_Code", "Location_Indicator_latitude_longitude"), (), ("operation_location",)),
            Shared(("Beneficiary_Name", "Beneficiary_Local_Identifier"), (), ("operation_party",)),
            Shared(
                ("Programme_Code", "Programme_Name", "ManagingAuthority", "Fund_Code", *objective,
                 "Category_Of_Intervention", "Category_Label", "Thematic_Objective_ID", "Thematic_Objective_Label",
                 "Policy_Objective_ID", "Policy_Objective_Label"),
                ("cci", "fund_code", "specific_objective", "is_social_innovation", "si_basis"),
                ("programme", "operation_theme"),
            ),
        ),
        proof=_PROOF,
    )  # fmt: skip

"""Dimensions and attributes of UN observations, and the codes they use.

The service spells one dimension in several ways (`[Level status]`,
`Level/Status`, `Type_of_household`), and one code in up to three: the API's
(`15+`), SDMX's (`Y_GE15`) and the slug of the October 2020 bulk file (`15`).
`codes.csv` maps them to the API's; `universe.csv` says, by series, which code
is the whole of what a series measures.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent

#: Reviewed mapping of code spellings: dimension, code, canonical.
CODES_CSV = HERE / "codes.csv"
#: Reviewed list of codes that mean the whole: series_code, dimension, code, kind, reason.
UNIVERSE_CSV = HERE / "universe.csv"
#: Unit multipliers as codes or words (in small letters), and the power of ten that they mean.
MULTIPLIERS_CSV = HERE / "multipliers.csv"

#: Columns that describe an observation and do not identify it.
ATTRIBUTES = frozenset({"nature", "units", "observation_status", "unit_multiplier", "freq"})

#: Other spellings of one column, the API's, the portal's and SDMX's.
_SPELLINGS = {
    "multiplier": "unit_multiplier",
    "unitmultiplier": "unit_multiplier",
    "unit_mult": "unit_multiplier",
    "unitmult": "unit_multiplier",
    "unit": "units",
    "unit_measure": "units",
    "obs_status": "observation_status",
    "reportingtype": "reporting_type",
}

#: Identifies an observation, but is no breakdown of a population.
REPORTING_TYPE = "reporting_type"

#: Dimensions with a column of their own in the warehouse; the rest share one MAP.
COMMON = ("sex", "age", "location")

#: Every dimension that releases from 2019 to 2026 are known to carry.
KNOWN_DIMENSIONS = frozenset(
    """
    activity age bioclimatic_belt bounds cause_of_death cities counterpart custom_breakdown deviation_level
    disability_status education_level fiscal_intervention_stage food_waste_sector
    frequency_of_chlorophyll_a_concentration government_name grounds_of_discrimination
    hazard_type ihr_capacity illicit_financial_flows land_cover level_of_government level_of_requirement
    level_status location
    migratory_status mode_of_transportation mountain_elevation name_of_international_institution
    name_of_non_communicable_disease nutrient_loading parliamentary_committees policy_domains policy_instruments
    population_group quantile report_ordinal reporting_type sampling_stations service_attribute
    severity_of_price_levels sex substance_use_disorders type_of_household type_of_occupation
    type_of_ofdi_scheme
    type_of_product type_of_renewable_technology type_of_skill type_of_speed type_of_support
    type_of_waste_treatment
    """.split()
)


def column_key(cell: str) -> str:
    """One spelling for a column name: `[Level status]` and `Level/Status` -> `level_status`.

    Spellings of one known column give its name: `[UnitMultiplier]` and
    `UNIT_MULT` -> `unit_multiplier`.
    """
    key = re.sub(r"[^a-z0-9]+", "_", cell.strip().strip("[]").strip().lower()).strip("_")
    return _SPELLINGS.get(key, key)

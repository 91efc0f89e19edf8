"""The UN's SDMX data structure of SDG indicators: its components, and its codes for those of the warehouse."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.registry.dimensions import UNIVERSE_CSV

#: Derived from the UN's lists and files by `localsdg.maintenance.sdmx_codes`: dimension, code, sdmx, basis.
SDMX_CSV = Path(__file__).parent / "sdmx_codes.csv"
#: The dataflow of the Global Database, in the version whose keys have the dimensions below.
DATAFLOW = "IAEG-SDGs:DF_SDG_GLH(1.26)"
#: Dimensions of the data structure `IAEG-SDGs:SDG`, in the order of its keys.
DIMENSIONS = (
    "FREQ",
    "REPORTING_TYPE",
    "SERIES",
    "REF_AREA",
    "SEX",
    "AGE",
    "URBANISATION",
    "INCOME_WEALTH_QUANTILE",
    "EDUCATION_LEV",
    "OCCUPATION",
    "CUST_BREAKDOWN",
    "COMPOSITE_BREAKDOWN",
    "DISABILITY_STATUS",
    "ACTIVITY",
    "PRODUCT",
    "TIME_PERIOD",
)
#: Attributes of an observation that the warehouse has something for.
ATTRIBUTES = (
    "UNIT_MEASURE",
    "UNIT_MULT",
    "OBS_STATUS",
    "NATURE",
    "SOURCE_DETAIL",
    "TIME_DETAIL",
    "COMMENT_OBS",
    "BASE_PER",
    "UPPER_BOUND",
    "LOWER_BOUND",
)
#: The component that holds a dimension or attribute of the service. What has no dimension of its own is composite.
COMPONENTS = {
    "sex": "SEX",
    "age": "AGE",
    "location": "URBANISATION",
    "quantile": "INCOME_WEALTH_QUANTILE",
    "education_level": "EDUCATION_LEV",
    "type_of_occupation": "OCCUPATION",
    "custom_breakdown": "CUST_BREAKDOWN",
    "disability_status": "DISABILITY_STATUS",
    "activity": "ACTIVITY",
    "type_of_product": "PRODUCT",
    "level_status": "COMPOSITE_BREAKDOWN",
    "migratory_status": "COMPOSITE_BREAKDOWN",
    "mode_of_transportation": "COMPOSITE_BREAKDOWN",
    "type_of_skill": "COMPOSITE_BREAKDOWN",
    "policy_domains": "COMPOSITE_BREAKDOWN",
    "reporting_type": "REPORTING_TYPE",
    "units": "UNIT_MEASURE",
    "nature": "NATURE",
}
#: SDMX's code list of observation status; the releases use these codes themselves.
OBS_STATUS = frozenset("ABDEFGHIJKLMNOPQSTUV")


@cache
def sdmx_codes() -> dict[str, dict[str, str]]:
    """The SDMX code of each code, by dimension; `total` is `_T`, total or no breakdown."""
    found: dict[str, dict[str, str]] = {}
    for row in read_rows(SDMX_CSV):
        found.setdefault(row["dimension"], {"total": "_T"})[row["code"]] = row["sdmx"]
    return found


@cache
def published_totals() -> dict[tuple[str, str], str]:
    """The code behind `total` by series and dimension, where a release publishes the total under a code of its own."""
    return {
        (row["series_code"], row["dimension"]): row["code"] for row in read_rows(UNIVERSE_CSV) if row["kind"] == "total"
    }

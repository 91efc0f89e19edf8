"""The label of a breakdown: its dimensions in one text, so that rows can be told apart and named, or compared.

The dimensions of a row are data (`evidence.metric_value.dimensions`); the label is
derived from them here and nowhere else, and is never read back: a unit or a title may
hold `;` and `=`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: SQL function with the same result as `breakdown_label`; null where the map is null.
LABEL_MACRO = (
    "create or replace macro breakdown_label(dimensions) as array_to_string(list_transform("
    "map_entries(dimensions), lambda one: one.key || '=' || one.value), '; ')"
)

#: SQL function: what tells two official observations of a series, area and year apart, '' for the total. Dimensions
#: that are total are left out and codes are canonical, so that a record has the same key in a release in which the
#: series gained a dimension, and in any order of its dimensions.
KEY_MACRO = (
    "create or replace macro disaggregation_key(is_total, sex, age, location, reporting_type, dimensions) as "
    "if(is_total, '', concat_ws('; ', 'sex=' || nullif(sex, 'total'), 'age=' || nullif(age, 'total'), "
    "'location=' || nullif(location, 'total'), 'reporting_type=' || nullif(reporting_type, 'G'), "
    "nullif(array_to_string(list_sort(list_transform("
    "list_filter(map_entries(dimensions), lambda one: one.value <> 'total'), "
    "lambda one: one.key || '=' || one.value)), '; '), '')))"
)


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Make the SQL functions of this module on a connection on which models run."""
    con.execute(LABEL_MACRO)
    con.execute(KEY_MACRO)


def breakdown_label(dimensions: Mapping[str, str]) -> str:
    """`name=value; …` in the order of the map, '' for the total.

    The order is that in which the metric names its dimensions, the same in all rows of a metric.
    """
    return "; ".join(f"{name}={value}" for name, value in dimensions.items())

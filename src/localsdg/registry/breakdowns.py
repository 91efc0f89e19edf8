"""The label of a breakdown: its dimensions in one text, so that rows can be told apart and named.

The dimensions of a row are data (`evidence.metric_value.dimensions`); the label is
derived from them here and nowhere else, and is never read back: a unit or a title may
hold `;` and `=`.
"""

from __future__ import annotations

from collections.abc import Mapping

#: SQL function with the same result as `breakdown_label`; null where the map is null.
LABEL_MACRO = (
    "create or replace macro breakdown_label(dimensions) as array_to_string(list_transform("
    "map_entries(dimensions), lambda one: one.key || '=' || one.value), '; ')"
)


def breakdown_label(dimensions: Mapping[str, str]) -> str:
    """`name=value; …` in the order of the map, '' for the total.

    The order is that in which the metric names its dimensions, the same in all rows of a metric.
    """
    return "; ".join(f"{name}={value}" for name, value in dimensions.items())

"""The parts of a comparison of two published files: what each reads, and what a file must have for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_HEADLINES: Mapping[str, tuple[str, ...]] = {
    "evidence.metric_value": ("metric_id", "area_code", "breakdown", "year", "value", "is_headline_year"),
    "evidence.metric": ("metric_id", "title", "unit"),
    "core.area": ("area_code", "name", "kind"),
    "core.local_government": ("local_government_id", "name"),
}
_UN: dict[str, tuple[str, ...]] = {
    "core.observation": ("dataset_id", "series_code", "release", "area_code", "year", "breakdown", "value", "is_total"),
    "core.series_release": ("dataset_id", "series_code", "release", "is_latest"),
    "core.series": ("series_code", "description"),
}
_GOVERNMENT: dict[str, tuple[str, ...]] = {"core.local_government": ("local_government_id", "name", "area_code")}
_LOCAL: dict[str, tuple[str, ...]] = _GOVERNMENT | {
    "core.local_observation": ("site_id", "local_indicator_id", "local_government_id", "year", "dimensions", "value"),
}
_UN_TABLES, _GOVERNMENTS = ("series_pair", "un_change"), "wanted_government"


@dataclass(frozen=True)
class Part:
    """One file of sql/diff/publications: its title, the tables in memory it reads, the columns a file must have."""

    name: str
    title: str
    reads: tuple[str, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_of_data: bool = True  # nothing of it differs where the content hashes are equal
    is_whole_list: bool = False  # every value: only where it is asked for


PARTS = (
    Part("metrics", "Headlines of the metrics", ("headline_change",), _HEADLINES),
    Part("headlines", "Headlines by metric", ("headline_change",), _HEADLINES),
    Part(
        "movers",
        "Biggest movers",
        (*_UN_TABLES, "local_change", _GOVERNMENTS),
        {
            **_UN,
            **_LOCAL,
            "core.area": ("area_code", "name", "kind"),
            "core.local_indicator": ("site_id", "local_indicator_id", "title"),
        },
    ),
    Part("series", "UN series", _UN_TABLES, _UN),
    Part("local", "Local governments", ("local_change", _GOVERNMENTS), _LOCAL),
    Part("actions", "Actions", (_GOVERNMENTS,), _GOVERNMENT | {"core.action": ("action_id", "title", "dataset_id")}),
    Part(
        "reviews",
        "Reviews",
        (_GOVERNMENTS,),
        _GOVERNMENT | {"core.review": ("review_id", "local_government_id", "review_year")},
    ),
    Part("sources", "Sources and releases", (), {"meta.dataset": ("source", "release")}, is_of_data=False),
    Part("schema", "Tables and columns", ("columns",), is_of_data=False),
    Part("values", "Values of UN series", _UN_TABLES, _UN, is_whole_list=True),
    Part("local_values", "Values of local governments", ("local_change", _GOVERNMENTS), _LOCAL, is_whole_list=True),
)
#: Parts in the order in which they are shown; `tables` are the counts of rows of every table.
NAMES = (*(part.name for part in PARTS), "tables")
#: What is compared where no part is named.
COMMON = (*(part.name for part in PARTS if not part.is_whole_list), "tables")
TITLES = {part.name: part.title for part in PARTS} | {"tables": "Rows by table"}

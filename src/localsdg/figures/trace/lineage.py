"""From a figure's SQL down to the core tables whose rows know their snapshot file.

What reads what is taken from the SQL itself (the models' syntax trees), so a
new metric is traced without a word here. Rows of a published value are found
one by one (same place, year and number); a count or a sum of ours rests on
every row that its model may read, and the chain says so.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localsdg.registry.evidence import Metric, metrics
from localsdg.registry.series import HEADLINE_CSV
from localsdg.registry.tables import tables
from localsdg.warehouse.models import Model, referenced_tables
from localsdg.warehouse.run_models import REGISTRY_FILES

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.data.queries import QueryCache

#: Rows of each core table that a chain prints.
FIRST = 3
#: The column that names a row's place, and those that are shown, by core table.
_PLACE = {
    "core.observation": "area_code",
    "core.latest_observation": "area_code",
    "core.local_observation": "local_government_id",
}
_SHOWN = {
    "core.observation": ("series_code", "area_code", "year", "breakdown", "value_raw"),
    "core.latest_observation": ("series_code", "area_code", "year", "breakdown", "value_raw"),
    "core.local_observation": ("site_id", "local_indicator_id", "year", "value_raw"),
    "core.local_indicator": ("site_id", "local_indicator_id", "indicator_code", "match"),
    "core.review": ("review_id", "local_government_id", "review_year", "url"),
    "core.action": ("action_id", "kind", "year", "url"),
}
_REGISTRY = re.compile(r"\bregistry_\w+")
_AREA = re.compile(r"\d{3}")


@dataclass(frozen=True)
class Reads:
    """What a metric, or a figure beside its metrics, reads at the bottom."""

    metric_id: str | None  # None: read by the figure's own SQL
    model: Model | None
    leaves: tuple[str, ...]  # core tables with `snapshot_sha256`
    lists: tuple[str, ...]  # core tables with `list_release`: areas, goals, indicators
    registry: tuple[str, ...]  # reviewed lists that come with the code
    series: tuple[str, ...]  # UN series; empty where the model names none


@dataclass(frozen=True)
class CoreRows:
    """Rows of one core table behind a figure; `sql` runs as it is in `localsdg query`."""

    table: str
    metric_id: str | None
    exact: bool  # the very values shown; else every row that the model may read
    count: int
    first: tuple[dict[str, Any], ...]
    sql: str
    files: tuple[tuple[str, str, int], ...]  # (release, snapshot_sha256, rows)
    corrections: tuple[str, ...] = ()  # ids of the corrections that changed or flagged some of the rows


def read_by(models: dict[str, Model], figure: Figure, query: str) -> list[Reads]:
    """What each metric of the figure reads, and what its own SQL reads beside them.

    `models` are those of `load_models`, by target; `query` is the text of the
    figure's file in `sql/figures/`.
    """
    reads = [_reads(models, {f"evidence.{metric_id}"}, metrics().get(metric_id)) for metric_id in figure.metric_ids]
    beside = _reads(models, set(referenced_tables(query)), None)
    known = {leaf for read in reads for leaf in read.leaves}
    return [*reads, replace(beside, leaves=tuple(leaf for leaf in beside.leaves if leaf not in known))]


def core_rows(asked: QueryCache, figure: Figure, reads: Reads, *, samples: bool = True) -> list[CoreRows]:
    """The rows of each core table that `reads` names, counted by the file they came from.

    `first` is empty without `samples`.
    """
    tables = []
    for table in reads.leaves:
        sql = _exact(figure, reads, table)
        rows = _counted(asked, table, reads, sql, True, samples) if sql else None
        if rows is None or not rows.count:
            rows = _counted(asked, table, reads, _possible(asked, figure, reads, table), False, samples)
        if rows.count:
            tables.append(rows)
    return tables


def list_releases(asked: QueryCache, reads: list[Reads]) -> dict[str, tuple[str, ...]]:
    """The releases of the lists (areas, goals, indicators) that are read, by table."""
    names = sorted({name for read in reads for name in read.lists})
    return {
        name: tuple(
            row["list_release"]
            for row in asked.rows(
                f"select distinct list_release from {name} where list_release is not null order by all"
            )
        )
        for name in names
    }


def _reads(models: dict[str, Model], start: set[str], metric: Metric | None) -> Reads:
    seen: set[str] = set()
    ahead = set(start)
    while ahead:
        name = ahead.pop()
        seen.add(name)
        if name in models and "snapshot_sha256" not in _columns(name):
            ahead |= {table for table in models[name].depends if table not in seen}
    inner = [models[name] for name in seen if name in models and "snapshot_sha256" not in _columns(name)]
    own = models.get(f"evidence.{metric.metric_id}") if metric else None
    lists = tuple(sorted({hit for model in inner for hit in _REGISTRY.findall(model.select) if hit in REGISTRY_FILES}))
    series = metric.series_codes if metric else ()
    if not series and "registry_headline_series" in lists:
        with HEADLINE_CSV.open(encoding="utf-8", newline="") as handle:
            series = tuple(sorted({row["series_code"] for row in csv.DictReader(handle)}))
    return Reads(
        metric.metric_id if metric else None,
        own,
        tuple(sorted(name for name in seen if "snapshot_sha256" in _columns(name))),
        tuple(sorted(name for name in seen if "list_release" in _columns(name))),
        lists,
        series,
    )


def _columns(name: str) -> list[str]:
    return tables()[name].column_names if name in tables() and name.startswith("core.") else []


def _exact(figure: Figure, reads: Reads, table: str) -> str:
    """Rows with the place, year and number of a shown row; '' where no value is shown as published."""
    place = _PLACE.get(table)
    # a figure that shows no release shows no published value, and its SQL may lack the column
    if place is None or reads.metric_id is None or not any(row["release"] for row in figure.rows):
        return ""
    has_series = reads.series and "series_code" in _columns(table)
    series = f" and o.series_code in {_literals(reads.series)}" if has_series else ""
    return (
        f"select o.* from {table} as o where exists (select 1 from (\n{figure.sql}\n) as f "
        f"where f.metric_id = '{reads.metric_id}' and f.basis = 'published' and f.code = o.{place} "
        f"and f.year = o.year and f.release = o.release and f.value = o.value){series}"
    )


def _possible(asked: QueryCache, figure: Figure, reads: Reads, table: str) -> str:
    """Every row of the series, and of the releases where the figure's rows name them."""
    conditions = []
    if reads.series and table in ("core.observation", "core.latest_observation"):
        conditions.append(f"o.series_code in {_literals(reads.series)}")
    there = {row["release"] for row in asked.rows(f"select distinct release from {table}")}
    releases = sorted({row["release"] for row in figure.rows if row["release"]} & there)
    if releases:
        conditions.append(f"o.release in {_literals(releases)}")
    places = sorted({str(row["code"]) for row in figure.rows})
    if table == "core.review" and "001" not in places and all(_AREA.fullmatch(place) for place in places):
        conditions.append(
            f"o.review_id in (select review_id from core.review_area where area_code in {_literals(places)})"
        )
    return f"select o.* from {table} as o" + (f" where {' and '.join(conditions)}" if conditions else "")


def _counted(asked: QueryCache, table: str, reads: Reads, sql: str, exact: bool, samples: bool) -> CoreRows:
    corrected = "correction_id" in _columns(table)
    ids = ", list(distinct r.correction_id) filter (r.correction_id is not null) as corrections" if corrected else ""
    by_file = asked.rows(
        f"select release, snapshot_sha256, count(*) as n{ids} from ({sql}) as r group by release, snapshot_sha256 "
        "order by release, snapshot_sha256"
    )
    shown = ", ".join((*_SHOWN.get(table, ()), "release"))
    sql = sql.replace("select o.*", f"select {shown}", 1)
    return CoreRows(
        table,
        reads.metric_id,
        exact,
        sum(file["n"] for file in by_file),
        tuple(asked.rows(f"{sql} order by all limit {FIRST}") if samples else ()),
        sql,
        tuple((file["release"], file["snapshot_sha256"], file["n"]) for file in by_file),
        tuple(sorted({one for file in by_file for one in file.get("corrections") or ()})),
    )


def _literals(values: tuple[str, ...] | list[str]) -> str:
    return "(" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + ")"

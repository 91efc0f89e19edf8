"""World lines: one figure for each metric that has a World value in two years or more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.warehouse.query import run_query

if TYPE_CHECKING:
    from localsdg.settings import Settings

_ROWS = (
    "select m.metric_id, m.title, m.unit, v.year, v.value, v.n_areas, v.release, v.caveat "
    "from evidence.metric_value as v join evidence.metric as m using (metric_id) "
    "where v.area_code = '001' and v.breakdown = '' and v.value is not null and v.basis = 'published' "
    "order by m.metric_id, v.year"
)


@dataclass(frozen=True)
class Figure:
    """A line to draw: its words, composed from its numbers, and the numbers."""

    figure_id: str
    title: str
    subtitle: str
    source: str
    caveat: str
    rows: tuple[dict, ...]  # year, value


def world_figures(settings: Settings) -> list[Figure]:
    """All World lines of the published warehouse, by metric."""
    by_metric: dict[str, list[dict]] = {}
    for row in run_query(settings, _ROWS).to_pylist():
        by_metric.setdefault(row["metric_id"], []).append(row)
    return [_figure(metric, rows) for metric, rows in by_metric.items() if len(rows) > 1]


def _figure(metric_id: str, rows: list[dict]) -> Figure:
    first, last = rows[0], rows[-1]
    change = last["value"] - first["value"]
    verb = "fell" if change < 0 else "rose" if change > 0 else "stayed"
    unit = "%" if first["unit"] == "PERCENT" else first["unit"].lower()
    return Figure(
        figure_id=f"{metric_id}-world",
        title=f"{first['title']} {verb} from {first['value']:g} to {last['value']:g} {unit}, "
              f"{first['year']} to {last['year']}",
        subtitle=f"World, {unit}, {len(rows)} years with a published value",
        source=f"Source: UN SDG Global Database, release {last['release']}; localsdg metric {metric_id}",
        caveat=first["caveat"],
        rows=tuple({"year": row["year"], "value": row["value"]} for row in rows),
    )

"""A local government in one object: its indicators beside the nation's, its targets, actions and reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from localsdg.common.settings import Settings
from localsdg.research.asked_government import find_government
from localsdg.research.connect import Warehouse, opened, question
from localsdg.research.frames import check_kind, finished
from localsdg.research.governments import Government
from localsdg.research.rows import rows

#: Name of the frame -> the file of `sql/research/` that fills it.
_PARTS = {
    "indicators": "local_indicators",
    "values": "local_values",
    "targets": "local_targets",
    "reviews": "local_reviews",
}


@dataclass(frozen=True)
class LocalGovernment:
    """A local or regional government and what the warehouse has of it, as frames.

    `indicators` has a row an indicator with its newest headline value, the nation's beside it and what makes
    them comparable or not (`no_value_reason` where there is no value); `values` all values of all years and
    breakdowns; `targets` its own targets and how far it is; `actions` as `localsdg.actions` gives them; `reviews`
    its voluntary reviews. Each frame carries its own query, gaps and citations.
    """

    government_id: str
    name: str
    level: str
    area_code: str
    country: str
    site_url: str
    population: float | None
    population_year: int | None
    version: str
    indicators: Any = field(repr=False)
    values: Any = field(repr=False)
    targets: Any = field(repr=False)
    actions: Any = field(repr=False)
    reviews: Any = field(repr=False)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What there is, as names and texts."""
        people = f"{self.population:,.0f}" if self.population else ""
        reviewed = _column(self.reviews, "year")
        held = sum(value is not None and value == value for value in _column(self.indicators, "value"))
        facts = [
            ("Level", self.level),
            ("Country", self.country),
            ("Population", f"{people} ({self.population_year})" if people and self.population_year else people),
            ("Site", self.site_url),
            ("Indicators", f"{held:,} with a headline value of {_count(self.indicators):,}"),
            ("Values", f"{_count(self.values):,}"),
            ("Own targets", f"{_count(self.targets):,}"),
            ("Actions", f"{_count(self.actions):,}"),
            ("Reviews", ", ".join(str(year) for year in reviewed) or "none"),
        ]
        return [(name, text) for name, text in facts if text]

    def __repr__(self) -> str:
        head = f"{self.name} ({self.government_id}), localsdg warehouse {self.version}"
        return "\n".join([head, *(f"  {name}: {text}" for name, text in self.lines)])

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(text)}</td></tr>'
            for name, text in self.lines
        )
        source = f"<p>{escape(self.government_id)}, localsdg warehouse {escape(self.version)}</p>"
        return f"<h4>{escape(self.name)}</h4><table>{cells}</table>{source}"


def local(
    name: str, *, home: str | Path | Settings | Warehouse | None = None, frame: str = "pandas"
) -> LocalGovernment:
    """What the warehouse has of a local or regional government.

    Parameters
    ----------
    name : its name in any language (`"Barcelona"`, `"City of Bristol"`, `"Córdoba, Argentina"`), or its id.
    home : a home folder or an open warehouse.
    frame : what its frames are: `"pandas"`, `"polars"` or `"arrow"`.

    Raises
    ------
    UsageError : a name of none, with the nearest, or of several, with all of them.

    >>> import localsdg as ls
    >>> barcelona = ls.local("Barcelona")
    >>> barcelona.country, barcelona.level
    ('Spain', 'city')
    >>> barcelona.targets.columns[:5].tolist()
    ['local_indicator_id', 'title', 'label', 'series', 'target_year']
    """
    from localsdg.research.actions import actions

    check_kind(frame)
    with opened(home) as warehouse:
        government = find_government(warehouse.con, name)
        (facts,) = rows(warehouse.con, question("local_government_facts", government=government.government_id))
        parts = {part: _part(warehouse, government, part, file, frame) for part, file in _PARTS.items()}
        get_actions: Callable[..., Any] = actions
        return LocalGovernment(
            government_id=government.government_id,
            name=facts["name"],
            level=facts["level"] or "",
            area_code=facts["area_code"] or "",
            country=facts["country"] or "",
            site_url=facts["site_url"] or "",
            population=facts["population"],
            population_year=facts["population_year"],
            version=warehouse.version,
            actions=_quiet(get_actions, government=government.government_id, home=warehouse, frame=frame),
            **parts,
        )


def _part(warehouse: Warehouse, government: Government, part: str, file: str, frame: str) -> Any:
    query = question(file, government=government.government_id)
    table = warehouse.con.sql(query).to_arrow_table()
    gaps = []
    if part == "indicators":
        gaps = [
            {
                "series_code": "",
                "area_code": government.government_id,
                "area": " ".join(filter(None, (row["local_indicator_id"], row["title"]))),
                "years": None,
                "reason": row["no_value_reason"],
            }
            for row in table.to_pylist()
            if row["no_value_reason"]
        ]
    title = f"{part.capitalize()} of {government.name}"
    return _quiet(finished, warehouse, table, query, frame=frame, gaps=gaps, title=title)


def _quiet(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """A part of the whole without its notices: each frame has them in its attributes."""
    import warnings

    from localsdg.research.frames import DataNotice

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataNotice)
        return call(*args, **named)


def _count(frame: Any) -> int:
    return frame.num_rows if hasattr(frame, "num_rows") else len(frame)


def _column(frame: Any, name: str) -> list[Any]:
    column = frame.column(name) if hasattr(frame, "column") else frame[name]
    return column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()

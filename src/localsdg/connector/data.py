"""Answers from the data: values of a series, of a metric, and what is known of one local government."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.connector.answer import Answer, citation_lines, rows_of
from localsdg.connector.tables import MOST_ROWS, about, table_answer
from localsdg.research.connect import Warehouse, question
from localsdg.research.frames import DataNotice, attributes_of
from localsdg.research.governments import find_governments
from localsdg.research.metrics import metric
from localsdg.research.rows import rows
from localsdg.research.series import series
from localsdg.warehouse.query import query_table

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of an observation that an assistant is given; the others repeat what the answer says once.
_OF_SERIES = (
    "series_code",
    "area_code",
    "area",
    "year",
    "value",
    "unit",
    "breakdown",
    "lower_bound",
    "upper_bound",
    "censoring",
    "value_status",
    "nature",
    "definition",
    "quality_flag",
    "release",
    "dataset",
    "source_detail",
)
_NATURE = "select description from meta.column_info where table_name = 'core.observation' and column_name = 'nature'"


def answer_series(
    warehouse: Warehouse,
    code: str,
    areas: Iterable[str] = (),
    first_year: int | None = None,
    last_year: int | None = None,
    latest: bool = False,
    sex: str | None = None,
    age: str | None = None,
    location: str | None = None,
    release: str | None = None,
    limit: int = 200,
) -> Answer:
    """Values of a series, an indicator's series, or the series that words describe, as `localsdg.series` gives them.

    Raises `UsageError` for a series, area, breakdown or release that is not known, with the nearest names.
    """
    frame = _quiet(
        series,
        code,
        list(areas) or None,
        years=_years(first_year, last_year),
        latest=latest,
        sex=sex,
        age=age,
        location=location,
        release=release,
        home=warehouse,
    )
    shown = frame.select([name for name in frame.column_names if name in _OF_SERIES or _is_extra(name)])
    answer = _answer(warehouse, frame, shown, limit)
    definitions = sorted({row["definition"] for row in answer.rows if row.get("definition")})
    answer.sources = sorted(set(filter(None, frame.column("source").to_pylist())))
    answer.caveats += [
        *(f"Definition: {one}" for one in definitions),
        *(f"nature: {row['description']}" for row in rows(warehouse.con, _NATURE) if answer.rows),
        "No trend, rank or sum crosses a release, a definition or a unit.",
    ]
    if not answer.rows:
        answer.next_step = "search for the series, or series without areas for every area that has values"
    return answer


def _quiet(ask: Callable[..., Any], *asked: Any, **options: Any) -> pa.Table:
    """A frame of the Python interface; its notes and gaps are in the answer, and no warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataNotice)
        return ask(*asked, frame="arrow", **options)


def _years(first: int | None, last: int | None) -> tuple[int | None, int | None] | None:
    return None if first is None and last is None else (first, last)


def _answer(warehouse: Warehouse, frame: pa.Table, shown: pa.Table, limit: int) -> Answer:
    """What a frame says, with those of its rows and columns that are shown."""
    carried = attributes_of(frame)
    kept, is_cut = rows_of(shown, min(max(limit, 1), MOST_ROWS))
    return Answer(
        title=carried["title"],
        rows=kept,
        n_rows=len(kept),
        is_cut=is_cut,
        releases=carried["releases"],
        units=carried["units"],
        caveats=list(carried["notes"]),
        gaps=[_gap(gap) for gap in carried["gaps"]],
        cite=citation_lines(carried["citations"]),
        **about(warehouse),
    )


def _is_extra(name: str) -> bool:
    """Whether a column is a dimension of its own, beside those that every series may have."""
    return name not in {"source", "indicators", "series", "area_kind", "sex", "age", "location", "years_behind"}


def _gap(gap: dict) -> str:
    return ", ".join(f"{name}: {value}" for name, value in gap.items() if value not in (None, "", []))


def answer_metric(
    warehouse: Warehouse,
    metric_id: str,
    areas: Iterable[str] = (),
    first_year: int | None = None,
    last_year: int | None = None,
    limit: int = 200,
) -> Answer:
    """Values of one metric; without areas of the World, or of all areas where the World has none.

    Raises `UsageError` for a metric or an area that is not known, with the nearest names.
    """
    name = metric_id.strip().casefold().replace("-", "_")
    years = _years(first_year, last_year)
    for wanted in [list(areas)] if areas else [["World"], None]:
        frame = _quiet(metric, name, wanted, year=years, breakdown="all", home=warehouse)
        if frame.num_rows:
            break
    answer = _answer(warehouse, frame, frame.drop_columns(["caveat", "source", "metric", "area_kind"]), limit)
    answer.sources = sorted(set(filter(None, frame.column("source").to_pylist())))
    defined = rows(warehouse.con, f"select metric_id, definition from evidence.metric where metric_id = {text(name)}")
    answer.caveats += [*(f"Definition: {one['definition']}" for one in defined), *attributes_of(frame)["caveats"]]
    if not answer.rows and not answer.gaps:
        answer.gaps = [f"no value of {name} in these years"]
    return answer


def answer_local_profile(warehouse: Warehouse, name: str, limit: int = 100) -> Answer:
    """What the warehouse holds of a local or regional government: facts, indicators, comparison, reviews, actions.

    Raises `UsageError` for a name that means none or several, with the nearest ones.
    """
    found = find_governments(warehouse.con, name)
    if len(found.meant) != 1:
        labels = [one.label for one in found.meant or found.near]
        raise UsageError(
            "the name means several local governments" if found.meant else "no such local government",
            expected=" or ".join(labels) or "the name of a city, municipality or region",
            got=name,
            next_step="search, with the kind local_government",
        )
    government = found.meant[0]
    most = min(max(limit, 1), MOST_ROWS)
    answer = Answer(title=government.label, **about(warehouse))
    releases: set[str] = set()
    records: dict[str, None] = {}
    for section in ("government", "indicator", "beside_nation", "target", "review", "action"):
        sql = question(f"connector_local_{section}", government=government.government_id)
        table = query_table(warehouse.con, sql)
        part = table_answer(warehouse, table, section, most)
        answer.sections[section] = part.rows
        answer.n_rows += part.n_rows
        answer.is_cut |= part.is_cut
        releases |= set(part.releases)
        records |= dict.fromkeys(part.cite)
        if not part.rows:
            answer.gaps.append(f"no {section.replace('_', ' ')} in the warehouse")
    answer.releases, answer.cite = sorted(releases), list(records)
    answer.sources = sorted({*answer.sources, *(line.partition(". ")[0] for line in records)})
    answer.caveats = [
        "A local number is compared with the nation's only where comparability says so; the reason is beside it.",
        "match says how far a local indicator is the official one: official, proxy, target, goal or none.",
        "Actions are those that registers list, mostly by their own account; none listed is not none done.",
    ]
    answer.next_step = f"localsdg profile {government.government_id}, for one page and four slides"
    return answer

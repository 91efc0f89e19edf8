"""A published file with releases of one series and reviews, for tests of its editions."""

from __future__ import annotations

import duckdb
from evidence_helpers import SQL, insert, observation

from localsdg.common.database import model
from localsdg.registry.releases import publication
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.models import Model, load_models
from localsdg.warehouse.run_models import insert_release_order

SERIES = "SI_POV_DAY1"
METRIC = "c01_extreme_poverty"
#: What is run here: the models of one metric, of progress and of a count of local records.
TARGETS = {
    "core.series_holding",
    "core.observation",
    "core.release",
    "core.population",
    "core.series_release",
    "core.latest_observation",
    "core.latest_breakdown",
    "core.review",
    "core.review_area",
    "core.action",
    "core.action_actor",
    "core.action_country",
    "core.action_dataset",
    "evidence.progress",
    "evidence.c04_reviews_by_year",
    f"evidence.{METRIC}",
}
COUNTRIES = ("004", "050", "356")


GIVEN = {"core.area", "core.series", "core.group_country", "core.local_government", "core.area_grouping"}


def releases(**values: float) -> list[tuple[str, float, tuple[str, ...]]]:
    """Releases `d2020_10_19=10.0` with the value of 2015 for all countries."""
    return [(name.removeprefix("d").replace("_", "-"), value, COUNTRIES) for name, value in values.items()]


def few_models() -> list[Model]:
    """The models of the tables above, in their order; those that they read beside are given as rows."""
    return [one for one in load_models(SQL) if one.target in TARGETS or one.target in GIVEN]


def fill_newest(con: duckdb.DuckDBPyConnection, held, *, limited=(), reviews=()) -> None:
    """Fill the empty file that is attached as `newest` with releases (name, value of 2015, countries)."""
    for schema in ("core", "evidence", "meta"):
        con.execute(f"create schema newest.{schema}")
    for table in tables().values():
        if table.schema in ("core", "evidence", "meta") and table.kind == "table":
            con.execute(create_table_sql(table, f"newest.{table.name}"))
    con.execute("create view newest.core.latest_observation as select * from newest.core.observation")
    areas = [{"area_code": code, "kind": "country", "iso3": f"A{code}"} for code in COUNTRIES]
    insert(con, "newest.core.area", areas)
    insert(con, "newest.core.series", [{"series_code": SERIES, "direction": "down", "target_2030": 0.0}])
    for release, value, countries in held:
        rows = [
            {**observation(SERIES, 2010 + year, value + year, area_code=code), "release": release, "dataset_id": "unsd"}
            for code in countries
            for year in (0, 5)
        ]
        insert(con, "newest.core.observation", rows)
        facts = {"dataset_id": "unsd", "release": release}
        published = publication(release)
        insert(con, "newest.core.release", [{**facts, "published_on": published.day}])
        counts = dict.fromkeys(("n_breakdowns",), 1) | {"n_areas": len(countries), "n_years": 2, "n_rows": len(rows)}
        insert(
            con,
            "newest.core.series_holding",
            [{**facts, "series_code": SERIES, **counts, "is_limited": release in limited, "unit": "PERCENT"}],
        )
    review = {"review_id": "r", "local_government_id": "x", "review_year": 2020}
    insert(con, "newest.core.review", [{**review, "release": release} for release in reviews])
    con.execute("use newest")
    insert_release_order(con, [("unsd", release, None) for release, *_ in held])
    select = model(SQL / "core" / "series_release.sql")
    con.execute(f"insert into newest.core.series_release by name {select}")
    con.execute("drop table release_order; use memory")
    status = {"status": "ok", "series_codes": [SERIES]}
    insert(con, "newest.evidence.metric", [{"metric_id": METRIC, **status}])
    insert(con, "newest.evidence.metric", [{"metric_id": "c04_reviews_by_year", "status": "ok", "series_codes": []}])

"""The published file: what it promises, says about itself, and holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.settings import Settings
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import claims, metrics
from localsdg.registry.tables import main_views, schema_tables, tables
from localsdg.warehouse.query import example

SCHEMAS = ("core", "evidence", "audit", "meta")
OBSERVATION = """series_code area_code year sex age location dimensions is_total value value_raw
    value_status censoring lower_bound upper_bound unit nature source release snapshot_sha256"""
#: Names that queries, notebooks and slides outside this project use: a promise.
PROMISED = {
    "core.goal": "goal_code title",
    "core.target": "target_code goal_code title",
    "core.indicator": "indicator_code target_code goal_code title tier",
    "core.series": "series_code description unit direction target_2030 renamed_from",
    "core.series_indicator": "series_code indicator_code",
    "core.area": "area_code name kind iso3 is_ldc is_lldc is_sids",
    "core.area_grouping": "grouping_code area_code scheme",
    "core.observation": OBSERVATION,
    "core.latest_observation": OBSERVATION,
    "evidence.claim": "claim_id title statement",
    "evidence.metric": "metric_id claim_id title unit definition status reason",
    "evidence.metric_value": """metric_id area_code year breakdown value lower_bound upper_bound
        n_areas coverage_pct basis release caveat dimensions n_total denominator""",
    "evidence.progress": """series_code area_code baseline_year baseline_value latest_year
        latest_value annual_change required_change projected_2030 status""",
    "evidence.published_figure": """statement series_code area_code year value report page
        agrees_with_release""",
    "audit.run": "run_id started_at finished_at status code_version",
    "audit.source_load": """run_id source release rows_in rows_out rows_rejected
        snapshot_sha256""",
    "audit.reject": "run_id source rule_id row_key detail",
    "audit.validation_result": """run_id suite rule_id severity outcome n_unexpected examples""",
    "audit.value_change": "old_release new_release old_value new_value change",
    "meta.release": "version built_at code_version sources",
    "meta.table_info": "table_name description",
    "meta.column_info": "table_name column_name description",
    "meta.licence": "source licence attribution",
}
#: Promised as well, from the day on which the registry declares them.
PROMISED_LATER = {
    "core.local_government": """local_government_id name level area_code site_url name_en aliases iso_3166_2 nuts
        wikidata population latitude longitude""",
    "core.local_indicator": """local_government_id local_indicator_id title unit language
        reporting_status indicator_code target_code goal_code match is_placeholder""",
    "core.local_observation": """local_government_id local_indicator_id year dimensions
        is_headline value value_raw unit snapshot_sha256""",
    "core.review": "review_id local_government_id review_year kind languages url sources",
    "core.action": """action_id local_government_id title kind year url language lead lead_kind dataset_id
        end_year""",
    "core.action_partner": "action_id partner partner_kind kind_basis",
    "core.action_dataset": "dataset_id title publisher licence is_self_selected as_of n_actions",
    "core.action_link": """action_id goal_code target_code indicator_code method confidence rank
        evidence model_version""",
    "evidence.coalition": "actor_kind_a actor_kind_b goal_code year dataset_id area_code n_actions n_total",
    "evidence.local_vs_national": """local_government_id indicator_code year local_value
        national_value gap comparability reason""",
}
EXAMPLES = sorted(path.stem for path in (Settings().sql / "examples").glob("*.sql"))
#: Views of both editions of the evidence.
EDITIONS = ("metric_value_as_of", "since_event")
#: Where a DuckDB file keeps the version of its format: 8 bytes of checksum, DUCK, then 8 bytes.
MAGIC, FORMAT = slice(8, 12), slice(12, 20)


@pytest.fixture(scope="module")
def con(built: Settings):
    """The published file as a researcher opens it."""
    connection = duckdb.connect(str(built.published), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def found(con) -> dict[str, dict[str, tuple[str, str]]]:
    """Table or view -> column -> type and comment, as the file itself says."""
    rows = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type, comment "
        "from duckdb_columns() where database_name = current_database() and not internal "
        "order by 1, column_index"
    ).fetchall()
    tables_found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, column, kind, comment in rows:
        tables_found.setdefault(table, {})[column] = (kind, comment)
    return tables_found


def one(con, sql: str):
    """The only value of a query."""
    ((value,),) = con.execute(sql).fetchall()
    return value


# ------------------------------------------------------------------ names


def test_the_promised_names_are_there(found) -> None:
    promised = PROMISED | {name: columns for name, columns in PROMISED_LATER.items() if name in tables()}
    missing = {
        table: lost for table, names in promised.items() if (lost := set(names.split()) - set(found.get(table, {})))
    }
    assert missing == {}


def test_there_is_nothing_that_is_not_declared(found) -> None:
    declared = {table.name for table in schema_tables(*SCHEMAS)}
    views = {f"evidence.{name}" for name in [*metrics(), *EXAMPLES, *EDITIONS]}
    assert set(found) == declared | views | {f"main.{name}" for name in main_views()}


def test_columns_and_types_are_the_declared_ones_in_order(found) -> None:
    differ = {
        table.name: [declared, actual]
        for table in schema_tables(*SCHEMAS)
        if (declared := [(column.name, column.type) for column in table.columns])
        != (actual := [(name, kind) for name, (kind, _) in found[table.name].items()])
    }
    assert differ == {}


# ------------------------------------------------------------------ comments and dictionary


def test_every_table_and_view_has_its_comment(con) -> None:
    comments = dict(
        con.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() "
            "where database_name = current_database() union all "
            "select schema_name || '.' || view_name, comment from duckdb_views() "
            "where database_name = current_database() and not internal"
        ).fetchall()
    )
    assert [name for name, comment in comments.items() if not (comment or "").strip()] == []
    differ = {table.name for table in schema_tables(*SCHEMAS) if comments[table.name] != table.comment}
    assert differ == set()


def test_every_declared_column_has_its_comment(found) -> None:
    differ = [
        f"{table.name}.{column.name}"
        for table in schema_tables(*SCHEMAS)
        for column in table.columns
        if not column.comment.strip() or found[table.name][column.name][1] != column.comment
    ]
    assert differ == []


def test_every_column_of_every_view_has_its_comment_too(con, found) -> None:
    without = [
        f"{table}.{name}"
        for table, columns in found.items()
        for name, (_, comment) in columns.items()
        if not (comment or "").strip()
    ]
    assert without == []
    # a value says what it is and in which unit; an example may say what the registry cannot
    assert found["evidence.c01_extreme_poverty"]["value"][1] == "People in extreme poverty. Unit: PERCENT."
    assert "evidence.progress" in found["evidence.furthest_from_ending_poverty"]["status"][1]
    # the dictionary and the comments are one text
    listed = con.execute("select table_name, column_name, description from meta.column_info").fetchall()
    assert [f"{table}.{name}" for table, name, text in listed if not found[table][name][1].startswith(text)] == []


def test_the_dictionary_has_every_column_of_every_table_and_view(con, found) -> None:
    listed = {
        (table, name): kind
        for table, name, kind in con.execute(
            "select table_name, column_name, data_type from meta.column_info"
        ).fetchall()
    }
    assert listed == {(table, name): kind for table, columns in found.items() for name, (kind, _) in columns.items()}
    described = con.execute("select table_name from meta.table_info").fetchall()
    assert sorted(described) == sorted((name,) for name in found)


def test_no_description_in_the_dictionary_is_only_the_name(con) -> None:
    empty = con.execute(
        "select table_name || '.' || column_name from meta.column_info where "
        "trim(description) = '' or lower(description) = replace(column_name, '_', ' ')"
    ).fetchall()
    assert empty == []


def test_the_dictionary_counts_the_rows(con) -> None:
    said = con.execute("select table_name, n_rows from meta.table_info where table_type = 'table'").fetchall()
    wrong = {name: (n, real) for name, n in said if n != (real := one(con, f"select count(*) from {name}"))}
    assert wrong == {}


def test_every_source_has_its_terms_and_every_dataset_its_rows(con) -> None:
    silent = con.execute(
        "select source from meta.dataset anti join (from meta.licence "
        "where licence <> '' and attribution <> '') using (source)"
    ).fetchall()
    assert silent == []
    assert con.execute(
        "select release, rows_in from meta.dataset where source in ('m49', 'unsd') order by release"
    ).fetchall() == [
        ("2019.Q2.G.01", 22664),
        ("2019.Q3.G.01", 23028),
        ("2020-10-19", 220832),
        ("2022-04-03", 82318),
        ("2022-07-10", 238658),
        ("2022.Q2.G.02", 2479),
        ("2023-12-17", 261462),
        ("2024-04", 248),
        ("2025-07", 12847),
    ]


# ------------------------------------------------------------------ what it holds


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("core.goal", 17),
        ("core.target", 169),
        ("core.indicator", 248),
        ("meta.release", 1),
        ("evidence.claim", 14),
        ("audit.run", 1),
        ("audit.reject where source in ('m49', 'unsd')", 0),
    ],
)
def test_counts(table, rows, con) -> None:
    assert one(con, f"select count(*) from {table}") == rows


def test_every_claim_and_metric_keeps_its_row(con) -> None:
    assert {row[0] for row in con.execute("select claim_id from evidence.claim").fetchall()} == set(claims())
    status = dict(con.execute("select metric_id, status from evidence.metric").fetchall())
    filled = con.execute("select distinct metric_id from evidence.metric_value").fetchall()
    assert status == {name: "ok" if (name,) in filled else "no data" for name in metrics()}
    assert one(con, "select count(*) from evidence.metric where (status = 'no data') <> (reason is not null)") == 0


def test_areas(con) -> None:
    assert (
        con.execute(
            "select area_code from core.area where not regexp_full_match(area_code, '[0-9]{3}|[0-9]{5}')"
        ).fetchall()
        == []
    )
    assert con.execute("select area_code, name from core.area where kind = 'world'").fetchall() == [("001", "World")]
    kinds = dict(con.execute("select kind, count(*) from core.area group by 1").fetchall())
    assert set(kinds) == {"country", "former country", "other area", "region", "grouping", "world"}
    assert kinds["country"] >= 248 > kinds["grouping"] > kinds["region"] > 20
    spain = con.execute("select name, kind, iso3, is_ldc from core.area where area_code = '724'").fetchall()
    assert spain == [("Spain", "country", "ESP", False)]


def test_groups_of_countries_by_flag(con) -> None:
    flags = con.execute(
        "select count(*) filter (is_ldc), count(*) filter (is_lldc), count(*) filter (is_sids) from core.area"
    ).fetchall()
    assert flags == [(45, 32, 53)]
    assert one(con, "select count(*) from core.area where (is_ldc or is_lldc or is_sids) and kind <> 'country'") == 0


def test_every_indicator_hangs_on_its_target_and_goal(con) -> None:
    assert (
        one(
            con,
            "select count(*) from core.indicator as i join core.target as t using "
            "(target_code) join core.goal as g on g.goal_code = t.goal_code "
            "and g.goal_code = i.goal_code",
        )
        == 248
    )


def test_no_text_is_an_empty_string_where_null_is_meant(con) -> None:
    found = con.execute(
        "select count(*) filter (sex = ''), count(*) filter (age = ''), "
        "count(*) filter (location = ''), count(*) filter (nature = ''), "
        "count(*) filter (source = '') from core.observation"
    ).fetchall()
    assert found == [(0, 0, 0, 0, 0)]


def test_every_observation_leads_to_a_file_of_a_snapshot(con, built) -> None:
    known = {
        (release, sha)
        for release, sha in con.execute("select release, snapshot_sha256 from audit.source_load").fetchall()
    }
    used = set(con.execute("select distinct release, snapshot_sha256 from core.observation").fetchall())
    assert used <= known and len(used) == 7
    for release, sha in used:
        assert sha in (built.bundled / "unsd" / release / "manifest.json").read_text()


def test_the_run_and_its_checks_stand_in_the_file(con) -> None:
    assert con.execute("select status, finished_at is not null from audit.run").fetchall() == [("published", True)]
    assert one(con, "select count(*) from audit.run join meta.release using (run_id)") == 1
    outcomes = con.execute(
        "select distinct suite = 'warehouse', outcome from audit.validation_result where severity = 'critical'"
    ).fetchall()
    assert sorted(outcomes) == [(False, "passed"), (True, "passed")]


# ------------------------------------------------------------------ ready answers


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_and_equals_its_view(name, con, built) -> None:
    rows = con.execute(example(built, name)).fetchall()
    assert rows
    assert rows == con.execute(f"from evidence.{name}").fetchall()


@pytest.mark.parametrize("name", list(metrics()))
def test_a_metric_view_is_its_rows(name, con) -> None:
    names = ", ".join(c for c in tables()["evidence.metric_value"].column_names if c != "metric_id")
    assert (
        one(
            con,
            f"select count(*) from ((select {names} from evidence.metric_value "
            f"where metric_id = '{name}') except all (from evidence.{name}))",
        )
        == 0
    )
    rows = one(con, f"select count(*) from evidence.{name}")
    status, reason = con.execute("select status, reason from evidence.metric where metric_id = ?", [name]).fetchone()
    assert rows > 0 and (status, reason) == ("ok", None)


def test_progress_covers_every_series_that_has_a_direction_and_a_total(con) -> None:
    missing = con.execute(
        "select series_code from core.series as s where direction is not null "
        "and exists (from core.observation as o where o.series_code = s.series_code) "
        "and series_code not in (select series_code from evidence.progress) order by all"
    ).fetchall()
    # completion is by level of school: it has no total
    assert missing == [("SE_TOT_CPLR",)]


# ------------------------------------------------------------------ the file itself


def test_it_opens_read_only_and_refuses_writing(con) -> None:
    assert one(con, "select readonly from duckdb_databases() where database_name = current_database()") is True
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("create table core.mine as select 1 as a")


def test_every_duckdb_from_1_2_on_can_read_it(con, built) -> None:
    """The header's format number: 64 up to DuckDB 1.1, 65 for 1.2, larger for later ones."""
    with built.published.open("rb") as handle:
        header = handle.read(20)
    assert header[MAGIC] == b"DUCK"
    assert int.from_bytes(header[FORMAT], "little") <= 65
    tags = one(con, "select tags from duckdb_databases() where database_name = current_database()")
    assert tags["storage_version"].startswith("v1.2.0")


def test_nothing_lies_beside_it(built) -> None:
    names = {path.name for path in built.warehouse.iterdir()}
    assert names == {"localsdg.duckdb", "releases", "reports", "runs.jsonl", ".lock"} & names
    assert not [path for path in built.warehouse.rglob("*.wal")]
    (release,) = (built.warehouse / "releases").iterdir()
    assert release.joinpath("localsdg.duckdb").samefile(built.published)


def test_no_path_of_a_machine_stands_in_it(con, found) -> None:
    roots = [str(Path.home()), str(Settings().resources)]
    hits = []
    for table, columns in found.items():
        for name, (kind, _) in columns.items():
            if kind == "VARCHAR" and table.split(".")[0] in ("audit", "meta"):
                text = " or ".join(f"contains({name}, '{root}')" for root in roots if len(root) > 4)
                if one(con, f"select count(*) from {table} where {text}"):
                    hits.append(f"{table}.{name}")
    assert hits == []


# ------------------------------------------------------------------ what a metric's rows say


def test_coverage_is_the_share_of_countries_everywhere(con) -> None:
    assert one(con, "select count(*) from evidence.metric_value where denominator = 'countries'") > 100_000
    wrong = con.execute(
        "select metric_id, denominator, count(*) from evidence.metric_value "
        "where (coverage_pct is not null) <> (denominator is not distinct from 'countries') "
        "or coverage_pct <> 100.0 * n_areas / n_total or n_areas > n_total and denominator = 'countries' "
        "or (n_total is null) <> (denominator is null) group by all order by all"
    ).fetchall()
    assert wrong == []


def test_what_is_a_share_of_something_else_says_of_what(con) -> None:
    shares = con.execute(
        "select metric_id, list_sort(list(distinct denominator)) from evidence.metric_value "
        "where denominator <> 'countries' and value <= n_total group by 1 order by 1"
    ).fetchall()
    goals = ["actions with a goal"]
    assert dict(shares) == {
        "c04_governments_that_repeat": ["local governments"],
        "c04_published_counts": ["countries that reported", "targets"],
        "c05_governments_per_indicator": ["local governments"],
        "c05_indicators_reported": ["official indicators"],
        "c05_local_targets": ["own targets", "own targets of the goal"],
        "c05_published_apart": ["official indicators"],
        "c06_actions": ["actions"],
        "c06_actions_by_goal": goals,
        "c06_goals_per_action": goals,
        "c06_actions_by_actor": ["actions", "actions with the goal"],
        "c06_actions_by_partner": ["actions", *goals],
        "c06_actions_by_target": ["actions with a target"],
        "c06_actions_by_year": ["actions"],
        "c06_actor_pairs": ["actions with the goal and two actors or more", "actions with two actors or more"],
        "c06_goal_pairs": ["actions with two goals or more"],
        "c06_local_government_role": ["actions", "actions with the goal"],
        "c06_local_government_share": [
            "actions of the year whose lead is of a known kind",
            "actions of the year with an actor of a known kind",
        ],
        "c06_partners_per_action": ["actions"],
    }
    assert (
        one(
            con,
            "select count(*) from evidence.metric_value "
            "join evidence.metric using (metric_id) where denominator <> 'countries' "
            "and (value > if(unit = 'PERCENT', 100, n_total) or n_total is null)",
        )
        == 0
    )


@pytest.mark.parametrize("table", ["evidence.metric_value", "core.latest_breakdown"])
def test_a_breakdown_is_the_label_of_its_dimensions(con, table) -> None:
    rows = con.execute(f"select distinct breakdown, dimensions from {table}").fetchall()
    assert {label for label, _ in rows} > {"", "sex=FEMALE"}
    assert [row for row in rows if row[0] != breakdown_label(row[1])] == []


def test_the_dimensions_of_a_metric_have_one_order(con) -> None:
    """Two maps of the same dimensions in another order would be two labels."""
    two = con.execute(
        "select metric_id, list_sort(map_entries(dimensions)) as entries, list(distinct breakdown) "
        "from evidence.metric_value group by all having count(distinct breakdown) > 1"
    ).fetchall()
    assert two == []


def test_the_world_figures_of_the_reports_agree_with_the_releases_but_for_two_that_are_known(con) -> None:
    """The reports of 2022 and 2023 print what the release of their time holds; the two others print something else."""
    counts = con.execute(
        "select report_year, count(*) filter (agrees_with_release), count(*) filter (not agrees_with_release) "
        "from evidence.published_figure where report_year in (2022, 2023) group by 1 order by 1"
    ).fetchall()
    assert counts == [(2022, 16, 0), (2023, 25, 2)]
    differ = (
        "select series_code, year, value, compared_value from evidence.published_figure where known_difference <> ''"
    )
    assert con.execute(f"{differ} order by 1").fetchall() == [
        ("SG_DSR_SILS", 2022, 102, 101),
        ("SI_POV_DAY1", 2019, 8.4, 8.5),
    ]
    assert one(con, "select count(*) from evidence.published_figure where agrees_with_release is null") == one(
        con, "select count(*) from evidence.published_figure where why_not_compared <> ''"
    )
    # the newest ones of the list are newer than all that is loaded, and at another poverty line
    assert con.execute(
        "select value, printed_definition, is_newer_than_release, is_other_definition "
        "from evidence.published_figure where series_code = 'SI_POV_DAY1' and year = 2025"
    ).fetchall() == [(9.9, "$3.00 a day (2021 PPP)", True, True)]


@pytest.mark.parametrize("table", ["audit.reject", "audit.cell_blanked"])
def test_rejects_are_in_the_same_order_in_every_build(con, table: str) -> None:
    rows = f"from {table} order by"
    assert con.execute(f"{rows} rowid").fetchall() == con.execute(f"{rows} all").fetchall()

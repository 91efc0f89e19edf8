"""Which release of a series is the latest, and joins that name the release."""

from __future__ import annotations

import duckdb
import pytest
from evidence_helpers import SQL, insert

from localsdg.common.database import model
from localsdg.common.sql_text import fill
from localsdg.registry.areas import AREA_KINDS_CSV
from localsdg.registry.breakdowns import create_macros
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.models import TABLE_PARAMETERS

COUNTRIES = [f"{n:03}" for n in range(100, 200)]
YEARS = range(2000, 2020)


def core(name: str) -> str:
    return fill(model(SQL / "core" / f"{name}.sql"), TABLE_PARAMETERS)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The tables that the models of releases read, with a hundred countries and three releases."""
    con = duckdb.connect()
    create_macros(con)
    con.execute(
        f"create table registry_area_kinds as from read_csv('{AREA_KINDS_CSV}', all_varchar = true, nullstr = '\\N')"
    )
    con.execute("create schema core; create schema staging; create schema audit")
    names = (
        "core.observation",
        "core.area",
        "core.area_grouping",
        "core.unit",
        "core.local_government",
        "core.series_definition",
        "staging.source_file",
        "staging.area",
        "staging.area_tree",
        "staging.m49_area",
        "staging.observation",
        "staging.series",
        "staging.review",
        "staging.action",
        "staging.local_site",
    )
    for name in names:
        con.execute(create_table_sql(tables()[name]))
    con.execute(
        "create table release_order as select *, last_day(cast(release || '-01' as date)) as published_on, "
        "'month' as published_basis from (values ('unsd', '2020-10', 1, 1), ('unsd', '2022-07', 2, 1), "
        "('unsd', '2024-01', 3, 1)) as v(dataset_id, release, position, dataset_rank)"
    )
    con.execute(f"insert into core.area by name select unnest({COUNTRIES}) as area_code, 'country' as kind")
    con.execute(f"create view core.series_holding as {core('series_holding')}")
    con.execute(f"create view core.series_release as {core('series_release')}")
    return con


def hold(
    con,
    release: str,
    *,
    series: str = "SI_POV_DAY1",
    countries: float = 1,
    years: float = 1,
    breakdowns: int = 1,
    file: str = "f",
    dataset: str = "unsd",
) -> None:
    """Observations of shares of the countries and years."""
    areas = COUNTRIES[: round(countries * len(COUNTRIES))]
    some = list(YEARS)[-round(years * len(YEARS)) :]
    con.execute(
        "insert into core.observation by name select ? as dataset_id, ? as series_code, ? as release, area_code, year, "
        "breakdown, 'PERCENT' as unit, ? as snapshot_sha256, breakdown = '' as is_total, "
        "1.0 as value, '1' as value_raw "
        f"from (select unnest({areas}) as area_code) cross join (select unnest({some}) as year) "
        f"cross join (select if(b = 0, '', 'age=' || b) as breakdown from range({breakdowns}) as r(b))",
        [dataset, series, release, file],
    )


def latest(con, series: str = "SI_POV_DAY1") -> str:
    ((release,),) = con.execute(
        "select release from core.series_release where series_code = ? and is_latest", [series]
    ).fetchall()
    return release


@pytest.mark.parametrize(("share", "is_whole"), [(0.9, True), (0.55, True), (0.45, False), (0.06, False)])
@pytest.mark.parametrize("what", ["countries", "years"])
def test_a_release_with_fewer_than_half_is_partial(what, share, is_whole, con) -> None:
    hold(con, "2020-10")
    hold(con, "2022-07", **{what: share})
    assert latest(con) == ("2022-07" if is_whole else "2020-10")


@pytest.mark.parametrize(("kept", "is_whole"), [(6, True), (4, False)])
def test_a_release_that_lacks_breakdowns_is_partial(kept, is_whole, con) -> None:
    hold(con, "2020-10", breakdowns=10)
    hold(con, "2022-07", breakdowns=kept)
    assert latest(con) == ("2022-07" if is_whole else "2020-10")


def test_a_little_fewer_of_everything_is_few_rows(con) -> None:
    hold(con, "2020-10", breakdowns=10)
    hold(con, "2022-07", countries=0.7, years=0.7, breakdowns=7)
    assert latest(con) == "2020-10"


def test_one_shortened_series_of_a_whole_release_is_the_latest(con) -> None:
    for series in ("SI_POV_DAY1", "SI_POV_NAHC", "SI_COV_LMKT"):
        hold(con, "2020-10", series=series, breakdowns=5)
        hold(con, "2022-07", series=series, breakdowns=5 if series != "SI_POV_NAHC" else 1)
    assert latest(con, "SI_POV_NAHC") == "2022-07"


def test_a_release_of_before_is_not_partial_because_the_series_grew(con) -> None:
    hold(con, "2020-10", years=0.2)
    hold(con, "2022-07")
    assert con.execute("select bool_or(is_partial) from core.series_release").fetchone() == (False,)


@pytest.mark.parametrize("limited", [True, False])
def test_a_request_with_areas_or_years_is_partial_whatever_it_holds(limited, con) -> None:
    hold(con, "2020-10")
    hold(con, "2022-07", file="asked")
    insert(
        con,
        "staging.source_file",
        [{"release": "2022-07", "snapshot_sha256": "asked", "file_name": "a", "is_limited": limited}],
    )
    assert latest(con) == ("2020-10" if limited else "2022-07")


def test_a_limited_request_beside_a_whole_file_of_the_release_hides_nothing(con) -> None:
    hold(con, "2020-10")
    hold(con, "2022-07", file="whole")
    hold(con, "2022-07", years=0.05, breakdowns=2, file="asked")
    insert(
        con,
        "staging.source_file",
        [
            {"release": "2022-07", "snapshot_sha256": name, "file_name": name, "is_limited": name == "asked"}
            for name in ("whole", "asked")
        ],
    )
    assert latest(con) == "2022-07"


def test_a_partial_release_alone_is_the_latest(con) -> None:
    hold(con, "2022-07", file="asked")
    insert(
        con,
        "staging.source_file",
        [{"release": "2022-07", "snapshot_sha256": "asked", "file_name": "a", "is_limited": True}],
    )
    assert latest(con) == "2022-07"


def test_releases_are_listed_with_their_scope(con) -> None:
    hold(con, "2020-10", file="whole")
    hold(con, "2022-07", years=0.05)
    insert(
        con,
        "staging.source_file",
        [
            {
                "release": "2020-10",
                "snapshot_sha256": "whole",
                "file_name": "a",
                "is_limited": False,
                "fetched_at": "2024-02-03T10:00:00+00:00",
            }
        ],
    )
    line = {"release": "2020-10", "definition": "$1.90 a day", "definition_basis": "list", "n_rows": 1}
    lines = [{**line, "series_code": code} for code in ("SI_POV_EMP1", "SI_POV_DAY1")]
    insert(con, "core.series_definition", lines)
    rows = con.execute(
        f"select release, scope, n_series, n_areas, first_year, last_year, "
        f"cast(retrieved_on as varchar), definition_notes, cast(published_on as varchar), "
        f"published_basis from ({core('release')})"
    ).fetchall()
    assert rows == [
        (
            "2020-10",
            "complete",
            1,
            100,
            2000,
            2019,
            "2024-02-03",
            "$1.90 a day: SI_POV_DAY1, SI_POV_EMP1",
            "2020-10-31",
            "month",
        ),
        ("2022-07", "partial", 1, 100, 2019, 2019, None, None, "2022-07-31", "month"),
    ]


def test_a_total_that_gained_a_dimension_changed_and_is_neither_new_nor_gone(con) -> None:
    rows = [
        ("2020-10", "", {}, True, 10.0),
        ("2022-07", "age=total; sex=total", {"age": "total", "sex": "total"}, True, 10.8),
        ("2020-10", "location=RURAL", {"location": "RURAL"}, False, 5.0),
        ("2022-07", "location=RURAL; sex=total", {"location": "RURAL", "sex": "total"}, False, 5.0),
        ("2022-07", "location=URBAN; sex=total", {"location": "URBAN", "sex": "total"}, False, 4.0),
        ("2022-07", "location=URBAN", {"location": "URBAN"}, False, 4.0),  # spelled twice: one change
        ("2020-10", "roof=red", {"dimensions": {"roof": "red"}}, False, 3.0),
        ("2022-07", "roof=red; wall=total", {"dimensions": {"roof": "red", "wall": "total"}}, False, 3.5),
    ]
    insert(
        con,
        "core.observation",
        [
            {
                "series_code": "SI_POV_DAY1",
                "release": release,
                "area_code": "100",
                "year": 2015,
                "unit": "PERCENT",
                "breakdown": breakdown,
                "is_total": is_total,
                "value": value,
                "value_raw": str(value),
                **dimensions,
            }
            for release, breakdown, dimensions, is_total, value in rows
        ],
    )
    changes = con.execute(
        f"select breakdown, old_value, new_value, change from ({core('value_change')}) order by all"
    ).fetchall()
    assert changes == [
        ("age=total; sex=total", 10.0, 10.8, "changed"),
        ("location=URBAN; sex=total", None, 4.0, "added"),
        ("roof=red; wall=total", 3.0, 3.5, "changed"),
    ]


# ------------------------------------------------------------------ two releases of one list


def m49(release: str, area_code: str, iso3: str | None, name: str, *, is_ldc: bool = False) -> dict:
    return {
        "release": release,
        "area_code": area_code,
        "area_name": name,
        "iso3": iso3,
        "is_ldc": is_ldc,
        "is_lldc": False,
        "is_sids": False,
        "snapshot_sha256": release,
    }


@pytest.fixture
def two_m49(con) -> duckdb.DuckDBPyConnection:
    """Two releases of M49: one that graduated from the LDC, one with another number, one that is gone."""
    con.execute("delete from core.area")
    insert(
        con,
        "staging.m49_area",
        [
            m49("2022-07", "548", "VUT", "Vanuatu", is_ldc=True),
            m49("2024-01", "548", "VUT", "Vanuatu"),
            m49("2022-07", "736", "SDN", "Sudan"),
            m49("2024-01", "729", "SDN", "Sudan"),
            m49("2022-07", "530", "ANT", "Netherlands Antilles"),
        ],
    )
    return con


def test_a_second_release_of_m49_multiplies_no_area(two_m49) -> None:
    rows = two_m49.execute(f"select area_code, name, iso3, is_ldc, list_release from ({core('area')})").fetchall()
    assert rows == [
        ("001", "World", None, False, None),
        ("530", "Netherlands Antilles", "ANT", False, "2022-07"),
        ("548", "Vanuatu", "VUT", False, "2024-01"),
        ("729", "Sudan", "SDN", False, "2024-01"),
        ("736", "Sudan", None, False, "2022-07"),
    ]


def test_a_country_that_the_newest_m49_no_longer_lists_is_a_former_one(two_m49) -> None:
    kinds = dict(two_m49.execute(f"select area_code, kind from ({core('area')})").fetchall())
    assert kinds == {
        "001": "world",
        "530": "former country",
        "548": "country",
        "729": "country",
        "736": "former country",
    }


def tree(area_code: str, name: str, area_type: str, parent_code: str | None, root: str) -> dict:
    return {
        "dataset_id": "unsd",
        "release": "2024-01",
        "root_name": root,
        "area_code": area_code,
        "area_name": name,
        "area_type": area_type,
        "parent_code": parent_code,
        "snapshot_sha256": "x",
    }


@pytest.fixture
def one_tree(con) -> duckdb.DuckDBPyConnection:
    """An area tree that calls former countries, parts of countries and areas without a place countries."""
    sdg, wb = "World (total) by SDG regions", "Custom groupings of data providers"
    con.execute("delete from core.area")
    insert(
        con,
        "staging.area_tree",
        [
            tree("001", "World", "Region", None, sdg),
            tree("513", "Europe and Northern America", "Region", "001", sdg),
            tree("826", "United Kingdom", "Country", "513", sdg),
            tree("829", "United Kingdom (Scotland)", "Country", "513", sdg),
            tree("412", "Kosovo", "Country", "513", sdg),
            tree("891", "Serbia and Montenegro [former]", "Country", "513", sdg),
            tree("911", "Low income economies (WB)", "Other areas", "922", wb),
            tree("99072", "Large Marine Ecosystem: North Sea", "Other areas", "922", wb),
        ],
    )
    return con


KINDS = {
    "001": ("world", ["SDG regions"]),
    "412": ("other area", None),
    "513": ("region", ["SDG regions"]),
    "826": ("country", None),
    "829": ("other area", ["parts of countries"]),
    "891": ("former country", None),
    "911": ("grouping", ["World Bank income groups"]),
    "99072": ("other area", ["large marine ecosystems"]),
}


def kinds_of(con) -> dict:
    con.execute(f"insert into core.area_grouping by name {core('area_grouping')}")
    return {
        code: (kind, schemes)
        for code, kind, schemes in con.execute(f"select area_code, kind, schemes from ({core('area')})").fetchall()
    }


def test_countries_of_today_are_told_from_former_ones_and_from_other_areas(one_tree) -> None:
    insert(one_tree, "staging.m49_area", [m49("2024-01", "826", "GBR", "United Kingdom")])
    assert kinds_of(one_tree) == KINDS


def test_without_m49_what_the_tree_calls_a_country_is_one(one_tree) -> None:
    assert kinds_of(one_tree) == KINDS | {"412": ("country", None)}


def key_tables(con) -> None:
    """The keys of local governments as a build reads them, without rows."""
    con.execute(
        "create table registry_local_government_keys (local_government_id varchar, name_en varchar, "
        "iso_3166_2 varchar, nuts varchar, wikidata varchar, geonames_id varchar, latitude varchar, "
        "longitude varchar, population varchar, population_basis varchar, population_year varchar, "
        "keys_source varchar)"
    )
    con.execute("create table registry_local_government_names (local_government_id varchar, names varchar)")


def test_a_second_release_of_m49_multiplies_no_local_government(two_m49) -> None:
    two_m49.execute(f"insert into core.area by name {core('area')}")
    two_m49.execute(
        "create table registry_local_governments (local_government_id varchar, name varchar, "
        "level varchar, iso3 varchar, area_code varchar, aliases varchar)"
    )
    key_tables(two_m49)
    insert(
        two_m49,
        "staging.review",
        [
            {
                "local_government_id": f"x-{iso3}",
                "local_government": iso3,
                "iso3": iso3,
                "level": "city",
                "release": "2024-01",
                "row_number": 1,
                "is_provisional": True,
            }
            for iso3 in ("SDN", "VUT")
        ],
    )
    rows = two_m49.execute(f"select local_government_id, area_code from ({core('local_government')})").fetchall()
    assert rows == [("x-SDN", "729"), ("x-VUT", "548")]


def test_only_a_reviewed_government_has_keys_and_names_in_other_scripts(two_m49) -> None:
    con = two_m49
    con.execute(
        "create table registry_local_governments as select * from (values ('bonn', 'Bonn', 'city', 'DEU', '', "
        "'Stadt Bonn'), ('lima', 'Lima', 'city', 'PER', '', '')) "
        "as v(local_government_id, name, level, iso3, area_code, aliases)"
    )
    key_tables(con)
    con.execute(
        "insert into registry_local_government_keys values ('bonn', '', '', 'DEA22', 'Q586', '2946447', "
        "'50.73', '7.09', '330579', 'populated place', '', 'geonames|nuts|wikidata')"
    )
    con.execute("insert into registry_local_government_keys (local_government_id, nuts) values ('bonn-fra', 'FRX')")
    con.execute("insert into registry_local_government_names values ('bonn', 'Бонн|波恩')")
    facts = {"release": "1", "row_number": 1, "is_provisional": True, "iso3": "FRA", "level": "city"}
    insert(con, "staging.review", [{"local_government_id": "bonn-fra", "local_government": "Bonn", **facts}])
    rows = con.execute(
        "select local_government_id, name_en, nuts, wikidata, latitude, population, population_basis, "
        f"population_year, keys_source, aliases from ({core('local_government')})"
    ).fetchall()
    keys = ("Bonn", "DEA22", "Q586", 50.73, 330579, "populated place", None, ["geonames", "nuts", "wikidata"])
    assert rows == [
        ("bonn", *keys, ["Stadt Bonn", "Бонн", "波恩"]),
        ("bonn-fra", *[None] * 7, [], []),
        ("lima", "Lima", *[None] * 6, [], []),
    ]


def test_a_series_that_was_renamed_twice_is_one_series(con) -> None:
    con.execute(
        "create table registry_renames as select * from (values ('NEW', 'OLD_A'), ('NEW', 'OLD_B')) "
        "as v(series_code, renamed_from)"
    )
    con.execute(
        "create table registry_targets (series_code varchar, direction varchar, target_2030 varchar, "
        "target_basis varchar)"
    )
    insert(
        con,
        "staging.series",
        [
            {"release": release, "series_code": code, "description": code, "indicator_code": indicator}
            for release, code in (("2020-10", "OLD_A"), ("2022-07", "OLD_B"), ("2024-01", "NEW"))
            for indicator in ("1.1.1", "1.2.1")
        ],
    )
    rows = con.execute(
        f"select series_code, description, renamed_from, list_release from ({core('series')})"
    ).fetchall()
    assert rows == [("NEW", "NEW", "OLD_A, OLD_B", "2024-01")]


def test_a_series_says_whether_it_has_totals_and_what_it_is_broken_down_by(con) -> None:
    con.execute("create table registry_renames (series_code varchar, renamed_from varchar)")
    con.execute(
        "create table registry_targets (series_code varchar, direction varchar, target_2030 varchar, "
        "target_basis varchar)"
    )
    con.execute("insert into core.unit by name select 'PERCENT' as unit, 'PERCENT' as unit_code")
    rows = [
        ("WHOLE", "100", 2000, "", True),
        ("WHOLE", "101", 2000, "", True),
        ("WHOLE", "100", 2000, "sex=FEMALE", False),
        ("PART", "100", 2000, "sex=FEMALE", False),
        ("PART", "101", 2000, "sex=FEMALE", False),
        ("PART", "102", 2000, "", True),
        ("PART", "103", 2000, "sex=MALE", False),
        ("NONE", "100", 2000, "age=15+; sex=MALE", False),
        ("NONE", "100", 2000, "age=15+; sex=total", False),
        ("NONE", "100", 2000, "age=15+; sex=FEMALE", False),
    ]
    for series_code, area_code, year, breakdown, is_total in rows:
        common = {"dataset_id": "unsd", "release": "2024-01", "series_code": series_code, "unit": "PERCENT"}
        insert(con, "staging.observation", [{**common, "area_code": area_code, "year": year, "value": 1}])
        insert(
            con,
            "core.observation",
            [
                {
                    **common,
                    "area_code": area_code,
                    "year": year,
                    "breakdown": breakdown,
                    "sex": "total" if "sex=total" in breakdown else None,
                    "dimensions": {},
                    "is_total": is_total,
                    "value": 1,
                    "snapshot_sha256": "x",
                }
            ],
        )
    found = con.execute(
        f"select series_code, unit_code, has_total, total_pct, usual_breakdown from ({core('series')}) order by 1"
    ).fetchall()
    assert found == [
        ("NONE", "PERCENT", False, 0.0, "age=15+; sex=total"),
        ("PART", "PERCENT", True, 25.0, "sex=FEMALE"),
        ("WHOLE", "PERCENT", True, 100.0, ""),
    ]


def test_two_datasets_with_one_release_name_do_not_mix(con) -> None:
    con.execute(
        "insert into release_order by name select * from (values ('national', '2022-07', 2, 2), "
        "('national', '2024-01', 3, 2)) as v(dataset_id, release, position, dataset_rank)"
    )
    hold(con, "2022-07", series="SI_POV_DAY1", countries=0.4, file="un")
    hold(con, "2022-07", series="SI_POV_DAY1", dataset="national")
    hold(con, "2024-01", series="SI_POV_DAY1", dataset="national")
    hold(con, "2022-07", series="NATIONAL_ONLY", dataset="national")
    con.execute(f"create view core.release as {core('release')}")
    releases = con.execute(
        "select dataset_id, release, n_areas, scope from core.release order by dataset_id, release"
    ).fetchall()
    assert releases == [
        ("national", "2022-07", 100, "complete"),
        ("national", "2024-01", 100, "complete"),
        ("unsd", "2022-07", 40, "complete"),  # the other publisher's countries do not make it partial
    ]
    con.execute(f"create view core.latest_observation as {core('latest_observation')}")
    latest_datasets = con.execute(
        "select series_code, list(distinct dataset_id), count(*) from core.latest_observation group by 1 order by 1"
    ).fetchall()
    # the first dataset of the registry has the series; the other one fills in what it lacks
    assert latest_datasets == [("NATIONAL_ONLY", ["national"], 2000), ("SI_POV_DAY1", ["unsd"], 800)]
    con.execute(f"create view audit.value_change as {core('value_change')}")
    assert con.execute("select count(*) from audit.value_change").fetchone() == (0,)

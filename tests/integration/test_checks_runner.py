"""The suites on real tables: each hand-written rule passes on good rows and fails on bad ones.

Each case is a database in memory with one staging table as the registry
declares it, filled with good rows and then altered. One process and one import
of Great Expectations (3 s) for all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest
from test_link_models import CASES as LINK_CASES
from test_records import CASES as RECORD_CASES

from localsdg.checks.gx_duckdb import load_gx
from localsdg.checks.runner import run_checks, warm_up
from localsdg.checks.suites import QUERY, SQL_RULE, load_suites
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES, Settings
from localsdg.registry.tables import create_table_sql, tables

SETTINGS = Settings(threads=2, memory_limit="500MB")

#: Good rows, as a SELECT a table; columns that are left out are null.
GOOD = {
    "observation": """
        select 'R' as release, repeat('a', 64) as snapshot_sha256,
            hash(series, area) as observation_key,
            split_part(indicator, '.', 1) as goal_code,
            split_part(indicator, '.', 1) || '.' || split_part(indicator, '.', 2) as target_code,
            indicator as indicator_code, series as series_code, series as published_series_code,
            area as area_code, name as area_name, 2015 as year, '' as published_breakdown,
            9.0 as value, '9' as value_raw, 'number' as value_status, 8.0 as lower_bound,
            10.0 as upper_bound, 1.0 as multiplier, unit, 'G' as nature
        from (values ('SI_POV_DAY1', '1.1.1', 'PERCENT'), ('EN_MAT_DOMCMPT', '12.2.2', 'TONNES'),
                     ('VC_DSR_GDPLS', '1.5.2', 'USD'), ('VC_DSR_CHLN', '11.5.2', 'USD_M'),
                     ('IT_USE_ii99', '17.8.1', 'NUMBER')) as s (series, indicator, unit),
             (values ('004', 'Afghanistan'), ('99018', 'A fishing area')) as a (area, name)""",
    "source_file": """
        select 'R' as release, repeat('a', 64) as snapshot_sha256, 'a.csv' as file_name,
            false as is_limited, '2026-01-01T00:00:00' as fetched_at""",
    # what was found and taken: nothing, where all is well
    "cleaned_text": None,
    "source_column": None,
    "local_cleaned": None,
    "breakdown": """
        select 'R' as release, 'SI_POV_DAY1' as series_code, 'SI_POV_DAY1' as published_series_code,
            published as published_breakdown, breakdown, sex, age,
            cast(map {} as map(varchar, varchar)) as dimensions, published = '' as is_total
        from (values ('', '', null, null), ('sex=FEMALE', 'sex=FEMALE', 'FEMALE', null),
                     ('age=15', 'age=15+', null, '15+')) as b (published, breakdown, sex, age)""",
    "observation_key": """
        select hash(n) as observation_key, n as staged_row, 1 as n_rows, true as is_consistent
        from range(3) as r (n)""",
    "goal": """
        select 'R' as release, cast(n as varchar) as goal_code, 'Goal ' || n as title,
            'a' as snapshot_sha256 from range(1, 18) as r (n)""",
    "target": """
        select 'R' as release, g || '.' || lower(to_base(t, 36)) as target_code,
            cast(g as varchar) as goal_code, 'Target' as title, 'a' as snapshot_sha256
        from range(1, 18) as goals (g), range(1, 13) as targets (t)
        order by t, g limit 169""",
    "indicator": """
        select 'R' as release, g || '.' || t || '.' || i as indicator_code,
            g || '.' || t as target_code, cast(g as varchar) as goal_code, 'Indicator' as title,
            '1' as tier, 'a' as snapshot_sha256
        from range(1, 18) as goals (g), range(1, 6) as targets (t), range(1, 4) as indicators (i)
        order by i, t, g limit 248""",
    "series": """
        select 'R' as release, series as series_code, indicator as indicator_code,
            'Disaster strategies' as description, 'a' as snapshot_sha256
        from (values ('SG_DSR_SILS', '1.5.4'), ('SG_DSR_SILS', '11.b.2'), ('IT_USE_ii99', '17.8.1'),
                     ('SN_ITK_DEFC', null)) as s (series, indicator)""",
    "area": """
        select 'R' as release, area_code, area_name, 'a' as snapshot_sha256
        from (values ('001', 'World'), ('004', 'Afghanistan'), ('99018', 'A fishing area'))
            as a (area_code, area_name)""",
    "area_tree": """
        with roots as (
            select * from (values ('World (total) by SDG regions', '001'),
                ('World (total) by continental regions', '001'), ('LLDC', '432'), ('LDC', '199'),
                ('SIDS', '722'), ('World (total) by MDG regions', '001'), ('Custom', '922'))
                as r (root_name, area_code)
        )
        select 'R' as release, root_name, area_code, root_name as area_name, 'Region' as area_type,
            null as parent_code, 'a' as snapshot_sha256 from roots
        union all
        select 'R', root_name, '004', 'Afghanistan', 'Country', area_code, 'a' from roots""",
    "m49_area": """
        select 'M49' as release, format('{:03d}', n) as area_code, 'Area' as area_name,
            -- one place without a code, as Sark in the real list
            if(n = 7, null, 'A' || translate(to_base(n, 16, 2), '0123456789', 'GHIJKLMNOP'))
                as iso3,
            n < 45 as is_ldc, n < 32 as is_lldc, n < 53 as is_sids, 'a' as snapshot_sha256
        from range(0, 248) as r (n)""",
    # used, thrown out as a placeholder, and metadata without a file
    "local_indicator": """
        select 'R' as release, 'town' as site_id, 'town' as local_government_id,
            id as local_indicator_id, 'en' as language, unit, 'metadata' as unit_basis,
            indicator as indicator_code, target as target_code, goal as goal_code, match,
            rule is not null as is_placeholder, rule as placeholder_rule,
            rule as exclusion_rule, true as is_statistical,
            if(indicator = '1.2.1', 'national', null) as poverty_threshold,
            n_rows, rejected as n_rows_rejected, headlines as n_headline,
            'a' as snapshot_sha256
        from (values
            ('1-2-1', 'PERCENT', '1.2.1', '1.2', '1', 'official', null, 12, 2, 8),
            ('11-5-1', 'PERCENT', '11.5.1', '11.5', '11', 'proxy', 'OSDG-P01', 3, 3, 0),
            ('13-3', 'PERCENT', null, '13.3', '13', 'target', null, 0, 0, 0),
            ('our-13', 'PERCENT', null, null, '13', 'goal', null, 4, 0, 4),
            ('our-own', 'NOT STATED', null, null, null, 'none', null, 4, 0, 4))
            as i (id, unit, indicator, target, goal, match, rule, n_rows, rejected, headlines)""",
    # a headline a year, a part of the town, and the nation
    "local_observation": """
        select 'R' as release, 'town' as site_id, '1-2-1' as local_indicator_id,
            row_number() over (order by year, kind) as row_number, year, year as end_year,
            cast(year as varchar) as year_text, 9.5 as value, '9.5' as value_raw,
            'number' as value_status, 'PERCENT' as unit, 'metadata' as unit_basis,
            cast(map {} as map(varchar, varchar)) as dimensions, kind = 'own' as is_headline,
            kind as reference_area_kind, 'row' as reference_area_basis, 'a' as snapshot_sha256
        from range(2015, 2025) as y (year), (values ('national'), ('own'), ('part')) as k (kind)""",
    "local_target": """
        select 'R' as release, 'town' as site_id, 'town' as local_government_id,
            '1-2-1' as local_indicator_id, kind as target_kind, 1 as sequence, year,
            value, text as value_raw, 'PERCENT' as unit, '1.2.1' as indicator_code,
            '1.2' as target_code, '1' as goal_code, 'a' as snapshot_sha256
        from (values ('target value', 2030, 5.0, '5'), ('commitment', 2030, null, null),
                     ('target statement', null, null, null), ('progress', null, null, 'met'))
            as t (kind, year, value, text)""",
}


@dataclass(frozen=True)
class Case:
    """SQL that breaks a good table ({t}), and the rules that must then fail, no others."""

    table: str
    rule_id: str
    sql: str
    also: frozenset[str] = field(default=frozenset())
    example: str = ""


def _copy(change: str, where: str = "series_code = 'IT_USE_ii99' and area_code = '004'") -> str:
    return f"insert into {{t}} select * replace ({change}) from {{t}} where {where}"


def _golden(release: str, value: str) -> str:
    return f"update {{t}} set release = '{release}'; " + _copy(
        f"'001' as area_code, 'World' as area_name, 1 as observation_key, {value} as value, "
        f"'{value}' as value_raw, null as lower_bound, null as upper_bound",
        "series_code = 'SI_POV_DAY1' and area_code = '004'",
    )


IND, LOC, TGT = "local_indicator", "local_observation", "local_target"
POOR, DUMMY = "where local_indicator_id = '1-2-1'", "where local_indicator_id = '11-5-1'"
HEAD, NATION = "is_headline and year = 2020", "where reference_area_kind = 'national' and year = 2020"
VALUE = "where target_kind = 'target value'"


def _twenty(change: str, where: str) -> str:
    """Twenty more rows of a site, on their own ids."""
    return (
        "insert into {t} select * exclude (n) replace (cast(n as varchar) as local_indicator_id, "
        f"{change}) from {{t}}, range(20) as r (n) where {where}"
    )


OBS, TREE, M49 = "observation", "area_tree", "m49_area"
UNPARSED = "value_status = 'unparsed', value = null, value_raw = '?', nature = null"
ONE = "where series_code = 'IT_USE_ii99' and area_code = '004'"
CASES = [
    Case(OBS, "UNSD-OBS-001", "delete from {t}"),
    Case(OBS, "UNSD-OBS-002", _copy("'M' as nature"), example="G, M"),
    Case("source_file", "UNSD-FILE-001", "update {t} set snapshot_sha256 = 'none'", example="none"),
    Case("cleaned_text", "UNSD-TXT-001", "insert into {t} values ('R', 'a.csv', 2)", example="a.csv"),
    Case("local_cleaned", "LOC-TXT-001", "insert into {t} values ('opensdg', 'R', 'a.zip', 2)", example="a.zip"),
    Case(
        "source_column",
        "UNSD-COL-001",
        "insert into {t} values ('R', 'moon_phase', 'dimension', 'rows', 9)",
        example="moon_phase",
    ),
    Case(OBS, "UNSD-OBS-003", "update {t} set value = null " + ONE),
    Case(OBS, "UNSD-OBS-003", "update {t} set value_status = 'not available' " + ONE),
    Case(OBS, "UNSD-OBS-004", "update {t} set censoring = '<' " + ONE),
    Case(OBS, "UNSD-OBS-004", "update {t} set value_status = 'censored' " + ONE),
    Case(OBS, "UNSD-OBS-005", "update {t} set value = 'inf', upper_bound = null " + ONE, example="inf"),
    Case(OBS, "UNSD-OBS-005", "update {t} set upper_bound = 'nan' " + ONE),
    Case(OBS, "UNSD-OBS-006", "update {t} set year = year(current_date) + 6 " + ONE),
    Case(OBS, "UNSD-OBS-007", "update {t} set year = 1949 " + ONE),
    Case(OBS, "UNSD-OBS-008", "update {t} set area_code = '4' where area_code = '004'"),
    Case(OBS, "UNSD-OBS-008", "update {t} set area_code = 'AFG' where area_code = '004'"),
    Case(OBS, "UNSD-OBS-009", "update {t} set series_code = 'Afghanistan' " + ONE),
    Case(OBS, "UNSD-OBS-010", "update {t} set indicator_code = '17.8' || '.C1' " + ONE),
    Case(OBS, "UNSD-OBS-011", "update {t} set goal_code = '1' " + ONE),
    Case(OBS, "UNSD-OBS-011", "update {t} set target_code = '17.1' " + ONE),
    Case(OBS, "UNSD-OBS-012", "update {t} set unit = 'TONNES' " + ONE, example="NUMBER, TONNES"),
    Case(
        OBS,
        "UNSD-OBS-013",
        "update {t} set value = 102, upper_bound = 103 where series_code = 'SI_POV_DAY1' and area_code = '004'",
    ),
    Case(OBS, "UNSD-OBS-014", "update {t} set value = 0, lower_bound = null where series_code = 'EN_MAT_DOMCMPT'"),
    Case(
        OBS,
        "UNSD-OBS-015",
        "update {t} set indicator_code = '1.5.2', goal_code = '1', target_code = '1.5' where indicator_code = '11.5.2'",
    ),
    Case(
        OBS,
        "UNSD-OBS-016",
        "update {t} set value = 2e6, upper_bound = null where series_code = 'VC_DSR_CHLN' and area_code = '004'",
    ),
    Case(OBS, "UNSD-OBS-017", "update {t} set upper_bound = 8.5 " + ONE),
    Case(
        OBS,
        "UNSD-OBS-018",
        "insert into {t} select * exclude (n) replace (hash(n) as observation_key) "
        "from {t}, range(200) as r (n) where series_code = 'IT_USE_ii99'; "
        f"update {{t}} set {UNPARSED} where observation_key = hash(7) and area_code = '004'; "
        "delete from {t} where observation_key = hash(7) and area_code <> '004'",
    ),
    Case(OBS, "UNSD-OBS-019", f"update {{t}} set {UNPARSED} {ONE}", frozenset({"UNSD-OBS-018"})),
    Case(OBS, "UNSD-OBS-020", _golden("2019.Q2.G.01", "10"), example="2019.Q2.G.01"),
    Case(OBS, "UNSD-OBS-020", _golden("2020-10-19", "9.9")),
    Case(OBS, "UNSD-OBS-021", "update {t} set area_name = 'Elsewhere' " + ONE),
    Case(OBS, "UNSD-OBS-022", "update {t} set nature = 'Z' " + ONE),
    Case("breakdown", "UNSD-BRK-001", "update {t} set is_total = false where breakdown = ''"),
    Case("breakdown", "UNSD-BRK-002", "update {t} set dimensions = map {{'sex': 'MALE'}} where sex is not null"),
    Case("breakdown", "UNSD-BRK-003", _copy("'age=15+' as published_breakdown", "age = '15+'")),
    Case("observation_key", "UNSD-KEY-001", "update {t} set is_consistent = false where staged_row = 1"),
    Case("observation_key", "UNSD-KEY-002", "insert into {t} select * from {t} where staged_row = 1"),
    Case("goal", "UNSD-GOAL-001", "delete from {t} where goal_code = '17'"),
    Case("goal", "UNSD-GOAL-002", "update {t} set goal_code = '01' where goal_code = '1'"),
    Case("target", "UNSD-TGT-001", "delete from {t} where target_code = '1.1'"),
    Case("target", "UNSD-TGT-002", "update {t} set goal_code = '2' where target_code = '1.1'"),
    Case("target", "UNSD-TGT-003", "update {t} set target_code = '1.1.1' where target_code = '1.1'"),
    Case("indicator", "UNSD-IND-001", "update {t} set target_code = '1.2' where indicator_code = '1.1.1'"),
    Case("indicator", "UNSD-IND-002", "update {t} set indicator_code = '1.1.x' where indicator_code = '1.1.1'"),
    Case("indicator", "UNSD-IND-003", "delete from {t} where goal_code > '3'"),
    Case("series", "UNSD-SER-001", "update {t} set series_code = 'POVERTY' where series_code = 'SN_ITK_DEFC'"),
    Case("series", "UNSD-SER-002", "update {t} set indicator_code = '17.8' where indicator_code = '17.8.1'"),
    Case("series", "UNSD-SER-003", "update {t} set description = 'Other' where indicator_code = '1.5.4'"),
    Case("area", "UNSD-AREA-001", "update {t} set area_code = '4' where area_code = '004'"),
    Case("area", "UNSD-AREA-002", "delete from {t} where area_code = '001'"),
    Case(
        TREE,
        "UNSD-TREE-001",
        "update {t} set root_name = 'By regions' where root_name = 'World (total) by SDG regions'",
    ),
    Case(TREE, "UNSD-TREE-002", "delete from {t} where root_name = 'Custom'"),
    Case(TREE, "UNSD-TREE-003", "update {t} set area_type = 'Planet' where root_name = 'LDC'"),
    Case(TREE, "UNSD-TREE-004", "update {t} set area_code = '4' where root_name = 'LDC' and area_code = '004'"),
    Case(TREE, "UNSD-TREE-005", "update {t} set parent_code = '722' where root_name = 'LDC' and area_code = '004'"),
    Case(TREE, "UNSD-TREE-006", _copy("'Again' as area_name", "area_code = '004'")),
    Case(M49, "M49-001", "delete from {t} where area_code = '200'"),
    Case(M49, "M49-002", "update {t} set is_ldc = false where area_code = '001'"),
    Case(M49, "M49-003", "update {t} set is_lldc = false where area_code = '001'"),
    Case(M49, "M49-004", "update {t} set is_sids = false where area_code = '001'"),
    Case(M49, "M49-005", "update {t} set iso3 = 'afg' where area_code = '004'"),
    Case(
        M49, "M49-006", "update {t} set iso3 = (select iso3 from {t} where area_code = '005') where area_code = '004'"
    ),
    Case(M49, "M49-007", "update {t} set area_code = '4' where area_code = '004'"),
    Case(IND, "OSDG-IND-001", "update {t} set indicator_code = null " + POOR),
    Case(IND, "OSDG-IND-001", "update {t} set match = 'none' " + POOR),
    Case(IND, "OSDG-IND-001", "update {t} set match = null " + POOR),
    Case(IND, "OSDG-IND-001", "update {t} set match = 'official' where match = 'target'"),
    Case(IND, "OSDG-IND-001", "update {t} set match = 'target' where match = 'goal'"),
    Case(IND, "OSDG-IND-002", "update {t} set target_code = '1.3' " + POOR, example="1.3"),
    Case(IND, "OSDG-IND-002", "update {t} set goal_code = '3' where match = 'target'"),
    Case(IND, "OSDG-IND-002", "update {t} set goal_code = '18' where match = 'goal'"),
    Case(IND, "OSDG-IND-003", "update {t} set placeholder_rule = null " + DUMMY),
    Case(IND, "OSDG-IND-003", "update {t} set is_placeholder = false " + DUMMY),
    Case(IND, "OSDG-IND-003", "update {t} set exclusion_rule = null " + DUMMY),
    Case(IND, "OSDG-IND-004", "update {t} set n_rows_rejected = 2 " + DUMMY),
    Case(IND, "OSDG-IND-004", "update {t} set exclusion_rule = 'OSDG-X01' " + POOR),
    Case(IND, "OSDG-IND-005", "update {t} set n_rows_rejected = 13, n_headline = 0 " + POOR),
    Case(IND, "OSDG-IND-005", "update {t} set n_headline = 11 " + POOR),
    Case(IND, "OSDG-IND-006", _twenty("'town' as site_id", "is_placeholder"), example="town"),
    Case(IND, "OSDG-IND-007", "update {t} set unit = 'NOT STATED' " + POOR),
    Case(IND, "OSDG-IND-008", "update {t} set poverty_threshold = null " + POOR),
    Case(IND, "OSDG-IND-009", "update {t} set shared_with = 'city/1-2-1' " + POOR, example="city/1-2-1"),
    Case(LOC, "OSDG-OBS-001", "update {t} set value = null where " + HEAD),
    Case(LOC, "OSDG-OBS-001", "update {t} set value_status = 'not available' where " + HEAD),
    Case(LOC, "OSDG-OBS-002", "update {t} set value_status = 'censored' where " + HEAD),
    Case(LOC, "OSDG-OBS-002", "update {t} set censoring = '<' where " + HEAD),
    Case(LOC, "OSDG-OBS-003", "update {t} set value = 'inf', unit = 'EUR' " + NATION),
    Case(LOC, "OSDG-OBS-003", "update {t} set value = 'nan', unit = 'EUR' " + NATION),
    Case(LOC, "OSDG-OBS-004", "update {t} set year = 1899 where " + HEAD),
    Case(LOC, "OSDG-OBS-004", "update {t} set end_year = 2803 where " + HEAD, frozenset({"OSDG-OBS-012"})),
    Case(LOC, "OSDG-OBS-004", "update {t} set end_year = 2019 where " + HEAD),
    Case(LOC, "OSDG-OBS-005", "update {t} set reference_area_kind = 'national' where " + HEAD),
    Case(LOC, "OSDG-OBS-005", "update {t} set reference_area_kind = 'part' where " + HEAD),
    Case(LOC, "OSDG-OBS-006", "insert into {t} select * replace (99 as row_number) from {t} where " + HEAD),
    Case(LOC, "OSDG-OBS-007", "update {t} set unit = 'EUR' where " + HEAD, example="EUR, PERCENT"),
    Case(LOC, "OSDG-OBS-008", "update {t} set value = 133847.44 " + NATION, example="133847.44"),
    Case(LOC, "OSDG-OBS-008", "update {t} set value = -100.5 " + NATION),
    Case(
        LOC,
        "OSDG-OBS-009",
        "update {t} set value_status = 'unparsed', value = null, "
        "value_raw = '?' where reference_area_kind = 'national' "
        "and year < 2017",
    ),
    Case(LOC, "OSDG-OBS-010", "update {t} set reference_area_kind = 'other', is_headline = false"),
    Case(LOC, "OSDG-OBS-011", "update {t} set unit_basis = 'none' where " + HEAD),
    Case(LOC, "OSDG-OBS-011", "update {t} set unit = 'NOT STATED' " + NATION),
    Case(LOC, "OSDG-OBS-012", "update {t} set end_year = year(current_date) + 6 where " + HEAD),
    Case(TGT, "OSDG-TGT-001", "update {t} set value = null " + VALUE),
    Case(TGT, "OSDG-TGT-001", "update {t} set year = null " + VALUE),
    Case(TGT, "OSDG-TGT-001", "update {t} set value = 3 where target_kind = 'commitment'"),
    Case(TGT, "OSDG-TGT-002", "update {t} set year = 2803 " + VALUE, example="2803"),
    Case(TGT, "OSDG-TGT-002", "update {t} set year = 1989 where target_kind = 'commitment'"),
    Case(TGT, "OSDG-TGT-003", "update {t} set target_code = '1.3' " + VALUE),
    Case(TGT, "OSDG-TGT-003", "update {t} set target_code = null " + VALUE),
    Case(TGT, "OSDG-TGT-004", "update {t} set indicator_code = null, target_code = null, goal_code = null " + VALUE),
    Case(TGT, "OSDG-TGT-005", "update {t} set value = 5000 " + VALUE, example="5000"),
]
GENERATED = [
    Case(
        "goal",
        "GEN-goal-title-not_null",
        "update {t} set title = null where goal_code = '3'",
        example='"goal_code": "3"',
    ),
    Case("goal", "GEN-goal-types", "alter table {t} alter title type integer using 1", example="INTEGER"),
    Case(
        "series",
        "GEN-series-primary_key",
        _copy("'a' as snapshot_sha256", "indicator_code = '1.5.4'"),
        example="SG_DSR_SILS",
    ),
    Case("area", "GEN-area-columns", "alter table {t} add column extra integer"),
    Case(M49, "GEN-m49_area-primary_key", "update {t} set area_code = '004' where area_code = '003'", example="004"),
    Case(
        OBS,
        "GEN-observation-censoring-allowed",
        "update {t} set value_status = 'censored', censoring = '~' " + ONE,
        example="~",
    ),
]


def _fill(con, schema: str, table: str, rows: str | None) -> str:
    name = f"{schema}.{table}"
    con.execute(f"create schema if not exists {schema}")
    con.execute(create_table_sql(tables()[f"staging.{table}"], name))
    if rows:
        con.execute(f"insert into {name} by name {rows}")
    return name


@pytest.fixture(scope="module", autouse=True)
def _warm():
    warm_up().join()


def _check(con, settings=SETTINGS, schema="staging"):
    """Run on a database in memory: the path is not looked at where a connection is given."""
    return run_checks(Path("in memory"), settings, schema=schema, connection=con)


@pytest.fixture
def connection():
    """A database in memory; small, because reflection takes longer the more tables there are."""
    with duckdb.connect() as con:
        yield con


@pytest.fixture
def good(connection):
    """All tables, filled with good rows."""
    for table, rows in GOOD.items():
        _fill(connection, "staging", table, rows)
    return connection


def _not_passed(results):
    return {one.rule_id: one for one in results if one.outcome != "passed"}


# ---- good and bad rows


def test_good_tables_pass_every_rule(good):
    results = _check(good)
    assert not _not_passed(results)
    assert {one.rule_id for one in results} == {
        rule.rule_id for suite in load_suites(SETTINGS.expectations) for rule in suite.rules if suite.name in GOOD
    }


def test_one_pulled_series_and_no_metadata_pass(connection):
    for table in GOOD:
        _fill(connection, "small", table, f"{GOOD[OBS]} limit 1" if table == OBS else None)
    results = _check(connection, schema="small")
    assert len({one.suite for one in results}) == len(GOOD) and not _not_passed(results)


@pytest.mark.parametrize("case", [*CASES, *GENERATED], ids=lambda case: case.rule_id)
def test_bad_rows_fail_exactly_their_rule(connection, case):
    name = _fill(connection, "staging", case.table, GOOD[case.table])
    connection.execute(case.sql.format(t=name))
    found = _not_passed(_check(connection))
    assert set(found) == {case.rule_id} | case.also
    result = found[case.rule_id]
    assert result.outcome == "failed" and result.suite == case.table
    assert result.n_unexpected is None or result.n_unexpected >= 1
    assert 1 <= len(json.loads(result.examples)) <= 5
    assert case.example in result.examples


@pytest.mark.parametrize("table", [IND, LOC, TGT])
def test_a_site_with_one_row_passes(connection, table):
    _fill(connection, "staging", table, f"{GOOD[table]} limit 1")
    assert not _not_passed(_check(connection))


def test_a_headline_of_an_area_not_known_and_a_target_of_2100_pass(connection):
    local = _fill(connection, "staging", LOC, GOOD[LOC])
    connection.execute(f"update {local} set reference_area_kind = 'unknown' where {HEAD}")
    connection.execute(f"update {local} set end_year = year(current_date) + 5 {NATION}")
    target = _fill(connection, "staging", TGT, GOOD[TGT])
    connection.execute(f"update {target} set year = 2100 {VALUE}")
    assert not _not_passed(_check(connection))


def test_every_hand_written_rule_has_a_case_that_fails_it():
    """Of every suite, wherever its cases stand: those of records and links are in their own files."""
    written = {(suite.name, rule.rule_id) for suite in load_suites(SETTINGS.expectations) for rule in suite.written}
    cases = {(case.table, case.rule_id) for case in CASES}
    elsewhere = {(table, rule_id) for table, rule_id, _ in [*RECORD_CASES, *LINK_CASES]}
    assert not cases & elsewhere
    assert written == cases | elsewhere


@pytest.mark.parametrize("release, value", [("2019.Q2.G.01", "9.9"), ("2020-10-19", "10")])
def test_the_golden_records_pass(connection, release, value):
    name = _fill(connection, "staging", OBS, GOOD[OBS])
    connection.execute(_golden(release, value).format(t=name))
    assert not _not_passed(_check(connection))


# ---- Great Expectations on DuckDB


def test_the_mend_still_fits_this_version():
    """Fails when Great Expectations changes what the mend leans on."""
    load_gx()
    load_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    names = [one.value for one in engine._PERSISTED_CONNECTION_DIALECTS]
    assert names.count("duckdb") == 1 and "sqlite" in names
    assert engine._dialect_requires_persisted_connection(connection_string="duckdb:///x")
    assert "duckdb" in engine._PERSISTED_CONNECTION_DIALECTS


def test_the_suites_are_plain_great_expectations_suites():
    """Whoever uses Great Expectations alone can load the files as they stand."""
    gx = load_gx()
    for path in sorted(SETTINGS.expectations.glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        assert len(gx.ExpectationSuite(**body).expectations) == len(body["expectations"])


@pytest.fixture
def own_suite(tmp_path):
    """Settings whose suite for goal is the given list of (type, kwargs)."""

    def write(*rules):
        folder = tmp_path / "expectations"
        folder.mkdir()
        body = [
            {
                "type": kind,
                "kwargs": kwargs,
                "severity": "warning",
                "meta": {"rule_id": f"T-{number:03d}", "reason": "A test."},
            }
            for number, (kind, kwargs) in enumerate(rules, start=1)
        ]
        text = json.dumps({"name": "goal", "expectations": body})
        (folder / "goal.json").write_text(text, encoding="utf-8")
        return replace(SETTINGS, resources=tmp_path)

    return write


def test_errored_is_not_failed_and_leaves_the_other_rules_be(connection, own_suite):
    settings = own_suite(
        (SQL_RULE, {QUERY: "select no_such from {batch}"}),
        (SQL_RULE, {QUERY: "select cast(title as integer) as n from {batch} where n > 0"}),
        ("expect_column_values_to_not_be_null", {"column": "nothing"}),
        (SQL_RULE, {QUERY: "select goal_code from {batch}"}),
        ("expect_column_values_to_not_be_null", {"column": "title"}),
    )
    _fill(connection, "staging", "goal", GOOD["goal"])
    results = _check(connection, settings)
    own = {one.rule_id: one for one in results if one.rule_id.startswith("T-")}
    assert {key: one.outcome for key, one in own.items()} == {
        "T-001": "errored",
        "T-002": "errored",
        "T-003": "errored",
        "T-004": "failed",
        "T-005": "passed",
    }
    assert "no_such" in own["T-001"].examples and "nothing" in own["T-003"].examples
    assert own["T-001"].n_unexpected is None and own["T-004"].n_unexpected == 17
    assert all(one.outcome == "passed" for one in results if one.rule_id.startswith("GEN-"))


@pytest.mark.parametrize("rule", [("expect_miracles", {}), ("expect_column_values_to_not_be_null", {"colum": "title"})])
def test_an_expectation_that_great_expectations_does_not_take_is_said(connection, own_suite, rule):
    _fill(connection, "staging", "goal", GOOD["goal"])
    with pytest.raises(LocalsdgError, match="does not take.*goal.json.*T-001"):
        _check(connection, own_suite(rule))


# ---- the file and its connections


def test_an_open_connection_of_the_same_process_is_no_hindrance(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        _fill(con, "staging", "goal", GOOD["goal"])
        assert not _not_passed(run_checks(path, SETTINGS))
        assert con.execute("select count(*) from staging.goal").fetchone() == (17,)
    with duckdb.connect(str(path), config={"threads": 1}) as con:
        assert not _not_passed(run_checks(path, SETTINGS, connection=con))
        with pytest.raises(LocalsdgError, match="run_checks"):
            run_checks(path, SETTINGS)


def test_nothing_stays_open_and_the_file_stays_as_it_was(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        _fill(con, "staging", "goal", GOOD["goal"])
    before = path.read_bytes()
    docs = tmp_path / "docs"
    assert len(run_checks(path, SETTINGS, docs_dir=docs)) > 5
    assert (docs / "index.html").exists()
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["build.duckdb", "docs"]
    # another process may write only when ours has let go
    code = f"import duckdb; duckdb.connect({str(path)!r}).execute('drop table staging.goal')"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(LocalsdgError, match="no database to check"):
        run_checks(tmp_path / "none.duckdb", SETTINGS)


def test_the_suites_of_the_checkout_are_the_ones_tested():
    assert SETTINGS.expectations == RESOURCES / "expectations"

"""Rules on the tables of local data: each passes on good rows and fails on bad ones."""

from __future__ import annotations

import duckdb
import pytest
from check_helpers import Case, assert_fails, check, fill, key_cases, not_passed

from localsdg.staging.local.match_sites import COULD_NOT_COMPARE

#: Good rows, as a SELECT a table; columns that are left out are null.
GOOD: dict[str, str | None] = {
    "local_site": """
        select 'R' as release, 'town' as site_id, 'town' as local_government_id, 'Town' as local_government,
            '2026-01-01T00:00:00' as fetched_at""",
    # what was taken out: nothing, where all is well
    "local_cleaned": None,
    # used, left out as a placeholder, and metadata without a file
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

IND, LOC, TGT = "local_indicator", "local_observation", "local_target"
POOR = "where local_indicator_id = '1-2-1'"
HEAD, NATION = "is_headline and year = 2020", "where reference_area_kind = 'national' and year = 2020"
VALUE = "where target_kind = 'target value'"


def _twenty(change: str, where: str) -> str:
    """Twenty more rows of a site, on their own ids."""
    return (
        "insert into {t} select * exclude (n) replace (cast(n as varchar) as local_indicator_id, "
        f"{change}) from {{t}}, range(20) as r (n) where {where}"
    )


CASES = [
    Case("local_cleaned", "LOC-TXT-001", "insert into {t} values ('opensdg', 'R', 'a.zip', 2)", example="a.zip"),
    Case(IND, "OSDG-IND-006", _twenty("'town' as site_id", "is_placeholder"), example="town"),
    Case(IND, "OSDG-IND-007", "update {t} set unit = 'NOT STATED' " + POOR),
    Case(IND, "OSDG-IND-008", "update {t} set poverty_threshold = null " + POOR),
    Case(IND, "OSDG-IND-009", "update {t} set shared_with = 'city/1-2-1' " + POOR, example="city/1-2-1"),
    Case(
        IND,
        "OSDG-IND-010",
        "update {t} set shared_with = 'town/9-2-2', shared_reason = 'with different titles' " + POOR,
        example="town/9-2-2",
    ),
    Case(
        IND,
        "OSDG-IND-013",
        "insert into {t} select * replace ('old-town' as site_id) from {t} " + POOR,
        example="old-town/1-2-1, town/1-2-1",
    ),
    Case(IND, "OSDG-IND-011", "update {t} set placeholder_sign = 'the title is prueba' " + POOR, example="prueba"),
    Case(
        IND,
        "OSDG-IND-022",
        "update {t} set match = 'none', match_reason = '" + COULD_NOT_COMPARE + "KeyError: 1' " + POOR,
        example="KeyError: 1",
    ),
    Case(IND, "OSDG-IND-021", "update {t} set n_unread = 2 " + POOR),
    Case(
        IND,
        "OSDG-IND-012",
        "update {t} set n_headline = 0, n_own_rows = 10, no_headline_column = 'Sexe', "
        "no_headline_reason = 'every row is broken down, most by Sexe: Dones' where n_rows > n_rows_rejected",
        example="Sexe",
    ),
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
    Case(LOC, "OSDG-OBS-012", "update {t} set end_year = year(current_date) + 2 where " + HEAD),
    Case(LOC, "OSDG-OBS-012", "update {t} set end_year = year(current_date) + 6 " + NATION),
    # what counts is the year of the pull
    Case(LOC, "OSDG-OBS-012", "update {t} set release = 'town@2018-05-01', end_year = 2020 where " + HEAD),
    Case(LOC, "OSDG-OBS-020", "update {t} set value = year % 5 / 10.0"),
    Case(TGT, "OSDG-TGT-004", "update {t} set indicator_code = null, target_code = null, goal_code = null " + VALUE),
    Case(TGT, "OSDG-TGT-005", "update {t} set value = 5000 " + VALUE, example="5000"),
    # the first row of a year is the nation's: no second headline
    *key_cases(GOOD, {}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule_id)
def test_bad_rows_fail_exactly_their_rule(case):
    assert_fails(case, GOOD[case.table])


@pytest.mark.parametrize("table", [IND, LOC, TGT])
def test_a_site_with_one_row_passes(table):
    with duckdb.connect() as con:
        fill(con, "staging", table, f"{GOOD[table]} limit 1")
        assert not not_passed(check(con))


def test_a_headline_of_an_area_not_known_and_a_year_five_ahead_pass():
    with duckdb.connect() as con:
        local = fill(con, "staging", LOC, GOOD[LOC])
        con.execute(f"update {local} set reference_area_kind = 'unknown' where {HEAD}")
        con.execute(f"update {local} set end_year = year(current_date) + 5 {NATION}")
        assert not not_passed(check(con))

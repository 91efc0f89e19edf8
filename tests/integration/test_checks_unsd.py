"""Rules on the tables of UN data: each passes on good rows and fails on bad ones."""

from __future__ import annotations

import duckdb
import pytest
from check_helpers import Case, assert_fails, check, copied, fill, key_cases, not_passed

#: Good rows, as a SELECT a table; columns that are left out are null.
GOOD: dict[str, str | None] = {
    "observation": """
        select 'unsd' as dataset_id, 'R' as release, repeat('a', 64) as snapshot_sha256,
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
    "population": """
        select 'population' as dataset_id, 'P' as release, 'a' as snapshot_sha256, 'AFG' as iso3, 2020 as year,
            39068979 as population, 'World Bank' as source""",
}


def _golden(release: str, value: str) -> str:
    return f"update {{t}} set release = '{release}'; " + copied(
        f"'001' as area_code, 'World' as area_name, 1 as observation_key, {value} as value, "
        f"'{value}' as value_raw, null as lower_bound, null as upper_bound",
        "series_code = 'SI_POV_DAY1' and area_code = '004'",
    )


OBS, TREE, M49 = "observation", "area_tree", "m49_area"
UNPARSED = "value_status = 'unparsed', value = null, value_raw = '?', nature = null"
ROW = "series_code = 'IT_USE_ii99' and area_code = '004'"
ONE = "where " + ROW
CASES = [
    Case(OBS, "UNSD-OBS-001", "delete from {t}"),
    Case(OBS, "UNSD-OBS-002", copied("'M' as nature", ROW), example="G, M"),
    Case("cleaned_text", "UNSD-TXT-001", "insert into {t} values ('R', 'a.csv', 2)", example="a.csv"),
    Case(
        "source_column",
        "UNSD-COL-001",
        "insert into {t} values ('unsd', 'R', 'moon_phase', 'dimension', 'rows', 9)",
        example="moon_phase",
    ),
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
    Case("breakdown", "UNSD-BRK-003", copied("'age=15+' as published_breakdown", "age = '15+'")),
    Case("observation_key", "UNSD-KEY-001", "update {t} set is_consistent = false where staged_row = 1"),
    Case("goal", "UNSD-GOAL-001", "delete from {t} where goal_code = '17'"),
    Case("target", "UNSD-TGT-001", "delete from {t} where target_code = '1.1'"),
    Case("indicator", "UNSD-IND-003", "delete from {t} where goal_code > '3'"),
    Case("series", "UNSD-SER-002", "update {t} set indicator_code = '17.8' where indicator_code = '17.8.1'"),
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
    Case(TREE, "UNSD-TREE-006", copied("'Again' as area_name", "area_code = '004'")),
    Case(M49, "M49-001", "delete from {t} where area_code = '200'"),
    Case(M49, "M49-002", "update {t} set is_ldc = false where area_code = '001'"),
    Case(M49, "M49-003", "update {t} set is_lldc = false where area_code = '001'"),
    Case(M49, "M49-004", "update {t} set is_sids = false where area_code = '001'"),
    Case(
        M49, "M49-006", "update {t} set iso3 = (select iso3 from {t} where area_code = '005') where area_code = '004'"
    ),
    # an area more is also one more than the list of M49 has
    *key_cases(GOOD, {M49: frozenset({"M49-001", "M49-002", "M49-003", "M49-004", "M49-006"})}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule_id)
def test_bad_rows_fail_exactly_their_rule(case):
    assert_fails(case, GOOD[case.table])


@pytest.mark.parametrize(("release", "value"), [("2019.Q2.G.01", "9.9"), ("2020-10-19", "10")])
def test_the_golden_records_pass(release, value):
    with duckdb.connect() as con:
        name = fill(con, "staging", OBS, GOOD[OBS])
        con.execute(_golden(release, value).format(t=name))
        assert not not_passed(check(con))


@pytest.mark.parametrize("codes", ["1.1.1", "1.4.1,11.b.2", "16.10.2"])
def test_a_row_may_serve_several_indicators(codes):
    with duckdb.connect() as con:
        name = fill(con, "staging", OBS, GOOD[OBS])
        con.execute(f"update {name} set indicator_code = '{codes}', goal_code = null, target_code = null {ONE}")
        assert not not_passed(check(con))


def test_a_release_of_the_same_name_of_another_dataset_is_another_release():
    """Its units, names and codes are its own."""
    with duckdb.connect() as con:
        name = fill(con, "staging", OBS, GOOD[OBS])
        other = "'nation' as dataset_id, 0 as observation_key, 'TONNES' as unit, 'Elsewhere' as area_name, 12 as value"
        con.execute(f"insert into {name} select * replace ({other}, 12.5 as upper_bound) from {name} where {ROW}")
        con.execute(
            f"insert into {name} select * replace ('nation' as dataset_id, '2019.Q2.G.01' as release, '001' as "
            f"area_code, 1 as observation_key) from {name} where series_code = 'SI_POV_DAY1' and area_code = '004'"
        )
        assert not not_passed(check(con))

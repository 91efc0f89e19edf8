"""The project's own corrections over real releases: each is met, and none is out of date."""

from __future__ import annotations

import pytest

from localsdg.common.settings import Settings
from localsdg.registry.corrections import declared_corrections
from localsdg.warehouse.query import open_published

#: Series that the bundle leaves out: unit/test_corrections_releases.py holds their corrections against whole releases.
NOT_BUNDLED = {"EN_MAT_DOMCMPC", "EN_MAT_DOMCMPG", "EN_MAT_DOMCMPT"}


def left_out() -> set[str]:
    """Corrections of series that the bundle leaves out."""
    project, _ = Settings().corrections
    return {
        one.correction_id for one in declared_corrections(project, project).corrections if set(one.series) & NOT_BUNDLED
    }


@pytest.fixture(scope="module")
def ask(built: Settings):
    con = open_published(built)
    yield lambda sql: con.execute(sql).fetchall()
    con.close()


def test_each_correction_of_bundled_series_is_applied_and_none_is_out_of_date(ask) -> None:
    found = dict(ask("select correction_id, status from audit.correction"))
    assert {name for name, status in found.items() if status == "not met"} == left_out()
    assert set(found.values()) == {"applied", "not met"}
    assert ask("select count(*) from audit.quarantine where rule_id like 'CORR-0%'") == [(0,)]


def test_what_corrections_changed_is_what_they_say(ask) -> None:
    changed = dict(
        ask("select correction_id, count(*) from core.observation where correction_id is not null group by 1")
    )
    stated = dict(ask("select correction_id, n_corrected from audit.correction where n_corrected > 0"))
    assert changed.keys() == stated.keys()
    # a row repeats under each indicator that its series serves: there are no fewer of them
    assert all(changed[name] <= stated[name] for name in changed)
    # no value is corrected today: units are, and flags keep the value as published
    assert ask("select distinct correction_action from audit.correction where n_corrected > 0 order by 1") == [
        ("flag",),
        ("override",),
    ]
    assert ask(
        "select count(*) from core.observation where correction_id is not null and "
        "value is distinct from try_cast(replace(value_raw, ',', '') as double)"
    ) == [(0,)]
    assert ask("select count(*) from core.observation where unit = 'CU_USD_M' and release < '2023'") == [(0,)]


def test_losses_add_up_to_dollars(ask) -> None:
    """The reason of the corrected units, counted again: sectors in the unit of the sum of all sectors."""
    assert ask("""
        with losses as (
            select release, area_code, year,
                max(value) filter (series_code = 'VC_DSR_GDPLS') as stated,
                sum(value) filter (series_code <> 'VC_DSR_GDPLS') as summed
            from core.observation
            where is_total and series_code in (
                'VC_DSR_GDPLS', 'VC_DSR_AGLN', 'VC_DSR_AGLH', 'VC_DSR_CILN', 'VC_DSR_HOLN', 'VC_DSR_HOLH',
                'VC_DSR_CHLN', 'VC_DSR_DDPA'
            )
            group by all
        )
        select release, count(*), count(*) filter (abs(stated - summed) <= greatest(1, stated * 1e-6))
        from losses where stated is not null and summed is not null and release < '2023' group by release order by 1
    """) == [
        ("2019.Q2.G.01", 889, 868),
        ("2019.Q3.G.01", 889, 868),
        ("2020-10-19", 1059, 1059),
        ("2022-07-10", 1319, 1319),
    ]

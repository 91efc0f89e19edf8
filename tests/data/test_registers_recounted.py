"""The registers of the bundle, counted again from the raw files with pandas: goals, pairs, years, leads, partners."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from localsdg.common.settings import Settings

#: Register -> its part of a raw file: file, column of the id, start of the id, columns of goals and of the start.
PARTNERSHIPS = ("un_partnerships_2018/registry.csv.gz", "Hashtag", "Goals", "Time_frame")
OCEAN = ("un_ocean_commitments_2026/commitments.csv.gz", "hashtag", "goals", "start")
REGISTERS = {
    "un-partnerships": (*PARTNERSHIPS, "SDGAction"),
    "un-partnerships-ocean": (*PARTNERSHIPS, "OceanAction"),
    "ocean-commitments": (*OCEAN, "OceanAction"),
}
FIRST_INCOMPLETE = {"un-partnerships": 2018, "un-partnerships-ocean": 2018, "ocean-commitments": 2026}
#: Kinds that the ocean register states and a name does not contradict.
STATED = {"Private sector": "business", "Philanthropic organization": "philanthropy"}


@pytest.fixture(scope="module")
def con(built: Settings):
    connection = duckdb.connect(str(built.published), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module", params=REGISTERS)
def register(request, data_root: Path) -> tuple[str, pd.DataFrame]:
    """A register: its id, and `goals` (a sorted list), `year` (None where none is stated) and the raw cells."""
    file, id_column, goals, start, begins = REGISTERS[request.param]
    raw = pd.read_csv(data_root / "local" / "actions" / file, dtype=str, keep_default_na=False)
    raw = raw[raw[id_column].str.startswith(f"#{begins}")]
    # of a time-frame the part before the dash; 1970 is what the form stores where nothing was given
    begun = raw[start].str.removeprefix("Time-frame:").str.partition(" - ")[0].str.extract(r"((?:19|20)\d\d)")[0]
    # a record that names a target serves its goal
    named = raw[goals] + " " + (raw["targets14"].str.replace(r"\.\w+", "", regex=True) if "targets14" in raw else "")
    return request.param, raw.assign(
        goals=[sorted(map(int, cell)) for cell in named.str.findall(r"\d+").map(set)],
        year=begun.where(begun != "1970").astype("Int64"),
    )


def world(con, metric_id: str, register: str, key: str, also: str = "true") -> dict[str, float]:
    """What a metric has of a register in the World, by one dimension, rows with 0 left out."""
    return dict(
        con.execute(
            f"select dimensions['{key}'], value from evidence.{metric_id} where area_code = '001' "
            f"and local_government_id is null and dimensions['dataset'] = ? and value > 0 and {also}",
            [register],
        ).fetchall()
    )


DECLARED = "dimensions['links'] = 'declared'"


def test_records_and_goals(con, register) -> None:
    dataset_id, raw = register
    ((n_actions,),) = con.execute(
        "select n_actions from core.action_dataset where dataset_id = ?", [dataset_id]
    ).fetchall()
    assert n_actions == len(raw)
    expected = Counter(str(goal) for goals in raw.goals for goal in goals)
    assert world(con, "c06_actions_by_goal", dataset_id, "goal", DECLARED) == expected and len(expected) == 17


def test_goals_a_record_and_goals_together(con, register) -> None:
    dataset_id, raw = register
    sizes = Counter("3 or more" if len(goals) > 2 else str(len(goals)) for goals in raw.goals if goals)
    assert world(con, "c06_goals_per_action", dataset_id, "goals", DECLARED) == sizes
    pairs = Counter(f"{a}+{b}" for goals in raw.goals for a, b in itertools.combinations(goals, 2))
    assert world(con, "c06_goal_pairs", dataset_id, "pair", DECLARED) == pairs and len(pairs) > 100


def test_years_in_which_actions_began(con, register) -> None:
    dataset_id, raw = register
    expected = Counter(int(year) for year in raw.year.dropna() if year < FIRST_INCOMPLETE[dataset_id])
    found = con.execute(
        "select year, value from evidence.c06_actions_by_year where area_code = '001' and dimensions['dataset'] = ? "
        "and local_government_id is null and dimensions['count'] = 'in the year' and dimensions['lead'] is null",
        [dataset_id],
    ).fetchall()
    assert {year: value for year, value in found if value} == expected
    assert [year for year, _ in sorted(found)] == list(range(min(expected), FIRST_INCOMPLETE[dataset_id]))


def test_targets_of_the_ocean(con, register) -> None:
    dataset_id, raw = register
    if dataset_id != "ocean-commitments":
        assert world(con, "c06_actions_by_target", dataset_id, "target", DECLARED) == {}
        return
    expected = Counter(target for cell in raw.targets14 for target in set(cell.split()))
    assert world(con, "c06_actions_by_target", dataset_id, "target", DECLARED) == expected and len(expected) > 10


def test_leads_and_the_role_of_local_governments(con, register) -> None:
    dataset_id, raw = register
    leads = world(
        con, "c06_actions_by_actor", dataset_id, "actor", "dimensions['role'] = 'lead' and dimensions['goal'] is null"
    )
    assert sum(leads.values()) == len(raw)
    roles = world(con, "c06_local_government_role", dataset_id, "role", "dimensions['goal'] is null")
    assert sum(roles.values()) == len(raw)
    if dataset_id == "ocean-commitments":
        assert {kind: leads[kind] for kind in STATED.values()} == {
            kind: (raw.entity_type == stated).sum() for stated, kind in STATED.items()
        }
        assert roles["lead"] == leads["local government"] < (raw.entity_type == "Local / Regional Government").sum()
    else:  # partners are listed, and none of them is said to lead
        assert leads == {"none named": len(raw)} and "lead" not in roles

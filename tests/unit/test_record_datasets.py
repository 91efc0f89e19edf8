"""What a file of actions states of its register, as it is staged."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from localsdg.common.csv_files import read_rows
from localsdg.maintenance.bundle.actions import registers
from localsdg.registry.registers import PARTS_CSV
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.records.datasets import dataset_of, day_of, insert_datasets


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2018-07-23", date(2018, 7, 23)),
        ("2018-07", date(2018, 7, 1)),
        ("2018", date(2018, 1, 1)),
        (2018, date(2018, 1, 1)),
        (date(2018, 7, 23), date(2018, 7, 23)),
        (datetime(2018, 7, 23, 4, 5), date(2018, 7, 23)),
        ("2018-13-01", None),
        ("July 2018", None),
        ("", None),
        (None, None),
    ],
)
def test_the_day_that_a_register_is_as_of(stated, expected):
    assert day_of(stated) == expected


def test_facts_are_those_of_the_register_that_the_file_is_and_not_of_another_that_a_record_names():
    extra = {
        "dataset": "city-plan",
        "title": " Plan of the city ",
        "publisher": "",
        "licence": "CC BY 4.0",
        "is_self_selected": "false",
        "as_of": "2025-03",
        "n_in_register": 12,
    }
    file = FileRecord("plan.csv", "actions", "abc", 1, rows=3, extra=extra)
    snapshot = Snapshot(Path("x"), "actions", "2026-01-02", "", "", "", "", "", (file,))
    con = duckdb.connect()
    con.execute("create schema staging")
    con.execute(create_table_sql(tables()["staging.action_dataset"]))
    insert_datasets(con, snapshot, file, ["city-plan", "other", "city-plan"])
    columns = "release, dataset_id, title, publisher, licence, is_self_selected, as_of, n_in_register"
    assert con.execute(f"select {columns} from staging.action_dataset order by dataset_id").fetchall() == [
        ("2026-01-02", "city-plan", "Plan of the city", None, "CC BY 4.0", False, date(2025, 3, 1), 12),
        ("2026-01-02", "other", None, None, None, None, None, None),
    ]


def test_a_file_that_states_no_register_is_one_by_its_name():
    assert dataset_of(FileRecord("City Projects.csv.gz", "actions", "abc", 1)) == "city-projects"


def test_a_part_of_a_register_has_an_id_of_its_own_and_a_reason():
    parts, known = read_rows(PARTS_CSV), {one.dataset for one in registers()}
    assert {one["dataset_id"] for one in parts} <= known
    assert len({one["part_id"] for one in parts} - known) == len(parts)
    assert all(one["action_id_begins"] and one["title"] and one["reason"] for one in parts)

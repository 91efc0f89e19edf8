"""Action records from their cells: what is kept, blanked, told apart and set aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from record_helpers import workbook, written
from samples import ACTION

from localsdg.sources.records.action_rows import ActionRows, read_actions
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.records.files import read_records


def rows_of(tmp_path: Path, *records: dict[str, str]) -> ActionRows:
    """Records read from a CSV."""
    return read_actions(read_records(written(tmp_path / "a.csv", list(records)), ACTIONS), "register")


def rejected(rows: ActionRows) -> list[tuple[int, str]]:
    return [(fault.row, fault.rule_id) for fault in rows.rejected]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("year", "0000", "R02"),
        ("year", "MMXX", "R02"),
        ("end_year", "2011", "R02"),  # before the year
        ("kind", "dream", "R03"),
        ("country", "Atlantis", "R04"),
        ("url", "page 4", "R05"),
        ("language", "Klingonese", "R06"),
        ("sdgs", "1.9", "R07"),
        ("description", "=1+1", "R08"),
        ("partners", "@SUM(A1)", "R08"),
        ("partners", "n/a", "R18"),
        ("lead", "-", "R18"),
        ("year", "NA", "R18"),
    ],
)
def test_a_cell_that_cannot_be_read_is_blanked_and_counted(tmp_path: Path, column: str, cell: str, rule: str) -> None:
    rows = rows_of(tmp_path, ACTION, {**ACTION, "action_id": "2", column: cell})
    assert len(rows.frame) == 2 and rows.rejected == []
    (blanked,) = rows.blanked
    assert (blanked.column, blanked.rule_id, blanked.n_cells) == (column, f"ACT-{rule}", 1)
    assert blanked.examples == (f"row 3 '{cell}'",)


def test_only_a_record_without_title_and_description_is_rejected(tmp_path: Path) -> None:
    nothing = {**ACTION, "title": "N/A", "description": "", "action_id": "2"}
    text = {**nothing, "description": "20 roofs", "action_id": "3"}
    bare = {"title": "Roofs"}
    rows = rows_of(tmp_path, nothing, text, bare)
    assert rejected(rows) == [(2, "ACT-R01")]
    assert rows.frame["made_id"].tolist()[0] == "barcelona:3"
    assert rows.frame.loc[4, "made_id"].startswith("register:")


def test_markup_is_reduced_and_bullets_are_no_formulas(tmp_path: Path) -> None:
    bullets = "- City of Bonn (Government)\n- UNDP"
    rows = rows_of(tmp_path, {**ACTION, "title": "<b>Roofs</b> &amp; walls", "partners": bullets})
    assert rows.frame.loc[2, ["title", "partners"]].tolist() == ["Roofs & walls", bullets]
    assert rows.notes == ["markup was taken out of 1 cell"] and rows.blanked == []


def test_a_span_of_years_is_in_one_cell_or_in_two(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        {"title": "A", "year": "2012-2015", "end_year": ""},
        {"title": "B", "year": "2012", "end_year": "31 Dec 2015"},
        {"title": "C", "year": "2012", "end_year": ""},
    )
    spans = rows.frame[["first_year", "last_year"]].astype(object).where(rows.frame["last_year"].notna(), None)
    assert spans["last_year"].tolist() == [2015, 2015, None]
    assert rows.frame["first_year"].tolist() == [2012] * 3


class TestLeads:
    """Only local and regional governments become local governments."""

    def read(self, tmp_path: Path, *records: dict[str, str]) -> list[tuple]:
        frame = rows_of(tmp_path, *({"title": str(n), **one} for n, one in enumerate(records))).frame
        columns = ["lead", "known_lead_kind", "local_government_id"]
        return [tuple(value if value == value else None for value in row) for row in frame[columns].to_numpy()]

    def test_a_lead_of_another_kind_is_no_local_government(self, tmp_path: Path) -> None:
        leads = ["Ministry of Finance of Kenya", "Save the Seas Foundation", "Barcelona", "University of Oslo"]
        found = self.read(tmp_path, *({"local_government": name, "country": ""} for name in leads))
        assert [row[2] for row in found] == [None, None, "barcelona-unknown", None]
        assert [row[0] for row in found] == leads

    def test_a_column_of_local_governments_is_trusted_with_names_that_look_like_others(self, tmp_path: Path) -> None:
        names = ["Denver, CO", "Noda Village", "Girona", "Cornwall Council", "Bonn", "Ministry of Health"]
        found = self.read(tmp_path, *({"local_government": name, "country": "USA"} for name in names))
        assert [row[1] for row in found[:5]] == ["local government"] * 5
        assert found[5][2] is None and all(row[2] for row in found[:5])

    def test_a_lead_whose_kind_is_stated_or_known_to_be_local_is_one(self, tmp_path: Path) -> None:
        found = self.read(
            tmp_path,
            {"lead": "Barcelona", "lead_kind": "", "country": "ESP"},
            {"lead": "Foreland", "lead_kind": "Local / Regional Government", "country": "ESP"},
            {"lead": "Foreland", "lead_kind": "", "country": "ESP"},
            {"lead": "", "lead_kind": "", "country": "ESP"},
        )
        assert [row[2] for row in found] == ["barcelona", "foreland-esp", None, None]
        assert [row[1] for row in found] == ["local government", "local government", "not classified", None]

    def test_a_town_may_be_called_none(self, tmp_path: Path) -> None:
        found = self.read(
            tmp_path, {"local_government": "None", "country": "ITA"}, {"local_government": "none", "country": ""}
        )
        assert [row[2] for row in found] == ["none-ita", None]


class TestDuplicates:
    """Records of one id: what differs is another record, the very same again is set aside."""

    PLAIN = {"title": "Member", "local_government": "Barcelona", "country": "ESP", "partners": "A", "sdgs": "1"}

    def test_partners_and_goals_tell_records_apart(self, tmp_path: Path) -> None:
        others = [{**self.PLAIN, "partners": "B"}, {**self.PLAIN, "sdgs": "2"}, self.PLAIN]
        rows = rows_of(tmp_path, self.PLAIN, *others)
        ids = rows.frame["made_id"].tolist()
        assert rejected(rows) == [(5, "ACT-R10")] and "row 2" in str(rows.rejected[0])
        assert len(set(ids)) == 3 and all(one.startswith(f"{ids[0]}-") for one in ids[1:])
        alone = rows_of(tmp_path, self.PLAIN).frame["made_id"].tolist()
        assert ids[0] == alone[0]  # the first keeps the id that it has alone

    def test_one_id_with_two_contents_is_two_records(self, tmp_path: Path) -> None:
        rows = rows_of(
            tmp_path, ACTION, {**ACTION, "title": "Walls"}, {**ACTION, "local_government": "City of Barcelona"}
        )
        assert rejected(rows) == [(4, "ACT-R10")]  # another name of the same city
        assert rows.frame["made_id"].tolist()[0] == "barcelona:1" and rows.frame["made_id"].nunique() == 2
        assert any("1 with an id that the file has before" in note for note in rows.notes)

    def test_a_row_that_differs_in_a_column_that_is_left_out_is_another_record(self, tmp_path: Path) -> None:
        rows = rows_of(tmp_path, {**self.PLAIN, "district": "x"}, {**self.PLAIN, "district": "y"})
        assert rows.rejected == [] and rows.frame["made_id"].nunique() == 2


def test_a_list_of_goals_in_json_and_in_text_declares_the_same(tmp_path: Path) -> None:
    body = [
        {"title": "A", "sdgs": ["Goal 14: Life below water", 13]},
        {"title": "B", "sdgs": "['Goal 14: Life below water', 13]"},
    ]
    (tmp_path / "a.json").write_text(json.dumps(body), encoding="utf-8")
    frame = read_actions(read_records(tmp_path / "a.json", ACTIONS), "x").frame
    assert [[one.code for one in elements] for elements in frame["elements"]] == [["14", "13"]] * 2


def test_a_number_that_may_be_another_target_declares_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["title", "sdgs"], ["A", 8.1], ["B", 8.2]])
    rows = read_actions(read_records(path, ACTIONS), "x")
    assert [[one.code for one in elements] for elements in rows.frame["elements"]] == [[], ["8.2"]]
    assert [(one.rule_id, one.n_cells) for one in rows.blanked] == [("ACT-R17", 1)]

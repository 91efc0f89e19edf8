"""A mapping says which column of a file is which of the contract, and travels in the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from record_helpers import written

from localsdg.common.errors import UsageError
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.records.files import Records, read_records
from localsdg.sources.records.mapping import EXAMPLE, RecordMapping, mapping_for
from localsdg.sources.records.mapping_proposal import propose_mapping


def read(path: Path, text: str) -> Records:
    """A file read by a mapping in TOML."""
    path.with_name(f"{path.name}.map.toml").write_text(text, encoding="utf-8")
    return read_records(path, ACTIONS, mapping=mapping_for(path, ()))


def test_columns_are_renamed_joined_and_filled(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [{"Titel": "Dächer", "Ziele": "1", "Unter": "1.4", "Was": "A", "Wie": "NA"}])
    records = read(
        path,
        """
        [columns]
        title = "titel"
        description = ["Was", "Wie"]
        sdgs = ["Ziele", "Unter"]
        [constants]
        year = 2021
        """,
    )
    wanted = ["title", "description", "sdgs", "year"]
    assert records.frame.loc[2, wanted].tolist() == ["Dächer", "A", "1; 1.4", "2021"]
    assert records.left_out == [] and not records.missing


def test_a_mapped_column_wins_over_one_of_the_same_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [{"title": "A", "country": "Kenya, Coast", "iso": "KEN"}])
    records = read(path, '[columns]\ncountry = "iso"')
    assert records.frame.at[2, "country"] == "KEN" and records.left_out == ["country"]


def test_numbered_columns_are_records_of_their_own(tmp_path: Path) -> None:
    rows = [
        {"number": "1", "doing1Title": "A", "doing1Url": "u", "doing2Title": "B", "doing2Url": ""},
        {"number": "2", "doing1Title": "C", "doing1Url": "", "doing2Title": "", "doing2Url": ""},
        {"number": "3", "doing1Title": "", "doing1Url": "", "doing2Title": "", "doing2Url": ""},
    ]
    records = read(
        written(tmp_path / "a.csv", rows),
        '[columns]\ntitle = "doing{n}Title"\nurl = "doing{n}Url"\nsdgs = "number"',
    )
    assert records.frame[["title", "sdgs"]].to_numpy().tolist() == [["A", "1"], ["B", "1"], ["C", "2"]]
    assert records.frame.index.tolist() == [201, 202, 301]
    assert records.notes == ["rows that hold no record: 1"]


def test_the_manifest_keeps_what_staging_needs(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        """
        [columns]
        title = ["a", "b"]
        [constants]
        kind = "plan"
        [dataset]
        id = "register"
        licence = "CC0"
        is_self_selected = true
        rows = "data"
        """,
        encoding="utf-8",
    )
    mapping = mapping_for(tmp_path / "x.json", [str(path), "year=Jahr"])
    extra = json.loads(json.dumps(mapping.as_extra()))
    assert {key: extra[key] for key in extra if key != "mapping"} == {
        "dataset": "register",
        "licence": "CC0",
        "is_self_selected": True,
    }
    again = RecordMapping.from_extra(extra)
    assert (again.columns, again.constants, again.rows_key) == (
        {"title": ("a", "b"), "year": ("Jahr",)},
        {"kind": "plan"},
        "data",
    )
    assert RecordMapping().as_extra() == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[columns]\ntitel = 'a'", "titel"),
        ("[column]\ntitle = 'a'", "[column]"),
        ("[columns]\ntitle = true", "True"),
        ("[dataset]\nid = 'Big City'", "Big City"),
        ("title =", "Invalid value"),
        ("[columns]\ntitle = 'none'", "got none"),
    ],
)
def test_what_is_no_mapping_is_refused_with_an_example(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(written(tmp_path / "a.csv", [{"a": "1", "b": "2"}]), text)
    assert found in str(caught.value) and caught.value.next_step


def test_an_option_that_maps_nothing_is_refused(tmp_path: Path) -> None:
    for text in ("titel=a", "title=", "missing.toml"):
        with pytest.raises(UsageError):
            mapping_for(tmp_path / "a.csv", [text])


def test_the_example_is_a_mapping(tmp_path: Path) -> None:
    mapping = mapping_for(tmp_path / "a.csv", [str(EXAMPLE)])
    assert mapping.columns["title"] == ("Titel",) and mapping.dataset["is_self_selected"] is True


@pytest.mark.parametrize(
    ("header", "proposed"),
    [
        (["Titel", "Gemeinde", "Jahr", "Budget"], {"title": "Titel", "local_government": "Gemeinde", "year": "Jahr"}),
        (["nombre", "descripción", "ods"], {"title": "nombre", "description": "descripción", "sdgs": "ods"}),
        (["Title", "Goals", "Time_frame"], {"year": "Time_frame", "sdgs": "Goals"}),
        (["x", "y"], {}),
    ],
)
def test_a_mapping_is_proposed_for_other_columns(tmp_path: Path, header: list[str], proposed: dict) -> None:
    records = read_records(written(tmp_path / "a.csv", [dict.fromkeys(header, "1")]), ACTIONS)
    assert propose_mapping(records) == proposed

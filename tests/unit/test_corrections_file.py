"""`data/corrections.toml`: what an entry must have, and that a bad one costs itself alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.registry.corrections import Declared, declared_corrections

GOOD = """
[[correction]]
id = "one"
what = "What is wrong."
action = "flag"
flag = "known fault"
reason = "why"
who = "who"
since = 2026-11-27
where = { source = "unsd", series = "SG_DSR_SILS", area = "048", year = 2021 }
source_said = { rows = 1, values = ["152.6"] }
"""
LOCAL = GOOD.replace('series = "SG_DSR_SILS", area = "048"', 'site = "bristol", indicator = "1-1-1"').replace(
    '"one"', '"two"'
)


def read(tmp_path: Path, user: str, project: str = "") -> Declared:
    (ours := tmp_path / "corrections.toml").write_text(project, encoding="utf-8")
    (own := tmp_path / "own" / "corrections.toml").parent.mkdir()
    own.write_text(user, encoding="utf-8")
    return declared_corrections(ours, own)


def test_both_files_are_read_and_years_may_be_spans(tmp_path) -> None:
    declared = read(tmp_path, LOCAL.replace("year = 2021", 'year = [2015, "2017-2019"]'), GOOD)
    assert declared.faults == ()
    assert [(one.correction_id, one.declared_in, one.is_local) for one in declared.corrections] == [
        ("one", "project", False),
        ("two", "user", True),
    ]
    assert declared.corrections[1].years == (2015, 2017, 2018, 2019)


def test_the_same_file_is_read_once_and_a_missing_one_is_empty(tmp_path) -> None:
    (path := tmp_path / "corrections.toml").write_text(GOOD)
    assert len(declared_corrections(path, path).corrections) == 1
    assert declared_corrections(path, tmp_path / "none.toml").faults == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('what = "What is wrong."', "", "what is missing"),
        ('who = "who"', 'who = " "', "who is missing"),
        ('id = "one"', 'id = "One!"', "another form"),
        ("since = 2026-11-27", 'since = "today"', "since is no day"),
        ('reason = "why"', 'reason = "why"\nwhy = "x"', "unknown key"),
        ('flag = "known fault"', "", "flag is given something else"),
        ('flag = "known fault"', 'flag = "odd"', "the flag is unknown"),
        ('flag = "known fault"', 'flag = "known fault"\nvalue = 1', "flag is given something else"),
        ('action = "flag"\nflag = "known fault"', 'action = "fix"', "the action is unknown"),
        ('action = "flag"\nflag = "known fault"', 'action = "override"\nvalue = "3"', "value is no number"),
        ('action = "flag"\nflag = "known fault"', 'action = "scale"\nfactor = 0', "factor is 0"),
        ('action = "flag"\nflag = "known fault"', 'action = "scale"\nfactor = inf', "factor is no finite number"),
        ('action = "flag"\nflag = "known fault"', 'action = "override"\nvalue = nan', "value is no finite number"),
        ("year = 2021", 'year = "2021-2019"', "where.year ends before it begins"),
        ("year = 2021", "year = []", "where.year is empty"),
        ('area = "048"', 'area = ""', "where.area is empty"),
        ('"unsd"', '["unsd"]', "where.source is unknown"),
        ('"unsd"', '"undp"', "where.source is unknown"),
        ('area = "048"', 'site = "bristol"', "two kinds"),
        ('series = "SG_DSR_SILS", ', "", "where.series is missing"),
        ('series = "SG_DSR_SILS", area = "048"', 'indicator = "1-1-1"', "where.site is missing"),
        ("year = 2021", "year = 20.5", "where.year is no year"),
        ("year = 2021", "years = 2021", "where has an unknown key"),
        ('area = "048"', "area = 48", "area is no text"),
        ("year = 2021", "breakdown = { age = 15 }", "where.breakdown"),
        ("rows = 1, ", "", "source_said.rows is missing"),
        ('values = ["152.6"]', 'lowest = "1"', "source_said has no values"),
        ('values = ["152.6"]', "values = [152.6]", "values is no text"),
        ('source_said = { rows = 1, values = ["152.6"] }', "source_said = []", "source_said is empty"),
    ],
)
def test_a_bad_entry_is_named_with_its_file_and_costs_itself_alone(tmp_path, old, new, words) -> None:
    assert old in GOOD
    declared = read(tmp_path, GOOD.replace(old, new, 1) + LOCAL)
    assert [one.correction_id for one in declared.corrections] == ["two"]
    ((fault,)) = declared.faults
    message = str(fault.error)
    assert words in message
    assert "data/corrections.toml" in message
    assert fault.name in message
    assert "next: correct the entry, then localsdg corrections --check" in message


def test_an_id_is_given_once_in_all_files(tmp_path) -> None:
    declared = read(tmp_path, GOOD, GOOD)
    assert [one.declared_in for one in declared.corrections] == ["project"]
    assert "given twice" in str(declared.faults[0].error)


@pytest.mark.parametrize(
    "text", ["[[correction", 'other = "x"\n' + GOOD, "correction = 3", "x = 1" + "0" * 5000, "x = " + "[" * 5000]
)
def test_a_file_of_another_form_costs_itself_alone(tmp_path, text) -> None:
    declared = read(tmp_path, text, GOOD)
    assert [one.correction_id for one in declared.corrections] == ["one"]
    assert [(one.name, one.declared_in) for one in declared.faults] == [("corrections.toml", "user")]


def test_a_file_that_is_not_text_costs_itself_alone(tmp_path) -> None:
    (path := tmp_path / "corrections.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in str(declared_corrections(tmp_path / "none.toml", path).faults[0].error)


def test_a_folder_or_a_lost_link_in_the_place_of_the_file_is_reported(tmp_path) -> None:
    (folder := tmp_path / "folder").mkdir()
    (link := tmp_path / "link").symlink_to(tmp_path / "gone.toml")
    for path in (folder, link):
        assert "cannot be read" in str(declared_corrections(tmp_path / "none.toml", path).faults[0].error)


def test_the_projects_own_file_has_no_fault_and_travels_in_the_wheel() -> None:
    settings = Settings()
    project, _ = settings.corrections
    assert [str(fault.error) for fault in declared_corrections(project, project).faults] == []
    build = tomllib.loads((settings.resources / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    targets = build["targets"]
    assert targets["wheel"]["force-include"]["data/corrections.toml"] == "localsdg/resources/data/corrections.toml"
    assert "/data/corrections.toml" in targets["sdist"]["include"]

"""Manual reviews of links: the sheet, its faults, and the command that takes a text or a verb."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import click
import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from localsdg.cli.link import TextGroup
from localsdg.common.formula_guard import guard_formula, unguard_formula
from localsdg.sources.records.contract import DECISIONS, RULES
from localsdg.sources.records.decisions import check_decisions, decided_at, read_decisions
from localsdg.warehouse.decisions import sheet

NOW = datetime(2026, 11, 23, 10)
ROW = {"action_id": "barcelona:1", "code": "SDG 1.4", "decision": "accept", "decided_by": "Ana"}


def faults(*rows: dict[str, str]) -> list[tuple]:
    """Row, column and rule of every fault of decided rows."""
    body = [{name: row.get(name, "") for name in DECISIONS.column_names} for row in rows]
    frame = pd.DataFrame(body, index=range(2, len(rows) + 2), dtype="str")
    return [(f.row, f.column, f.rule_id) for f in check_decisions(frame, read_at=NOW)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"decision": " YES "},
        {"decision": "Refused"},
        {"code": "1.4.1"},
        {"code": "SDG 11"},
        {"decided_at": "2026-11-22"},
        {"decided_at": "2026-11-23T12:00+02:00"},
        {"note": "- pilot only"},
        {"title": "=1+1", "evidence": "<script>", "confidence": "@"},  # for the reader: not read back
    ],
)
def test_a_good_row_has_no_fault(change: dict) -> None:
    assert faults({**ROW, **change}) == []


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("action_id", "", "R01"),
        ("code", "", "R01"),
        ("decided_by", "", "R01"),
        ("decision", "maybe", "R03"),
        ("code", "1.9", "R07"),
        ("code", "poverty", "R07"),
        ("code", "1;11", "R07"),
        ("note", "=1+1", "R08"),
        ("decided_by", "<script>x</script>", "R08"),
        ("model_version", "@SUM(A1)", "R08"),
        ("decided_at", "23/11/2026", "R15"),
        ("decided_at", "2026-12-24", "R15"),
        ("decided_at", "0001-01-01T00:00+14:00", "R15"),
    ],
)
def test_each_fault_of_a_row(column: str, value: str, rule: str) -> None:
    assert faults(ROW, {**ROW, "action_id": "barcelona:2", column: value}) == [(3, column, f"DEC-{rule}")]
    assert rule in RULES


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ({}, {"decision": "no"}, True),
        ({}, {"decision": "no", "code": "1"}, True),  # a target beside the refusal of its goal
        ({"code": "1.4.1"}, {"decision": "no", "code": "1"}, True),
        ({"code": "1.4.1"}, {"decision": "no"}, True),
        ({}, {"decision": "yes"}, False),  # said twice, in one way
        ({}, {"decision": "no", "code": "1.4.1"}, False),  # the target, but not this indicator
        ({"decision": "no"}, {"decision": "yes", "code": "1"}, False),
        ({}, {"decision": "no", "code": "11"}, False),
        ({}, {"decision": "no", "action_id": "barcelona:2"}, False),
    ],
)
def test_a_sheet_that_contradicts_itself_is_wrong_on_both_rows(one, other, wrong) -> None:
    expected = [(2, "decision", "DEC-R16"), (3, "decision", "DEC-R16")] if wrong else []
    assert faults({**ROW, **one}, {**ROW, **other}) == expected
    assert faults({**ROW, **other}, {**ROW, **one}) == expected


def test_times_are_utc() -> None:
    assert decided_at("", NOW) == NOW
    assert decided_at("2026-11-23T12:00+02:00", NOW) == NOW
    assert decided_at("2026-11-23T10:00Z", NOW) == NOW
    assert decided_at("2026-11-23", NOW) == datetime(2026, 11, 23)
    assert decided_at("yesterday", NOW) is None


# ---- the sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", " =1", "\t=1", "\rx", "'=1", "''@"])
def test_what_a_spreadsheet_would_run_has_a_quote_before_it(text: str) -> None:
    assert guard_formula(text) == "'" + text and unguard_formula(guard_formula(text)) == text


@pytest.mark.parametrize("text", ["", "Solar roofs", "'tis", "1 = 2", "a@b.org", "'"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert guard_formula(text) == text == unguard_formula(text)


@given(st.text())
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert unguard_formula(guard_formula(text)) == text


def test_the_sheet_opens_in_a_spreadsheet_and_reads_back(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "action_id": ["malaga:-1", "-x"],
            "title": ["=HYPERLINK(1)", 'Árbol, "año"'],
            "code": ["SDG 1.4", "SDG 11"],
            "confidence": [0.5, None],
        }
    )
    body = sheet(rows)
    assert body.startswith("\ufeffaction_id,title,".encode()) and b"'=HYPERLINK(1)" in body
    (path := tmp_path / "links.csv").write_bytes(body)
    cells = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(one["action_id"], one["decision"], one["decided_by"]) for one in cells] == [
        ("malaga:-1", "", ""),
        ("'-x", "", ""),
    ]
    records, undecided = read_decisions(path)
    assert (len(records.frame), undecided, records.header) == (0, 2, [])
    path.write_bytes(body.replace(b"0.5,,,,", b"0.5,,,yes,"))
    records, undecided = read_decisions(path, by=" Ana ")
    assert undecided == 1 and records.frame[["action_id", "title", "decided_by"]].values.tolist() == [
        ["malaga:-1", "=HYPERLINK(1)", "Ana"]
    ]


# ---- a text, or a verb


@click.group(cls=TextGroup)
def link() -> None:
    """A group like `localsdg link`."""


@link.command("text", hidden=True)
@click.argument("words", nargs=-1)
@click.option("--file")
def text_(words, file) -> None:
    """The default."""
    click.echo(f"text {words} {file}")


@link.command()
def train() -> None:
    """A verb."""
    click.echo("train")


@click.group(cls=TextGroup)
def verbs_only() -> None:
    """A group without a default."""


verbs_only.add_command(train)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["Solar roofs"], "text ('Solar roofs',) None"),
        (["--file", "a.csv"], "text () a.csv"),
        (["train"], "train"),
        (["--", "-5 degrees"], "text ('-5 degrees',) None"),
        ([""], "text ('',) None"),
    ],
)
def test_a_first_word_that_is_no_verb_is_a_text(args: list[str], said: str) -> None:
    result = CliRunner().invoke(link, args)
    assert (result.exit_code, result.stdout.strip()) == (0, said)


def test_help_is_help_and_without_a_default_a_wrong_verb_is_an_error() -> None:
    for args in (["--help"], []):
        assert "Usage: link" in CliRunner().invoke(link, args).output
    assert CliRunner().invoke(verbs_only, ["trian"]).exit_code == 2

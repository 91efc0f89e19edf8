"""What the pages of methods state in words and tables is what the code does."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from localsdg.common.settings import RESOURCES
from localsdg.registry.tables import tables
from localsdg.warehouse.query import open_published

METHODS = RESOURCES / "docs" / "methods"


def page(name: str) -> str:
    return (METHODS / f"{name}.md").read_text(encoding="utf-8")


def cells(text: str, first: str) -> list[str]:
    """The cells of the table row that begins with a text."""
    (row,) = re.findall(rf"^\| {re.escape(first)}.*\|$", text, re.MULTILINE)
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_thresholds_of_progress_are_those_of_the_model() -> None:
    model = (RESOURCES / "sql" / "evidence" / "shared" / "progress_model.sql").read_text(encoding="utf-8")
    listed = re.findall(r"\('2024', \d, '([^']+)', ([\d.]+|null), ([\d.]+|null)\)", model)
    assert len(listed) == 5
    text = page("progress")
    for status, share, growth in listed:
        _, with_target, without = cells(text, status)
        if share == "null":
            assert ("< 0" in with_target, "< 0" in without) == (True, True)
            continue
        shares = [float(number) for number in re.findall(r"[\d.]+", with_target)]
        growths = [float(number) for number in re.findall(r"[\d.]+", without)]
        assert float(share) == shares[0] and float(growth) * 100 == pytest.approx(growths[0])


def test_a_quarter_of_the_progress_has_no_status(built) -> None:
    with closing(open_published(built)) as con:
        ((share,),) = con.execute(
            "select avg((status in ('insufficient data', 'not assessed'))::int) from evidence.progress"
        ).fetchall()
    assert "A quarter of the rows has no status." in page("progress") and 0.22 < share < 0.28


def test_every_flag_is_explained() -> None:
    (flags,) = (one.allowed for one in tables()["core.observation"].columns if one.name == "quality_flag")
    text = page("quality")
    assert flags and [flag for flag in flags if f"`{flag}`" not in text] == []


def test_the_measures_of_links_are_those_of_the_card() -> None:
    card = (RESOURCES / "src" / "localsdg" / "linking" / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    rows = [line for line in page("linking").splitlines() if line.startswith("| ")]
    assert len(rows) == 4 and [row for row in rows if row not in card.splitlines()] == []


def test_files_and_tables_that_the_pages_name_exist(built) -> None:
    with closing(open_published(built)) as con:
        rows = con.execute("select table_name from meta.table_info").fetchall()
        fields = con.execute("select table_name || '.' || column_name from meta.column_info").fetchall()
    known = {name for (name,) in (*rows, *fields)}
    missing = []
    for path in METHODS.glob("*.md"):
        for name in re.findall(r"`([^`\s]+)`", path.read_text(encoding="utf-8")):
            is_file = re.fullmatch(r"(?:src|sql|tests|docs)/[\w./-]+", name)
            is_table = re.fullmatch(r"(?:core|evidence|audit|meta)\.\w+(?:\.\w+)?", name)
            if (is_file and not (RESOURCES / name).exists()) or (is_table and name not in known):
                missing.append((path.name, name))
    assert missing == []

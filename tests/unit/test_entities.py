"""References of HTML are the signs that they mean."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.entities import decode_entities
from localsdg.staging.local.data_file import read_csv
from localsdg.staging.opensdg.metadata import stated_text
from localsdg.staging.unsd.source_rows import create_clean_macros, needs_cleaning


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("m&sup2;/cápita", "m²/cápita"),
        ("2015&#8211;2017", "2015–2017"),  # noqa: RUF001
        ("&#x2264; 5&nbsp;%", "≤ 5 %"),
        ("&lt; 0.1", "< 0.1"),
        ("Trinidad &amp; Tobago", "Trinidad & Tobago"),
        ("water&amp;nbsp;use", "water use"),
        ("&amp;lt;b&amp;gt;", "<b>"),
    ],
)
def test_a_reference_is_the_sign_that_it_means(text: str, decoded: str) -> None:
    assert decode_entities(text) == decoded


@pytest.mark.parametrize("text", ["R&D; and more", "I&UA;", "?a=1&copy=2", "AT&T", "&;", "&#;", "a & b; c"])
def test_what_is_no_reference_stays(text: str) -> None:
    assert decode_entities(text) is text


def test_cells_of_a_local_file_are_decoded_and_not_its_separators() -> None:
    content = b"Year,Units,Group,Value\n2020,m&sup2;/c\xc3\xa1pita,A &#44; B,&lt;5\n2021,&quot;x&quot;,C,1&nbsp;000\n"
    file = read_csv(content, "data/indicator_1-1-1.csv", "1-1-1")
    assert file.rule is None and file.rows_in == 2
    assert file.columns["Units"] == ["m²/cápita", '"x"']
    assert file.columns["Group"] == ["A , B", "C"]
    assert file.columns[file.column("value")] == ["<5", "1 000"]


def test_texts_of_un_files_are_decoded_and_lose_control_characters() -> None:
    con = duckdb.connect()
    create_clean_macros(con)
    create_clean_macros(con)  # a second source of one run
    given = ["2015&#8211;17", "a\x07b", "a\x07&amp;b", "I&UA;", "plain", None]
    rows = con.execute("select clean_text(t) from (select unnest(?) as t)", [given]).fetchall()
    assert [row[0] for row in rows] == ["2015–17", "ab", "a&b", "I&UA;", "plain", None]  # noqa: RUF001


def test_a_field_of_the_metadata_is_decoded() -> None:
    assert stated_text("m&sup2;/c&aacute;pita ") == "m²/cápita"
    assert stated_text("None") == ""


@pytest.mark.parametrize(
    "given", ["a\x07b", "a\x7fb", "a\x9fb", "a\ufffe", "a\uffff", "2015&#8211;17", "m&sup2;", "\x00"]
)
@pytest.mark.parametrize("before", [0, 4 * 2**20 - 1, 4 * 2**20 - 4])
def test_a_file_with_a_cell_to_clean_is_found_wherever_it_is(tmp_path: Path, given: str, before: int) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"x" * before + given.encode() + b"\n")
    assert needs_cleaning(path)


def test_a_file_that_cleaning_leaves_as_it_is_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(
        "Area,Value\r\n\tCôte d'Ivoire & Östersund – AT&T; R&D ≤ 5 ﻿\x85".replace("\x85", "\n"), encoding="utf-8"
    )
    con = duckdb.connect()
    create_clean_macros(con)
    text = path.read_text(encoding="utf-8")
    assert con.execute("select clean_text($t) = $t", {"t": text}).fetchone() == (True,)
    assert not needs_cleaning(path)

"""Which titles of local indicators are linked, in which language, and how often."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.common.settings import Settings
from localsdg.linking.model import Model
from localsdg.linking.titles import suggest_for_indicators
from localsdg.registry.tables import ensure_tables

TABLES = ("staging.local_indicator", "staging.local_title", "staging.local_indicator_suggestion")


class OneLink:
    """Stands in for a linker: notes its texts and links each to target 6.1."""

    model = Model(Path("none"), "m1", {"en:goal:short": {}, "es:goal:short": {}})

    def __init__(self) -> None:
        self.texts: list[tuple[str, str | None]] = []

    def batches(self, texts: pa.Table, kind: str):
        self.texts += [(row["text"], row["language"]) for row in texts.to_pylist()]
        facts = {"method": "learned", "goal_code": "6", "target_code": "6.1", "indicator_code": None, "rank": 1}
        more = {"confidence": 0.6, "evidence": "water 9.00", "is_accepted": False, "model_version": "m1"}
        rows = [{"text_id": number, **facts, **more} for number in texts.column("text_id").to_pylist()]
        yield pa.Table.from_pylist(rows, SCHEMA), texts


SCHEMA = pa.schema(
    [("text_id", pa.int64())]
    + [(name, pa.string()) for name in ("method", "goal_code", "target_code", "indicator_code")]
    + [("rank", pa.int32()), ("confidence", pa.float64()), ("evidence", pa.string())]
    + [("is_accepted", pa.bool_()), ("model_version", pa.string())]
)


def indicator(number: int, title: str | None, **changes) -> dict:
    """A row of `staging.local_indicator`."""
    return {
        "dataset_id": "opensdg",
        "release": "hill@2026",
        "site_id": "hill",
        "local_indicator_id": f"A-{number}",
        "local_title": title,
        "language": "en",
        "match": "none",
        "exclusion_rule": None,
        **changes,
    }


@pytest.fixture
def suggested(tmp_path: Path):
    """Links the titles of the given rows; returns the texts that were linked and the rows that were written."""

    def run(rows: list[dict], titles: list[dict] = ()) -> tuple[list[tuple[str, str | None]], list[str]]:
        con = duckdb.connect()
        ensure_tables(con, TABLES)
        insert_rows(con, "staging.local_indicator", rows)
        insert_rows(con, "staging.local_title", titles)
        linker = OneLink()
        added = suggest_for_indicators(RunContext(con, Settings(home=tmp_path), "run"), linker)
        found = con.execute(
            "select site_id || ':' || local_indicator_id from staging.local_indicator_suggestion order by 1"
        ).fetchall()
        assert added == len(found)
        return linker.texts, [name for (name,) in found]

    return run


def test_a_title_that_repeats_is_linked_once_and_counts_for_each_indicator(suggested) -> None:
    texts, found = suggested(
        [
            indicator(1, "Safe water"),
            indicator(2, " Safe water "),
            indicator(3, "Safe water", site_id="dale"),
            indicator(4, "Safe water", language="es"),
        ]
    )
    assert texts == [("Safe water", "en"), ("Safe water", "es")]
    assert found == ["dale:A-3", "hill:A-1", "hill:A-2", "hill:A-4"]


@pytest.mark.parametrize(
    "changes",
    [{"match": "official"}, {"exclusion_rule": "OSDG-P01"}, {"local_title": None}, {"local_title": " "}],
)
def test_an_official_match_a_placeholder_and_no_title_have_no_suggestion(suggested, changes: dict) -> None:
    assert suggested([indicator(1, "Safe water", **changes)]) == ([], [])


def test_a_title_too_short_for_its_language_has_that_of_its_site(suggested) -> None:
    texts, _ = suggested(
        [
            indicator(1, "Tasa de paro", language="es"),
            indicator(2, "Tasa de empleo", language="es"),
            indicator(3, "Unemployment rate", language="en"),
            indicator(4, "PIB", language="und"),
            indicator(7, "Tasa de pobreza", language="es"),
            indicator(5, "Gini", language="und", site_id="dale"),
            indicator(6, "Water", language="en-GB", site_id="dale2"),
            indicator(8, "GDP", language="und", site_id="dale2"),
        ]
    )
    assert {text: language for text, language in texts if text in ("PIB", "Gini", "Water", "GDP")} == {
        "PIB": "es",
        "Gini": None,
        "Water": "en",
        "GDP": None,
    }


def test_a_language_without_a_model_gives_way_to_the_translation_of_the_site(suggested) -> None:
    def title(number: int, language: str, words: str) -> dict:
        place = {name: indicator(number, "")[name] for name in ("dataset_id", "release", "site_id")}
        return {**place, "local_indicator_id": f"A-{number}", "language": language, "local_title": words}

    texts, _ = suggested(
        [
            indicator(1, "Llars sense aigua", language="ca"),
            indicator(2, "Safe water", language="en"),
            indicator(3, "Taxa d'atur", language="ca"),
        ],
        [
            title(1, "ca", "Llars sense aigua"),
            title(1, "es", "Hogares sin agua"),
            title(1, "fr", "Menages sans eau"),
            title(2, "es", "Agua segura"),
            title(3, "fr", "Taux de chomage"),
        ],
    )
    assert texts == [("Hogares sin agua", "es"), ("Safe water", "en"), ("Taxa d'atur", "ca")]

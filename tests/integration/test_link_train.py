"""Training: the same data give the same file; too little is told; the file scores as its weights do."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from link_helpers import CODES, made

from localsdg.common.errors import LocalsdgError
from localsdg.linking.calibrate import UNREACHABLE_THRESHOLD
from localsdg.linking.model import FREE, SHIPPED, lay_out, read_model
from localsdg.linking.weights import give_texts
from localsdg.maintenance.links import evaluate
from localsdg.maintenance.links.card import card
from localsdg.maintenance.links.corpus import LEARNED_LANGUAGES, Example, merged
from localsdg.maintenance.links.fit import count
from localsdg.maintenance.links.train import LARGEST, Trained, train, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Trained:
    return evaluate.trained(made(), CODES, 3)


@pytest.fixture(scope="module")
def artefact(model, tmp_path_factory) -> Path:
    return write(model, tmp_path_factory.mktemp("model") / "links.parquet")


def test_the_same_data_give_the_same_bytes_in_any_order(artefact, tmp_path) -> None:
    texts = made()
    random.Random(3).shuffle(texts)
    again = write(evaluate.trained(merged(texts), CODES, 3), tmp_path / "again.parquet")
    assert again.read_bytes() == artefact.read_bytes()


@pytest.mark.long
def test_other_data_give_another_version(artefact, tmp_path) -> None:
    more = merged([*made(), Example("geothermal power station", "en", "user", frozenset("7"))])
    other = write(evaluate.trained(more, CODES, 3), tmp_path / "other.parquet")
    assert read_model(other).version != read_model(artefact).version


def test_the_version_tells_other_curves_apart(model) -> None:
    from localsdg.maintenance.links.train import _version

    name, curve = next(iter(model.curves.items()))
    moved = {**model.curves, name: type(curve)(**{**curve.facts(), "threshold": 0.123})}
    assert _version(model.weights, moved) != _version(model.weights, model.curves) == model.version


def test_too_few_records_say_how_many_are_needed() -> None:
    few = [one for one in made(10) if one.source != "unrelated"]
    with pytest.raises(LocalsdgError) as error:
        train(few, CODES)
    assert "60 or more in en or es or de" in str(error.value) and "30 in en, 0 in es, 0 in de" in str(error.value)
    assert "--folder" in str(error.value)


def test_records_of_one_goal_alone_teach_nothing() -> None:
    one_goal = [Example(one.text, "en", "user", frozenset("1"), key=one.key) for one in made()]
    with pytest.raises(LocalsdgError, match="these texts give no confidence"):
        train(one_goal, CODES, 2)


def test_a_level_that_no_text_names_has_no_weights(tmp_path) -> None:
    bare, _ = train(made(targets=False), CODES, 3)
    assert {name.split(":")[1] for name in bare.curves} == {"goal"}
    assert set(bare.weights.column("level").to_pylist()) == {"goal"}


def test_a_model_that_is_too_large_is_not_written(model, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("localsdg.maintenance.links.train.LARGEST", 10)
    with pytest.raises(LocalsdgError, match="too large"):
        write(model, tmp_path / "links.parquet")
    assert list(tmp_path.iterdir()) == []


def dense(path: Path, texts: list[str], level: str) -> dict[tuple[int, str], float]:
    """Scores by numpy: rows of TF-IDF of length one, times the weights of the file."""
    wanted = (level, "en")
    rows = [one for one in pq.read_table(path).to_pylist() if (one["level"], one["language"]) == wanted]
    codes = sorted({one["code"] for one in rows if one["code"]})
    names = sorted({one["feature"] for one in rows if one["feature"]})
    place, column = {n: k for k, n in enumerate(names)}, {c: k for k, c in enumerate(codes)}
    idf, weights, intercepts = np.zeros(len(names)), np.zeros((len(names), len(codes))), np.zeros(len(codes))
    for one in rows:
        if not one["feature"]:
            intercepts[column[one["code"]]] = one["weight"]
            continue
        idf[place[one["feature"]]] = one["idf"]
        if one["code"]:
            weights[place[one["feature"]], column[one["code"]]] = one["weight"]
    matrix = count([*texts, *texts], "en")
    counts = matrix.counts[: len(texts)].toarray()
    found = {}
    for row, cells in enumerate(counts):
        bag = np.zeros(len(names))
        for cell, name in zip(cells, matrix.features, strict=True):
            if name in place:
                bag[place[name]] = cell
        length = np.linalg.norm(bag * idf)
        if length:
            for code, score in zip(codes, bag @ weights / length + intercepts, strict=True):
                found[row, code] = float(score)
    return found


def in_duckdb(path: Path, texts: list[str], level: str) -> dict[tuple[int, str], float]:
    con = duckdb.connect()
    scorer = lay_out(con, read_model(path))
    give_texts(
        con,
        pa.table(
            {
                "text_id": list(range(len(texts))),
                "language": ["en"] * len(texts),
                "text": texts,
            }
        ),
    )
    scorer.score("candidate")
    rows = con.execute("select text_id, code, score from candidate where level = ?", [level]).fetchall()
    con.close()
    return {(text_id, code): score for text_id, code, score in rows}


@pytest.mark.parametrize("level", ["goal", "target"])
def test_duckdb_scores_as_numpy_does(artefact, level) -> None:
    texts = [one.text for one in made()][:12]
    wanted, found = dense(artefact, texts, level), in_duckdb(artefact, texts, level)
    assert len(found) > 10
    for place, score in found.items():
        assert score == pytest.approx(wanted[place], abs=1e-4)
    # the candidates are the best
    for row in range(len(texts)):
        best = max((score, code) for (one, code), score in wanted.items() if one == row)
        assert best[0] == pytest.approx(max(s for (one, _), s in found.items() if one == row), abs=1e-4)


def test_other_weights_give_other_scores(artefact, model, tmp_path) -> None:
    table = model.weights
    doubled = table.set_column(
        table.schema.get_field_index("weight"),
        "weight",
        pa.array([2 * one for one in table.column("weight").to_pylist()], pa.float32()),
    )
    other = write(Trained(doubled, model.curves, "x"), tmp_path / "other.parquet")
    texts = [made()[0].text]
    assert in_duckdb(other, texts, "goal") != pytest.approx(dense(artefact, texts, "goal"), abs=1e-3)


def test_the_card_of_a_model_tells_its_data_figures_and_limits(artefact) -> None:
    text = card([artefact])
    facts = read_model(artefact)
    assert f"`{facts.version}`" in text and f"{artefact.stat().st_size:,} bytes" in text
    for row in facts.card["data"]:
        assert row["title"] in text and row["licence"] in text
    assert "must not be used for" in text and "No judged text in es or de" in text
    assert "Goal, en, text:" in text and "{{" not in text


def test_a_file_that_is_no_model_has_no_card(tmp_path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    with pytest.raises(LocalsdgError, match="not a model of links"):
        card([tmp_path / "a.parquet"])


@pytest.mark.parametrize(
    "path, languages, only_free",
    [
        (SHIPPED, LEARNED_LANGUAGES, False),
        (FREE, ("en",), True),
    ],
)
def test_the_shipped_models_are_small_and_say_what_they_are(path, languages, only_free) -> None:
    model = read_model(path)
    assert path.stat().st_size < LARGEST
    assert model.languages == tuple(sorted(languages))
    assert all(one["is_free"] for one in model.card["data"]) is only_free
    assert all(
        0 < curve["threshold"] <= 1 or curve["threshold"] == UNREACHABLE_THRESHOLD for curve in model.curves.values()
    )
    table = pq.read_table(path)
    assert {*table.column("language").to_pylist()} == set(languages)
    words = (SHIPPED.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"`{path.name}` | `{model.version}` | {path.stat().st_size:,} bytes" in words


def test_the_shipped_card_is_that_of_the_shipped_models() -> None:
    words = (SHIPPED.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert words == card([SHIPPED, FREE]), "make train-links writes it anew"


def labelled(path: Path, texts: list[Example], **changes: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["text", "codes", "language"])
        writer.writeheader()
        writer.writerows(
            {"text": one.text, "codes": "; ".join(sorted(one.goals)), "language": one.language, **changes}
            for one in texts
        )
    return path


@pytest.mark.slow
def test_a_file_of_ones_own_is_enough(cli, tmp_path) -> None:
    texts = [one for one in made(25) if one.goals]
    file = labelled(tmp_path / "mine.csv", texts)
    result = cli(tmp_path, "link", "train", file, "--folds", 2, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    path = tmp_path / "data" / "linking" / "links.parquet"
    assert said["file"] == str(path) and read_model(path).version == said["version"]
    assert read_model(path).languages == ("en",)
    assert {row["source"] for row in said["data"]} == {"terms", "vocabulary", "unrelated", "user"}
    (row,) = [one for one in said["figures"]["sets"] if one["source"] == "user"]
    assert row["n"] == 75 and row["first_right"] > 0.5
    assert said["decisions"] == 0
    assert said["version"] in path.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments, said",
    [
        ((), "nothing to learn from"),
        (("--free", "mine.csv"), "the licence of your own records is not known"),
        (("--folder", "nowhere"), "no labelled texts"),
    ],
)
def test_a_call_that_cannot_train_is_told(cli, tmp_path, arguments, said) -> None:
    result = cli(tmp_path, "link", "train", *arguments)
    assert result.exit_code == 2 and said in result.stderr
    assert not (tmp_path / "data").exists()


def test_few_records_end_with_what_is_missing(cli, tmp_path) -> None:
    file = labelled(tmp_path / "mine.csv", [one for one in made(3) if one.goals])
    result = cli(tmp_path, "link", "train", file)
    assert result.exit_code == 1
    assert "expected 60 or more in en or es or de" in result.stderr and "9 in en" in result.stderr


def test_what_people_decided_is_learned_from(tmp_path, monkeypatch) -> None:
    from localsdg.cli import link_train as cli_link_train
    from localsdg.common.settings import Settings
    from localsdg.warehouse import decisions

    settings = Settings(home=tmp_path)
    assert cli_link_train._decided(settings) == []
    settings.published.parent.mkdir(parents=True)
    settings.published.touch()
    monkeypatch.setattr(
        decisions,
        "decided_texts",
        lambda _: pa.Table.from_pylist(
            [
                {
                    "text": "Free school meals for all children of the district",
                    "language": None,
                    "goal_code": "2",
                    "target_code": "2.1",
                    "label": True,
                },
                {"text": "Free school meals", "language": "en", "goal_code": "9", "target_code": None, "label": False},
            ]
        ),
    )
    accepted, refused = cli_link_train._decided(settings)
    assert (accepted.language, accepted.targets, accepted.source) == ("en", {"2.1"}, "decided")
    assert refused.refused == {"9"}


def test_the_codes_are_those_of_the_agenda_in_its_order() -> None:
    from localsdg.cli.link_train import _codes

    codes = _codes()
    assert codes["goal"] == [str(one) for one in range(1, 18)]
    assert len(codes["target"]) == 169 and codes["target"][:7] == [
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "1.5",
        "1.a",
        "1.b",
    ]

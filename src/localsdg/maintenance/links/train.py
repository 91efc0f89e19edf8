"""Training: labelled examples -> the artefact, a Parquet file of term weights.

The confidence of a link is fitted on texts that the weights never saw: the
examples are cut into folds, each fold is scored by weights of the others, and
a logistic curve (Platt, 1999) over score, lead and number of known words tells
how often such a link was right, for short and long text apart.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import Progress, silent
from localsdg.linking.calibrate import FEWEST, Curve, curves
from localsdg.linking.weights import COLUMNS, Scorer, give_texts
from localsdg.maintenance.links.corpus import LEARNED_LANGUAGES, Example, text_key
from localsdg.maintenance.links.fit import Fitted, Matrix, count, fit

if TYPE_CHECKING:
    import pyarrow as pa

FOLDS = 5
#: Always learned from, never judged on: they are what the codes mean.
MEANINGS = frozenset({"terms", "vocabulary", "official_names"})
LEVELS = ("goal", "target")
#: A language needs so many judged texts before its links may carry a confidence.
_ENOUGH = 60
#: Largest artefact, in bytes.
LARGEST = 3_000_000


@dataclass(frozen=True)
class Trained:
    """A model: its weights, and the curves that turn scores into confidence."""

    weights: pa.Table
    curves: dict[str, Curve]
    version: str
    #: What the model card says of it: data, figures. As JSON.
    facts: dict = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which links were learned."""
        return tuple(sorted({name.split(":")[0] for name in self.curves}))


def train(
    examples: list[Example],
    codes: dict[str, list[str]],
    folds: int = FOLDS,
    progress: Progress | None = None,
) -> tuple[Trained, pa.Table]:
    """A model of all examples, and the judged candidates that its confidence rests on.

    `codes` holds all goals and targets by level. The same examples give the
    same model. A level of a language that no judged text tells about (no
    record names a target) has no confidence and no weights. Raises
    `LocalsdgError` when there is too little to learn from.
    """
    import pyarrow as pa

    progress = progress or silent()
    languages = [one for one in LEARNED_LANGUAGES if _judged(examples, one) >= _ENOUGH]
    if not languages:
        raise LocalsdgError(
            "too few labelled texts",
            expected=f"{_ENOUGH} or more in {' or '.join(LEARNED_LANGUAGES)}",
            got=", ".join(f"{_judged(examples, one)} in {one}" for one in LEARNED_LANGUAGES),
            next_step="add labelled records (FILE), or a labelled folder (--folder)",
        )
    judged = cross_validate(examples, codes, folds, progress=progress)
    with _one_thread():
        found = curves(judged)
    if not found:
        raise LocalsdgError(
            "these texts give no confidence",
            expected=f"{FEWEST} right and wrong first guesses",
            got="fewer",
            next_step="add labelled records of several goals",
        )
    tables = []
    for number, language in enumerate(languages):
        progress.step(number, len(languages), "learn from all texts")
        own = [example for example in examples if example.language == language]
        matrix = count([one.text for one in own], language)
        tables += [
            weight_table(fit(matrix, own, codes[level], level, language))
            for level in LEVELS
            if any(name.startswith(f"{language}:{level}:") for name in found)
        ]
    weights = pa.concat_tables(tables)
    return Trained(weights, found, _version(weights, found)), judged


def cross_validate(
    examples: list[Example],
    codes: dict[str, list[str]],
    folds: int = FOLDS,
    judged_sources: frozenset[str] | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """Candidates of every judged text, scored by weights that never saw it or its group.

    One row a text and candidate: those of `sql/linking/scores.sql`, with fold,
    source, key, n_words and `label` (1 right, 0 wrong, null not known).
    """
    import pyarrow as pa

    progress = progress or silent()
    found = []
    languages = [one for one in LEARNED_LANGUAGES if _judged(examples, one) >= _ENOUGH]
    for number, language in enumerate(languages):
        own = [example for example in examples if example.language == language]
        matrix = count([one.text for one in own], language)
        for fold in range(folds):
            progress.step(number * folds + fold, len(languages) * folds, "judge on texts not learned from")
            test = [
                row
                for row, one in enumerate(own)
                if fold_of(one, folds) == fold
                and one.source not in MEANINGS
                and (judged_sources is None or one.source in judged_sources)
            ]
            if test:
                rest = learned_from(own, test)
                found.append(judge(own, matrix, test, rest, codes, fold))
    return pa.concat_tables(found)


def fold_of(example: Example, folds: int = FOLDS) -> int:
    """The fold of a text: that of its group, so that a country or an indicator stays whole."""
    return zlib.crc32((example.group or example.key).encode()) % folds


def learned_from(examples: list[Example], test: list[int]) -> list[int]:
    """Rows to learn from: none is a text of the test, nor shares its words with one."""
    away = set(test)
    keys = {examples[row].key for row in test}
    groups = {examples[row].group for row in test if examples[row].group}
    return [
        row for row, one in enumerate(examples) if row not in away and one.key not in keys and one.group not in groups
    ]


def write(trained: Trained, path: Path) -> Path:
    """The artefact: weights as Parquet, the curves and the version in its metadata.

    The same model gives the same bytes. Raises `LocalsdgError` when it is
    larger than 3 MB.
    """
    import pyarrow.parquet as pq

    facts = {
        "version": trained.version,
        "curves": {k: c.facts() for k, c in sorted(trained.curves.items())},
        "card": trained.facts,
    }
    table = trained.weights.replace_schema_metadata({"localsdg": json.dumps(facts, sort_keys=True)})
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    pq.write_table(table, beside, compression="zstd", compression_level=19)
    if beside.stat().st_size > LARGEST:
        size = beside.stat().st_size
        beside.unlink()
        raise LocalsdgError("the model is too large", expected=f"at most {LARGEST:,} bytes", got=f"{size:,}")
    beside.replace(path)
    return path


def weight_table(fitted: Fitted) -> pa.Table:
    """Weights of one language and level, long: one row a feature and code that has a weight.

    A feature without a weight left has one row without a code: it still counts
    for the length of a text's vector.
    """
    import numpy as np
    import pyarrow as pa

    rows, columns = np.nonzero(fitted.weights)
    silent_rows = np.setdiff1d(np.arange(len(fitted.features)), rows)
    n = len(fitted.codes)
    features = np.array(["", *fitted.features], dtype=object)
    codes = np.array(["", *fitted.codes], dtype=object)
    place = np.concatenate([np.zeros(n, int), rows + 1, silent_rows + 1])
    code = np.concatenate([np.arange(n) + 1, columns + 1, np.zeros(len(silent_rows), int)])
    weight = np.concatenate([fitted.intercepts, fitted.weights[rows, columns], np.zeros(len(silent_rows))])
    idf = np.concatenate([[0.0], fitted.idf])[place]
    order = np.lexsort((code, place))
    total = len(order)
    return pa.table(
        {
            "language": pa.array([fitted.language] * total),
            "level": pa.array([fitted.level] * total),
            "feature": pa.array(features[place[order]], pa.string()),
            "idf": pa.array(idf[order], pa.float32()),
            "code": pa.array(codes[code[order]], pa.string()),
            "weight": pa.array(weight[order], pa.float32()),
        }
    ).select(COLUMNS)


def _judged(examples: list[Example], language: str) -> int:
    return sum(example.language == language and example.source not in MEANINGS | {"unrelated"} for example in examples)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of many threads differ in their last digit from run to run; those of one do not."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _version(weights: pa.Table, found: dict[str, Curve]) -> str:
    """Short name of a model: a hash of its weights and curves."""
    digest = hashlib.sha256(json.dumps({k: c.facts() for k, c in sorted(found.items())}).encode())
    for name in COLUMNS:
        digest.update(json.dumps(weights.column(name).to_pylist()).encode())
    return digest.hexdigest()[:12]


def judge(
    own: list[Example],
    matrix: Matrix,
    test: list[int],
    rest: list[int],
    codes: dict[str, list[str]],
    fold: int,
) -> pa.Table:
    """Candidates of the test rows of `own`, by weights of the rows `rest`, each with its label; one language."""
    import duckdb
    import pyarrow as pa

    language = own[0].language
    learned = Matrix(matrix.counts[rest], matrix.features)
    examples = [own[row] for row in rest]
    model = pa.concat_tables([weight_table(fit(learned, examples, codes[level], level, language)) for level in LEVELS])
    # one thread: the order of a sum is the same each time
    con = duckdb.connect(config={"threads": 1})
    try:
        con.execute("set enable_progress_bar = false")
        con.register("model", model)
        give_texts(
            con,
            pa.table(
                {
                    "text_id": pa.array(test, pa.int64()),
                    "language": [language] * len(test),
                    "text": [own[row].text for row in test],
                }
            ),
        )
        scorer = Scorer(con)
        scorer.load("model")
        scorer.score("candidate")
        con.register("truth", _truth([own[row] for row in test], test))
        return con.execute(
            "select c.* exclude (words), t.source, t.key, t.n_words, cast(? as integer) as fold, "
            "case when level = 'goal' then case when list_contains(t.goals, c.code) then 1 "
            "  when list_contains(t.refused, c.code) then 0 when t.is_closed then 0 end "
            "when list_contains(t.refused, c.code) then 0 "
            "when len(t.targets) > 0 or len(t.goals) + len(t.refused) = 0 "
            "  then cast(list_contains(t.targets, c.code) as integer) end as label "
            "from candidate as c join truth as t using (text_id) order by text_id, level, rank",
            [fold],
        ).to_arrow_table()
    finally:
        con.close()


def _truth(examples: list[Example], rows: list[int]) -> pa.Table:
    import pyarrow as pa

    words = pa.list_(pa.string())
    return pa.table(
        {
            "text_id": pa.array(rows, pa.int64()),
            "source": [example.source for example in examples],
            "key": [text_key(one.text) for one in examples],
            "n_words": [len(one.key.split()) for one in examples],
            "is_closed": [one.is_closed for one in examples],
            "goals": pa.array([sorted(one.goals) for one in examples], words),
            "refused": pa.array([sorted(one.refused) for one in examples], words),
            "targets": pa.array([sorted(one.targets) for one in examples], words),
        }
    )

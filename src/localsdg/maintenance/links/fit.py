"""Fitting the linear model: labelled examples -> weights of features for goals and targets.

Two linear machines are added up, both on TF-IDF of `sql/linking/features.sql`:
a support vector machine, and one on features scaled by their naive Bayes
log-count ratio (Wang and Manning, "Baselines and Bigrams", 2012). The sum is
linear again, so that a score is one join of features with weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.common.database import packaged_select
from localsdg.linking.calibrate import REGISTERS
from localsdg.linking.weights import SMALL_WORDS

if TYPE_CHECKING:
    import numpy as np

    from localsdg.maintenance.links.corpus import Example

#: Features in fewer texts than this are not learned.
_MIN_TEXTS = 2
#: Codes that one feature may speak for or against, of a level.
_PER_FEATURE = 24


@dataclass(frozen=True)
class Recipe:
    """Choices of one language and level, each made by cross-validation on the labelled folder."""

    #: Strength of the two machines: how far they follow single examples.
    svm_c: float
    ratio_c: float
    #: Above 1, rare words weigh more than in plain TF-IDF.
    idf_power: float
    #: Features kept (those that tell codes apart best), and the share of their weights kept.
    n_features: int
    kept_weights: float
    #: Weight of an example by its source, beside the balance of codes.
    source_weight: dict[str, float]


#: Records declare some of the goals that they touch, and one of every two registers is about the ocean.
_GOAL_SOURCES = {"terms": 0.4, "policy_actions": 0.5, **dict.fromkeys(REGISTERS, 0.3)}
#: By language and level: few long texts (English) want a model that follows single ones less.
RECIPES = {
    ("en", "goal"): Recipe(0.2, 0.05, 1.4, 25_000, 0.3, _GOAL_SOURCES),
    ("es", "goal"): Recipe(1.0, 0.2, 1.4, 35_000, 0.25, _GOAL_SOURCES),
    ("de", "goal"): Recipe(0.3, 0.05, 1.2, 10_000, 0.25, dict.fromkeys(REGISTERS, 1.0)),
    ("de", "target"): Recipe(0.3, 0.05, 1.0, 14_000, 0.05, {}),
    ("en", "target"): Recipe(0.3, 0.05, 1.0, 14_000, 0.05, {"terms": 0.3}),
    ("es", "target"): Recipe(0.3, 0.05, 1.0, 14_000, 0.05, {"terms": 0.3}),
}


@dataclass(frozen=True)
class Fitted:
    """Weights of one language and level (`goal` or `target`), dense.

    `weights` is features x codes and already holds the idf; `norms` holds the
    idf alone, for the length of a text's vector.
    """

    language: str
    level: str
    features: list[str]
    codes: list[str]
    weights: np.ndarray
    intercepts: np.ndarray
    idf: np.ndarray


@dataclass(frozen=True)
class Matrix:
    """Texts as counts: a sparse matrix of 1 + ln(n), and the names of its columns."""

    counts: Any  # scipy's csr_matrix, texts x features
    features: list[str]


def count(texts: list[str], language: str) -> Matrix:
    """Features of texts by the one query that scoring uses too; texts x features."""
    import duckdb
    import numpy as np
    import pyarrow as pa
    from scipy import sparse

    con = duckdb.connect()
    try:
        con.execute("set enable_progress_bar = false")
        given = pa.table({"text_id": list(range(len(texts))), "text": texts})
        con.register("given", given)
        con.execute("create table text_input as select text_id, ? as language, text from given", [language])
        con.execute(f"create table found as {packaged_select('linking/features')}", {"small_words": list(SMALL_WORDS)})
        con.execute(
            "create table vocabulary as select feature, row_number() over (order by feature) - 1 as id "
            "from found group by feature having count(*) >= ?",
            [_MIN_TEXTS],
        )
        cells = con.execute(
            "select f.text_id, v.id, f.frequency from found as f join vocabulary as v using (feature) order by all"
        ).fetchnumpy()
        names = [name for (name,) in con.execute("select feature from vocabulary order by id").fetchall()]
    finally:
        con.close()
    places = (cells["text_id"], cells["id"])
    counts = sparse.csr_matrix((cells["frequency"], places), (len(texts), len(names)), np.float64)
    return Matrix(counts, names)


def weigh(counts, idf):
    """TF-IDF rows of length one."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    return normalize(counts @ sparse.diags(idf))


def labels(examples: list[Example], codes: list[str], level: str) -> np.ndarray:
    """examples x codes: 1 about it, 0 not about it, -1 not known."""
    import numpy as np

    place = {code: number for number, code in enumerate(codes)}
    found = np.full((len(examples), len(codes)), -1, dtype=np.int8)
    for row, one in enumerate(examples):
        # a text with a goal is taken as not about the others, though nobody may have asked;
        # one whose target nobody named teaches nothing about targets
        if not one.refused and (level == "goal" or one.targets or not one.goals):
            found[row] = 0
        for code in (one.goals if level == "goal" else one.targets) & place.keys():
            found[row, place[code]] = 1
        for code in one.refused & place.keys():
            found[row, place[code]] = 0
    return found


def fit(matrix: Matrix, examples: list[Example], codes: list[str], level: str, language: str) -> Fitted:
    """Weights of all codes; a code without an example gets none and is never ranked first."""
    import numpy as np

    recipe = RECIPES[language, level]
    known = labels(examples, codes, level)
    useful = (known == 1).any(axis=1) | (known == 0).any(axis=1)
    examples = [one for one, kept in zip(examples, useful, strict=True) if kept]
    known, counts = known[useful], matrix.counts[useful]
    kept = _telling(counts, known, recipe.n_features) if useful.any() else np.zeros(0, int)
    if not len(kept):
        # nothing tells the codes apart: no text names one, or all name the same
        n = len(codes)
        return Fitted(language, level, [], codes, np.zeros((0, n)), np.zeros(n), np.zeros(0))
    counts = counts[:, kept]
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((1 + counts.shape[0]) / (1 + texts)) + 1) ** recipe.idf_power
    rows = weigh(counts, idf)
    given = np.array([recipe.source_weight.get(example.source, 1.0) for example in examples])
    if level == "goal":
        given = given * _balance(known, examples)
    parts = [_machine(rows, known, given, recipe, with_ratio) for with_ratio in (False, True)]
    weights = sum(w / spread for w, _, spread in parts) * idf[:, None]
    intercepts = sum(b / spread for _, b, spread in parts)
    weights[np.abs(weights) < np.quantile(np.abs(weights), 1 - recipe.kept_weights)] = 0
    # a common word speaks for or against every code a little: what it says most clearly is kept
    if len(codes) > _PER_FEATURE:
        least = -np.partition(-np.abs(weights), _PER_FEATURE, axis=1)[:, [_PER_FEATURE]]
        weights[np.abs(weights) <= least] = 0
    return Fitted(
        language,
        level,
        [matrix.features[one] for one in kept],
        codes,
        weights.round(1),
        intercepts.round(4),
        idf.round(3),
    )


def _telling(counts, known, n: int) -> np.ndarray:
    """Columns of the n features that tell the codes apart best (chi squared), in order."""
    import numpy as np
    from sklearn.feature_selection import chi2

    first = np.where((known == 1).any(axis=1), (known == 1).argmax(axis=1), known.shape[1])
    strength, _ = chi2(counts > 0, first)
    strength = np.nan_to_num(strength)
    best = np.lexsort((np.arange(len(strength)), -strength))[:n]
    return np.sort(best[strength[best] > 0])


def _balance(known, examples) -> np.ndarray:
    """Within a source, texts of rare goals weigh more, so that each goal is heard as much."""
    import numpy as np

    factor = np.ones(len(examples))
    sources = np.array([example.source for example in examples])
    for source in sorted(set(sources)):
        members = np.flatnonzero(sources == source)
        sums = (known[members] == 1).sum(axis=0)
        if (sums > 0).sum() < 2:
            continue
        wanted = sums[sums > 0].mean()
        for row in members:
            own = np.flatnonzero(known[row] == 1)
            if len(own):
                factor[row] = np.clip(np.mean(wanted / sums[own]), 0.2, 5)
    return factor


def _machine(rows, known, given, recipe: Recipe, with_ratio: bool):
    """One linear machine a code, and the spread of its scores on what it learned from."""
    import numpy as np
    from scipy import sparse
    from sklearn.svm import LinearSVC

    weights = np.zeros((rows.shape[1], known.shape[1]))
    intercepts = np.full(known.shape[1], -1.0)
    present = (rows > 0).astype(np.float64)
    for code in range(known.shape[1]):
        seen = known[:, code] >= 0
        wanted = known[seen, code] == 1
        if not wanted.any() or wanted.all():
            continue
        ratio = np.ones(rows.shape[1])
        if with_ratio:
            yes = np.asarray(present[seen][wanted].sum(axis=0)).ravel() + 0.5
            no = np.asarray(present[seen][~wanted].sum(axis=0)).ravel() + 0.5
            ratio = np.log((yes / yes.sum()) / (no / no.sum()))
        machine = LinearSVC(C=recipe.ratio_c if with_ratio else recipe.svm_c, random_state=0)
        machine.fit(rows[seen] @ sparse.diags(ratio), wanted, sample_weight=given[seen])
        weights[:, code] = machine.coef_[0] * ratio
        intercepts[code] = machine.intercept_[0]
    spread = float((rows @ weights + intercepts).std()) or 1.0
    return weights, intercepts, spread

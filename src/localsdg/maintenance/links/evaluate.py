"""How good the learned links are, measured on texts that were not learned from.

Candidates are those of `train.cross_validate`: each text was scored by weights
that saw neither it nor its group. A confidence is cross-fitted too: the curve
that gives it was fitted on the texts of the other folds. Every figure is a
plain fact of JSON, so that an artefact can carry its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from localsdg.common.progress import Progress, silent
from localsdg.linking.calibrate import MIN_KNOWN, confidence, curves, kind_of, length_class, length_name
from localsdg.linking.model import SHOWN
from localsdg.maintenance.links.corpus import Example, data_facts, text_key
from localsdg.maintenance.links.fit import count
from localsdg.maintenance.links.measures import BINS, calibration_error, error_by_chance, error_of, rounded
from localsdg.maintenance.links.record_links import TEXT_KEY, record_links
from localsdg.maintenance.links.train import MEANINGS, Trained, cross_validate, judge, train

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

#: Accuracy of others on all 1,251 expert texts, of which the labelled folder holds a half; as published.
PUBLISHED = {
    "SDG Prospector": 0.878,
    "GPT-4o": 0.872,
    "text2sdg ensemble": 0.830,
    "Aurora mBERT": 0.792,
    "JRC SDG Mapper": 0.773,
    "OSDG": 0.697,
}
#: Experts said of a text and a goal whether it is about it; a link at or above this says so.
DECIDED = 0.5
#: A set with fewer texts tells too little for a figure of its own.
FEWEST_TEXTS = 20
EXPERTS = "expert_en"
#: A first sentence of so many words or more is no short text.
_SHORT = 50
#: The end of a first sentence; a shorter one is a heading or an abbreviation.
_SENTENCE = re.compile(r"^(.{30,400}?[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡\"«])", re.DOTALL)


def evaluate(examples: list[Example], judged: pa.Table) -> dict:
    """Figures of cross-validated candidates.

    `examples` are the merged ones that were judged, `judged` their candidates
    (`train.cross_validate`). Shares are 0 to 1. Keys: `sets` (one a language,
    source, length and level), `links` (precision and recall of accepted links),
    `unrelated`, `records` (registers with their goals hidden), `reliability`
    (by decile) and `experts`.
    """
    candidates = with_confidence(judged)
    truth = truth_of(examples)
    # a language of which nothing could be learned has no figures
    truth = truth[truth.language.isin(candidates.language.unique())]
    return {
        "sets": _sets(truth, candidates),
        "links": _links(truth, candidates),
        "unrelated": _unrelated(truth, candidates),
        "records": record_links(truth, candidates),
        "reliability": _reliability(candidates),
        "experts": expert_pairs(truth, candidates),
    }


def expert_halves(examples: list[Example], codes: dict[str, list[str]], progress: Progress | None = None) -> dict:
    """Figures of the expert texts when each half is judged by weights that saw only the other half.

    The other labelled texts are learned from in full, but for those that are
    the same as a judged one. Empty where there are no expert texts.
    """
    english = [example for example in examples if example.language == "en"]
    if not any(one.source == EXPERTS for one in english):
        return {}
    judged = cross_validate(english, codes, 2, frozenset({EXPERTS}), progress)
    return expert_pairs(truth_of(english), with_confidence(judged))


def first_sentences(examples: list[Example], codes: dict[str, list[str]]) -> dict:
    """Goal accuracy on first sentences of Spanish paragraphs: short text of which the label is known.

    One paragraph in five is held back with its sentence. A first sentence does
    not always say what its paragraph is about, so this is a lower bound. Empty
    without Spanish paragraphs.
    """
    own = [example for example in examples if example.language == "es"]
    parts: list[Example] = []
    held: list[int] = []
    for row, one in enumerate(own):
        match = _SENTENCE.match(one.text) if one.source == "goal_labels_es" else None
        if match and len(match[1].split()) < _SHORT and row % 5 == 0:
            held.append(row)
            parts.append(Example(match[1], "es", "first_sentences", one.goals, key=text_key(match[1])))
    if len(parts) < FEWEST_TEXTS:
        return {}
    keys = {part.key for part in parts}
    away = set(held)
    rest = [row for row, one in enumerate(own) if row not in away and one.key not in keys]
    both = own + parts
    matrix = count([one.text for one in both], "es")
    judged = judge(both, matrix, list(range(len(own), len(both))), rest, codes, 0).to_pandas()
    first = judged[(judged.level == "goal") & (judged["rank"] == 1)]
    return {"n": len(parts), "accuracy": rounded(first.label.sum() / len(parts))}


def truth_of(examples: list[Example]) -> pd.DataFrame:
    """One row a text that was judged: language, source, key, kind, length, goals, targets, refused, is_closed."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "language": example.language,
                "source": example.source,
                "key": example.key,
                "kind": kind_of(example.source),
                "length": length_class(len(example.key.split())),
                "goals": example.goals,
                "targets": example.targets,
                "refused": example.refused,
                "is_closed": example.is_closed,
            }
            for example in examples
            if example.source not in MEANINGS
        ]
    )


def with_confidence(judged: pa.Table) -> pd.DataFrame:
    """The candidates, each with `length`, `confidence` and `is_accepted` by curves of the other folds.

    Without such a curve, or with fewer known words than a link needs, the
    confidence is 0.
    """
    import pandas as pd
    import pyarrow as pa

    frame = judged.to_pandas()
    frame["length"], frame["kind"] = frame.n_words.map(length_class), frame.source.map(kind_of)
    frame["confidence"], frame["is_accepted"] = 0.0, False
    parts = []
    for fold in sorted(frame.fold.unique()):
        others = frame[frame.fold != fold].drop(columns=["length", "kind", "confidence", "is_accepted"])
        found = curves(pa.Table.from_pandas(others, preserve_index=False)) if len(others) else {}
        own = frame[frame.fold == fold].copy()
        for name, rows in own.groupby(["language", "level", "kind", "length"]).groups.items():
            curve = found.get(":".join(map(str, name)))
            if curve is None:
                continue
            sure = confidence(curve, own.loc[rows])
            own.loc[rows, "confidence"] = sure
            own.loc[rows, "is_accepted"] = sure >= curve.threshold
        parts.append(own)
    done = pd.concat(parts)
    done.loc[done.n_known < MIN_KNOWN, "confidence"] = 0.0
    done.loc[done.n_known < MIN_KNOWN, "is_accepted"] = False
    # a target is accepted with its goal, or not at all
    goal = done.code.str.split(".").str[0]
    accepted_goal = (done.is_accepted & (done.level == "goal")).groupby([done.language, done.source, done.key, goal])
    done["is_accepted"] &= accepted_goal.transform("max")
    return done


def expert_pairs(truth: pd.DataFrame, candidates: pd.DataFrame) -> dict:
    """The experts' question, asked of a text and one goal: is it about it?

    A goal that is no candidate has confidence 0. `n` pairs, `accuracy`,
    `precision`, `recall`, `macro_f1` (over goals), `calibration_error`.
    """
    import numpy as np

    own = truth[truth.source == EXPERTS]
    if own.empty:
        return {}
    pairs = own.assign(code=[sorted(g | r) for g, r in zip(own.goals, own.refused, strict=True)])
    pairs = pairs.explode("code")
    pairs["right"] = [code in goals for code, goals in zip(pairs.code, pairs.goals, strict=True)]
    seen = candidates[(candidates.level == "goal") & (candidates.source == EXPERTS)]
    pairs = pairs.merge(seen[[*TEXT_KEY, "code", "confidence"]], how="left", on=[*TEXT_KEY, "code"])
    sure = pairs.confidence.fillna(0).to_numpy()
    right = pairs.right.to_numpy(bool)
    said = sure >= DECIDED
    by_goal = [
        _f1(right[of], said[of]) for of in ((pairs.code == code).to_numpy() for code in sorted(pairs.code.unique()))
    ]
    return {
        "n": len(pairs),
        "accuracy": rounded((said == right).mean()),
        "precision": rounded(right[said].mean() if said.any() else None),
        "recall": rounded(said[right].mean() if right.any() else None),
        "macro_f1": rounded(np.mean(by_goal)),
        "calibration_error": rounded(calibration_error(sure, right.astype(float))),
        "calibration_error_by_chance": rounded(error_by_chance(sure)),
    }


def _sets(truth: pd.DataFrame, candidates: pd.DataFrame) -> list[dict]:
    """One row a language, source, length (and both, `all`) and level."""
    found = []
    related = truth[truth.source != "unrelated"]
    for level, column in (("goal", "goals"), ("target", "targets")):
        known = related[related[column].map(len) > 0]
        mine = candidates[candidates.level == level]
        for (language, source), texts in known.groupby(["language", "source"]):
            own = mine[(mine.language == language) & (mine.source == source)]
            enough = [one for one, n in texts.length.value_counts().items() if n >= FEWEST_TEXTS]
            named = {"language": language, "source": source}
            for length in sorted(enough):
                figures = _set(texts[texts.length == length], own[own.length == length], column)
                found.append({**named, "length": length_name(length), "level": level, **figures})
            if len(enough) > 1:
                found.append({**named, "length": "all", "level": level, **_set(texts, own, column)})
    return found


def _set(texts: pd.DataFrame, own: pd.DataFrame, column: str) -> dict:
    """Figures of texts of which the right codes are known; one without any candidate counts as wrong."""
    labelled = own[own.label.notna()]
    rows = own.merge(texts[[*TEXT_KEY, column]], on=TEXT_KEY)
    rows["right"] = [c in t for c, t in zip(rows.code, rows[column], strict=True)] or False
    first = rows[rows["rank"] == 1]
    return {
        "n": len(texts),
        "first_right": rounded(first.right.sum() / len(texts)),
        "among_five": rounded(rows[rows.right].key.nunique() / len(texts)),
        "macro_f1": _macro_f1(texts, first, column) if column == "goals" else None,
        "calibration_error": error_of(labelled[labelled["rank"] == 1]),
        "calibration_error_all": error_of(labelled),
    }


def _macro_f1(texts: pd.DataFrame, first: pd.DataFrame, column: str) -> float:
    """F1 of each goal, averaged; of a text with several goals the one that was said, else the first."""
    from sklearn.metrics import f1_score

    said = dict(zip(first.key, first.code, strict=True))
    guessed = [said.get(key, "none") for key in texts.key]
    meant = [g if g in own else min(own) for g, own in zip(guessed, texts[column], strict=True)]
    goals = sorted(set(meant))
    return round(float(f1_score(meant, guessed, labels=goals, average="macro", zero_division=0)), 4)


def _links(truth: pd.DataFrame, candidates: pd.DataFrame) -> list[dict]:
    """Accepted links by language, level, kind and length: precision, and the share of all links found."""
    found = []
    for (level, language, kind, length), rows in candidates.groupby(["level", "language", "kind", "length"]):
        texts = truth[(truth.language == language) & (truth.kind == kind) & (truth.length == length)]
        n_right = int(texts.goals.map(len).sum() if level == "goal" else texts.targets.map(len).sum())
        if not n_right:
            continue
        taken = rows[rows.is_accepted & rows.label.notna()]
        found.append(
            {
                "language": language,
                "level": level,
                "kind": kind,
                "length": length_name(length),
                "n_accepted": len(taken),
                "precision": rounded(taken.label.mean() if len(taken) else None),
                "recall": rounded(taken.label.sum() / n_right),
            }
        )
    return found


def _unrelated(truth: pd.DataFrame, candidates: pd.DataFrame) -> list[dict]:
    """Texts about nothing of the Agenda that show a goal or have one accepted, wrongly."""
    found = []
    goals = candidates[(candidates.source == "unrelated") & (candidates.level == "goal")]
    best = goals.groupby("key").agg(sure=("confidence", "max"), taken=("is_accepted", "max"))
    texts = truth[truth.source == "unrelated"].merge(best, how="left", left_on="key", right_index=True)
    for (language, length), own in texts.groupby(["language", "length"]):
        found.append(
            {
                "language": language,
                "length": length_name(length),
                "n": len(own),
                "shown": rounded((own.sure.fillna(0) >= SHOWN).mean()),
                "accepted": rounded((own.taken == True).mean()),  # noqa: E712 - a text without candidates has none
            }
        )
    return found


def _reliability(candidates: pd.DataFrame) -> list[dict]:
    """Labelled candidates by level, language, kind and decile of confidence."""
    # where no candidate is right no link was labelled: nothing but unrelated texts
    kinds = candidates.groupby(["level", "language"]).label.transform("max")
    rows = candidates[candidates.label.notna() & (kinds == 1)]
    rows = rows.assign(decile=(rows.confidence * BINS).astype(int).clip(upper=BINS - 1))
    grouped = rows.groupby(["level", "language", "kind", "decile"])
    table = grouped.agg(n=("label", "size"), confidence=("confidence", "mean"), right=("label", "mean"))
    return [
        {**one, "confidence": rounded(one["confidence"]), "right": rounded(one["right"])}
        for one in table.reset_index().to_dict("records")
    ]


def _f1(right: np.ndarray, said: np.ndarray) -> float:
    hits = 2 * (right & said).sum()
    return float(hits / (right.sum() + said.sum())) if right.any() or said.any() else 1.0


def measured(
    examples: list[Example], codes: dict[str, list[str]], folds: int, progress: Progress | None = None
) -> dict:
    """All figures of a set of examples, without a model; arguments as `train.train`."""
    progress = progress or silent()
    judged = cross_validate(examples, codes, folds, progress=progress)
    return _all(examples, judged, codes, folds, progress)


def trained(
    examples: list[Example], codes: dict[str, list[str]], folds: int, progress: Progress | None = None
) -> Trained:
    """A model that carries its data and figures for the card; arguments and errors as `train.train`."""
    progress = progress or silent()
    model, judged = train(examples, codes, folds, progress)
    figures = _all(examples, judged, codes, folds, progress)
    return replace(model, facts={"data": data_facts(examples, model.languages), "figures": figures})


def _all(
    examples: list[Example], judged: pa.Table, codes: dict[str, list[str]], folds: int, progress: Progress
) -> dict:
    return {
        **evaluate(examples, judged),
        "folds": folds,
        # these two need weights of their own
        "expert_halves": expert_halves(examples, codes, progress),
        "first_sentences": first_sentences(examples, codes),
    }

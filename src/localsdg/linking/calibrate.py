"""From a score to a confidence, and the threshold above which a link is accepted.

A confidence says how often links like it were right among texts that were not
learned from. It is fitted for each language, level and length of text apart:
what was learned on paragraphs is too sure of itself on a title. A logistic
curve (Platt, 1999) orders the candidates; a rising line through their shares
of right links (isotonic regression) gives the confidence.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

#: Classes of length, by the fewest words of each: a curve is fitted for each apart.
LENGTHS = (0, 30, 100, 300, 1000)
#: Below this many known words there is too little to go on.
MIN_KNOWN = 2
#: Wanted share of right links among those accepted, and among those to other goals than the commonest: in a
#: register of one subject the goal of the subject is nearly always right, and hides what the others are worth.
PRECISION, OTHERS_PRECISION = 0.9, 0.8
#: A threshold rests on so many accepted links at least: of fewer, the share of right ones is chance.
FEWEST_ACCEPTED = 40
#: A threshold that no link reaches.
UNREACHABLE_THRESHOLD = 2.0
#: Two kinds of text. A record of an action says what somebody does, and its owner declares some of the goals
#: that it touches; of any other text a reader judges what it is about. At one score, fewer links of a record
#: are right.
KINDS = TEXT, RECORD = "text", "record"
#: Registers of records with the goals that they declare.
REGISTERS = ("un_partnerships_2018", "un_ocean_commitments_2026", "los_angeles_vlr_2021", "local_projects_de")
#: What sources of the other kind weigh in a curve; all others weigh 1 in both. Records keep a say in the curves
#: of texts: a long text may be a record that nobody marked as one.
_OF_ANOTHER_KIND = {
    TEXT: dict.fromkeys(REGISTERS, 0.05),
    RECORD: {"expert_en": 0.0, "goal_labels_es": 0.0},
}
#: A curve needs so many right and wrong candidates; else the next lengths speak with it.
_ENOUGH = 80
#: Without so many right and wrong candidates in all lengths there is no curve at all.
FEWEST = 10
#: Share of the texts that are about nothing of the Agenda, as the confidence takes it. The labelled
#: texts were chosen for being about it; what people hand in is not.
UNRELATED_SHARE = 0.1
#: Candidates for one knot of the line; the most knots, and the fewest.
_PER_KNOT, _KNOTS, _FEW_KNOTS = 30, 12, 6
#: Long measures of climate plans serve several goals and carry the label of one: where a right link is
#: marked wrong it counts less for the confidence. It counts in full for the threshold.
_ONE_LABEL_OF_SEVERAL, _THEIR_WEIGHT, _THEIR_WORDS = "policy_actions", 0.25, 50


@dataclass(frozen=True)
class Curve:
    """One language, level and length: weights of the logistic curve, knots of the line, threshold."""

    intercept: float
    score: float
    first: float
    lead: float
    lag: float
    known: float
    #: The line: positions on the curve, rising, and the confidence there.
    at: tuple[float, ...]
    confidence: tuple[float, ...]
    #: A link at or above it is accepted; `precision` and `recall` were measured there.
    threshold: float
    precision: float
    recall: float
    n: int

    def facts(self) -> dict:
        """For the metadata of the artefact."""
        return asdict(self)


def features(frame: pd.DataFrame) -> np.ndarray:
    """What a curve sees of a candidate: its score, whether it is the first, its lead before the second
    or lag behind the first, and how many words of the text are known."""
    import numpy as np

    margin = frame.margin.to_numpy()
    return np.column_stack(
        [
            frame.score.to_numpy(),
            margin > 0,
            np.maximum(margin, 0),
            np.minimum(margin, 0),
            np.log1p(frame.n_known.to_numpy()),
        ]
    )


def position(curve: Curve, frame: pd.DataFrame) -> np.ndarray:
    """The position of candidates on the curve, in log-odds."""
    import numpy as np

    return features(frame) @ np.array([curve.score, curve.first, curve.lead, curve.lag, curve.known]) + curve.intercept


def confidence(curve: Curve, frame: pd.DataFrame) -> np.ndarray:
    """Confidence 0 to 1; the database computes the same in `sql/linking/links.sql`."""
    import numpy as np

    return np.interp(position(curve, frame), curve.at, curve.confidence)


def length_class(n_words: int) -> int:
    """The fewest words of the class of length that a text of so many words is in."""
    return max(fewest for fewest in LENGTHS if fewest <= n_words)


def length_name(fewest: int) -> str:
    """A class of length in words, by its bounds: `30-99`, `1000+`."""
    longer = [one for one in LENGTHS if one > fewest]
    return f"{fewest}-{longer[0] - 1}" if longer else f"{fewest}+"


def kind_of(source: str) -> str:
    """Whether the texts of a labelled source are records of actions or other texts."""
    return RECORD if source in REGISTERS else TEXT


def curves(judged: pa.Table) -> dict[str, Curve]:
    """Curve by `language:level:kind:fewest words`, from candidates with a label.

    None for a language, level and kind of text of which too few candidates are labelled.
    """
    frame = judged.to_pandas()
    frame = frame[frame.label.notna()]
    frame = frame.assign(length=frame.n_words.map(length_class), full=_weights(frame))
    partly = (frame.source == _ONE_LABEL_OF_SEVERAL) & (frame.n_words >= _THEIR_WORDS)
    frame["weight"] = frame.full.where(~partly, frame.full * _THEIR_WEIGHT)
    found: dict[str, Curve] = {}
    for (language, level), part in frame.groupby(["language", "level"], sort=True):
        for kind, others in _OF_ANOTHER_KIND.items():
            share = part.source.map(others).fillna(1.0)
            alike = part.assign(weight=part.weight * share, full=part.full * share)[share > 0]
            if min((alike.label == 1).sum(), (alike.label == 0).sum()) < FEWEST:
                continue
            for length in LENGTHS:
                own = alike[alike.length.isin(_lengths_for(alike, length))]
                # texts about nothing are few: those of all lengths speak for each
                rest = alike[(alike.source == "unrelated") & ~alike.index.isin(own.index)]
                found[f"{language}:{level}:{kind}:{length}"] = _curve(_with_share(own, rest))
    return found


def _lengths_for(part: pd.DataFrame, length: int) -> list[int]:
    """The class itself, and as many of the nearest as it takes for enough candidates of both kinds."""
    known = part[part.source != "unrelated"].groupby("length").label.agg(["sum", "size"])
    right = known["sum"].to_dict()
    wrong = (known["size"] - known["sum"]).to_dict()
    place = LENGTHS.index(length)
    by_distance = sorted(LENGTHS, key=lambda one: (abs(LENGTHS.index(one) - place), one))
    taken: list[int] = []
    for one in by_distance:
        taken.append(one)
        if min(sum(right.get(t, 0) for t in taken), sum(wrong.get(t, 0) for t in taken)) >= _ENOUGH:
            break
    return taken


def _weights(frame: pd.DataFrame):
    """Each text counts once, however many of its candidates were judged."""
    return 1 / frame.groupby(["language", "level", "source", "text_id"]).label.transform("size")


def _with_share(own: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """Candidates with those of unrelated texts at their share of the weight."""
    import pandas as pd

    both = pd.concat([own, rest])
    nothing = both.source == "unrelated"
    if not nothing.any() or nothing.all():
        return both
    for column in ("weight", "full"):
        weight = both[column]
        wanted = weight[~nothing].sum() * UNRELATED_SHARE / (1 - UNRELATED_SHARE)
        both[column] = weight.where(~nothing, weight * wanted / weight[nothing].sum())
    return both


def _curve(part: pd.DataFrame) -> Curve:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    label = part.label.to_numpy().astype(int)
    weight = part.weight.to_numpy()
    machine = LogisticRegression(C=10, max_iter=500).fit(features(part), label, sample_weight=weight)
    start = round(float(machine.intercept_[0]), 4)
    score, first, lead, lag, known = (round(float(weight), 4) for weight in machine.coef_[0])
    rough = Curve(start, score, first, lead, lag, known, (), (), 0, 0, 0, len(part))
    at, sure = _line(position(rough, part), label, weight)
    codes = part.code.to_numpy()
    measured = threshold_for(np.interp(position(rough, part), at, sure), label, part.full.to_numpy(), codes)
    return replace(
        rough,
        at=at,
        confidence=sure,
        threshold=measured["threshold"],
        precision=measured["precision"],
        recall=measured["recall"],
    )


def _line(where: np.ndarray, label: np.ndarray, weight: np.ndarray) -> tuple[tuple, tuple]:
    """Knots of a rising line through the share of right links, from groups of equal weight.

    With too few candidates for that the logistic curve itself is the line.
    """
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(where, kind="stable")
    where, label, weight = where[order], label[order], weight[order]
    n = int(min(min(label.sum(), (1 - label).sum()) // _PER_KNOT, _KNOTS))
    if n < _FEW_KNOTS:
        even = np.linspace(where[0], where[-1], _KNOTS)
        return _rounded(even), _rounded(1 / (1 + np.exp(-even)))
    # more knots where links are right: that is where a threshold lies
    reached = np.cumsum(weight * (0.1 + label))
    group = np.minimum((reached / reached[-1] * n).astype(int), n - 1)
    middle = np.array([np.average(where[group == one], weights=weight[group == one]) for one in range(n)])
    share = np.array([np.average(label[group == one], weights=weight[group == one]) for one in range(n)])
    mass = np.array([weight[group == one].sum() for one in range(n)])
    risen = IsotonicRegression(y_min=0, y_max=1).fit_transform(middle, share, sample_weight=mass)
    # beyond the outer knots the line runs on to the ends of what was seen
    low = float(np.average(label[: max(len(label) // 20, 1)], weights=weight[: max(len(label) // 20, 1)]))
    at = [float(where[0]), *middle, float(where[-1])]
    sure = [min(low, risen[0]), *risen, float(min(1.0, risen[-1] + (risen[-1] - risen[-2]) / 2))]
    return _rounded(at), _rounded(sure)


def _rounded(numbers) -> tuple[float, ...]:
    return tuple(round(float(number), 4) for number in numbers)


def threshold_for(sure: np.ndarray, label: np.ndarray, weight: np.ndarray, codes: np.ndarray) -> dict[str, float]:
    """Lowest confidence, in steps of 0.01, above which the wanted shares of links are right.

    With precision and recall there. Where none with forty links left reaches
    it, `UNREACHABLE_THRESHOLD`: then no link is accepted, all stay suggestions.
    """
    import numpy as np

    names, places = np.unique(codes, return_inverse=True)
    other = places != np.bincount(places, label * weight, len(names)).argmax()
    for threshold in np.arange(0.3, 1.0, 0.01).round(2):
        taken = sure >= threshold
        if taken.sum() < FEWEST_ACCEPTED:
            break
        precision = float(np.average(label[taken], weights=weight[taken]))
        rest = taken & other
        if precision >= PRECISION and (
            not rest.any() or np.average(label[rest], weights=weight[rest]) >= OTHERS_PRECISION
        ):
            recall = float((label * weight)[taken].sum() / (label * weight).sum())
            return {
                "threshold": float(threshold),
                "precision": round(precision, 4),
                "recall": round(recall, 4),
            }
    return {"threshold": UNREACHABLE_THRESHOLD, "precision": 0.0, "recall": 0.0}

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

#: A text of fewer words is short.
SHORT = 50
#: Below this many known words there is too little to go on.
MIN_KNOWN = 2
#: Wanted share of right links among those accepted.
PRECISION = 0.9
#: A threshold that no link reaches.
UNREACHABLE_THRESHOLD = 2.0
#: A curve needs so many candidates of both kinds; else it is that of both lengths.
_ENOUGH = 80
#: Without so many right and wrong candidates in both lengths there is no curve at all.
FEWEST = 10
#: Share of the texts that are about nothing of the Agenda, as the confidence takes it. The labelled
#: texts were chosen for being about it; what people hand in is not.
UNRELATED_SHARE = 0.1
#: Candidates for one knot of the line; the most knots, and the fewest.
_PER_KNOT, _KNOTS, _FEW_KNOTS = 30, 12, 6
#: Long measures of climate plans serve several goals and carry the label of one: where a right link is
#: marked wrong it counts less for the confidence. It counts in full for the threshold.
_ONE_LABEL_OF_SEVERAL, _THEIR_WEIGHT = "policy_actions", 0.25


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


def length_class(n_words: int) -> str:
    """`short` or `long`."""
    return "short" if n_words < SHORT else "long"


def curves(judged: pa.Table) -> dict[str, Curve]:
    """Curve by `language:level:length`, from candidates with a label.

    None for a language and level of which too few candidates are labelled.
    """
    frame = judged.to_pandas()
    frame = frame[frame.label.notna()]
    frame = frame.assign(length=frame.n_words.map(length_class), full=_weights(frame))
    partly = (frame.source == _ONE_LABEL_OF_SEVERAL) & (frame.length == "long")
    frame["weight"] = frame.full.where(~partly, frame.full * _THEIR_WEIGHT)
    found: dict[str, Curve] = {}
    for (language, level), part in frame.groupby(["language", "level"], sort=True):
        if min((part.label == 1).sum(), (part.label == 0).sum()) < FEWEST:
            continue
        for length in ("short", "long"):
            own = part[part.length == length]
            few = min((own.label == 1).sum(), (own.label == 0).sum()) < _ENOUGH
            # texts about nothing are few: both lengths speak for both
            rest = part[(part.source == "unrelated") & (part.length != length)]
            found[f"{language}:{level}:{length}"] = _curve(part if few else _with_share(own, rest))
    return found


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
    measured = threshold_for(np.interp(position(rough, part), at, sure), label, part.full.to_numpy())
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


def threshold_for(sure: np.ndarray, label: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """Lowest confidence, in steps of 0.01, above which the wanted share of links is right.

    With precision and recall there. Where none with twenty links left reaches
    it, `UNREACHABLE_THRESHOLD`: then no link is accepted, all stay suggestions.
    """
    import numpy as np

    for threshold in np.arange(0.3, 1.0, 0.01).round(2):
        taken = sure >= threshold
        if taken.sum() < 20:
            break
        precision = float(np.average(label[taken], weights=weight[taken]))
        if precision >= PRECISION:
            recall = float((label * weight)[taken].sum() / (label * weight).sum())
            return {
                "threshold": float(threshold),
                "precision": round(precision, 4),
                "recall": round(recall, 4),
            }
    return {"threshold": UNREACHABLE_THRESHOLD, "precision": 0.0, "recall": 0.0}

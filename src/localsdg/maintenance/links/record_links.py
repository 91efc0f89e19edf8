"""How good learned links of records are whose declared goals were hidden."""

from __future__ import annotations

import pandas as pd

from localsdg.linking.calibrate import RECORD, length_name
from localsdg.linking.model import SHOWN
from localsdg.maintenance.links.measures import error_of, rounded

#: What names a text among candidates.
TEXT_KEY = ["language", "source", "key"]


def record_links(truth: pd.DataFrame, candidates: pd.DataFrame) -> list[dict]:
    """Learned goal links of records whose declared goals were hidden, by register and length.

    `texts`; `linked`, the share with an accepted link, and `with_goal_17`, with
    one to goal 17; `n_accepted` links with `precision`, the share that the
    record declares; the same without the commonest goal of the register
    (`n_others`, `others_precision`); `calibration_error` of the links shown.
    """
    texts = truth[truth.kind == RECORD]
    goals = candidates[(candidates.level == "goal") & (candidates.kind == RECORD)]
    best = goals.groupby(TEXT_KEY).confidence.transform("max")
    goals = goals.assign(shown=(best >= SHOWN) & (goals.confidence >= SHOWN))
    found = []
    parts = [("all registers", texts, goals)] if len(texts) else []
    parts += [(name, own, goals[goals.source == name]) for name, own in texts.groupby("source")]
    for name, own, links in parts:
        commonest = pd.Series([goal for declared in own.goals for goal in declared]).mode().iloc[0]
        for length in sorted(own.length.unique()):
            rows = _record_set(own[own.length == length], links[links.length == length], commonest)
            found.append({"register": name, "length": length_name(length), **rows})
        found.append({"register": name, "length": "all", **_record_set(own, links, commonest)})
    return found


def _record_set(texts: pd.DataFrame, links: pd.DataFrame, commonest: str) -> dict:
    taken, shown = links[links.is_accepted], links[links.shown]
    others = taken[taken.code != commonest]
    return {
        "texts": len(texts),
        "linked": rounded(taken.groupby(TEXT_KEY).ngroups / len(texts)),
        "with_goal_17": rounded(taken[taken.code == "17"].groupby(TEXT_KEY).ngroups / len(texts)),
        "n_accepted": len(taken),
        "precision": rounded(taken.label.mean() if len(taken) else None),
        "n_others": len(others),
        "others_precision": rounded(others.label.mean() if len(others) else None),
        "calibration_error": error_of(shown),
    }

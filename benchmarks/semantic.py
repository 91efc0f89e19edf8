"""Whether `localsdg link --semantic` helps: `python -m benchmarks.semantic [FOLDER] [--record]`.

FOLDER holds the labelled sets (`../shared/data/linking` by default). Every text
is scored by weights that saw neither it nor its country or local target. The
weight of the similarity is chosen on four folds and judged on the fifth, five
times: the best for the texts of a city, among those that leave the measures of
climate plans (on which the weights of words were learned) no worse.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, record
from localsdg.common.settings import Settings, load_settings
from localsdg.linking.calibrate import MIN_KNOWN
from localsdg.linking.semantic import WEIGHT, load_encoder, similarities
from localsdg.maintenance.links import corpus, evaluate, train
from localsdg.registry.sdg_codes import sdg_codes
from localsdg.sources.records.intake import target_names

if TYPE_CHECKING:
    import pandas as pd

SETS = ("policy_actions", "local_targets")
WEIGHTS = (0, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8)
KEY = ["source", "text_id"]


def candidates(settings: Settings, folder: Path) -> pd.DataFrame:
    """Target candidates of English texts, with text, confidence and `right`."""
    known = sdg_codes()
    codes = {
        level: sorted(one for one in known if one.count(".") == dots) for level, dots in (("goal", 0), ("target", 1))
    }
    own = [one for one in corpus.merged([*corpus.own_lists(), *corpus.labelled_folder(folder)]) if one.language == "en"]
    frame = evaluate.with_confidence(train.cross_validate(own, codes, settings.sql))
    frame = frame[(frame.level == "target") & frame.source.isin(SETS) & (frame.n_known >= MIN_KNOWN)]
    return frame.assign(
        text=[own[row].text for row in frame.text_id],
        right=[code in own[row].targets for code, row in zip(frame.code, frame.text_id, strict=True)],
    )


def first_right(frame: pd.DataFrame, weight: float) -> pd.DataFrame:
    """One row a text: source, fold, whether its first target is right, and its reciprocal rank."""
    place = frame.confidence + weight * frame.cosine
    order = frame.assign(place=place).sort_values(
        [*KEY, "place", "confidence", "score", "code"], ascending=[True, True, False, False, False, True]
    )
    order["gain"] = order.right / (order.groupby(KEY).cumcount() + 1)
    return order.groupby(KEY).agg(fold=("fold", "first"), first=("right", "first"), gain=("gain", "max"))


def best(by_weight: dict[float, pd.DataFrame], held: int) -> float:
    """The weight that the folds other than `held` speak for."""
    policy, local = SETS
    share = {
        weight: rows[rows.fold != held].groupby(level="source")["first"].mean() for weight, rows in by_weight.items()
    }
    return max((one for one in share if share[one][policy] >= share[0][policy]), key=lambda one: share[one][local])


def main() -> None:
    """Print the shares of every weight, and those of the chosen ones."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT.parent / "shared" / "data" / "linking")
    add_record_flag(parser)
    given = parser.parse_args()
    figures = []
    settings = load_settings()
    frame = candidates(settings, given.folder)
    encode, names = load_encoder(settings), target_names(settings)
    texts = frame.drop_duplicates("text_id")
    started = time.perf_counter()
    found = similarities(encode, list(texts.text), list(names.values()))
    spent = time.perf_counter() - started
    row, column = ({key: at for at, key in enumerate(keys)} for keys in (texts.text_id, names))
    frame["cosine"] = [found[row[text], column[code]] for text, code in zip(frame.text_id, frame.code, strict=True)]
    by_weight = {weight: first_right(frame, weight) for weight in WEIGHTS}
    print("weight   " + "   ".join(SETS) + "   (first target right, all folds)")
    for weight, rows in by_weight.items():
        share = rows["first"].groupby(level="source").mean()
        print(f"{weight:6g}   " + "   ".join(f"{share[one]:14.3f}" for one in SETS))
    plain = by_weight[0]
    chosen = {fold: best(by_weight, fold) for fold in sorted(plain.fold.unique())}
    judged = pd.concat([by_weight[weight][plain.fold == fold] for fold, weight in chosen.items()])
    print(f"chosen on four folds: {list(chosen.values())}; in use: {WEIGHT:g}")
    for one in SETS:
        before, after = plain.loc[one], judged.loc[one].sort_index()
        change = after["first"].astype(int) - before["first"].astype(int)
        print(
            f"{one}, {len(before):,} texts: first target right {before['first'].mean():.3f} -> "
            f"{after['first'].mean():.3f} ({(change > 0).sum()} won, {(change < 0).sum()} lost), "
            f"mean reciprocal rank {before.gain.mean():.3f} -> {after.gain.mean():.3f}"
        )
        note = f"{before['first'].mean():.3f} with words alone; {len(before):,} texts"
        figures.append(Figure(f"{one}: share with the first target right", "", [after["first"].mean()], note=note))
    words = texts.text.str.split().map(len).mean()
    print(f"{len(texts) / spent:,.0f} texts/s ({words:.0f} words each; {settings.threads} threads)")
    figures.append(Figure("texts a second", "", [len(texts) / spent], note=f"{words:.0f} words each"))
    if given.record:
        record("semantic", figures)


if __name__ == "__main__":
    main()

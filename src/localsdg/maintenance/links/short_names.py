"""How good the suggestions for local indicators are: names whose id is an official code, judged by the model in use.

The right target is that of the code which the site gave the indicator. A name
that was learned from, such as an official one, is left out; so is Barcelona,
whose local targets were learned from and speak of its indicators. A name that
shares half of its words with the official names of its target is `near` them,
else it is in the site's `own` words.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import comparable
from localsdg.linking.links import Elements, Linker
from localsdg.linking.model import INDICATOR, Model
from localsdg.maintenance.links.corpus import Example, text_key
from localsdg.maintenance.links.evaluate import FEWEST_TEXTS, calibration_error
from localsdg.registry.language import language_of_title
from localsdg.registry.sdg_codes import sdg_codes
from localsdg.staging.local.framework_match import NEAR, similarity
from localsdg.staging.opensdg.metadata import is_key, read_repository, stated_text
from localsdg.staging.opensdg.site import TITLES

if TYPE_CHECKING:
    import pandas as pd

    from localsdg.common.settings import Settings

#: Sites of which other texts were learned from.
LEARNED_SITES = frozenset({"barcelona"})
#: Least confidence of a suggestion in the sheet of `localsdg link review --of indicators`.
LISTED = 0.3
#: Folders of a repository that hold the site's own metadata.
_FOLDERS = ("csv-meta", "indicator-config", "meta")


@dataclass(frozen=True)
class LocalName:
    """A name of a local indicator, and the target of its official code."""

    title: str
    language: str
    target_code: str


def local_names(folder: Path) -> list[LocalName]:
    """Different names of indicators with an official code, of all Open SDG repositories below a folder.

    A name that does not show its language has that of most names of its site, as in a build.
    """
    found: set[LocalName] = set()
    for site in sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in LEARNED_SITES):
        names = list(_names(site))
        counted = Counter(one.language for one in names if one.language != "und")
        most = min(counted, key=lambda language: (-counted[language], language), default="und")
        found |= {replace(one, language=most) if one.language == "und" else one for one in names}
    return sorted(found, key=lambda one: (one.title, one.language, one.target_code))


def _names(site: Path) -> Iterator[LocalName]:
    """The names of one repository; one that is a translation key is none."""
    targets = {code.replace(".", "-"): code.rsplit(".", 1)[0] for code in sdg_codes() if code.count(".") == 2}
    for language, by_id in _metadata(site).items():
        for indicator_id, fields in by_id.items():
            stated = (" ".join(stated_text(fields.get(name)).split()) for name in TITLES)
            title = next((one for one in stated if one and not is_key(one)), None)
            target = targets.get(indicator_id.lower())
            if title and target:
                yield LocalName(title, language_of_title(title) if language == "untranslated" else language, target)


def _metadata(site: Path) -> dict[str, dict[str, dict]]:
    """Language -> indicator id -> fields, as the connector reads them from an archive."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in _FOLDERS:
            for path in sorted((site / name).rglob("*")):
                if path.is_file():
                    archive.writestr(f"site/{path.relative_to(site).as_posix()}", path.read_bytes())
    with zipfile.ZipFile(body) as archive:
        return read_repository(archive)[0]


def measured_names(settings: Settings, model: Model, names: list[LocalName], examples: list[Example]) -> list[dict]:
    """One row a language and kind of words: `n` names, and what the model says of them.

    `shown` is the share with a suggestion at all; `goal_right`, `first_right`
    and `among_five` count names without one as wrong. `confidence` (the mean)
    and `calibration_error` are of first targets. `listed` targets are sure
    enough for the sheet that people fill in, and `listed_right` is the share of
    these that is right. `examples` are those that were learned from. A language
    with fewer than 20 names has no row.
    """
    import pandas as pd

    learned = {example.key for example in examples}
    unseen = [one for one in names if one.language in model.languages and text_key(one.title) not in learned]
    frame = pd.DataFrame({"name": unseen, "text_id": range(len(unseen))})
    frame["language"] = [one.language for one in unseen]
    frame["words"] = _words(unseen, examples)
    links = _links(settings, model, unseen)
    rows = [(key, part) for key, part in frame.groupby(["language", "words"]) if len(part) >= FEWEST_TEXTS]
    rows += [((language, "all"), part) for language, part in frame.groupby("language") if len(part) >= FEWEST_TEXTS]
    return [
        {"language": key[0], "words": key[1], **_figures(part, links)}
        for key, part in sorted(rows, key=lambda row: row[0])
    ]


def _words(names: list[LocalName], examples: list[Example]) -> list[str]:
    """`near` for a name that is near an official one of its target, else `own`."""
    official: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in examples:
        if example.source == "official_names":
            for target in example.targets:
                official[(example.language, target)].append(comparable(example.text))
    return [
        "near"
        if max((similarity(one.title, text) for text in official[(one.language, one.target_code)]), default=0) >= NEAR
        else "own"
        for one in names
    ]


def _links(settings: Settings, model: Model, names: list[LocalName]) -> pd.DataFrame:
    """Learned links of the names: text_id, goal_code, target_code (null for a goal), confidence, rank."""
    import pandas as pd
    import pyarrow as pa

    texts = pa.table(
        {
            "text_id": pa.array(range(len(names)), pa.int64()),
            "text": pa.array([one.title for one in names], pa.string()),
            "language": pa.array([one.language for one in names], pa.string()),
        }
    )
    with Linker(settings, model, Elements.of(sdg_codes())) as linker:
        found = pd.concat([links.to_pandas() for links, _ in linker.batches(texts, INDICATOR)] or [pd.DataFrame()])
    return found[(found.method == "learned") & found.indicator_code.isna()]


def _figures(part: pd.DataFrame, links: pd.DataFrame) -> dict:
    import pandas as pd

    rows = links.merge(part, on="text_id")
    is_goal = rows.target_code.isna()
    wanted = [one.target_code for one in rows.name]
    right = [
        (target.split(".")[0] == goal) if of_goal else target == code
        for target, goal, code, of_goal in zip(wanted, rows.goal_code, rows.target_code, is_goal, strict=True)
    ]
    rows["is_right"] = pd.Series(right, rows.index, dtype=bool)
    targets, first = rows[~is_goal], rows[~is_goal & (rows["rank"] == 1)]
    listed = targets[targets.confidence >= LISTED]

    def share(right: float) -> float:
        return round(float(right) / len(part), 4)

    error = calibration_error(first.confidence.to_numpy(), first.is_right.to_numpy(float)) if len(first) else None
    return {
        "n": len(part),
        "shown": share(rows.text_id.nunique()),
        "goal_right": share(rows[is_goal & (rows["rank"] == 1)].is_right.sum()),
        "first_right": share(first.is_right.sum()),
        "among_five": share(targets[targets.is_right].text_id.nunique()),
        "confidence": round(float(first.confidence.mean()), 4) if len(first) else None,
        "calibration_error": None if error is None else round(error, 4),
        "listed": len(listed),
        "listed_right": round(float(listed.is_right.mean()), 4) if len(listed) else None,
    }

"""Two data files of a site with the id of one indicator: which is used, by rule and never by chance.

`indicator_1-1-1.csv` and `indicator_1.1.1.csv` are one id, and so are `1-a-1`
and `1-A-1`. Of files with the same rows one is used. Where they contradict one
another, the one is used that is named as the site names its other files; where
those do not decide, the one named as the platform names files today
(`indicator_1-1-1.csv`). Where even that leaves two, none of them is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.rules import DOUBLE
from localsdg.staging.opensdg.starter import starter_hashes

_Form = Callable[[DataFile], str]


def settle_doubles(files: list[DataFile]) -> None:
    """Give every file that must not be used beside another of its id the rule `DOUBLE`.

    `detail` says why and names the other file; `used_instead` is its entry, or
    None where no file of the id can be used.
    """
    by_id: dict[str, list[DataFile]] = {}
    for file in files:
        if file.rule is None and file.sha256 not in starter_hashes():
            by_id.setdefault(file.indicator_id.casefold(), []).append(file)
    for doubles in by_id.values():
        if len(doubles) > 1:
            own = {id(file) for file in doubles}
            _settle(doubles, [file for file in files if id(file) not in own])


def _settle(doubles: list[DataFile], others: list[DataFile]) -> None:
    rows = {id(file): _rows(file) for file in doubles}
    likely = _preferred(doubles, others)
    agree = len({rows[id(file)] for file in doubles}) == 1
    used = likely[0] if agree or len(likely) == 1 else None
    for file in doubles:
        if file is used:
            continue
        names = ", ".join(other.entry for other in doubles if other is not file)
        file.rule = DOUBLE
        if used is None:
            file.detail = f"contradicts {names}, and the names do not show which is the site's"
        elif rows[id(file)] == rows[id(used)]:
            file.detail, file.used_instead = f"the same rows as {used.entry}", used.entry
        else:
            file.detail = f"contradicts {used.entry}, whose name has the form of the other files"
            file.used_instead = used.entry


def _rows(file: DataFile) -> tuple:
    """What a file states, whatever its line ends, encoding and order of columns."""
    order = sorted(file.columns)
    return (*order, *(tuple(file.columns[name]) for name in order), tuple(sorted(file.bad_rows.items())))


def _preferred(doubles: list[DataFile], others: list[DataFile]) -> list[DataFile]:
    """The files whose name has the form of the site's other files, else of the platform's."""
    left = doubles
    for form in (_folder, _prefix, _separator, _letters):
        count = Counter(name for file in others if (name := form(file)))
        ranked = count.most_common(2)
        if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
            left = [file for file in left if form(file) == ranked[0][0]] or left
    if len(left) > 1:
        left = [file for file in left if _separator(file) == "-"] or left
    if len(left) > 1:
        left = [file for file in left if _letters(file) in ("", "lower")] or left
    return left


def _folder(file: DataFile) -> str:
    return f"{file.entry.rpartition('/')[0]}/"


def _stem(file: DataFile) -> str:
    return file.entry.rpartition("/")[2].rpartition(".")[0]


def _prefix(file: DataFile) -> str:
    stem = _stem(file)
    return f"{stem[:10]}:" if stem[:10].casefold() == "indicator_" else "none"


def _separator(file: DataFile) -> str:
    """The sign between the parts of the id; '' for a name with neither or both."""
    stem = _stem(file)
    return "" if ("." in stem) == ("-" in stem) else "." if "." in stem else "-"


def _letters(file: DataFile) -> str:
    letters = file.indicator_id
    return "" if letters.lower() == letters.upper() else "lower" if letters.islower() else "other"

"""Two files of a site with the id of one indicator: which is used, by rule and never by chance.

`indicator_1-1-1.csv` and `indicator_1.1.1.csv` are one id, and so are `1-a-1`
and `1-A-1`. Of files with the same rows one is used. Where they contradict one
another, the one is used that is named as the site names its other files; where
those do not decide, the one named as the platform names files today
(`indicator_1-1-1.csv`). Where even that leaves two, none of them is used. A file without rows,
and the starter's, never take the place of one with rows of the site's own.

Metadata are found by the id that the data file has, in whatever letters theirs is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

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
        if file.rule is None and not file.is_example and file.sha256 not in starter_hashes():
            by_id.setdefault(file.indicator_id.casefold(), []).append(file)
    for doubles in by_id.values():
        if len(doubles) > 1:
            own = {id(file) for file in doubles}
            others = [file for file in files if id(file) not in own]
            with_rows = [file for file in doubles if file.rows_in]
            if with_rows and len(with_rows) < len(doubles):
                used = _settle(with_rows, others) if len(with_rows) > 1 else with_rows[0]
                for file in doubles:
                    if not file.rows_in:
                        file.rule, file.detail = DOUBLE, f"holds no rows, unlike {with_rows[0].entry}"
                        file.used_instead = used.entry if used else None
            else:
                _settle(doubles, others)


def one_spelling(ids: Iterable[str], files: list[DataFile]) -> dict[str, str]:
    """Ids of metadata -> the spelling of the data file with the same id, for those written in other letters.

    `1-A-1` is left as it is where the metadata have `1-a-1` too, which the file is called.
    """
    of_file = {file.indicator_id.casefold(): file.indicator_id for file in files if file.rule != DOUBLE}
    known = set(ids)
    own = {indicator_id: of_file.get(indicator_id.casefold(), indicator_id) for indicator_id in sorted(known)}
    return {theirs: ours for theirs, ours in own.items() if ours != theirs and ours not in known}


def _settle(doubles: list[DataFile], others: list[DataFile]) -> DataFile | None:
    """Mark all files but the one that is used, and return that one."""
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
    return used


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

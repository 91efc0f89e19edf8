"""Files that hold no figure of their publisher: invented, copied from the starter, or not reported.

A new site starts as a copy of a starter with invented numbers. Each sign is a
rule of its own, and the first that holds is the file's. The signs of content
(P01 to P03, and P05 when all snapshots are in) and of titles (P06, P07) make a placeholder. A status other
than complete (X01), an indicator called non-statistical (X02) and an example that a
hand edited (X03) leave the file out as well, and are counted apart: real series
are among those with the status "not started".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from localsdg.registry.local_words import same_indicators
from localsdg.sources.snapshot import FileRecord
from localsdg.staging.contain import reason_of
from localsdg.staging.local import rules
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.describe import Description
from localsdg.staging.local.invented import NO_SIGNS, Signs, are_most_titles_lost, signs_of
from localsdg.staging.local.periods import read_periods
from localsdg.staging.local.snapshot_content import SnapshotContent

#: Invented years end in 2030 or 2050.
_AHEAD = 30


@dataclass(frozen=True)
class JudgedFile:
    """A data file with the description of its indicator; `rule` leaves it out, None lets it in.

    Of a file that `is_listed_only` a bundle states the rule alone; its rows are nowhere.
    `sign` is what speaks for invented content and was not enough to leave the file out.
    """

    file: DataFile
    description: Description
    archive: FileRecord
    rule: str | None = None
    detail: str | None = None
    is_listed_only: bool = False
    sign: str | None = None


def judge_all(content: SnapshotContent, descriptions: Mapping[str, Description]) -> list[JudgedFile]:
    """Every data file of a snapshot with its verdict, in the order of the archives.

    Files of which a bundle states only the rule come first.
    """
    # of a bundled site the repeated files were left out already, and the rest is no measure
    in_many = frozenset() if content.left_out else repeated_content(content.files)
    judged = []
    if content.left_out:
        record = content.left_out.record
        judged = [
            JudgedFile(file, descriptions[file.indicator_id], record, file.rule, is_listed_only=True)
            for file in content.left_out.files
        ]
    are_titles_lost = are_most_titles_lost(descriptions.values())
    for archive in content.archives:
        for file in archive.files:
            description = descriptions[file.indicator_id]
            signs = _signs(file, description, are_titles_lost)
            if content.left_out:  # which has one title of each indicator, so that one of a test decides nothing
                signs = Signs(signs.text)
            rule, detail = judge(
                file,
                description,
                known=content.known_placeholders,
                in_many=in_many,
                signs=signs,
                year_pulled=content.year_pulled,
                country_iso3=content.home.iso3,
            )
            sign = signs.text if rule is None else None
            judged.append(JudgedFile(file, description, archive.record, rule, detail, sign=sign))
    return judged


def _signs(file: DataFile, description: Description, are_titles_lost: bool) -> Signs:
    """The signs of invented content; none where whatever a title or a cell holds cannot be read for them."""
    try:
        return signs_of(file, description, are_titles_lost=are_titles_lost)
    except Exception as error:
        reason_of(error)  # raises what is no fault of the file
        return Signs()


def judge(
    file: DataFile,
    description: Description,
    *,
    known: frozenset[str] = frozenset(),
    in_many: frozenset[str] = frozenset(),
    signs: Signs = NO_SIGNS,
    year_pulled: int,
    country_iso3: str = "",
) -> tuple[str | None, str | None]:
    """The first rule that leaves a whole file out, or None, and what led to it; raises nothing for a file.

    `known` are hashes of invented files, `in_many` those of contents that are in too many
    files of the publisher, `signs` what titles and numbers show, `year_pulled` the year after which no figure can be,
    `country_iso3` the country whose calendar the years may be of.
    """
    try:
        rule = _first_rule(file, description, known, in_many, signs, year_pulled, country_iso3)
    except Exception as error:  # whatever one file holds, the others are judged
        return rules.UNREADABLE, reason_of(error)
    if rule is None and description.fault:
        return rules.UNREADABLE, description.fault
    if rule == rules.NOT_COMPLETE:
        return rule, f"reporting_status {(description.reporting_status or '')[:100]}"
    if rule in (rules.TEST_TITLE, rules.DUMMY_NUMBERS):
        return rule, signs.text
    return rule, file.detail


def repeated_content(files: Sequence[DataFile]) -> frozenset[str]:
    """Hashes of contents that are in too many files of one publisher: 20, or most of them and three or more.

    Equal files under the codes of one UN indicator (1.5.1, 11.5.1, 13.1.1) are right. One value
    throughout (zeros, or 100 % in each year) is often true of several indicators: it must be in the
    files of 20 different ones, of which the Canaries have 4 in 12 files.
    """
    tables = [file for file in files if file.rule is None]
    files_of: dict[str, list[DataFile]] = {}
    for file in tables:
        files_of.setdefault(file.sha256, []).append(file)
    return frozenset(sha256 for sha256, equal in files_of.items() if _is_too_many(equal, len(tables)))


def _is_too_many(equal: Sequence[DataFile], n_tables: int) -> bool:
    ids = [file.indicator_id for file in equal]
    value = equal[0].column("value")
    if value is not None and len(equal[0].texts(value) - {""}) <= 1:
        return len({tuple(indicator_id.split("-")[:3]) for indicator_id in ids}) >= rules.MANY_FILES
    is_most = len(ids) >= 3 and len(ids) * 2 > n_tables and not is_one_indicator(ids)
    return len(ids) >= rules.MANY_FILES or is_most


def is_one_indicator(ids: Sequence[str]) -> bool:
    """Whether all ids are one UN indicator under several codes (the disaster indicators)."""
    codes = {".".join(indicator_id.split("-")[:3]) for indicator_id in ids}
    firsts = {same_indicators().get(code) for code in codes}
    return len(firsts) == 1 and None not in firsts


def is_toy(file: DataFile, year_pulled: int, country_iso3: str = "") -> bool:
    """Few small whole numbers, some of them for years after the pull.

    Years of a government's own calendar are compared as common years; what is far ahead even so is of another era.
    """
    year, value = file.column("year"), file.column("value")
    if year is None or value is None:
        return False
    values = file.texts(value)
    if not values or not values <= {"0", "1", "2", "3", "0.0", "1.0", "2.0", "3.0"} or len(values) > 3:
        return False
    read = read_periods((cell.strip() for cell in file.columns[year]), country_iso3, year_pulled)
    return any(0 < period.last - year_pulled <= _AHEAD for text, period in read.items() if text.isdecimal())


def _first_rule(
    file: DataFile,
    description: Description,
    known: frozenset[str],
    in_many: frozenset[str],
    signs: Signs,
    year_pulled: int,
    country_iso3: str,
) -> str | None:
    if file.sha256 in known:
        return rules.KNOWN_PLACEHOLDER
    if file.rule:
        return file.rule
    if file.sha256 in in_many:
        return rules.REPEATED_CONTENT
    if is_toy(file, year_pulled, country_iso3):
        return rules.TOY_VALUES
    if file.is_example:
        return rules.EXAMPLE
    if signs.is_test or signs.is_dummy:
        return rules.TEST_TITLE if signs.is_test else rules.DUMMY_NUMBERS
    if not description.is_complete:
        return rules.NOT_COMPLETE
    if not description.is_statistical:
        return rules.NOT_STATISTICAL
    return None if description.is_status_known else rules.NO_STATUS

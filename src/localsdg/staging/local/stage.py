"""Local data of any platform -> `staging.local_indicator`, `local_observation`, `local_target`.

    prepare(con)
    stage_snapshots(context, contents)    # what the platforms' readers have read
    finish(con)

The way of a file: read (by its platform) -> describe -> judge -> parse -> choose the
headline -> write. All snapshots of a call go through each step together; what fails is
found by halves and costs itself alone. What needs all sites (the same series under two
governments) and the official list of indicators comes in `finish`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.registry.tables import ensure_tables
from localsdg.staging.contain import reason_of
from localsdg.staging.kept import NOT_KEPT, StagedParts
from localsdg.staging.local import copies, match_sites, repeats
from localsdg.staging.local.columns import column_roles
from localsdg.staging.local.describe import Description, describe_all
from localsdg.staging.local.headline import choose_headline
from localsdg.staging.local.isolate import fails_alone
from localsdg.staging.local.judge import JudgedFile, judge_all
from localsdg.staging.local.parse import FileToParse, parse_rows
from localsdg.staging.local.poverty_rows import state_poverty_meanings
from localsdg.staging.local.rules import UNREADABLE
from localsdg.staging.local.snapshot_content import SnapshotContent
from localsdg.staging.local.values import prepare_values
from localsdg.staging.local.write import ParsedSnapshot, write_snapshots

if TYPE_CHECKING:
    import duckdb

#: Tables that a source of local data fills; `local_title`, `local_target` and `local_cleaned` may stay empty.
CONTRACT = (
    "staging.local_site",
    "staging.local_indicator",
    "staging.local_title",
    "staging.local_observation",
    "staging.local_target",
    "staging.local_cleaned",
)


@dataclass(frozen=True)
class _JudgedSnapshot:
    content: SnapshotContent
    descriptions: dict[str, Description]
    files: list[JudgedFile]


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables and the macros of this connection."""
    ensure_tables(con, CONTRACT)
    match_sites.prepare_notes(con)
    prepare_values(con)


def stage_snapshots(context: RunContext, contents: Sequence[SnapshotContent]) -> dict[int, str]:
    """Stage what was read of some snapshots; returns the reasons of those that failed, by position.

    Of a snapshot that fails nothing is staged; a bad file inside one is set aside with a
    rule. Raises only what is no fault of the snapshots, such as an interrupt.
    """
    judged: dict[int, _JudgedSnapshot] = {}
    failed: dict[int, str] = {}
    for position, content in enumerate(contents):
        try:
            descriptions = describe_all(content)
            judged[position] = _JudgedSnapshot(content, descriptions, judge_all(content, descriptions))
        except Exception as error:  # whatever one snapshot holds, the others are staged
            failed[position] = reason_of(error)
    parsed = _parse(context, judged, failed)
    choose_headline(context)
    positions, at_fault = fails_alone(
        list(parsed), lambda some: write_snapshots(context, [parsed[position] for position in some])
    )
    # what was written stays, whichever halves it was written in
    return {**failed, **dict(at_fault)}


def finish(con: duckdb.DuckDBPyConnection, known: list[tuple] | None = None, parts: StagedParts = NOT_KEPT) -> None:
    """When all snapshots are in: match them to the framework, reject what is of other places.

    `known` holds (indicator_code, target_code, goal_code, title, language) rows of the official
    list, in as many languages as there are; without it, `staging.indicator` is read.
    `parts` is what is kept from run to run.
    """
    match_sites.match_all(con, known, parts)
    copies.mark_dummies(con)
    copies.mark_same_content(con)
    copies.mark_shared(con)
    copies.reject_marked(con)
    repeats.mark_repeats(con, known)


def _parse(
    context: RunContext, judged: dict[int, _JudgedSnapshot], failed: dict[int, str]
) -> dict[int, ParsedSnapshot]:
    """The files that were let in -> `local_row`; one that cannot be parsed gets its rule.

    A snapshot of which no file could be parsed, though some were let in, is added to `failed`.
    """
    numbers = count(1)
    at_fault: dict[tuple[int, int], str] = {}  # (position of the snapshot, place of the file in it) -> reason
    to_parse: list[FileToParse] = []
    place_of_number: dict[int, tuple[int, int]] = {}
    for position, snapshot in judged.items():
        for place, judged_file in enumerate(snapshot.files):
            if judged_file.rule is not None:
                continue
            try:
                titles = judged_file.description.stated.titles.values()
                roles = column_roles(judged_file.file, snapshot.content.home, titles)
            except Exception as error:  # whatever one file holds, the others are parsed
                at_fault[position, place] = reason_of(error)
                continue
            number = next(numbers)
            place_of_number[number] = (position, place)
            content = snapshot.content
            to_parse.append(
                FileToParse(number, judged_file.file, judged_file.description, content.home, roles, content.year_pulled)
            )
    good, bad = fails_alone(to_parse, lambda files: parse_rows(context, files))
    at_fault |= {place_of_number[file.number]: reason for file, reason in bad}
    if bad or not good:
        parse_rows(context, good)
    state_poverty_meanings(context.con, good)
    reasons_of: dict[int, dict[int, str]] = {position: {} for position in judged}
    for (position, place), reason in at_fault.items():
        reasons_of[position][place] = reason
    numbered_of: dict[int, dict[int, int]] = {position: {} for position in judged}
    for number, (position, place) in place_of_number.items():
        numbered_of[position][number] = place
    parsed = {}
    for position, snapshot in judged.items():
        reasons, numbered = reasons_of[position], numbered_of[position]
        if reasons and reasons.keys() >= set(numbered.values()):
            failed[position] = next(iter(reasons.values()))
        else:
            parsed[position] = _parsed_snapshot(snapshot, numbered, reasons)
    return parsed


def _parsed_snapshot(snapshot: _JudgedSnapshot, numbered: dict[int, int], reasons: dict[int, str]) -> ParsedSnapshot:
    """A snapshot with its verdicts after parsing; `numbered` is number -> place of a file, `reasons` place -> fault."""
    files = [
        replace(file, rule=UNREADABLE, detail=reasons[place]) if place in reasons else file
        for place, file in enumerate(snapshot.files)
    ]
    good = {number: files[place] for number, place in numbered.items() if place not in reasons}
    return ParsedSnapshot(snapshot.content, snapshot.descriptions, files, good)

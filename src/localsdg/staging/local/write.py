"""Parsed snapshots of local data -> the staging tables, the rejects and the ledger.

Everything of a call is written in one transaction: all of it is in the tables, or none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.staging.cleaned import note_cleaned
from localsdg.staging.ledger import Load, record, set_aside
from localsdg.staging.local import match_sites, rules
from localsdg.staging.local.describe import Description
from localsdg.staging.local.judge import JudgedFile
from localsdg.staging.local.left_out import files_aside
from localsdg.staging.local.snapshot_content import SnapshotContent
from localsdg.staging.local.units import NOT_STATED, unit_of


@dataclass(frozen=True)
class ParsedSnapshot:
    """A snapshot after parsing: `numbered` are the files whose rows are in `local_row`, by number."""

    content: SnapshotContent
    descriptions: dict[str, Description]
    files: list[JudgedFile]
    numbered: dict[int, JudgedFile]


def write_snapshots(context: RunContext, snapshots: Sequence[ParsedSnapshot]) -> list[Load]:
    """Write all snapshots, or none where one of them fails; returns a `Load` an archive."""
    con, run_id = context.con, context.run_id
    con.begin()
    try:
        _write_sources(con, snapshots)
        write_observations(con)
        write_rejects(con, snapshots, run_id)
        write_indicators(context, snapshots)
        write_targets(con, snapshots)
        for parsed in snapshots:
            set_aside(con, run_id, files_aside(parsed.content, parsed.files))
            for name, n_characters in parsed.content.n_cleaned.items():
                note_cleaned(con, parsed.content.source, parsed.content.release, name, n_characters)
        loads = [record(con, run_id, load) for load in _loads(con, snapshots)]
        con.execute("drop table local_source")
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return loads


def _write_sources(con, snapshots: Sequence[ParsedSnapshot]) -> None:
    """`local_source`: whose each parsed file is; the rows of other files are not written."""
    con.execute(
        "create temp table local_source (file integer, source varchar, release varchar, site_id varchar, "
        "rule_prefix varchar, file_name varchar, snapshot_sha256 varchar)"
    )
    insert_rows(
        con,
        "local_source",
        [
            {
                "file": number,
                "source": parsed.content.source,
                "release": parsed.content.release,
                "site_id": parsed.content.site_id,
                "rule_prefix": parsed.content.rule_prefix,
                "file_name": judged.archive.name,
                "snapshot_sha256": judged.archive.sha256,
            }
            for parsed in snapshots
            for number, judged in parsed.numbered.items()
        ],
    )


def write_observations(con) -> None:
    """Rows without a rule -> `staging.local_observation`."""
    con.execute(
        "insert into staging.local_observation by name select s.source as dataset_id, s.release, s.site_id, "
        "indicator_id as local_indicator_id, row + 1 as row_number, first_year as year, "
        "last_year as end_year, year_text, value, value_raw, value_status, censoring, unit, unit_basis, "
        "stated_unit as published_unit, multiplier, series, dimensions, is_headline, "
        "area_kind as reference_area_kind, "
        "area_name as reference_area_name, area_basis as reference_area_basis, "
        "nullif(trim(observation_status), '') as observation_status, s.snapshot_sha256, "
        "m.poverty_threshold, m.poverty_threshold_basis, m.population_unit, m.population_unit_basis "
        "from local_row join local_source as s using (file) left join local_meaning as m using (file, row) "
        "where rule is null"
    )


def write_rejects(con, snapshots: Sequence[ParsedSnapshot], run_id: str) -> None:
    """Rows with a rule, records that do not fit their header, and all records of files left out -> `audit.reject`."""
    con.execute(
        "insert into audit.reject by name select ? as run_id, s.source, s.release, s.file_name, "
        "s.rule_prefix || '-' || rule as rule_id, "
        "entry || ' row ' || (row + 1) || ' ' || coalesce(year_text, '') as row_key, "
        "left(coalesce(value_raw, ''), 100) as detail "
        "from local_row join local_source as s using (file) where rule is not null",
        [run_id],
    )
    records = [
        {**_reject(parsed.content, judged, rules.WRONG_CELLS, detail), "first_row": number + 1, "n_rows": 1}
        for parsed in snapshots
        for judged in parsed.files
        if judged.rule is None
        for number, detail in judged.file.bad_rows.items()
    ]
    whole = [
        {**_reject(parsed.content, judged, judged.rule, judged.detail), "first_row": 2, "n_rows": judged.file.rows_in}
        for parsed in snapshots
        for judged in parsed.files
        if judged.rule and not judged.is_listed_only
    ]
    if rejects := records + whole:
        columns = ", ".join(f"unnest(?) as {name}" for name in rejects[0])
        con.execute(
            "insert into audit.reject by name select ? as run_id, source, release, file_name, rule_id, "
            "entry || ' row ' || (unnest(range(n_rows)) + first_row) as row_key, detail "
            f"from (select {columns})",
            [run_id, *([row[name] for row in rejects] for name in rejects[0])],
        )


def _reject(content: SnapshotContent, judged: JudgedFile, rule: str, detail: str | None) -> dict[str, object]:
    return {
        "source": content.source,
        "release": content.release,
        "file_name": judged.archive.name,
        "rule_id": f"{content.rule_prefix}-{rule}",
        "entry": judged.file.entry,
        "detail": detail or "",
    }


def write_indicators(context: RunContext, snapshots: Sequence[ParsedSnapshot]) -> None:
    """Every indicator with a file or metadata -> `staging.local_indicator`, `local_title`; notes for the match."""
    con = context.con
    rows, titles, notes = [], [], []
    n_unread = dict(con.execute("select file, count(*) from local_row where is_unread group by file").fetchall())
    for parsed in snapshots:
        files = file_of_each(parsed.files)
        unread = {judged.file.indicator_id: n_unread.get(number, 0) for number, judged in parsed.numbered.items()}
        for indicator_id in dict.fromkeys([*files, *parsed.content.stated]):
            description = parsed.descriptions[indicator_id]
            row = indicator_row(parsed.content, description, files.get(indicator_id))
            rows.append({**row, "n_unread": unread.get(indicator_id, 0)})
            titles += title_rows(parsed.content, description)
            notes.append(_note(parsed.content, description))
    insert_rows(con, "staging.local_indicator", rows)
    insert_rows(con, "staging.local_title", titles)
    insert_rows(con, "local_note", notes)
    match_sites.note_rows(con)
    con.execute(
        "update staging.local_indicator as i set n_rows_rejected = o.n_rows_rejected, n_headline = o.n_headline, "
        "first_year = o.first_year, last_year = o.last_year, unit = o.unit, unit_basis = o.unit_basis, "
        "poverty_threshold = o.poverty_threshold, population_unit = o.population_unit "
        f"from ({context.select('staging/local_indicator_rows')}) as o where i.release = o.release "
        "and i.site_id = o.site_id and i.local_indicator_id = o.local_indicator_id",
        {"releases": [parsed.content.release for parsed in snapshots]},
    )
    con.execute(
        "update staging.local_indicator as i set n_own_rows = n.n_own_rows, "
        "no_headline_reason = n.no_headline_reason, no_headline_column = n.no_headline_column "
        "from local_no_headline as n join local_source as s using (file) join local_file as f using (file) "
        "where i.release = s.release and i.site_id = s.site_id and i.local_indicator_id = f.indicator_id "
        "and i.entry_name = f.entry"
    )


def file_of_each(judged: Sequence[JudgedFile]) -> dict[str, JudgedFile]:
    """Indicator id -> its file; of several with the id the one that is used, else one that is no double."""
    best: dict[str, JudgedFile] = {}
    for each in judged:
        known = best.setdefault(each.file.indicator_id.casefold(), each)
        if _rank(each) < _rank(known):
            best[each.file.indicator_id.casefold()] = each
    return {each.file.indicator_id: each for each in best.values()}


def _rank(judged: JudgedFile) -> int:
    return 0 if judged.rule is None else 2 if judged.rule == rules.DOUBLE else 1


def indicator_row(content: SnapshotContent, description: Description, judged: JudgedFile | None) -> dict[str, object]:
    """One row of `staging.local_indicator`; what its rows say is added when they are counted."""
    rule = f"{content.rule_prefix}-{judged.rule}" if judged and judged.rule else None
    is_placeholder = bool(judged and rules.is_placeholder(judged.rule))
    stated = description.stated
    return {
        "dataset_id": content.source,
        "release": content.release,
        "site_id": content.site_id,
        "local_government_id": content.local_government_id,
        "local_indicator_id": description.indicator_id,
        "language": description.language,
        "local_title": description.title,
        "unit": description.unit or NOT_STATED,
        "unit_basis": description.unit_basis,
        "reporting_status": description.reporting_status,
        "published_indicator": stated.indicator or None,
        "published_target": stated.target or None,
        "published_goal": stated.goal or None,
        "is_placeholder": is_placeholder,
        "placeholder_rule": rule if is_placeholder else None,
        "exclusion_rule": rule,
        "placeholder_sign": judged.sign if judged else None,
        "is_statistical": description.is_statistical,
        "entry_name": judged.file.entry if judged else None,
        "content_sha256": judged.file.sha256 if judged else None,
        "n_rows": judged.file.rows_in if judged else 0,
        "n_rows_rejected": 0,
        "n_headline": 0,
        "snapshot_sha256": judged.archive.sha256 if judged else content.metadata_sha256,
    }


def title_rows(content: SnapshotContent, description: Description) -> list[dict[str, object]]:
    """Rows of `staging.local_title`: every title of an indicator, with its language."""
    place = {
        "dataset_id": content.source,
        "release": content.release,
        "site_id": content.site_id,
        "local_indicator_id": description.indicator_id,
    }
    by_language: dict[str, str] = {}
    for language, title in description.stated.titles.items():
        by_language.setdefault((description.language if title == description.title else None) or language, title)
    return [{**place, "language": language, "local_title": title} for language, title in by_language.items()]


def _note(content: SnapshotContent, description: Description) -> dict[str, object]:
    """What the match to the framework needs of an indicator, and no table keeps."""
    stated = description.stated
    return {
        "source": content.source,
        "rule_prefix": content.rule_prefix,
        "release": content.release,
        "site_id": content.site_id,
        "local_indicator_id": description.indicator_id,
        "has_template_title": stated.has_template_title,
        "titles": json.dumps(dict(description.titles)),
        "target": stated.target,
        "is_target_in_words": stated.is_target_in_words,
        "goals": json.dumps(dict(stated.goals)),
    }


def write_targets(con, snapshots: Sequence[ParsedSnapshot]) -> None:
    """Local targets and commitments -> `staging.local_target`; a target without a unit is in its indicator's."""
    rows = [
        {
            "dataset_id": parsed.content.source,
            "release": parsed.content.release,
            "local_government_id": parsed.content.local_government_id,
            "unit": unit_of(
                str(target.get("stated_unit") or parsed.content.stated[str(target["local_indicator_id"])].unit)
            )
            or NOT_STATED,
            "snapshot_sha256": parsed.content.metadata_sha256,
            **{name: value for name, value in target.items() if name != "stated_unit"},
        }
        for parsed in snapshots
        for target in parsed.content.targets
    ]
    insert_rows(con, "staging.local_target", rows)


def _loads(con, snapshots: Sequence[ParsedSnapshot]) -> list[Load]:
    """Rows in are counted by the reader, rows out in the table, rejects in the ledger."""
    releases = [[parsed.content.release for parsed in snapshots]]
    rows_out = con.execute(
        "select release, snapshot_sha256, count(*) from staging.local_observation "
        "where release in (select unnest(?)) group by all",
        releases,
    ).fetchall()
    rejected = con.execute(
        "select source, release, file_name, count(*) from audit.reject "
        "where release in (select unnest(?)) group by all",
        releases,
    ).fetchall()
    n_out = {(release, sha256): n for release, sha256, n in rows_out}
    n_rejected = {(source, release, name): n for source, release, name, n in rejected}
    return [
        Load(
            content.source,
            content.release,
            archive.record.name,
            archive.record.sha256,
            rows_in=sum(file.rows_in for file in archive.files),
            rows_out=n_out.get((content.release, archive.record.sha256), 0),
            rows_rejected=n_rejected.get((content.source, content.release, archive.record.name), 0),
        )
        for content in (parsed.content for parsed in snapshots)
        for archive in content.archives
    ]

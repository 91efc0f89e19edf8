"""Local indicator sites -> `staging.local_indicator`, `local_observation`, `local_target`.

    prepare(con); stage_newest(context, snapshots) for each site; finish(con)

A site is staged alone; what needs all sites (the same series under two
governments) and the official list of indicators comes in `finish`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.cleaned import note_cleaned, prepare_cleaned
from localsdg.staging.contain import reason_of
from localsdg.staging.ledger import Load, record, set_aside
from localsdg.staging.opensdg import cross_site as opensdg_finish
from localsdg.staging.opensdg.areas import coverage_of
from localsdg.staging.opensdg.aside import ASIDE_RULES, NO_STATUS, SOURCE, files_aside, sites_aside
from localsdg.staging.opensdg.files import UNREADABLE, DataFile
from localsdg.staging.opensdg.indicators import stage_indicators, unit_text
from localsdg.staging.opensdg.meta import stated_text
from localsdg.staging.opensdg.placeholders import FILE_RULES, NOT_COMPLETE, file_rule, repeated
from localsdg.staging.opensdg.rows import Readable, type_rows
from localsdg.staging.opensdg.site import Archive, Site, read_site
from localsdg.staging.opensdg.targets import local_targets
from localsdg.staging.opensdg.units import file_unit
from localsdg.staging.opensdg.values import prepare_values

if TYPE_CHECKING:
    import duckdb

TABLES = ("local_indicator", "local_observation", "local_target")
#: Rules under which a row is rejected, by id.
REJECT_RULES = {
    "OSDG-R01": "the file is no table: empty, a web page, a pointer to another store",
    "OSDG-R02": "the file has no year or value column, or has it twice with other cells",
    "OSDG-R03": "the file stands where the site's build does not look",
    "OSDG-R04": "the row holds no value",
    "OSDG-R05": "the row does not have the cells of the header",
    "OSDG-R06": "the value is not understood, or its comma can be read in two ways",
    "OSDG-R07": "the period is missing, not understood, or outside 1900 to 2100",
    "OSDG-R08": "the same key stands in the file with different values: a column was lost",
    "OSDG-R09": "the row repeats another one",
    **ASIDE_RULES,
    **FILE_RULES,
    **opensdg_finish.MARK_RULES,
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables and the macros of this connection."""
    con.execute("create schema if not exists staging")
    for name in TABLES:
        con.execute(create_table_sql(tables()[f"staging.{name}"]))
    prepare_cleaned(con)
    opensdg_finish.prepare_notes(con)
    prepare_values(con)


def stage_newest(context: RunContext, snapshots: Iterable[Snapshot]) -> Snapshot | None:
    """Stage the first snapshot of a site that can be read; returns it, or None.

    `snapshots` are those of one site, the newest first. Never raises for what
    they hold: each that cannot be read is written into `audit.quarantine`.
    """
    failed: list[tuple[Snapshot, str]] = []
    used = None
    for snapshot in snapshots:
        try:
            stage_site(context, snapshot)
            used = snapshot
            break
        except Exception as error:  # whatever one site holds, the others are staged
            failed.append((snapshot, reason_of(error)))
    set_aside(context.con, context.run_id, sites_aside(failed, used))
    return used


def stage_site(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage one snapshot of a site; returns a `Load` an archive that data were read from.

    Snapshots of other sources give an empty list. Raises for an archive or a list of metadata
    that cannot be read or was changed, with nothing staged; a bad file inside
    one is set aside with a rule.
    """
    if not snapshot.with_role("opensdg_zip", "opensdg_repository", "opensdg_meta"):
        return []
    con, run_id = context.con, context.run_id
    snapshot.verify()
    site = read_site(snapshot)
    rules = file_rules(site)
    readable = _typed(con, site, rules)
    con.begin()
    try:
        for archive in site.archives:
            _stage_archive(con, site, archive, rules, readable, run_id)
        stage_indicators(con, site, rules)
        _stage_targets(con, site)
        set_aside(con, run_id, files_aside(site, rules, REJECT_RULES))
        for name, n_characters in site.n_cleaned.items():
            note_cleaned(con, SOURCE, site.release, name, n_characters)
        loads = [record(con, run_id, _load(con, site, archive, rules, readable)) for archive in site.archives]
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return loads


def _typed(con, site: Site, rules: dict[int, str | None]) -> dict[int, Readable]:
    """The files whose rows are typed in `osdg_row`; one that cannot be typed gets its rule."""
    readable = _readable(site, rules)
    try:
        type_rows(con, list(readable.values()), site.home)
        return readable
    except Exception as error:
        reason_of(error)
        first = error
    # all files are typed at once for speed; now one by one, to find those at fault
    for key, one in list(readable.items()):
        try:
            type_rows(con, [one], site.home)
        except Exception as error:
            rules[key], one.file.detail = UNREADABLE, reason_of(error)
            del readable[key]
    if not readable:
        raise first
    type_rows(con, list(readable.values()), site.home)
    return readable


def finish(con: duckdb.DuckDBPyConnection, known: list[tuple] | None = None) -> None:
    """When all sites are in: match them to the framework, reject what is of other places.

    `known` holds (indicator_code, target_code, goal_code, title, language) rows of the official
    list, in as many languages as are at hand; without it, `staging.indicator` is read.
    """
    opensdg_finish.match_all(con, known)
    opensdg_finish.mark_same_content(con)
    opensdg_finish.mark_shared(con)
    opensdg_finish.reject_marked(con)


def _files(site: Site) -> list[DataFile]:
    return [file for archive in site.archives for file in archive.files]


def file_rules(site: Site) -> dict[int, str | None]:
    """The rule that leaves each file out, by the file's identity."""
    files = _files(site)
    # of a bundled site the repeated files were left out already, and the rest is no measure
    in_many = frozenset() if site.left_out else repeated(files, _one_indicator)
    told = {id(file): file.rule_id for file in site.left_out.files} if site.left_out else {}
    unknown = _without_status(site)
    return told | {id(file): _rule_of(site, file, in_many, unknown) for file in files}


def _without_status(site: Site) -> frozenset[str]:
    """Indicators whose metadata could not be read and of which nothing else states the status."""
    return frozenset(
        fault.indicator_id
        for fault in site.faults
        if not stated_text(site.fields(fault.indicator_id).get("reporting_status"))
    )


def _rule_of(site: Site, file: DataFile, in_many: frozenset[str], unknown: frozenset[str]) -> str | None:
    """The rule that leaves a file out; `detail` of the file says what led to it."""
    fields = site.fields(file.indicator_id)
    try:
        rule = file_rule(file, fields, in_many=in_many, year_pulled=site.year_pulled)
    except Exception as error:  # whatever one file holds, the others are read
        file.detail = reason_of(error)
        return UNREADABLE
    if rule is None and file.indicator_id in unknown:
        return NO_STATUS
    if rule == NOT_COMPLETE:
        file.detail = f"reporting_status {stated_text(fields.get('reporting_status'))[:100]}"
    return rule


def _one_indicator(ids: list[str]) -> bool:
    """All ids are one UN indicator under several codes (the disaster indicators)."""
    groups = (
        {"1-5-1", "11-5-1", "13-1-1"},
        {"1-5-2", "11-5-2"},
        {"1-5-3", "11-b-1", "13-1-2"},
        {"1-5-4", "11-b-2", "13-1-3"},
        {"4-7-1", "12-8-1", "13-3-1"},
        {"7-b-1", "12-a-1"},
    )
    stems = {"-".join(one.split("-")[:3]) for one in ids}
    return any(stems <= group for group in groups)


def _readable(site: Site, rules: dict[int, str | None]) -> dict[int, Readable]:
    """Files to be typed, with the unit and area that their metadata give."""
    found = {}
    for number, file in enumerate(_files(site), start=1):
        if rules[id(file)]:
            continue
        fields = site.fields(file.indicator_id)
        title = next(iter(site.titles(file.indicator_id).values()), "")
        try:
            unit, unit_basis = file_unit(unit_text(site, file.indicator_id), title)
            place, place_basis = coverage_of(
                stated_text(fields.get("national_geographical_coverage")), title, site.home
            )
        except Exception as error:
            rules[id(file)], file.detail = UNREADABLE, reason_of(error)
            continue
        found[id(file)] = Readable(number, file, unit, unit_basis, place, place_basis)
    return found


def _stage_archive(con, site, archive: Archive, rules, readable, run_id: str) -> None:
    """Rows of one archive: staged, or rejected under the rule of the row or of the file."""
    numbers = [readable[id(file)].number for file in archive.files if id(file) in readable]
    con.execute(
        "insert into staging.local_observation by name select ? as release, ? as site_id, "
        "indicator_id as local_indicator_id, row + 1 as row_number, first_year as year, "
        "last_year as end_year, year_text, value, value_raw, value_status, censoring, unit, unit_basis, "
        "published_unit, dimensions, is_headline, area_kind as reference_area_kind, "
        "area_name as reference_area_name, area_basis as reference_area_basis, "
        "nullif(trim(observation_status), '') as observation_status, ? as snapshot_sha256 "
        "from osdg_row where rule_id is null and list_contains(?, file)",
        [site.release, site.site_id, archive.record.sha256, numbers],
    )
    con.execute(
        "insert into audit.reject by name select ? as run_id, ? as source, ? as release, "
        "? as file_name, rule_id, "
        "entry || ' row ' || (row + 1) || ' ' || coalesce(year_text, '') as row_key, "
        "left(coalesce(value_raw, ''), 100) as detail from osdg_row "
        "where rule_id is not null and list_contains(?, file)",
        [run_id, SOURCE, site.release, archive.record.name, numbers],
    )
    whole = [
        {"entry": file.entry, "rule": rules[id(file)], "n": file.rows_in, "detail": file.detail or ""}
        for file in archive.files
        if rules[id(file)]
    ]
    if whole:
        con.execute(
            "insert into audit.reject by name select ? as run_id, ? as source, ? as release, ? as file_name, "
            "rule as rule_id, entry || ' row ' || (unnest(range(n)) + 2) as row_key, detail "
            "from (select unnest(?) as entry, unnest(?) as rule, unnest(?) as n, unnest(?) as detail)",
            [
                run_id,
                SOURCE,
                site.release,
                archive.record.name,
                *([one[key] for one in whole] for key in ("entry", "rule", "n", "detail")),
            ],
        )
    insert_rows(
        con,
        "audit.reject",
        [
            {
                "run_id": run_id,
                "source": SOURCE,
                "release": site.release,
                "file_name": archive.record.name,
                "rule_id": "OSDG-R05",
                "row_key": f"{file.entry} row {number + 1}",
                "detail": detail,
            }
            for file in archive.files
            if id(file) in readable
            for number, detail in file.bad_rows.items()
        ],
    )


def _load(con, site: Site, archive: Archive, rules, readable) -> Load:
    """Rows in are counted by the reader, rows out in the table, rejects in the ledger."""
    out = con.execute(
        "select count(*) from staging.local_observation where release = ? and snapshot_sha256 = ?",
        [site.release, archive.record.sha256],
    ).fetchone()[0]
    rejected = con.execute(
        "select count(*) from audit.reject where source = ? and release = ? and file_name = ?",
        [SOURCE, site.release, archive.record.name],
    ).fetchone()[0]
    return Load(
        SOURCE,
        site.release,
        archive.record.name,
        archive.record.sha256,
        rows_in=sum(file.rows_in for file in archive.files),
        rows_out=out,
        rows_rejected=rejected,
    )


def _stage_targets(con, site: Site) -> None:
    own = {one: site.fields(one) for by_id in site.metadata.values() for one in by_id}
    rows = [
        {
            "release": site.release,
            "local_government_id": site.local_government_id,
            "unit": file_unit(unit_text(site, one["local_indicator_id"]), "")[0],
            "snapshot_sha256": site.metadata_sha256,
            **one,
        }
        for one in local_targets(site.site_id, own)
    ]
    insert_rows(con, "staging.local_target", rows)

"""Make the bundled local sites: `python -m localsdg.maintenance.bundle.local_sites FOLDER_OF_SITES …`.

Takes folders of repositories of Open SDG sites (`<site>` or `opensdg_<site>`), and
the commit of each from `opensdg_sites.csv` beside a folder, else from
`site_commits.csv` here. Of every production site it writes
`data/raw/bundled/opensdg/<site>@<date of the commit>/`: the data files that no
rule throws out, the metadata that staging reads, the counts of reporting, and
a list of the files left out, so that the same staging path gives the same
figures.

A site of more than `ROW_LIMIT` rows is left to a pull: it would cost every build
seconds. The command names it.

Facts only. Names, codes, units, areas and states are kept as the site writes
them. Of prose only the fact that staging derives from it is kept: in a field
of our own (`localsdg_…`), or, for a local target, the year that the text names
(`stated` where it names none) under the site's own field.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from localsdg.common.clean_text import comparable
from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.common.settings import RESOURCES
from localsdg.common.zip_files import zip_bytes
from localsdg.maintenance.bundle.poverty_facts import poverty_facts
from localsdg.maintenance.bundle.un_data import write_readme
from localsdg.registry.local_sites import Site, read_sites
from localsdg.sources.opensdg.repository import repository_drafts
from localsdg.sources.opensdg.snapshots import SOURCE, attribution
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging.local.data_file import DataFile, decode
from localsdg.staging.local.describe import describe, describe_all
from localsdg.staging.local.judge import JudgedFile, judge_all
from localsdg.staging.local.units import UNIT_COLUMNS
from localsdg.staging.opensdg.archive import open_archive
from localsdg.staging.opensdg.metadata import Fields, is_key, stated_text
from localsdg.staging.opensdg.site import TITLES, read_site
from localsdg.staging.opensdg.site import Site as StagedSite
from localsdg.staging.opensdg.stated import RULE_PREFIX, content_of, stated_facts
from localsdg.staging.opensdg.targets import label_subject, local_targets, target_lines

LIST = "opensdg_sites.csv"
#: Commits of sites that came without such a list, short where the source shortens them.
OWN_LIST = Path(__file__).parent / "site_commits.csv"
PREFIX = "opensdg_"
#: Measured: 175,000 rows of one region's municipalities cost a build 5 of 35 seconds.
ROW_LIMIT = 50_000
#: Longer than this is no name.
NAME_LIMIT = 200
#: Fields that staging reads as they are.
_FACTS = (
    "reporting_status",
    "computation_units",
    "national_geographical_coverage",
    "target_id",
    "sdg_goal",
    "goal_number",
    "data_non_statistical",
    "progress_status",
)
#: Said in every manifest.
REDUCED = "facts only: no definitions, footnotes or wording of targets; left_out.json lists files left out"
_DATE = re.compile(r"20\d\d-\d\d-\d\d")


def make_bundle(
    folders: Sequence[Path], target: Path, made_on: str | None = None
) -> tuple[list[Snapshot], dict[str, int]]:
    """Write the production sites of `folders` below `target`, replacing those that are there.

    Returns their snapshots, and the rows of each site that has too many of them.
    `made_on` is an ISO date that takes the place of the commits' dates.
    Raises `LocalsdgError` where a folder, the list of commits or a site cannot be read.
    """
    if made_on and not _DATE.fullmatch(made_on):
        raise LocalsdgError("that is no date", expected="2026-11-23", got=made_on)
    trees = site_trees(folders)
    commits = _commits(folders)
    sites = [one for one in read_sites(None).values() if one.kind == "production" and one.site_id in trees]
    if not sites:
        raise LocalsdgError("no production site is there", where=folders[0], expected="a folder a site")
    if missing := [one.site_id for one in sites if one.site_id not in commits]:
        raise LocalsdgError("the lists lack sites", where=f"{LIST}, {OWN_LIST.name}", expected=", ".join(missing))
    too_large: dict[str, int] = {}
    # beside the old part, so that a fault leaves that in place
    with scratch_folder() as scratch:
        for site in sites:
            row = commits[site.site_id]
            n_rows = _write_site(site, trees[site.site_id], Path(scratch), row["commit"], made_on or row["date"])
            if n_rows > ROW_LIMIT:
                too_large[site.site_id] = n_rows
        shutil.rmtree(target / SOURCE, ignore_errors=True)
        shutil.copytree(Path(scratch) / "bundle" / SOURCE, target / SOURCE)
    return [one for one in write_readme(target) if one.source == SOURCE], too_large


def site_trees(folders: Sequence[Path]) -> dict[str, Path]:
    """Site id -> the folder of its repository, from folders of sites; the first folder that has it."""
    trees: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise LocalsdgError("no such folder of sites", where=folder, expected="a folder with a folder a site")
        for tree in sorted(path for path in folder.iterdir() if path.is_dir()):
            trees.setdefault(tree.name.removeprefix(PREFIX), tree)
    return trees


def _commits(folders: Sequence[Path]) -> dict[str, dict[str, str]]:
    """Site -> its row of the list beside a folder, else of our own list."""
    rows: dict[str, dict[str, str]] = {}
    for path in (OWN_LIST, *(folder.parent / LIST for folder in folders)):
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as handle:
                rows.update((row["site"], row) for row in csv.DictReader(handle))
    return rows


def full_snapshot(site: Site, tree: Path, raw: Path, date: str) -> Snapshot:
    """The whole site as the connector keeps it, below `raw` under the release of the given date."""
    with scratch_folder() as scratch:
        drafts, extra, _ = repository_drafts(site, tree, Path(scratch), None, {})
        writer = SnapshotWriter(
            raw,
            SOURCE,
            f"{site.site_id}@{date}",
            origin=site.base_url or site.repository,
            licence=site.licence,
            attribution=attribution(site),
            extra={**site.facts(), **extra},
        )
        for draft in drafts:
            writer.add(draft.name, draft.role, draft.content, **{**draft.facts, "fetched_at": date})
        return writer.commit()


def _write_site(site: Site, tree: Path, scratch: Path, commit: str, date: str) -> int:
    """One site: read it as staging does, keep what staging uses; returns its rows.

    Nothing is written of a site with more than `ROW_LIMIT` of them.
    """
    full = full_snapshot(site, tree, scratch / "full", date)
    staged = read_site(full)
    n_rows = sum(file.rows_in for file in staged.files)
    if n_rows > ROW_LIMIT:
        return n_rows
    site_content = content_of(staged)
    kept, hashes, left_out = _data(full, judge_all(site_content, describe_all(site_content)))
    bodies: list[tuple[str, str, str, bytes, int | None]] = [
        ("all_indicators.zip", "opensdg_zip", "untranslated", zip_bytes(kept), len(kept))
    ]
    for language, found in reduced_metadata(staged, hashes).items():
        bodies.append((f"{language}.meta.json", "opensdg_meta", language, _json(found), len(found)))
    for record in full.with_role("opensdg_reporting"):
        found = reduced_reporting(json.loads(decode(full.file_path(record).read_bytes())))
        bodies.append((record.name, record.role, record.extra["language"], _json(found), None))
    bodies.append(("left_out.json", "opensdg_left_out", "", _json(left_out), len(left_out)))
    with SnapshotWriter(
        scratch / "bundle",
        SOURCE,
        full.release,
        licence=site.licence,
        attribution=attribution(site),
        origin=f"github.com/{site.repository} (commit {commit[:7]})",
        extra={**site.facts(), "commit": commit, "reduced": REDUCED},
    ) as writer:
        for name, role, language, content, rows in bodies:
            writer.add(
                name,
                role,
                content,
                rows=rows,
                fetched_at=date,
                params={"path": name},
                extra={"site_id": site.site_id, "language": language},
            )
    return n_rows


def _data(
    full: Snapshot, judged: Sequence[JudgedFile]
) -> tuple[dict[str, bytes], dict[str, str], list[dict[str, object]]]:
    """Kept files by name, the first hash of those that were cut, and the list of those left out."""
    kept: dict[str, bytes] = {}
    hashes: dict[str, str] = {}
    left_out: dict[str, dict[str, object]] = {}
    for record, files in groupby(judged, key=lambda one: one.archive):
        with open_archive(full.file_path(record)) as archive:
            for one in files:
                file = one.file
                # of two files of one indicator the later one is the indicator's, as in staging
                if one.rule:
                    left_out[file.indicator_id] = {
                        "local_indicator_id": file.indicator_id,
                        "entry_name": file.entry,
                        "rule": f"{RULE_PREFIX}-{one.rule}",
                        "n_rows": file.rows_in,
                        "content_sha256": file.sha256,
                    }
                    continue
                content = archive.read(file.entry)
                short = needed(content, file)
                kept[f"{file.indicator_id}.csv"] = short
                if short != content:
                    hashes[file.indicator_id] = file.sha256
    return kept, hashes, [left_out[indicator_id] for indicator_id in sorted(left_out)]


def needed(content: bytes, file: DataFile) -> bytes:
    """A data file without empty columns, and with texts of a name's length; else its very bytes."""
    if file.bad_rows or not file.row_numbers:
        return content
    lines = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    records = [one for one in csv.reader(io.StringIO(lines), delimiter=file.separator) if one]
    # an empty unit column says that another one is not the unit
    always = {"year", "value", *UNIT_COLUMNS}
    places = [
        n
        for n, name in enumerate(records[0])
        if name.strip().casefold() in always or any(one[n].strip() for one in records[1:] if n < len(one))
    ]
    is_long = any(len(cell) > NAME_LIMIT for record in records for cell in record)
    if len(places) == len(records[0]) and not is_long:
        return content
    out = io.StringIO()
    writer = csv.writer(out, delimiter=file.separator, lineterminator="\n")
    writer.writerows([clip(one[n]) for n in places if n < len(one)] for one in records)
    return out.getvalue().encode("utf-8")


def reduced_metadata(site: StagedSite, hashes: dict[str, str]) -> dict[str, dict[str, Fields]]:
    """Language -> indicator -> fields; what is no title is in the first language alone.

    `hashes` gives the hash of the site's own file where the bundle's differs.
    """
    ids = sorted({one for by_id in site.metadata.values() for one in by_id} | set(hashes))
    languages = sorted(site.metadata, key=lambda one: (one != "untranslated", one != "repository", one))
    found: dict[str, dict[str, Fields]] = {language: {} for language in languages}
    for indicator_id in ids:
        for language in languages:
            facts = _titles(site.metadata.get(language, {}).get(indicator_id, {}))
            if language == languages[0]:
                found[language][indicator_id] = facts | _facts(site, indicator_id, hashes)
            elif facts:
                found[language][indicator_id] = facts
    return {language: by_id for language, by_id in found.items() if by_id}


def _titles(fields: Fields) -> Fields:
    """The title that staging takes, and the translation keys that tell a template's title."""
    stated = {name: " ".join(stated_text(fields.get(name)).split()) for name in TITLES}
    kept: Fields = {name: text for name, text in stated.items() if text and is_key(text)}
    for name, text in stated.items():
        if text and not is_key(text):
            kept[name] = clip(text)
            if name != "indicator_available":  # that field does not tell a template's title
                break
    return kept


def _facts(site: StagedSite, indicator_id: str, hashes: dict[str, str]) -> Fields:
    """Facts as they are, and in fields of our own what staging derives from prose."""
    fields = site.fields(indicator_id)
    number = "indicator_number" if fields.get("indicator_number") else "indicator"
    stated = {name: stated_text(fields.get(name)) for name in (*_FACTS, number)}
    facts: Fields = {name: clip(text) for name, text in stated.items() if text}
    description = describe(indicator_id, stated_facts(site, indicator_id, set()), site.home)
    in_words = stated_text(fields.get("SDG_TARGET")) or stated_text(fields.get("target_name"))
    own: Fields = {
        **poverty_facts(description, [one for one in site.files if one.indicator_id == indicator_id], site.home, clip),
        "localsdg_target_in_words": "yes" if in_words else None,
        "localsdg_content_sha256": hashes.get(indicator_id),
    }
    # the match counts words, in any order
    words: Fields = {
        f"localsdg_title_words_{language}": sorted(comparable(title[len(clip(title)) - 2 :]).split())
        for language, title in site.titles(indicator_id).items()
        if len(title) > NAME_LIMIT
    }
    return facts | _targets(fields) | {name: text for name, text in own.items() if text} | words


def _targets(fields: Fields) -> Fields:
    """Local targets: value, label and direction of each line; of a text that it is there, and the year it names."""
    found: Fields = {}
    if lines := target_lines(fields):
        found["graph_target_lines"] = [_line(line) for line in lines]
    for name, value in fields.items():
        rows = local_targets("", {"": {name: value}}) if name != "graph_target_lines" else []
        if rows and rows[0]["target_kind"] != "progress":
            found[name] = str(rows[0]["year"] or "stated")
    return found


def _line(line: dict) -> Fields:
    """One line as staging reads it: its label is a name, and the direction is kept in place of the sentence."""
    names = {"value": "value_raw", "label_content": "label", "unit": "stated_unit", "localsdg_direction": "direction"}
    kept: Fields = {name: clip(line[column]) for name, column in names.items() if line[column]}
    subject = line["label_subject"]
    if subject and subject != label_subject(line["label"] or ""):
        kept["series"] = clip(subject)
    return kept


def reduced_reporting(body: dict) -> dict:
    """Counts by status, overall and by goal."""

    def counts(part: dict) -> dict:
        listed = part.get("statuses") or []
        statuses = [{"status": one.get("status"), "count": one.get("count")} for one in listed]
        goal = {"goal": part["goal"]} if "goal" in part else {}
        return {**goal, "statuses": statuses, "totals": part.get("totals")}

    return {"overall": counts(body.get("overall") or {}), "goals": [counts(one) for one in body.get("goals") or []]}


def clip(text: str) -> str:
    """A text of a name's length: cut at a word where it is longer."""
    if len(text) <= NAME_LIMIT:
        return text
    return re.sub(r"\s+\S*$", "", text[: NAME_LIMIT - 2]) + " …"


def _json(body: Mapping[str, object] | Sequence[object]) -> bytes:
    """One line an entry, so that git shows what changed."""
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    if isinstance(body, Mapping):
        lines = [f"{json.dumps(key)}:{compact(value)}" for key, value in body.items()]
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")
    return ("[\n" + ",\n".join(compact(entry) for entry in body) + "\n]\n").encode("utf-8")


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.local_sites", description=__doc__)
    parser.add_argument("sites", type=Path, nargs="+", help=f"folder with a folder a site, and {LIST} beside it")
    parser.add_argument("--output", type=Path, default=RESOURCES / "data" / "raw" / "bundled")
    parser.add_argument("--date", help="date of all releases, instead of the date of each commit")
    args = parser.parse_args(argv)
    try:
        snapshots, too_large = make_bundle(args.sites, args.output, args.date)
    except LocalsdgError as error:
        raise SystemExit(f"error: {error}") from error
    size = sum(file.bytes for snapshot in snapshots for file in snapshot.files)
    for site_id, n_rows in too_large.items():
        print(f"{site_id} left out: {n_rows:,} rows are more than {ROW_LIMIT:,}; localsdg pull site takes it")
    print(f"{len(snapshots)} sites, {size / 1e6:.1f} MB in {args.output / SOURCE}")


if __name__ == "__main__":
    main()

"""A thousand local sites from disk to staged tables: seconds, processor time a site, and memory.

The sites are the bundled ones under other names, each copy with values of its own, so that
no copy counts as copied from another government. Making them is not timed. They are staged as
a run stages them: by a process a core, and then, as in the next run, from the parts that were kept.

    python -m benchmarks.thousand_sites --sites 1000
    python -m benchmarks.thousand_sites --sites 1000 --largest 2000    # only of sites with so few rows
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Figure, add_record_flag, finish
from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging.raw_folder import read_raw

#: Seconds that a thousand sites should take.
TARGET_S = 60.0
BUNDLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "bundled"
#: Where a copy puts its number into the values of a file.
_MARK = "\0"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: A bundle states the hash of the bytes that the site served: those of a copy are its own.
_STATED_HASH = "localsdg_content_sha256"


def main() -> int:
    """Make the sites, have them staged twice, print what it took; returns 1 where the target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--largest", type=int, help="copy only sites with at most so many rows")
    parser.add_argument("--folder", type=Path, help="keep the copies here, and use those that are there")
    add_record_flag(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        bundled, _ = read_raw(BUNDLE)
        make_copies(
            folder / "data" / "raw", [one for one in bundled if one.source == "opensdg"], given.sites, given.largest
        )
        lists = [_lists_of(one) for one in bundled if one.source == "unsd"]
        settings = Settings(home=folder, parts=str(Path(temporary) / "parts"))
        figures = [*stage(settings, lists, given.sites, "first run"), *stage(settings, lists, given.sites, "next run")]
    return finish("thousand_sites", figures, is_recorded=given.record)


def stage(settings: Settings, lists: list[Snapshot], n_sites: int, which: str) -> list[Figure]:
    """Stage the sites with the lists of the UN as a run does, and what it took; prints what was found."""
    run = stages.start_run(settings, with_bundled=False)
    run.snapshots = (*lists, *[one for one in run.snapshots if one.source == "opensdg"][:n_sites])
    wall, processor = time.perf_counter(), _processor()
    try:
        stages.stage(run)
        wall, processor = time.perf_counter() - wall, _processor() - processor
        con = run.connection()
        rows, rejected = con.execute(
            "select sum(rows_in), sum(rows_rejected) from audit.source_load where source = 'opensdg'"
        ).fetchone() or (0, 0)
        headlines = con.execute("select count(*) from staging.local_observation where is_headline").fetchone() or (0,)
        by = len(run.staged_by) or 1
    finally:
        run.drop()
    print(
        f"{which}: {rows:,} rows in, {rejected:,} rejected, {headlines[0]:,} headline values, staged by {by} processes"
    )
    print("\n".join(run.notes[:3]))
    command = f"python -m benchmarks.thousand_sites --sites {n_sites} --record"
    name = f"{n_sites:,} sites, {which}"
    # of this process alone: what the others take is in the figures of many_sites
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    target = TARGET_S if n_sites == 1000 and which == "first run" else None
    return [
        Figure(name, "s", [wall], target=target, command=command),
        Figure(f"{name}: processor time a site", "ms", [1000 * processor / n_sites], command=command),
        Figure(f"{name}: rows", "rows", [int(rows)], command=command),
        Figure(f"{name}: memory of the run", "MB", [memory], command=command),
    ]


def _processor() -> float:
    """Processor seconds of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def make_copies(raw: Path, originals: list[Snapshot], n_sites: int, largest: int | None) -> None:
    """Write snapshots below `raw` until there are so many; those that are there are kept."""
    chosen = [one for one in originals if largest is None or _rows(one) <= largest]
    templates = [_template(one) for one in chosen]
    for number in range(n_sites):
        original, template = chosen[number % len(chosen)], templates[number % len(chosen)]
        release = f"copy-{number:05}@{original.release.partition('@')[2]}"
        if not (raw / "opensdg" / release).exists():
            _copy(raw, original, template, release, number)


def _lists_of(snapshot: Snapshot) -> Snapshot:
    """A UN snapshot without its observations: local titles are compared with its lists."""
    return replace(snapshot, files=tuple(one for one in snapshot.files if one.role != "bulk_parquet"))


def _rows(snapshot: Snapshot) -> int:
    return sum(text.count("\n") - 1 for _, text in _texts(snapshot))


def _texts(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Names and texts of the data files of a site."""
    for record in snapshot.with_role("opensdg_zip"):
        with zipfile.ZipFile(snapshot.file_path(record)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name).decode("utf-8-sig")


def _template(snapshot: Snapshot) -> dict[str, str]:
    """The data files of a site with a mark behind each number, where a copy puts digits of its own."""
    return {name: _marked(text) for name, text in _texts(snapshot)}


def _marked(text: str) -> str:
    header, *body = list(csv.reader(io.StringIO(text))) or [[]]
    at = [name.casefold() for name in header].index("value") if "value" in map(str.casefold, header) else None
    for record in body:
        if at is not None and at < len(record) and (found := _NUMBER.fullmatch(record[at])):
            record[at] += _MARK if found[1] else f".0{_MARK}"
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([header, *body])
    return written.getvalue()


def _copy(raw: Path, original: Snapshot, template: dict[str, str], release: str, number: int) -> None:
    """One more government with the files of another, under its name with a number in brackets."""
    site_id = release.partition("@")[0]
    name = f"{original.extra['local_government']} ({number})"
    extra = {**original.extra, "site_id": site_id, "local_government_id": site_id, "local_government": name}
    facts = {"licence": original.licence, "attribution": original.attribution, "origin": original.origin}
    with SnapshotWriter(raw, "opensdg", release, extra=extra, **facts) as writer:
        for record in original.files:
            content = original.file_path(record).read_bytes()
            if record.role == "opensdg_zip":
                content = _zipped({entry: text.replace(_MARK, f"{number:05}") for entry, text in template.items()})
            elif record.name == "repository.meta.json":
                content = _without_hashes(content)
            writer.add(record.name, record.role, content, extra={**record.extra, "site_id": site_id})
        writer.commit()


def _without_hashes(content: bytes) -> bytes:
    stated = json.loads(content)
    for fields in stated.values():
        fields.pop(_STATED_HASH, None)
    return json.dumps(stated, ensure_ascii=False).encode()


def _zipped(files: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return body.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())

"""The chain from a figure back to the bytes: metric, SQL, rows, release, snapshot file and its hash.

`chain` hashes every file again: a figure that rests on bytes which were
changed after the build says so. What the files are called, where they came
from and which hash they had is reported by `meta.release` of the published file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.figures.data import queries
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.compare import load_comparison
from localsdg.figures.data.figure import Figure, PrintedPoint
from localsdg.figures.data.load import load_figures
from localsdg.figures.data.selection import LIST_COMMAND, near, split_area_codes
from localsdg.figures.trace import lineage as trace
from localsdg.figures.trace.lineage import CoreRows
from localsdg.registry.evidence import metrics
from localsdg.research.areas import find_area
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse.models import Model, load_models
from localsdg.warehouse.query import open_published
from localsdg.warehouse.run_models import REGISTRY_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localsdg.common.settings import Settings

#: Rows of the figure's query that a chain prints.
FIRST = 5
#: The reviewed lists behind a figure that a report prints.
_PRINTED = {"registry_printed_figures", "registry_printed_reports"}
UNCHANGED, CHANGED, ABSENT, BUNDLED = "unchanged", "CHANGED", "not here", "comes with the code"


@dataclass(frozen=True)
class MetricLink:
    """One metric of the figure; `model` is its SQL file or template, relative to the checkout, `model_sql` what ran."""

    metric_id: str
    title: str
    unit: str
    definition: str
    caveat: str
    model: str
    model_sql: str

    @property
    def is_template(self) -> bool:
        """True where the file serves many metrics, and the registry fills in what differs."""
        return Path(self.model).parent.name == "templates"


@dataclass(frozen=True)
class FileLink:
    """One file that the figure rests on.

    `sha256` is what the build read; `state` says what the disk holds now:
    `unchanged`, `CHANGED`, `not here`, or `comes with the code` for a reviewed
    list that is no snapshot (its hash is today's). `rows` counts the core rows
    from this file, 0 for a list; `found` is the hash on disk.
    """

    source: str
    release: str
    name: str
    sha256: str
    url: str
    origin: str
    fetched_at: str
    licence: str
    rows: int
    state: str
    found: str
    path: str  # relative to the home or the checkout


@dataclass(frozen=True)
class CorrectionLink:
    """A correction that changed a value behind the figure, or flagged one, so that the evidence leaves it out."""

    correction_id: str
    action: str
    what: str
    reason: str
    who: str


@dataclass(frozen=True)
class Chain:
    """A figure, traced. `rows` are the first of `row_count` that `sql` gives, by its column names."""

    figure_id: str
    title: str
    area: str
    area_code: str
    lang: str
    version: str
    built_at: str
    metrics: tuple[MetricLink, ...]
    query: str  # file of sql/figures/, relative to the checkout
    sql: str
    row_count: int
    rows: tuple[dict[str, Any], ...]
    core: tuple[CoreRows, ...]
    lists: dict[str, tuple[str, ...]]  # core lists that are read, with their releases
    releases: tuple[str, ...]
    files: tuple[FileLink, ...]
    known_on: str = ""  # the day of the edition that it shows, '' for the newest
    printed: tuple[PrintedPoint, ...] = ()  # figures of reports that are marked beside the rows
    corrections: tuple[CorrectionLink, ...] = ()

    @property
    def changed(self) -> tuple[FileLink, ...]:
        """Files whose bytes on disk are not those that the build read."""
        return tuple(file for file in self.files if file.state == CHANGED)

    @property
    def rests_on_bundled_records(self) -> bool:
        """True where no snapshot holds the values, only reviewed lists that come with the code."""
        return not self.core and any(file.state == BUNDLED for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def find_figure(settings: Settings, figure_id: str, area: str | None = None, lang: str = "en") -> Figure:
    """The figure of an id such as `c01-extreme-poverty`, `c01-extreme-poverty-724`, `c05-by-goal-barcelona` or, of
    areas beside each other, `c01-extreme-poverty-404-800`.

    Raises `UsageError` for an unknown id (naming the nearest), or an area that
    is not the one in the id; `LocalsdgError` for a figure without data.
    """
    asked = figure_id.strip().lower()
    base, codes = _parts(settings, asked)
    if not base:
        raise UsageError("no such figure", expected=near(asked), got=figure_id, next_step=LIST_COMMAND)
    if area is not None and codes and (_area_code(settings, area),) != codes:
        raise UsageError("the id and --area name two areas", expected=", ".join(codes), got=area)
    if len(codes) > 1:
        result = load_comparison(settings, codes, None, lang, only=(base,))
    else:
        result = load_figures(settings, None, area or "".join(codes) or "001", lang, only=(base,))
    for figure in result.figures:
        if figure.figure_id.removeprefix(base) in ("", f"-{figure.area_code}"):
            return figure
    raise LocalsdgError(
        "the figure has no data",
        where=asked,
        got=next((one.reason for one in result.missing if one.figure_id.startswith(base)), ""),
        next_step="another --area, or localsdg pull indicators",
    )


def _parts(settings: Settings, asked: str) -> tuple[str, tuple[str, ...]]:
    """The id of the catalogue and the codes of the areas in an id; '' and none where it is of no figure or area."""
    if asked in entries():
        return asked, ()
    base, codes = split_area_codes(asked)
    if base:
        return base, codes
    base = max((one for one in entries() if asked.startswith(f"{one}-")), key=len, default="")
    code = asked.removeprefix(f"{base}-")
    return (base, (code,)) if base and code in _governments(settings) else ("", ())


def _governments(settings: Settings) -> frozenset[str]:
    con = open_published(settings)
    try:
        found = con.execute("select local_government_id from core.local_government").fetchall()
    finally:
        con.close()
    return frozenset(one for (one,) in found)


def _area_code(settings: Settings, area: str) -> str:
    """The code of an area that is named; what names none goes on to the error of `load_figures`."""
    con = open_published(settings)
    try:
        return find_area(con, area).code
    except UsageError:
        return area
    finally:
        con.close()


def chain(settings: Settings, figure: Figure) -> Chain:
    """The chain of one figure, its files hashed again.

    Raises `LocalsdgError` when there is no published warehouse.
    """
    return chains(settings, [figure])[figure.figure_id]


def chains(settings: Settings, figures: Iterable[Figure], *, samples: bool = True) -> dict[str, Chain]:
    """The chains of several figures by figure id; each file is hashed once.

    Without `samples` no row is read to be printed (`rows` of the chain, `first`
    of its core rows); counts and files are the same, in a third of the time.
    """
    con = open_published(settings)
    try:
        asked = queries.QueryCache(con)
        release = asked.rows("select version, cast(built_at as varchar) as built_at, sources from meta.release")[0]
        shelf = _Shelf(settings, json.loads(release["sources"]))
        models = {model.target: model for model in load_models(settings.sql)}
        return {
            figure.figure_id: _chain(asked, settings, figure, release, shelf, models, samples) for figure in figures
        }
    finally:
        con.close()


def _chain(
    asked: queries.QueryCache,
    settings: Settings,
    figure: Figure,
    release: dict,
    shelf: _Shelf,
    models: dict[str, Model],
    samples: bool,
) -> Chain:
    # the SQL names its file: that of the entry, or of its fallback
    query = settings.sql / "figures" / f"{figure.sql.split(maxsplit=3)[2]}.sql"
    # the file, not the text with the figure's values: these name no table, and one parse serves many
    reads = trace.read_by(models, figure, query.read_text(encoding="utf-8"))
    core = [rows for read in reads for rows in trace.core_rows(asked, figure, read, samples=samples)]
    # a figure has a row for each that its query gave
    figure_rows = asked.rows(figure.sql) if samples else figure.rows
    lists = trace.list_releases(asked, reads)
    listed = {name for read in reads for name in read.registry} | (_PRINTED if figure.printed else set())
    files = shelf.files(core, lists, sorted(listed))
    return Chain(
        figure.figure_id,
        figure.title,
        figure.area,
        figure.area_code,
        figure.lang,
        release["version"],
        release["built_at"],
        tuple(_metric(settings, read.metric_id, read.model) for read in reads if read.metric_id and read.model),
        f"sql/figures/{query.name}",
        figure.sql,
        len(figure_rows),
        tuple(figure_rows[:FIRST] if samples else ()),
        tuple(core),
        lists,
        tuple(dict.fromkeys(str(row["release"]) for row in figure_rows if row.get("release"))),
        tuple(files),
        figure.known_on,
        figure.printed,
        _corrections(asked, core),
    )


def _corrections(asked: queries.QueryCache, core: list[CoreRows]) -> tuple[CorrectionLink, ...]:
    ids = {one for rows in core for one in rows.corrections}
    if not ids:
        return ()
    declared = asked.rows(
        "select correction_id, correction_action as action, what, reason, who from audit.correction order by 1"
    )
    return tuple(CorrectionLink(**row) for row in declared if row["correction_id"] in ids)


def _metric(settings: Settings, metric_id: str, model: Model) -> MetricLink:
    metric = metrics()[metric_id]
    return MetricLink(
        metric_id,
        metric.title,
        metric.unit,
        metric.definition,
        metric.caveat,
        _relative(settings, model.path),
        model.select,
    )


def _relative(settings: Settings, path: Path) -> str:
    for root in (settings.home, settings.resources):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


class _Shelf:
    """The files that the build read, by hash; what the disk holds now, hashed once each."""

    def __init__(self, settings: Settings, sources: list[dict]) -> None:
        self._settings = settings
        self._sources = sources
        self._by_hash = {
            (source["release"], file["sha256"]): (source, file) for source in sources for file in source["files"]
        }
        self._hashes: dict[Path, str] = {}

    def files(self, core: list[CoreRows], lists: dict[str, tuple[str, ...]], registry: list[str]) -> list[FileLink]:
        """Every file behind the rows, then the lists', then those of the code."""
        counted: dict[tuple[str, str], int] = {}
        for part in core:
            for release, sha, n in part.files:
                counted[release, sha] = counted.get((release, sha), 0) + n
        links = [self._link(release, sha, n) for (release, sha), n in counted.items()]
        wanted = {release for releases in lists.values() for release in releases}
        links += [
            self._link(source["release"], file["sha256"], 0)
            # M49 adds codes and flags to the areas; only the UN's own list has a release there
            for source in self._sources
            if source["release"] in wanted or (source["source"] == "m49" and "core.area" in lists)
            for file in source["files"]
            if (source["release"], file["sha256"]) not in counted
        ]
        return links + [self._registry(name) for name in registry]

    def _link(self, release: str, sha: str, n: int) -> FileLink:
        if (release, sha) not in self._by_hash:
            return FileLink("", release, "not listed by the build", sha, "", "", "", "", n, ABSENT, "", "")
        source, file = self._by_hash[release, sha]
        root = self._settings.bundled if source["bundled"] else self._settings.raw
        path = root / source["source"] / release / file["name"]
        disk_hash = self._hash(path)
        state = ABSENT if not disk_hash else UNCHANGED if disk_hash == sha else CHANGED
        return FileLink(
            source["source"],
            release,
            file["name"],
            sha,
            file["url"] or "",
            source["origin"] or "",
            str(source["fetched_at"] or ""),
            source["licence"] or "",
            n,
            state,
            disk_hash,
            _relative(self._settings, path),
        )

    def _registry(self, name: str) -> FileLink:
        path = REGISTRY_FILES[name]
        registry_hash = self._hash(path)
        return FileLink(
            "registry",
            "",
            path.name,
            registry_hash,
            "",
            "reviewed list of the project",
            "",
            "",
            0,
            BUNDLED,
            registry_hash,
            _relative(self._settings, path),
        )

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            self._hashes[path] = sha256_of(path) if path.is_file() else ""
        return self._hashes[path]

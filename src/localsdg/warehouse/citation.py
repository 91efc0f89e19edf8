"""How to cite a warehouse: itself, and each source with its own attribution, release, dates and terms.

`localsdg cite`, the second sheet of a workbook and `meta.dataset.citation` are
made here, from what the file records of itself. The same file gives the same citations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localsdg import __version__
from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.registry.releases import release_order
from localsdg.registry.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

#: Who made the software and the warehouse, as in CITATION.cff.
TEAM = "The localsdg team"
TITLE = "localsdg: a data pipeline that links local actions to SDG indicators"
#: Key and source of the warehouse itself, of the software and of a query among the citations.
WAREHOUSE, SOFTWARE, QUERY = "warehouse", "software", "query"
_DAY = re.compile(r"(?:^|@)(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\d-])")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ADDRESS = re.compile(r"https?://[^\s,;()]+")
_GITHUB = re.compile(r"github\.com/[\w.-]+/[\w.-]+")
#: The platform and the address in the attribution of a site: neither is part of the author's name.
_SITE = re.compile(r", Open SDG site\b.*$")

_DATASETS = """
with registers as (
    select distinct a.release, t.dataset_id, t.title, t.publisher, t.attribution, t.licence, t.homepage
    from core.action as a
    join core.action_dataset as t on t.dataset_id = a.dataset_id
    where t.publisher is not null and t.part_of is null
)
select
    d.source, d.release, t.dataset_id as register, coalesce(t.attribution, d.attribution) as attribution,
    coalesce(t.licence, d.licence) as licence, d.origin, max(left(d.fetched_at, 10)) as retrieved_on,
    coalesce(t.title, any_value(l.name)) as name, coalesce(t.publisher, any_value(l.publisher)) as publisher,
    coalesce(t.homepage, any_value(l.homepage)) as homepage,
    any_value(s.base_url) as site_url, any_value(g.name) as government, max(r.published_on) as published_on
from meta.dataset as d
left join meta.licence as l on l.source = d.source
left join registers as t on d.source = 'actions' and t.release = d.release
left join core.local_site as s on s.dataset_id = d.source and s.release = d.release
left join core.local_government as g on g.local_government_id = s.local_government_id
left join core.release as r on r.dataset_id = d.source and r.release = d.release
group by
    d.source, d.release, d.attribution, d.licence, d.origin,
    t.dataset_id, t.title, t.publisher, t.attribution, t.licence, t.homepage
"""


@dataclass(frozen=True)
class Citation:
    """One thing to cite. Days are ISO 8601; `published_on` is as exact as is known: day, month or year.

    `names` are what `--source` takes for it; `custom` is what a program reads of it, in CSL JSON.
    """

    key: str
    source: str
    kind: str  # dataset or software
    author: str
    title: str
    version: str
    attribution: str = ""
    published_on: str | None = None
    retrieved_on: str | None = None
    licence: str | None = None
    origin: str | None = None
    url: str | None = None
    content_hash: str | None = None
    remark: str | None = None
    names: tuple[str, ...] = ()
    custom: dict[str, object] | None = None

    @property
    def issued(self) -> str | None:
        """The date to print: of publication, else of retrieval."""
        return self.published_on or self.retrieved_on

    @property
    def note(self) -> str:
        """Attribution, content hash, remark, origin and terms in words."""
        parts = [
            f"Cite as: {self.attribution}" if self.attribution else None,
            f"Content hash {self.content_hash}" if self.content_hash else None,
            self.remark,
            f"Obtained from: {self.origin}" if self.origin else None,
            f"Terms: {self.licence}" if self.licence else None,
        ]
        return ". ".join(part.rstrip(".") for part in parts if part)


def read_citations(con: duckdb.DuckDBPyConnection, wanted: Iterable[str] = ()) -> list[Citation]:
    """The warehouse, then each dataset by source and age of its release, then the software.

    `wanted` limits them to sources (`unsd`), releases (`2020-10-19`), local sites
    (`barcelona`) or local governments; raises `UsageError` for one that is not in the file.
    """
    citations = unique_keys([warehouse_citation(con), *dataset_citations(con), software_citation()])
    asked = list(dict.fromkeys(wanted))
    if not asked:
        return citations
    names = {name.lower() for citation in citations for name in citation.names}
    if unknown := [name for name in asked if name.lower() not in names]:
        close = [near for name in unknown[:3] for near in close_matches(name, sorted(names))]
        ids = dict.fromkeys(citation.source for citation in citations)
        raise UsageError(
            "no such source in the warehouse",
            where="--source",
            expected=", ".join(close or ids),
            got=", ".join(unknown),
            next_step="localsdg cite, which names all sources and their releases",
        )
    chosen = {name.lower() for name in asked}
    return [citation for citation in citations if chosen & {name.lower() for name in citation.names}]


def dataset_citations(con: duckdb.DuckDBPyConnection) -> list[Citation]:
    """One citation a source and release of `meta.dataset`, in the order of `sources.toml` and of time."""
    cursor = con.execute(_DATASETS)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    ranks = {name: rank for rank, name in enumerate(sources())}
    rows.sort(key=lambda row: (ranks.get(row["source"], len(ranks)), _age(row["release"]), *_rest(row)))
    return [_dataset(row) for row in rows]


def _rest(row: dict) -> tuple[str, str]:
    return str(row["origin"]), row["register"] or ""


def as_line(citation: Citation) -> str:
    """One citation in one line, for a list of references."""
    is_own = citation.source in (WAREHOUSE, QUERY)
    published = "built" if is_own else "published"
    days = [
        f"{published} {citation.published_on}" if citation.published_on else None,
        f"retrieved {citation.retrieved_on}" if citation.retrieved_on else None,
    ]
    word = "release" if citation.kind == "dataset" and not is_own else "version"
    head = f"{citation.author}. {citation.title}, {word} {citation.version}"
    parts = [", ".join([head, *(day for day in days if day)]), citation.note, citation.url]
    return ". ".join(part for part in parts if part) + ("" if citation.url else ".")


def _dataset(row: dict) -> Citation:
    """A citation from a row of `_DATASETS`."""
    source, release, register = row["source"], row["release"], row["register"]
    local = row["government"] is not None or "@" in release
    attribution = row["attribution"] or ""
    address = _ADDRESS.search(attribution)
    site = release.partition("@")[0]
    # of a local source the publisher is whoever its own manifest names
    author = _SITE.sub("", attribution) or row["government"] or site if local else row["publisher"] or attribution
    url = row["homepage"]
    if local:
        url = row["site_url"] or (address[0].rstrip(".") if address else _repository(row["origin"]))
    return Citation(
        key=re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(filter(None, (source, register, release)))).strip("-"),
        source=source,
        kind="dataset",
        author=author or source,
        title=f"{row['name'] or source}" + (f": {site}" if local else ""),
        version=release,
        attribution=attribution,
        # a site has no releases of its own: the day in the name is that of the pull
        published_on=None if local else _published(release, row["published_on"]),
        retrieved_on=row["retrieved_on"],
        licence=row["licence"],
        origin=row["origin"],
        url=url if url and url.startswith("http") else None,
        names=tuple(name for name in (source, release, register, site if local else None, row["government"]) if name),
    )


def warehouse_citation(con: duckdb.DuckDBPyConnection) -> Citation:
    """How to cite an open warehouse file itself."""
    row = con.execute(
        "select version, cast(built_at as varchar), content_hash, code_version from meta.release"
    ).fetchone()
    version, built_at, content_hash, code_version = row or ("", "", None, "")
    return Citation(
        key=f"localsdg-{version}",
        source=WAREHOUSE,
        kind="dataset",
        author=TEAM,
        title="localsdg warehouse: SDG indicators and local records",
        version=version,
        published_on=built_at[:10],
        remark=f"Built by localsdg {code_version} from the sources that are cited with it",
        content_hash=content_hash,
        names=(WAREHOUSE, version),
    )


def software_citation() -> Citation:
    """How to cite this software."""
    return Citation(
        key=f"localsdg-software-{__version__}",
        source=SOFTWARE,
        kind="software",
        author=TEAM,
        title=TITLE,
        version=__version__,
        licence="MIT",
        names=(SOFTWARE, "localsdg"),
    )


def _published(release: str, known: object) -> str | None:
    """The day, month or year that a release's name states, else the day that `core.release` knows."""
    if match := _DAY.search(release):
        return "-".join(part for part in match.groups() if part)
    # the day of a quarter's release is counted from its quarter: only the year is sure
    year = _YEAR.search(str(known) if known else release)
    return year[1] if year else None


def _repository(origin: str | None) -> str | None:
    """The address of a repository on GitHub that an origin names."""
    match = _GITHUB.search(origin or "")
    return f"https://{match[0]}" if match else None


def _age(release: str) -> tuple:
    """Order of the releases of one source: sites by name, releases by time."""
    site, at, day = release.rpartition("@")
    return (site, release_order(day if at else release))


def unique_keys(citations: list[Citation]) -> list[Citation]:
    """The citations with keys of which none occurs twice: `a`, `a-2`."""
    seen: dict[str, int] = {}
    found = []
    for citation in citations:
        number = seen[citation.key] = seen.get(citation.key, 0) + 1
        found.append(citation if number == 1 else replace(citation, key=f"{citation.key}-{number}"))
    return found

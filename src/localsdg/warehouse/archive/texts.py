"""The texts of an archive: what it is, under which terms, and how to cite it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from localsdg import __version__
from localsdg.registry.redistribution import redistribution
from localsdg.registry.tables import tables
from localsdg.warehouse.archive.left_out import LeftOut
from localsdg.warehouse.citation import TEAM, TITLE, Citation, as_line
from localsdg.warehouse.export.job import ExportInfo
from localsdg.warehouse.export.selection import ExportTable

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

_TITLE = "localsdg warehouse: SDG indicators and local records"
_LIMITS = """- A value is what its source published in the release that is named beside it. Do not mix releases,
  definitions (poverty lines and the like) or units in one comparison; the columns `release`, `definition` and `unit`
  say which.
- A gap is a gap: a missing value is not zero, and an area or a local government that is absent did not report.
- Local governments publish by their own choice. Their number and their results are no sample of all governments.
- Registers of actions and commitments hold what was registered: more of them is not more achieved.
- Links between actions and Goals are declared by the record, cited in its text, or suggested by a model (`method`);
  a suggestion is no finding.
- Two numbers beside each other are no proof that one caused the other."""


@dataclass(frozen=True)
class Contents:
    """What an archive holds: the facts of the warehouse, its data sets, the tables, and what is left out.

    `rows_of_version` are the rows of each table before anything was left out, by the name of its file.
    """

    info: ExportInfo
    datasets: Sequence[Citation]
    keys: Sequence[tuple[str, str, str]]  # name, licence and attribution of the sources of names and codes
    tables: Sequence[ExportTable]
    rows_of_version: dict[str, int]
    out: LeftOut
    has_warehouse: bool


def readme(contents: Contents) -> str:
    """`README.md`: what it is, how to open it, the tables with their rows, and what not to conclude."""
    info = contents.info
    parts = [
        f"# {_TITLE}, version {info.version}",
        f"SDG indicators of the UN and records of local and regional governments, linked and validated by "
        f"localsdg. Built {info.built_at} UTC by localsdg {info.code_version}.\n\n"
        f"Content hash of the version: `{info.content_hash}`",
        _what_is_left_out(contents),
        "## How to open it",
        _how_to_open(contents),
        "## Tables",
        "| table | rows | left out | one row | what it holds |\n| --- | --: | --: | --- | --- |\n"
        + "\n".join(_table(table, contents.rows_of_version[table.file]) for table in contents.tables),
        "## What not to conclude",
        _LIMITS,
        "## Terms and citation",
        "[LICENCES.md](LICENCES.md) has the terms and the attribution of each source, [LICENSE](LICENSE) those of the "
        "software, [CITATION.cff](CITATION.cff) how to cite this archive. Cite the sources that you use, too.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def licences(contents: Contents) -> str:
    """`LICENCES.md`: each data set with its terms, what they say of redistribution, and how to cite it."""
    out = {one.key for one in contents.out.citations}
    parts = ["# Terms of the sources", "The data keep the terms of those who published them. Each data set:"]
    for one in contents.datasets:
        verdict = redistribution(one.licence)
        state = "left out of this archive" if one.key in out else "in this archive"
        permitted = (
            "redistribution is permitted" if verdict.is_allowed else "redistribution is not known to be permitted"
        )
        parts.append(
            f"## {_plain(one.title)}, {one.version}\n\n- Terms: {_plain(one.licence or 'not stated')}\n"
            f"- {state}; {permitted}: {verdict.why}\n- Attribution: {_plain(one.attribution or one.author)}\n"
            f"- Cite: {_plain(as_line(one))}"
        )
    parts.append("# Names, codes and coordinates of places")
    parts += [f"- {_plain(name)}: {_plain(terms)}. {_plain(words)}." for name, terms, words in contents.keys]
    return "\n\n".join(parts) + "\n"


def citation_cff(info: ExportInfo) -> str:
    """`CITATION.cff` of the archive, in version 1.2.0 of the format; a quoted text of JSON is one of YAML."""
    day = info.built_at[:10]
    lines = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them and the sources in LICENCES.md.",
        "title": _TITLE,
        "type": "dataset",
        "version": info.version,
        "date-released": day,
    }
    body = "".join(f"{name}: {json.dumps(words, ensure_ascii=False)}\n" for name, words in lines.items())
    return (
        f"{body}authors:\n  - name: {json.dumps(TEAM)}\n"
        f"identifiers:\n  - type: other\n    value: {json.dumps(f'sha256:{info.content_hash}')}\n"
        f"    description: Content hash of the version\n"
        f"references:\n  - type: software\n    title: {json.dumps(TITLE)}\n    version: {json.dumps(__version__)}\n"
        f"    license: MIT\n    authors:\n      - name: {json.dumps(TEAM)}\n"
    )


def zenodo(contents: Contents) -> str:
    """`.zenodo.json`: the fields that Zenodo fills from it. The terms differ by source, and so its licence is open."""
    info = contents.info
    body = {
        "title": f"{_TITLE}, version {info.version}",
        "upload_type": "dataset",
        "version": info.version,
        "publication_date": info.built_at[:10],
        "creators": [{"name": TEAM}],
        "access_right": "open",
        "license": "other-open",
        "description": f"<p>{_TITLE}. Content hash {info.content_hash}. Terms differ by source: see LICENCES.md.</p>",
        "keywords": ["Sustainable Development Goals", "SDG indicators", "local governments", "Voluntary Local Reviews"],
        "notes": f"Left out, since their terms do not permit it: {', '.join(one.key for one in contents.out.citations)}"
        if contents.out.citations
        else "",
    }
    return json.dumps({name: words for name, words in body.items() if words}, ensure_ascii=False, indent=1) + "\n"


def software_licence(settings: Settings) -> str:
    """The licence of the software, from the checkout or from the installed package."""
    path = settings.resources / "LICENSE"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    try:
        text = distribution("localsdg").read_text("licenses/LICENSE")
    except PackageNotFoundError:
        text = None
    return text or f"MIT License, {TEAM}\n"


def _what_is_left_out(contents: Contents) -> str:
    if not contents.out.citations:
        return ""
    names = "\n".join(f"- {_plain(one.title)}, {one.version}" for one in contents.out.citations)
    return (
        "**This archive is not the whole version.** The terms of these data sets do not state that they may be passed "
        "on; they, and every row that rests on them, are left out. The content hash is that of the whole version.\n\n"
        f"{names}"
    )


def _how_to_open(contents: Contents) -> str:
    lines = [
        "`data/` is a Frictionless Data Package: `data/datapackage.json` describes each CSV file, with types, keys and "
        "units. Read codes as text. In DuckDB:\n\n```sql\nselect * from read_csv('data/observation.csv', "
        "types = {'area_code': 'VARCHAR'});\n```"
    ]
    if contents.has_warehouse:
        lines.append(
            "`localsdg.duckdb` is the warehouse itself, with every release and the lists of what was checked and "
            "rejected. Any DuckDB from 1.2 on opens it:\n\n```python\nimport duckdb\n\n"
            'con = duckdb.connect("localsdg.duckdb", read_only=True)\nprint(con.sql("show tables"))\n```'
        )
    return "\n\n".join([*lines, "`sha256sum -c checksums.sha256` checks the files."])


def _table(table: ExportTable, n_whole: int) -> str:
    mind = f" Mind: {table.usage_warning}" if table.usage_warning else ""
    declared = tables().get(table.rows_of)
    grain = declared.grain if declared else ""
    gone = f"{n_whole - table.n_rows:,}"
    return f"| `{table.file}` | {table.n_rows:,} | {gone} | {_cell(grain)} | {_cell(table.description + mind)} |"


def _cell(words: str) -> str:
    return _plain(words).replace("|", "\\|")


def _plain(words: str | None) -> str:
    """A text of a source on one line of Markdown, in which nothing of it is markup."""
    return " ".join((words or "").split()).replace("<", "&lt;").replace("[", "\\[").replace("`", "'")

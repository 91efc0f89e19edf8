"""The index of everything that can be found: SQLite's full-text search, in one file of the home's cache.

The file is named by the content hash of the published warehouse and a hash of what the index is made
of, so that it is built once for a publication. Where the folder cannot be written, the index is in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import scalar
from localsdg.research import search_document, search_text
from localsdg.research.search_document import Document, read_documents
from localsdg.research.search_text import concepts_of, index_name, index_text, name_key, words_of
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: The texts of a document, a full-text table each, and what a word in each of them counts. Each has a length of
#: its own: in one table, a series would count less for the official titles that it has in four languages.
FIELDS = {"title": 1.0, "names": 0.7, "other": 0.25}
#: Indexes that are kept, the newest: one a publication or edition that is searched.
_KEPT = 3
_TABLES = """
create table document (
    id integer primary key, kind text, body text, prior real, breakdowns text, key text, n_words integer
);
create table code (code text, document integer, is_own integer);
create table name (name text, document integer);
create table word (word text primary key, n integer) without rowid;
"""
_FULL_TEXT = """create virtual table {name} using fts5(text, content='', tokenize="unicode61 remove_diacritics 0")"""
#: How much a kind counts: what has numbers of the whole world before what is one record among thousands.
_PRIOR = {
    "series": 1.5,
    "indicator": 1.25,
    "figure": 1.1,
    "metric": 1.05,
    "goal": 1.0,
    "target": 0.95,
    "local_indicator": 0.72,
    "local_government": 0.9,
    "area": 1.0,
    "action": 0.65,
}
#: Without values; and with a code for a title.
_WITHOUT_DATA, _WITHOUT_TITLE = 0.75, 0.5
#: Of two series alike, the one of more countries comes first: without any, and for twice as many.
_OF_NO_COUNTRY, _OF_TWICE_AS_MANY = 0.8, 0.04


def open_index(settings: Settings) -> sqlite3.Connection:
    """The index of the published file, read-only, built where there is none yet.

    Raises `LocalsdgError` where nothing is published.
    """
    with closing(open_published(settings)) as con:
        content_hash = scalar(con, "select content_hash from meta.release")
        folder = settings.home / "data" / "cache"
        path = folder / f"search-{_key(settings, str(content_hash))}.sqlite"
        if not path.exists():
            documents = list(read_documents(con, settings))
            try:
                _write(path, documents)
            except OSError:
                memory = sqlite3.connect(":memory:")
                fill(memory, documents)
                return memory
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def fill(con: sqlite3.Connection, documents: Iterable[Document]) -> None:
    """Create the tables of the index and fill them with documents."""
    con.executescript(_TABLES)
    for name in FIELDS:
        con.execute(_FULL_TEXT.format(name=name))
    words: Counter[str] = Counter()
    for number, document in enumerate(documents, 1):
        texts = _texts(document)
        words.update({word for text in (*texts["title"], *texts["names"]) for word in words_of(text)})
        for name, text in texts.items():
            # the name of a government is no word of a language: `Fayetteville, AR` is not about air (`ar`)
            is_name = document.kind == "local_government" and name != "other"
            joined = " ".join(map(index_name if is_name else index_text, text))
            con.execute(
                f"insert into {name} (rowid, text) values (?, ?)",
                [number, joined if name == "title" else _each_once(joined)],
            )
        breakdowns = " ".join(sorted({one for text in document.breakdowns for one in concepts_of(_spaced(text))}))
        body = json.dumps(vars(document), ensure_ascii=False)
        prior = _PRIOR[document.kind] * (1 if document.has_data else _WITHOUT_DATA)
        prior *= _WITHOUT_TITLE if document.title == document.id else 1
        if document.kind == "series" and document.has_data:
            prior *= _OF_NO_COUNTRY + _OF_TWICE_AS_MANY * log2(1 + (document.n_areas or 0))
        con.execute(
            "insert into document values (?, ?, ?, ?, ?, ?, ?)",
            [number, document.kind, body, prior, breakdowns, document.id, len(words_of(document.title))],
        )
        con.executemany("insert into code values (?, ?, ?)", [(c, number, own) for c, own in _codes(document)])
        con.executemany("insert into name values (?, ?)", [(name, number) for name in _place_names(document)])
    con.executemany("insert into word values (?, ?)", sorted(words.items()))
    con.executescript("create index code_key on code (code); create index name_key on name (name);")
    for name in FIELDS:
        con.execute(f"insert into {name} ({name}) values ('optimize')")
    con.commit()


def _texts(document: Document) -> dict[str, tuple[str, ...]]:
    names = [name for language in document.names.values() for name in language if name != document.title]
    return {
        "title": (document.title,),
        "names": tuple(dict.fromkeys([*names, *document.other_names])),
        "other": (*map(_spaced, document.breakdowns), document.details, document.publisher),
    }


def _each_once(terms: str) -> str:
    """Titles of several languages share most of their concepts, and length counts against a document."""
    return " ".join(dict.fromkeys(terms.split()))


def _spaced(name: str) -> str:
    """`education_level` is a phrase of two words."""
    return name.replace("_", " ")


def _codes(document: Document) -> Iterator[tuple[str, bool]]:
    """The codes that find a document, in capitals: its own, and those of what it belongs to."""
    yield document.id.upper(), True
    if document.kind in ("area", "local_government"):
        for code in document.related:
            yield code.upper(), document.kind == "area"
        return
    if document.kind == "local_indicator":
        yield document.id.partition("/")[2].upper(), False
    if document.kind == "series" and document.details:
        yield document.details.upper(), True
    for code in document.related:
        yield code.upper(), False


def _place_names(document: Document) -> set[str]:
    if document.kind not in ("area", "local_government"):
        return set()
    names = [document.title, *document.other_names, *(one for some in document.names.values() for one in some)]
    return {key for key in map(name_key, names) if key}


def _key(settings: Settings, content_hash: str) -> str:
    """Hash of the content of the warehouse and of all that the index is made by."""
    digest = hashlib.sha256(content_hash.encode())
    sources = [Path(module.__file__ or "") for module in (search_document, search_text)]
    data = [*search_document.REGISTRY.glob("*_words.csv"), search_document.CATALOGUE_TOML]
    models = (settings.sql / "research" / "search").glob("*.sql")
    for path in sorted([*sources, Path(__file__), *data, *search_document.MESSAGES.glob("*.toml"), *models]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _write(path: Path, documents: list[Document]) -> None:
    """Build the file beside its place and rename it, so that no reader sees half of one; remove the oldest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".search-", suffix=".tmp")
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as con:
            con.execute("pragma journal_mode = off")
            con.execute("pragma synchronous = off")
            fill(con, documents)
        Path(name).replace(path)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    finally:
        Path(name).unlink(missing_ok=True)
    indexes = sorted(path.parent.glob("search-*.sqlite"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in indexes[_KEPT:]:
        with contextlib.suppress(OSError):
            old.unlink()

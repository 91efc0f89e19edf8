"""One snapshot of a site -> its files and metadata, before anything is typed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from localsdg.common.clean_text import Cleaner
from localsdg.registry.language import language_of_title
from localsdg.registry.official_titles import official_titles
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.contain import reason_of
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.poverty import is_poverty_number
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.sites import site_facts
from localsdg.staging.local.snapshot_content import Archive, MetadataFault
from localsdg.staging.opensdg.archive import data_files, open_archive
from localsdg.staging.opensdg.doubles import one_spelling, settle_doubles
from localsdg.staging.opensdg.metadata import (
    Fields,
    Metadata,
    is_key,
    read_all_json,
    read_repository,
    stated_text,
)
from localsdg.staging.opensdg.translations import Translations

#: Observations come from one language: numbers are the same in all, labels are not.
_FIRST = ("untranslated", "en")
#: In place of a language where the metadata are a repository's own files.
_OWN = "repository"
#: Fields that hold a title; the graph's is the site's own, the name often the template's.
TITLES = ("graph_title", "national_indicator_available", "indicator_available", "indicator_name")


@dataclass
class Site:
    """What a snapshot holds: archives in order, metadata by language, the declared facts."""

    snapshot: Snapshot
    site_id: str
    local_government_id: str
    home: Home
    year_pulled: int
    archives: list[Archive] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    metadata_sha256: str = ""
    #: Files of which a bundle states only that a rule left them out; they hold no rows.
    left_out: Archive | None = None
    #: Metadata files, and entries of them, that could not be read.
    faults: list[MetadataFault] = field(default_factory=list)
    n_cleaned: Counter[str] = field(default_factory=Counter)  # control characters, by raw file
    #: Cell of a poverty number that is a translation key -> what it says.
    cell_words: dict[str, str] = field(default_factory=dict)
    #: What texts of no stated language are in where their words do not show it.
    own_language: str = "und"
    _merged: dict[str, Fields] = field(default_factory=dict)
    _titles: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def files(self) -> list[DataFile]:
        """All data files, in the order of the archives."""
        return [file for archive in self.archives for file in archive.files]

    def fields(self, indicator_id: str) -> Fields:
        """Fields of an indicator: the untranslated build's, filled up from the others."""
        if indicator_id not in self._merged:
            merged: Fields = {}
            for language in sorted(self.metadata, key=_rank):
                for key, value in self.metadata[language].get(indicator_id, {}).items():
                    if key not in merged or _better(merged[key], value):
                        merged[key] = value
            self._merged[indicator_id] = merged
        return self._merged[indicator_id]

    def titles(self, indicator_id: str) -> dict[str, str]:
        """Language -> title; the graph's title is the site's own, the name often the template's."""
        if indicator_id not in self._titles:
            titles: dict[str, str] = {}
            for language in sorted(self.metadata, key=_rank):
                fields = self.metadata[language].get(indicator_id, {})
                texts = (" ".join(stated_text(fields.get(name)).split()) for name in TITLES)
                if title := next((text for text in texts if text and not is_key(text)), None):
                    # a build in English shows what was never translated in the site's own language
                    stated = self.own_language if language in ("untranslated", _OWN) else language
                    titles.setdefault(language_of_title(title, stated), title)
            self._titles[indicator_id] = titles
        return self._titles[indicator_id]

    def has_template_title(self, indicator_id: str) -> bool:
        """The site kept the official title by its translation key, and gives none of its own."""
        candidates = (self.metadata.get(language, {}).get(indicator_id) for language in ("untranslated", _OWN))
        fields = next((fields for fields in candidates if fields), {})
        key = f"global_indicators.{indicator_id}-title"
        names = ("graph_title", "indicator_name", "national_indicator_available")
        stated = [stated_text(fields.get(name)) for name in names]
        return key in stated and all(text in ("", key) for text in stated)

    def own_titles(self, indicator_id: str) -> list[str]:
        """Titles that are the site's and not the template's, the repository's among them."""
        titles = [] if self.has_template_title(indicator_id) else list(self.titles(indicator_id).values())
        fields = self.metadata.get(_OWN, {}).get(indicator_id, {})
        for name in ("graph_title", "national_indicator_available", "indicator_name"):
            title = stated_text(fields.get(name))
            if title and not is_key(title) and title not in titles:
                titles.append(title)
        return titles


def read_site(snapshot: Snapshot) -> Site:
    """Read the archives and metadata of a snapshot.

    A repository is read whole (it holds what a build leaves out:
    placeholders, indicators not reported); a build's archive then adds
    only indicators that the repository has no file for. Raises
    `LocalsdgError` for an archive or a list of metadata that cannot be read;
    files inside one that cannot be read carry a rule or are in `faults`.
    """
    facts = site_facts(snapshot)
    home = Home(facts["local_government"], facts.get("level", ""), facts.get("country_iso3", ""))
    site = Site(snapshot, facts["site_id"], facts["local_government_id"], home, _year(snapshot))
    for record in snapshot.with_role("opensdg_repository"):
        _read_repository(site, record)
    _read_build(site)
    for record in sorted(snapshot.with_role("opensdg_meta"), key=lambda record: _rank(_language(record))):
        site.metadata_sha256 = site.metadata_sha256 or record.sha256
        by_id, faults = read_all_json(snapshot.file_path(record))
        site.faults += faults
        _add_metadata(site, record, {_language(record): by_id})
    for record in snapshot.with_role("opensdg_left_out"):
        _read_left_out(site, record)
    for archive in site.archives:
        site.n_cleaned[archive.record.name] += sum(file.n_cleaned for file in archive.files)
    settle_doubles(site.files)
    _use_spelling_of_files(site)
    return site


def _use_spelling_of_files(site: Site) -> None:
    """`1-A-1` of the metadata is `1-a-1` of the data: without it a file would have no status."""
    for by_id in site.metadata.values():
        for theirs, ours in one_spelling(by_id, site.files).items():
            by_id[ours] = by_id.pop(theirs)
    spelling = one_spelling((fault.indicator_id for fault in site.faults), site.files)
    site.faults = [
        replace(fault, indicator_id=spelling.get(fault.indicator_id, fault.indicator_id)) for fault in site.faults
    ]


def _read_repository(site: Site, record: FileRecord) -> None:
    with open_archive(site.snapshot.file_path(record)) as archive:
        site.archives.append(Archive(record, list(data_files(archive, is_repository=True))))
        metadata, faults, n_cleaned = read_repository(archive)
        own = metadata.pop("untranslated")
        translations = Translations(archive)
        for language in translations.languages:
            by_id = metadata.setdefault(language, {})
            for indicator_id, fields in own.items():
                by_id[indicator_id] = {**_translated(fields, translations, language), **by_id.get(indicator_id, {})}
        # a title of unknown language is compared with the official ones of all languages; it matters only
        # that the language has none, and a bundle, which keeps no configuration, stays as its site is
        if (only := translations.only_language) and only not in official_titles():
            site.own_language = only
        site.cell_words = _cell_words(site.archives[-1].files, translations)
    site.faults += [*faults, *translations.faults]
    site.n_cleaned[record.name] += n_cleaned
    # what a repository states comes after any build: the build is what the site shows
    _add_metadata(site, record, {_OWN: own, **metadata})
    site.metadata_sha256 = site.metadata_sha256 or record.sha256


def _cell_words(files: Sequence[DataFile], translations: Translations) -> dict[str, str]:
    """What the cells of poverty numbers say that are translation keys, in the first language that has them."""
    columns = (column for file in files if is_poverty_number(file.indicator_id) for column in file.columns.values())
    keys = {cell.strip() for column in columns for cell in column if is_key(cell.strip())}
    texts = {
        key: next(filter(None, (translations.text(key, language) for language in translations.languages)), None)
        for key in sorted(keys)
    }
    return {key: text for key, text in texts.items() if text}


def _translated(fields: Fields, translations: Translations, language: str) -> Fields:
    """The fields whose value is a translation key, with what it says in the language."""
    keys = ((name, stated_text(value)) for name, value in fields.items() if isinstance(value, str))
    texts = ((name, translations.text(key, language)) for name, key in keys if is_key(key))
    return {name: text for name, text in texts if text}


def _read_build(site: Site) -> None:
    """Files of a built site that its repository does not have, from the build in the first language."""
    builds = sorted(site.snapshot.with_role("opensdg_zip"), key=lambda record: _rank(_language(record)))
    if not builds:
        return
    known = {file.indicator_id.casefold() for file in site.files}
    with open_archive(site.snapshot.file_path(builds[0])) as archive:
        files = [
            file
            for file in data_files(archive, is_repository=False)
            # a build writes a file without rows for an indicator without data
            if file.indicator_id.casefold() not in known and (file.rows_in or not known)
        ]
    if files or not known:
        site.archives.append(Archive(builds[0], files))


def _read_left_out(site: Site, record: FileRecord) -> None:
    """What a bundle states of the files it left out, and of the bytes that the site's own files have."""
    listed = json.loads(site.snapshot.file_path(record).read_text(encoding="utf-8"))
    site.left_out = Archive(
        record,
        [
            DataFile(
                entry["entry_name"],
                entry["local_indicator_id"],
                entry["content_sha256"],
                rows_in=entry["n_rows"],
                rule=entry["rule"].rpartition("-")[2],
            )
            for entry in listed
        ],
    )
    for file in site.files:
        stated = stated_text(site.fields(file.indicator_id).get("localsdg_content_sha256"))
        file.sha256 = stated or file.sha256


def _add_metadata(site: Site, record: FileRecord, metadata: Metadata) -> None:
    """A build's fields over the repository's: the build is what the site shows."""
    cleaner = Cleaner()
    for language, by_id in metadata.items():
        known = site.metadata.setdefault(language, {})
        for indicator_id, fields in by_id.items():
            try:
                fields = cleaner.value(fields)
            except ValueError as error:
                site.faults.append(MetadataFault(record.name, indicator_id, reason_of(error)))
                continue
            stated = {key: value for key, value in fields.items() if stated_text(value)}
            known[indicator_id] = {**fields, **known.get(indicator_id, {}), **stated}
    site.n_cleaned[record.name] += cleaner.n_removed


def _language(record: FileRecord) -> str:
    return str(record.extra.get("language") or "untranslated")


def _rank(language: str) -> tuple[int, str]:
    if language == _OWN:
        return (len(_FIRST) + 1, language)
    return (_FIRST.index(language) if language in _FIRST else len(_FIRST), language)


def _better(known: object, other: object) -> bool:
    """A stated text replaces an empty one or a translation key."""
    text, other_text = stated_text(known), stated_text(other)
    return bool(other_text) and (not text or (is_key(text) and not is_key(other_text)))


def _year(snapshot: Snapshot) -> int:
    """The year of the pull: of the release's date, else of the fetch."""
    year = re.search(r"@(20\d\d)", snapshot.release) or re.match(r"(20\d\d)", snapshot.fetched_at)
    return int(year[1]) if year else 2100

"""One snapshot of a site -> its files, metadata and facts, before anything is typed."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

from localsdg.common.clean_text import Cleaner, clean_value
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.contain import reason_of
from localsdg.staging.opensdg.areas import Home
from localsdg.staging.opensdg.doubles import settle_doubles
from localsdg.staging.opensdg.files import DataFile, data_files, open_archive
from localsdg.staging.opensdg.match import language_of
from localsdg.staging.opensdg.meta import (
    Fields,
    Metadata,
    MetadataFault,
    is_key,
    read_all_json,
    read_repository,
    stated_text,
)

#: Observations come from one language: numbers are the same in all, labels are not.
_FIRST = ("untranslated", "en")
#: Stands for a language where the metadata are a repository's own files.
_OWN = "repository"
#: Fields that hold a title; the graph's is the site's own, the name often the template's.
TITLES = ("graph_title", "national_indicator_available", "indicator_available", "indicator_name")


@dataclass
class Archive:
    """One raw file that data were read from, with what was read."""

    record: FileRecord
    files: list[DataFile]


@dataclass
class Site:
    """What a snapshot holds: archives in order, metadata by language, the declared facts."""

    site_id: str
    local_government_id: str
    home: Home
    release: str
    year_pulled: int
    archives: list[Archive] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    metadata_sha256: str = ""
    #: Files of which a bundle only tells that a rule threw them out; they hold no rows.
    left_out: Archive | None = None
    #: Metadata files, and entries of them, that could not be read.
    faults: list[MetadataFault] = field(default_factory=list)
    n_cleaned: Counter[str] = field(default_factory=Counter)  # control characters, by raw file
    _merged: dict[str, Fields] = field(default_factory=dict)
    _titles: dict[str, dict[str, str]] = field(default_factory=dict)

    def fields(self, indicator_id: str) -> Fields:
        """Fields of an indicator: the untranslated build's, filled up from the others."""
        if indicator_id in self._merged:
            return self._merged[indicator_id]
        merged: Fields = {}
        for language in sorted(self.metadata, key=_rank):
            for key, value in self.metadata[language].get(indicator_id, {}).items():
                if key not in merged or _better(merged[key], value):
                    merged[key] = value
        self._merged[indicator_id] = merged
        return merged

    def titles(self, indicator_id: str) -> dict[str, str]:
        """Language -> title; the graph's title is the site's own, the name often the template's."""
        if indicator_id in self._titles:
            return self._titles[indicator_id]
        found: dict[str, str] = {}
        for language in sorted(self.metadata, key=_rank):
            fields = self.metadata[language].get(indicator_id, {})
            for name in TITLES:
                title = " ".join(stated_text(fields.get(name)).split())
                if title and not is_key(title):
                    spoken = language_of(title) if language in ("untranslated", _OWN) else language
                    found.setdefault(spoken, title)
                    break
        self._titles[indicator_id] = found
        return found

    def has_template_title(self, indicator_id: str) -> bool:
        """The site kept the official title by its translation key, and gives none of its own."""
        found = (self.metadata.get(one, {}).get(indicator_id) for one in ("untranslated", _OWN))
        fields = next((one for one in found if one), {})
        key = f"global_indicators.{indicator_id}-title"
        names = ("graph_title", "indicator_name", "national_indicator_available")
        stated = [stated_text(fields.get(name)) for name in names]
        return key in stated and all(one in ("", key) for one in stated)

    def own_titles(self, indicator_id: str) -> list[str]:
        """Titles that are the site's and not the template's, the repository's among them."""
        found = [] if self.has_template_title(indicator_id) else list(self.titles(indicator_id).values())
        fields = self.metadata.get(_OWN, {}).get(indicator_id, {})
        for name in ("graph_title", "national_indicator_available", "indicator_name"):
            title = stated_text(fields.get(name))
            if title and not is_key(title) and title not in found:
                found.append(title)
        return found


def site_facts(snapshot: Snapshot) -> dict[str, str]:
    """What the manifest states of the site as clean text, without what is blank.

    `site_id`, `local_government_id` and `local_government` are always there.
    """
    facts = {name: str(value) for name, value in clean_value(snapshot.extra).items() if value}
    site_id = facts.setdefault("site_id", snapshot.release.split("@")[0])
    facts.setdefault("local_government_id", site_id)
    facts.setdefault("local_government", site_id)
    return facts


def read_site(snapshot: Snapshot) -> Site:
    """Read the archives and metadata of a snapshot.

    A repository is read whole (it holds what a build leaves out:
    placeholders, indicators not reported); a build's archive then adds
    only indicators that the repository has no file for. Raises
    `LocalsdgError` for an archive or a list of metadata that cannot be read;
    files inside one that cannot be read carry a rule or are in `faults`.
    """
    facts = site_facts(snapshot)
    site = Site(
        facts["site_id"],
        facts["local_government_id"],
        Home(facts["local_government"], facts.get("level", ""), facts.get("country_iso3", "")),
        snapshot.release,
        _year(snapshot),
    )
    seen: set[str] = set()
    for record in snapshot.with_role("opensdg_repository"):
        with open_archive(snapshot.file_path(record)) as archive:
            site.archives.append(Archive(record, list(data_files(archive, is_repository=True))))
            found, faults, n_cleaned = read_repository(archive)
            site.faults += faults
            site.n_cleaned[record.name] += n_cleaned
            # what a repository says comes after any build: the build is what the site shows
            _add_metadata(site, record, {_OWN: found.pop("untranslated"), **found})
        site.metadata_sha256 = site.metadata_sha256 or record.sha256
        seen |= {one.indicator_id.casefold() for one in site.archives[-1].files}
    if zips := sorted(snapshot.with_role("opensdg_zip"), key=lambda one: _rank(_language(one))):
        with open_archive(snapshot.file_path(zips[0])) as archive:
            # a build writes a file without rows for an indicator without data
            files = [
                one
                for one in data_files(archive, is_repository=False)
                if one.indicator_id.casefold() not in seen and (one.rows_in or not seen)
            ]
        if files or not seen:
            site.archives.append(Archive(zips[0], files))
    for record in sorted(snapshot.with_role("opensdg_meta"), key=lambda one: _rank(_language(one))):
        site.metadata_sha256 = record.sha256 if not site.metadata_sha256 else site.metadata_sha256
        by_id, faults = read_all_json(snapshot.file_path(record))
        site.faults += faults
        _add_metadata(site, record, {_language(record): by_id})
    for record in snapshot.with_role("opensdg_left_out"):
        _read_left_out(site, record, snapshot)
    for archive in site.archives:
        site.n_cleaned[archive.record.name] += sum(file.n_cleaned for file in archive.files)
    settle_doubles([file for archive in site.archives for file in archive.files])
    return site


def _read_left_out(site: Site, record: FileRecord, snapshot: Snapshot) -> None:
    """What a bundle says of the files it left out, and of the bytes that the site's own files have."""
    listed = json.loads(snapshot.file_path(record).read_text(encoding="utf-8"))
    site.left_out = Archive(
        record,
        [
            DataFile(
                one["entry_name"],
                one["local_indicator_id"],
                one["content_sha256"],
                rows_in=one["n_rows"],
                rule_id=one["rule"],
            )
            for one in listed
        ],
    )
    for file in (file for archive in site.archives for file in archive.files):
        stated = stated_text(site.fields(file.indicator_id).get("localsdg_content_sha256"))
        file.sha256 = stated or file.sha256


def _add_metadata(site: Site, record: FileRecord, found: Metadata) -> None:
    """A build's fields over the repository's: the build is what the site shows."""
    cleaner = Cleaner()
    for language, by_id in found.items():
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
    mine, theirs = stated_text(known), stated_text(other)
    return bool(theirs) and (not mine or (is_key(mine) and not is_key(theirs)))


def _year(snapshot: Snapshot) -> int:
    """The year of the pull: of the release's date, else of the fetch."""
    found = re.search(r"@(20\d\d)", snapshot.release) or re.match(r"(20\d\d)", snapshot.fetched_at)
    return int(found[1]) if found else 2100

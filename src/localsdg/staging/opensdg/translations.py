"""The translation files of an Open SDG repository: what a translation key says in each of the site's languages.

    translations/<language>/<group>.yml     key: text
    translations/<group>.yml                language: {key: text}

A metadata field or a cell may hold `<group>.<key>` in place of a text; the
platform's build writes the text there. A key that nothing of the site resolves is
no text: a build would take it from elsewhere, or show the key itself.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cached_property

from localsdg.common.clean_text import clean_text
from localsdg.common.entities import decode_entities
from localsdg.staging.contain import reason_of
from localsdg.staging.local.data_file import decode
from localsdg.staging.local.snapshot_content import MetadataFault
from localsdg.staging.opensdg.archive import read_entry
from localsdg.staging.opensdg.yaml import read_yaml

_PLACE = re.compile(
    r"(?:^|/)translations/(?:(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z]+)?)/)?(?P<group>[^/]+)\.ya?ml$", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]+)?")
_CONFIG = re.compile(r"(?:^|/)config_data\.ya?ml$", re.IGNORECASE)
#: A text may be a key itself, as `indicator.sadei` of a field's own group; none is known to go further.
_DEEPEST = 3


class Translations:
    """The texts of one repository; a group is read when a key first names it.

    `faults` are the files that could not be read so far.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._places: dict[str, list[tuple[str, zipfile.ZipInfo]]] = {}
        self._texts: dict[str, dict[str, dict[str, str]]] = {}
        self.faults: list[MetadataFault] = []
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            if place := _PLACE.search(entry.filename):
                self._places.setdefault(place["group"], []).append((place["language"] or "", entry))

    @cached_property
    def _stated(self) -> tuple[str, ...]:
        return _configured(self._archive)

    @property
    def only_language(self) -> str | None:
        """The language of a site whose configuration states one and no other."""
        return self._stated[0] if len(self._stated) == 1 else None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that the site builds, by its configuration; else all that it has texts in."""
        if self._stated:
            return self._stated
        named = {language for places in self._places.values() for language, _ in places if language}
        return tuple(sorted(named))

    def text(self, key: str, language: str) -> str | None:
        """What a key says in a language; None where nothing of the site resolves it."""
        for _ in range(_DEEPEST):
            group, _, name = key.partition(".")
            found = self._group(group).get(language, {}).get(name)
            if not found or _is_text(found):
                return found or None
            key = found
        return None

    def _group(self, group: str) -> dict[str, dict[str, str]]:
        """Language -> key -> text of one group."""
        if group not in self._texts:
            texts: dict[str, dict[str, str]] = {}
            for language, entry in self._places.get(group, []):
                try:
                    for code, key, text in _texts(self._archive, entry, language):
                        texts.setdefault(code, {})[key] = text
                except Exception as error:  # whatever one file holds, the others are read
                    self.faults.append(MetadataFault(clean_text(entry.filename), "", reason_of(error)))
            self._texts[group] = texts
        return self._texts[group]


def _texts(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, language: str) -> Iterator[tuple[str, str, str]]:
    """(language, key, text) of one file; keys below others are joined by full stops."""
    body = read_yaml(clean_text(decode(read_entry(archive, entry))).lstrip("\ufeff"))
    if body is None:
        return
    if not isinstance(body, dict):
        raise ValueError(f"expected keys with texts, found {type(body).__name__}")
    by_language = {language: body} if language else {code: texts for code, texts in body.items() if _is_code(code)}
    for code, texts in by_language.items():
        for key, text in _flat(texts, ""):
            yield code, key, text


def _flat(texts: object, prefix: str) -> Iterator[tuple[str, str]]:
    if not isinstance(texts, dict):
        return
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str) and value.strip():
            yield f"{prefix}{key}", " ".join(decode_entities(value).split())


def _is_code(text: object) -> bool:
    return isinstance(text, str) and bool(_LANGUAGE.fullmatch(text))


def _is_text(text: str) -> bool:
    return " " in text or not re.fullmatch(r"[A-Za-z_][\w-]*(\.[\w-]+)+", text)


def _configured(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """`languages:` of `config_data.yml`; empty where it states none or cannot be read."""
    entry = next((one for one in archive.infolist() if _CONFIG.search(one.filename)), None)
    if entry is None:
        return ()
    try:
        body = read_yaml(clean_text(decode(read_entry(archive, entry))))
    except Exception as error:  # the languages of the folders serve as well
        reason_of(error)
        return ()
    languages = body.get("languages") if isinstance(body, dict) else None
    return tuple(one for one in languages if _is_code(one)) if isinstance(languages, list) else ()

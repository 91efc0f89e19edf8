"""Which English text each translated message was made from, so that a change of the English is noticed.

`figures/messages/translated.csv` has a row per language and message: the key, and the start of the SHA-256 of
the English text that the translation was read against. A test compares it with the English messages of today.
A person who has read a translation accepts it:

    python -m localsdg.maintenance.translations es title.fell caveat.c09_health
    python -m localsdg.maintenance.translations es --all
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

from localsdg.common.errors import UsageError
from localsdg.figures.messages.messages import FOLDER, LANGUAGES, words

TRANSLATED_CSV = FOLDER / "translated.csv"
#: Hexadecimal digits of the hash that are kept: enough to notice a change.
DIGITS = 8


def messages(lang: str) -> dict[str, str]:
    """Messages of a language by `table.key`, without its own locale and names of areas."""
    tables = {name: keys for name, keys in words(lang).body.items() if name not in ("language", "area")}
    return {f"{table}.{key}": text for table, keys in tables.items() for key, text in keys.items()}


def digest(text: str) -> str:
    """The start of the SHA-256 of an English text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:DIGITS]


def read(path: Path = TRANSLATED_CSV) -> dict[tuple[str, str], str]:
    """Language and key -> hash of the English text that the translation was read against."""
    with path.open(encoding="utf-8", newline="") as handle:
        return {(row["language"], row["key"]): row["english"] for row in csv.DictReader(handle)}


def stale(lang: str, accepted: dict[tuple[str, str], str]) -> list[str]:
    """Keys of messages whose English changed after the translation was accepted."""
    english, own = messages("en"), messages(lang)
    known = ((key, accepted.get((lang, key))) for key in own if key in english)
    return [key for key, seen in known if seen is not None and seen != digest(english[key])]


def waiting(lang: str, accepted: dict[tuple[str, str], str]) -> list[str]:
    """Keys of translated messages that nobody accepted yet."""
    return [key for key in messages(lang) if (lang, key) not in accepted]


def accept(lang: str, keys: Iterable[str] | None, path: Path = TRANSLATED_CSV) -> int:
    """Write that translations were read against the English of today; `None` accepts all of the language.

    Rows of messages that are gone are dropped. Returns the number of rows that changed; raises `UsageError`
    for a language or a key that is not there.
    """
    if lang not in LANGUAGES[1:]:
        raise UsageError("no such translation", expected=", ".join(LANGUAGES[1:]), got=lang)
    english, own = messages("en"), messages(lang)
    chosen = list(own) if keys is None else list(keys)
    if unknown := [key for key in chosen if key not in own or key not in english]:
        raise UsageError(
            f"{lang}.toml has no such message", expected="a key such as title.fell", got=", ".join(unknown)
        )
    before = read(path) if path.exists() else {}
    after = {one: text for one, text in before.items() if one[0] != lang or one[1] in own}
    after |= {(lang, key): digest(english[key]) for key in chosen}
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["language", "key", "english"])
        writer.writerows([*one, text] for one, text in sorted(after.items()))
    return len(set(before.items()) ^ set(after.items()))


def main() -> None:
    """Accept the translations named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.translations", description=main.__doc__)
    parser.add_argument("language", help="code of the translation, such as es")
    parser.add_argument("key", nargs="*", help="message such as title.fell")
    parser.add_argument("--all", action="store_true", help="every message of the language")
    given = parser.parse_args()
    if given.all == bool(given.key):
        parser.error("name messages, or --all")
    try:
        changed = accept(given.language, None if given.all else given.key)
    except UsageError as error:
        parser.error(str(error))
    print(f"{changed} rows of {TRANSLATED_CSV.name} changed")


if __name__ == "__main__":
    main()

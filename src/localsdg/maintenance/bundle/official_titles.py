"""Collect the official names of the indicators: `python -m localsdg.maintenance.bundle.official_titles NAMES SITE …`.

Writes `registry/official_titles.csv` (code, language, title, source), which a local title is
compared with. `NAMES` is a folder with `<language>/global_indicators.yml` of Open SDG's
translations of the UN's list (MIT); they come first. Each `SITE` is the repository of a local
site whose own `translations/<language>/global_indicators.yml` is taken for further languages:
the names are in the registry then, so that no later site changes how another is matched.

A site that keeps its own subjects under the keys of the official ones is no source: one is
taken only where it states nearly the whole list, and where its names in a language of `NAMES`
are those of `NAMES`. A language whose texts are those of another is left out (a folder `ca`
that was begun as a copy of `es`).
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.registry.official_titles import TITLES_CSV
from localsdg.staging.opensdg.yaml import read_yaml

FILE = "global_indicators.yml"
#: Languages that a site of the known kinds writes; the list has others, which cost size.
LANGUAGES = ("en", "es", "fr", "de", "eu", "ca", "gl", "pt", "it", "nl", "pl", "ru", "ar", "zh")
#: Titles that a list must have to be taken for the UN's: it has 231 to 255 by edition.
WHOLE_LIST = 200
#: Share of a site's names in a language that must share most of their words with the known ones.
SAME_LIST = 0.9
_KEY = re.compile(r"(\d+-[0-9a-z]+-\d+)-title")


def collect(names: Path, sites: dict[str, Path]) -> list[dict[str, str]]:
    """Rows of the registry file, by language and code; the first source that has a language gives it.

    `sites` maps a source's name to its repository. Raises `LocalsdgError` where `names` has no list.
    """
    known = read_lists(names)
    if "en" not in known:
        raise LocalsdgError("no official names are there", where=names, expected=f"en/{FILE}")
    found = {language: (titles, "Open SDG translations (MIT)") for language, titles in known.items()}
    for source, tree in sites.items():
        lists = read_lists(tree / "translations")
        if not _is_official(lists, known):
            continue
        for language, titles in lists.items():
            if language not in found and len(titles) >= WHOLE_LIST and not _is_copy(language, lists):
                found[language] = (titles, source)
    codes = sorted({code for titles in known.values() for code in titles}, key=_order)
    return [
        {"code": code, "language": language, "title": titles[code], "source": source}
        for language in LANGUAGES
        if language in found
        for titles, source in [found[language]]
        for code in codes
        if code in titles
    ]


def read_lists(folder: Path) -> dict[str, dict[str, str]]:
    """Language -> code -> title of a folder of translations; empty where it has none."""
    lists: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob(f"*/{FILE}")):
        body = read_yaml(path.read_text(encoding="utf-8"))
        if isinstance(body, dict):
            titles = ((_KEY.fullmatch(str(key)), text) for key, text in body.items())
            lists[path.parent.name.split("-")[0]] = {
                key[1].replace("-", "."): " ".join(text.split())
                for key, text in titles
                if key and isinstance(text, str) and text.strip()
            }
    return {language: titles for language, titles in lists.items() if titles}


def _is_official(lists: dict[str, dict[str, str]], known: dict[str, dict[str, str]]) -> bool:
    """Whether a site keeps the UN's names: in a language of both lists nearly all are near to the known ones."""
    for language in lists.keys() & known.keys():
        both = lists[language].keys() & known[language].keys()
        same = sum(_shared(lists[language][code], known[language][code]) >= 0.5 for code in both)
        if len(both) >= WHOLE_LIST and same >= SAME_LIST * len(both):
            return True
    return False


def _is_copy(language: str, lists: dict[str, dict[str, str]]) -> bool:
    own = lists[language]
    others = (titles for code, titles in lists.items() if code != language)
    return any(sum(titles.get(code) == text for code, text in own.items()) * 2 > len(own) for titles in others)


def _shared(one: str, other: str) -> float:
    words, others = (set(re.findall(r"\w{3,}", text.casefold())) for text in (one, other))
    return len(words & others) / max(1, min(len(words), len(others)))


def _order(code: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (99, part) for part in code.split(".")]


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.official_titles", description=__doc__)
    parser.add_argument("names", type=Path, help=f"folder with <language>/{FILE} of Open SDG's translations")
    parser.add_argument("sites", type=Path, nargs="*", help="repository of a site, with a folder translations")
    parser.add_argument("--output", type=Path, default=TITLES_CSV)
    args = parser.parse_args(argv)
    try:
        rows = collect(args.names, {f"{path.name} (platform: MIT)": path for path in args.sites})
    except (LocalsdgError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    with args.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} titles in {len({row['language'] for row in rows})} languages in {args.output}")


if __name__ == "__main__":
    main()

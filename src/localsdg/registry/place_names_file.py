"""Names of places in all languages -> `place_names_all_languages.csv`: `python -m localsdg.registry.place_names_file`.

Babel reads and merges 350 locales for them, three seconds of every build and of every question for an
unknown name. The file has the same names as keys, with the codes of the places that each means.
"""

from __future__ import annotations

import csv
from pathlib import Path

from localsdg.registry.places import ALL_LANGUAGES_CSV, Place, cldr_names

#: The version of babel whose names the file has.
BABEL = "2.18.0"


def names_in_all_languages() -> dict[str, tuple[Place, ...]]:
    """Key of a name -> the places that it means in some language of the installed babel."""
    from babel import localedata

    known = localedata.locale_identifiers()
    # of languages in two scripts the file of the main one has the names
    return cldr_names(tuple(code for code in known if "_" not in code or code == "zh_Hant"))


def write_names(path: Path = ALL_LANGUAGES_CSV) -> None:
    """Write the file, sorted by key."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("key", "codes"))
        for key, meant in sorted(names_in_all_languages().items()):
            writer.writerow((key, " ".join(place.area_code or place.iso3 for place in meant)))


if __name__ == "__main__":
    write_names()

"""The Open SDG sites of local and regional governments, from `local_sites.csv`.

One line a site; a user's own list (`LOCALSDG_SITES`) has the same columns and
adds to this one, where the same id takes the place of the line here. `site_id`, `local_government` and `country_iso3`
are required, and one of `base_url` and `repository`; the rest may be missing
or blank. A site without `base_url` publishes no usable build and is read from
its repository. `kind` is `production` unless the site or its repository says
otherwise; `area_code` is the M49 code of the country. `licence` says what the
licence covers: most repositories carry MIT for the platform, not the data.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from localsdg.registry.local_governments import identities, provisional_id, resolve, slug
from localsdg.registry.local_words import place_levels
from localsdg.registry.places import area_code_of

#: The list that comes with the project.
BUNDLED_LIST = Path(__file__).with_suffix(".csv")

KINDS = ("production", "staging", "national")
LEVELS = place_levels()
REQUIRED = ("site_id", "local_government", "country_iso3")
#: The name of a language folder: `en`, `pt-br`, `zh-Hans`, or `untranslated`.
LANGUAGE = re.compile(r"untranslated|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


@dataclass(frozen=True)
class Site:
    """One data site and what is known about whose it is."""

    site_id: str
    local_government_id: str
    local_government: str
    level: str
    country_iso3: str
    area_code: str = ""
    base_url: str = ""
    repository: str = ""
    languages: tuple[str, ...] = ()
    licence: str = "not stated"
    kind: str = "production"
    prefer_language: str = ""

    def facts(self) -> dict[str, object]:
        """All fields as JSON has them; what a snapshot's manifest carries."""
        return {**asdict(self), "languages": list(self.languages)}


COLUMNS = tuple(Site.__dataclass_fields__)


class SiteListError(ValueError):
    """A list that cannot be used: what is wrong, where (row and column), expected and got."""

    def __init__(self, what: str, where: str, expected: str, got: str) -> None:
        super().__init__(f"{what} in {where}: expected {expected}, got {got}")
        self.what, self.where, self.expected, self.got = what, where, expected, got


def site_slug(text: str) -> str:
    """Id of a site from its name in any script, as `local_governments.slug`; '' without a letter or digit."""
    return slug(text)


def government_id(name: str, iso3: str, level: str = "") -> str:
    """Id of the government in the reviewed list of identities, else a provisional one.

    The city of Durango is not the state of the same name: where the level is one of towns and that
    of the list one of regions, or the reverse, the government is another.
    """
    listed = resolve(name, iso3)
    if listed and are_other_places(level, identities()[listed].level or ""):
        return provisional_id(f"{name} {level}", iso3)
    return listed or provisional_id(name, iso3)


def are_other_places(level: str, other: str) -> bool:
    """Whether one level is of towns and the other of first-level parts of a nation; a blank says nothing."""
    towns, regions = place_levels("town"), place_levels("region")
    return (level in towns and other in regions) or (level in regions and other in towns)


def country_code(iso3: str) -> str:
    """M49 code of a country; '' where it has none."""
    return area_code_of(iso3)


def read_sites(path: Path | None = None, faults: list[SiteListError] | None = None) -> dict[str, Site]:
    """The sites of a list by id, in its order; None reads the bundled list.

    Raises `SiteListError` (a `ValueError`) naming the row and the column, and
    `OSError` for a file that cannot be opened. With `faults`, a line that
    does not fit is added to them instead, and the others are read.
    """
    path = path or BUNDLED_LIST
    sites: dict[str, Site] = {}
    try:
        sites.update((site.site_id, site) for site in _rows(path, faults))
    except SiteListError as error:
        if faults is None:
            raise
        faults.append(error)
    return sites


def _rows(path: Path, faults: list[SiteListError] | None) -> Iterator[Site]:
    """The sites of a file; a faulty line goes to `faults` or is raised."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteListError("the site list is not UTF-8", path.name, "UTF-8", str(error)) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    seen: set[str] = set()
    try:
        _check_header(reader.fieldnames or [], path.name)
        for row in reader:
            if not any(map(_filled, row.values())):
                continue
            where = f"{path.name}, row {reader.line_num}"
            try:
                yield _unlike(_site(row, where), seen, where)
            except SiteListError as error:
                if faults is None:
                    raise
                faults.append(error)
    except csv.Error as error:
        raise SiteListError(
            "the site list is no CSV", f"{path.name}, row {reader.line_num}", "CSV", str(error)
        ) from error


def _unlike(site: Site, seen: set[str], where: str) -> Site:
    if site.site_id in seen:
        raise SiteListError("the site is listed twice", f"{where}, column site_id", "an id of its own", site.site_id)
    seen.add(site.site_id)
    return site


def _filled(value: object) -> bool:
    return bool("".join(value).strip() if isinstance(value, list) else str(value or "").strip())


def _check_header(header: Sequence[str], where: str) -> None:
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(set(header)) < len(header):
        raise SiteListError(
            "the header of the site list does not fit",
            f"{where}, row 1",
            f"{', '.join(REQUIRED)} and any of {', '.join(COLUMNS[5:])}",
            ", ".join(header) or "nothing",
        )


def _site(row: dict, where: str) -> Site:
    if row.pop("", None):
        raise SiteListError(
            "a row has more cells than the header",
            where,
            f"{len(row)} cells",
            "more: put a cell with a comma in double quotes",
        )
    values = {name: (text or "").strip() for name, text in row.items()}
    for name in COLUMNS:
        check_field(name, values.get(name, ""), where)
    if not values.get("base_url") and not values.get("repository"):
        raise SiteListError("a site has no address", f"{where}, columns base_url and repository", "one of them", "none")
    return site_of(values, where)


def site_of(values: dict[str, str], where: str) -> Site:
    """A site from its checked texts; blanks take the defaults."""
    languages = tuple(values.get("languages", "").split())
    prefer = values.get("prefer_language", "")
    if prefer and languages and prefer not in languages:
        raise SiteListError(
            "the preferred language is not one of the site's",
            f"{where}, column prefer_language",
            " ".join(languages),
            prefer,
        )
    given = {name: text for name, text in values.items() if text and name != "languages"}
    if "local_government_id" not in given:
        given["local_government_id"] = government_id(
            given["local_government"], given["country_iso3"], given.get("level", "")
        )
    given.setdefault("area_code", country_code(given["country_iso3"]))
    return Site(**{"level": "", **given}, languages=languages)


def check_field(name: str, text: str, where: str) -> None:
    """Raise `SiteListError` where a field's text is not of its form; blanks pass if they may."""
    form, fits = _FORMS.get(name, ("", None))
    if (not text and name in REQUIRED) or (text and fits and not fits(text)):
        raise SiteListError(
            "a cell of the site list does not fit",
            f"{where}, column {name}",
            form or "a text",
            text or "a blank",
        )


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname) and re.fullmatch(r"https?://[^\s/]+(/\S*)?", text) is not None
    except ValueError:  # such as half of an IPv6 address
        return False


def _is_repository(text: str) -> bool:
    return re.fullmatch(r"[\w.-]+/[\w.-]+", text) is not None or _is_address(text)


_FORMS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "site_id": ("lower-case letters, digits and -", _matches(r"[a-z0-9]+(-[a-z0-9]+)*")),
    "local_government_id": ("words in lower case and -", _matches(r"[^\WA-Z_]+(-[^\WA-Z_]+)*")),
    "level": ("one of " + ", ".join(LEVELS), LEVELS.__contains__),
    "country_iso3": ("three capital letters (ISO 3166)", _matches(r"[A-Z]{3}")),
    "area_code": ("three digits (M49)", _matches(r"[0-9]{3}")),
    "base_url": ("http(s)://host/path", _is_address),
    "repository": ("owner/name or the address of an archive", _is_repository),
    "languages": (
        "language folders with blanks between them",
        lambda text: all(LANGUAGE.fullmatch(language) for language in text.split()),
    ),
    "kind": ("one of " + ", ".join(KINDS), KINDS.__contains__),
    "prefer_language": ("a language folder", lambda text: LANGUAGE.fullmatch(text) is not None),
}

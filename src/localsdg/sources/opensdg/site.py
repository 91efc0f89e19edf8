"""Which Open SDG site is meant: the list of sites, one that a user names, addresses, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit, urlunsplit

from localsdg.common.addresses import read_address
from localsdg.common.clean_text import clean_text, clean_value
from localsdg.common.errors import UsageError
from localsdg.common.public_text import public_url
from localsdg.registry.local_governments import is_plain, resolve
from localsdg.registry.local_sites import (
    LANGUAGE,
    Site,
    SiteListError,
    check_field,
    read_sites,
    site_of,
    site_slug,
)
from localsdg.registry.places import find_place

#: Folder of the build that no translation has touched.
UNTRANSLATED = "untranslated"
#: Where a site's languages are not declared, these are asked for, in this order.
LANGUAGES_TRIED = (
    UNTRANSLATED,
    "en",
    "es",
    "fr",
    "de",
    "pt",
    "it",
    "ca",
    "eu",
    "gl",
    "nl",
    "da",
    "sv",
    "no",
    "fi",
    "is",
    "pl",
    "cs",
    "uk",
    "ru",
    "hy",
    "kk",
    "ky",
    "tr",
    "ar",
    "zh",
    "ja",
    "ko",
    "vi",
    "id",
)
ARCHIVE_ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar")
#: A last part of an address that is taken for a language folder; no repository has such a name.
_LANGUAGE_FOLDER = re.compile(r"untranslated|[a-z]{2}(?:-[A-Za-z]{2,4})?")


def list_sites(path: Path | str | None = None) -> dict[str, Site]:
    """The sites of one list file by id; None reads the list of the project.

    Raises `UsageError` naming the row and the column of a list that does not fit.
    """
    where = Path(path).expanduser() if path else None
    try:
        return {key: clean_value(site) for key, site in read_sites(where).items()}
    except SiteListError as error:
        raise _usage(error) from error
    except OSError as error:
        raise UsageError(
            "the site list cannot be read",
            where=where,
            expected="a CSV file",
            got=error.strerror,
            next_step="set LOCALSDG_SITES to the file that lists the sites",
        ) from error


class SiteFacts(TypedDict, total=False):
    """What the user of a site may say about it; `country` is a code or a name."""

    name: str
    country: str
    level: str
    site_id: str
    area_code: str
    licence: str
    language: str


def declare_site(where: str, *, known: Iterable[Site] = (), **stated: Unpack[SiteFacts]) -> Site:
    """A site that is not in the list, from what its user says about it.

    `where` is a base URL or the path of a folder or archive. A site of
    `known` at the same address gives every fact that is not said anew. The id
    is the slug of the name, or that of the government where the name is in
    another script and the reviewed list has it. Raises `UsageError` for a fact
    that is missing or of the wrong form.
    """
    if is_url(where):
        read_address(where)
    base, in_address = split_address(where) if is_url(where) else ("", "")
    query = urlsplit(where.strip()).query if base and not is_archive_url(where) else ""
    old = next(
        (candidate for candidate in known if base and candidate.base_url and same_address(candidate.base_url, base)),
        None,
    )
    name, country = stated.get("name", ""), stated.get("country", "")
    texts = {
        "local_government": name,
        "country_iso3": _iso3(country),
        "level": stated.get("level", ""),
        "area_code": stated.get("area_code", ""),
        "licence": stated.get("licence", ""),
        "prefer_language": stated.get("language", "") or in_address,
        "base_url": f"{base}?{query}" if query else base,
        "site_id": stated.get("site_id", ""),
    }
    values: dict[str, Any] = {key: clean for key, text in texts.items() if (clean := clean_text(text))}
    if old:
        known_facts = {**old.facts(), "languages": " ".join(old.languages)}
        if values.get("country_iso3", old.country_iso3) != old.country_iso3:
            known_facts["area_code"] = ""  # the M49 code of another country
        if name or country:
            known_facts["local_government_id"] = ""  # found anew by name and country
        values = {**known_facts, **values}
    if not is_plain(name):
        # the reviewed list may have a better spelling than the letters alone give
        values.setdefault("site_id", resolve(name, values.get("country_iso3")) or site_slug(name))
    values.setdefault("site_id", site_slug(name) or site_slug(public_url(base)))
    try:
        for field in ("site_id", *Site.__dataclass_fields__):
            check_field(field, str(values.get(field, "")), "the description of the site")
        return site_of(values, "the description of the site")
    except SiteListError as error:
        raise _usage(error, "localsdg pull site URL --name NAME --country ISO3 --level city") from error


def _iso3(country: str) -> str:
    """The ISO 3166 alpha-3 code of a country by code or name; '' for ''; raises `UsageError`."""
    if not country.strip():
        return ""
    match = find_place(country, countries_only=True)
    if match.place is None or not match.place.iso3:
        raise UsageError(
            match.problem or "the country has no ISO 3166 code", where="--country", expected=match.expected, got=country
        )
    return match.place.iso3


def is_url(where: str) -> bool:
    """True for an http or https address."""
    return where.lower().startswith(("http://", "https://"))


def is_archive_url(url: str) -> bool:
    """True for the address of an archive of a repository."""
    return urlsplit(url).path.lower().endswith(ARCHIVE_ENDINGS)


def split_address(url: str) -> tuple[str, str]:
    """Base URL of a data site without its end slash, and the language folder or ''.

    The query is left out. Takes an address that ends in `/`, `/index.html` or a language folder:
    `https://a.github.io/data/en/` is `("https://a.github.io/data", "en")`.
    """
    parts = urlsplit(url.strip())
    if is_archive_url(url):
        return url.strip(), ""
    path = re.sub(r"/index\.html?$", "", parts.path.rstrip("/")).rstrip("/")
    head, _, last = path.rpartition("/")
    language = last if _LANGUAGE_FOLDER.fullmatch(last) else ""
    base = urlunsplit((parts.scheme.lower(), parts.netloc, head if language else path, "", ""))
    return base, language


def same_address(first: str, other: str) -> bool:
    """True where two base URLs are one, whoever asks: neither user nor query counts."""

    def key(url: str) -> tuple[str, str]:
        parts = urlsplit(split_address(url)[0])
        return parts.netloc.rpartition("@")[2].lower(), parts.path

    return key(first) == key(other)


def archive_url(site: Site) -> str:
    """Address of the archive that a site without a build is read from; '' where there is none."""
    if site.base_url:
        return site.base_url if is_archive_url(site.base_url) else ""
    if is_url(site.repository):
        return site.repository
    return f"https://github.com/{site.repository}/archive/HEAD.zip" if site.repository else ""


def wanted_languages(site: Site, asked: str | Iterable[str] | None, there: Iterable[str] = ()) -> tuple[str, ...]:
    """The language folders to read, of those that are declared or there; () says: find out.

    The asked ones; `all`; else the preferred one, else `untranslated`, else
    the first. Raises `UsageError` for a name that no language folder has.
    """
    known = tuple(there) or site.languages or tuple(filter(None, (site.prefer_language,)))
    names = asked.split() if isinstance(asked, str) else list(asked or ())
    if names and names != ["all"]:
        for name in names:
            if not LANGUAGE.fullmatch(name):
                raise UsageError("that is no language", expected="en, es, untranslated or all", got=name)
        return tuple(dict.fromkeys(names))
    if names:
        return known if there or site.languages else ()
    for choice in (site.prefer_language, UNTRANSLATED):
        if choice in known:
            return (choice,)
    return known[:1]


def _usage(error: SiteListError, next_step: str | None = None) -> UsageError:
    return UsageError(error.what, where=error.where, expected=error.expected, got=error.got, next_step=next_step)

"""The sites that a pull refreshes: the project's list, the user's own, and those pulled by address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.registry.local_governments import normal
from localsdg.registry.local_sites import COLUMNS, Site, SiteListError, are_other_places, read_sites
from localsdg.sources.opensdg.snapshots import SOURCE, last_good, pulled_before
from localsdg.sources.snapshot import MANIFEST


@dataclass(frozen=True)
class KnownSites:
    """Sites by id, and a line for each part of the user's list that could not be read."""

    sites: dict[str, Site]
    faults: list[LocalsdgError] = field(default_factory=list)

    @property
    def with_address(self) -> list[Site]:
        """The sites that can be pulled."""
        return [site for site in self.sites.values() if site.base_url or site.repository]


def known_sites(settings: Settings) -> KnownSites:
    """The list of the project, what `LOCALSDG_SITES` adds (the same id replaces), and the rest.

    The rest are sites that were pulled by their address: the manifests of
    their snapshots say what they are. A line that does not fit costs that
    line alone, and so does a list that cannot be opened.
    """
    sites = read_sites(None)
    faults: list[LocalsdgError] = []
    if settings.sites:
        own, faults = _read_own(Path(settings.sites).expanduser())
        sites |= own
    return KnownSites(_pulled_by_address(settings) | sites, faults)


def with_id_of_its_own(settings: Settings, known: KnownSites, site: Site) -> Site:
    """The site, under another id where its id is that of another government's: two cities are called Córdoba.

    Else the snapshots of one would take the place of the other's. The country's code is added, then
    digits of the government's id.
    """
    wanted, code = site.site_id, site.country_iso3.lower()
    digits = hashlib.sha256(site.local_government_id.encode()).hexdigest()[:4]
    for site_id in (wanted, f"{wanted}-{code}", f"{wanted}-{code}-{digits}"):
        if not _is_of_another(settings, known, replace(site, site_id=site_id)):
            return replace(site, site_id=site_id)
    return site


def _is_of_another(settings: Settings, known: KnownSites, site: Site) -> bool:
    """Whether the id is in use for another government, by the list or by the last snapshot."""
    listed = known.sites.get(site.site_id)
    snapshot = None if listed else last_good(settings, site.site_id)
    owner = listed.facts() if listed else snapshot.extra if snapshot else {}
    if owner.get("local_government_id", site.local_government_id) == site.local_government_id:
        return False
    # an id that was provisional when the site was pulled is of the same place
    return (
        owner.get("country_iso3") != site.country_iso3
        or normal(str(owner.get("local_government"))) != normal(site.local_government)
        or are_other_places(site.level, str(owner.get("level") or ""))
    )


def _read_own(path: Path) -> tuple[dict[str, Site], list[LocalsdgError]]:
    faults: list[SiteListError] = []
    try:
        sites = read_sites(path, faults)
    except OSError as error:
        return {}, [
            LocalsdgError(
                "the site list cannot be read",
                where=path,
                expected="a CSV file",
                got=error.strerror,
                next_step="set LOCALSDG_SITES to the file that lists the sites",
            )
        ]
    return sites, [
        LocalsdgError(fault.what, where=fault.where, expected=fault.expected, got=fault.got) for fault in faults
    ]


def _pulled_by_address(settings: Settings) -> dict[str, Site]:
    sites = {}
    folders = {path.parent.name for path in (settings.raw / SOURCE).glob(f"*@*/{MANIFEST}")}
    for site_id in sorted({name.rpartition("@")[0] for name in folders}):
        snapshot = pulled_before(settings.raw, site_id)
        stated = {key: snapshot.extra.get(key) for key in COLUMNS} if snapshot else {}
        if stated.get("site_id") == site_id and (stated["base_url"] or stated["repository"]):
            given = {key: value for key, value in stated.items() if value}
            sites[site_id] = Site(**{"level": "", **given, "languages": tuple(stated["languages"] or ())})
    return sites

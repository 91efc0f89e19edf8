"""What of a site was left out so that the rest could go on: its rows for `audit.quarantine`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.staging.ledger import SetAside
from localsdg.staging.opensdg.doubles import DOUBLE
from localsdg.staging.opensdg.files import NO_TABLE, NO_YEAR, UNREADABLE, DataFile

if TYPE_CHECKING:
    from localsdg.sources.snapshot import Snapshot
    from localsdg.staging.opensdg.site import Site

SOURCE = "opensdg"
NO_STATUS, NO_METADATA, NO_SITE = "OSDG-R12", "OSDG-M01", "OSDG-S01"
#: Rules under which a file, an entry of the metadata or a site is set aside.
ASIDE_RULES = {
    UNREADABLE: "the file cannot be read",
    DOUBLE: "another file has the same indicator id",
    NO_STATUS: "the metadata of the indicator cannot be read, so nobody knows whether its numbers are real",
}
MORE_RULES = {
    NO_METADATA: "the metadata of an indicator cannot be read",
    NO_SITE: "the site cannot be read",
}
_FILE_RULES = (NO_TABLE, NO_YEAR, *ASIDE_RULES)


def files_aside(site: Site, rules: dict[int, str | None], reasons: dict[str, str]) -> list[SetAside]:
    """A row for each data file that could not be used and each part of the metadata that was left out.

    `rules` are those of the files by identity, `reasons` the words of each rule.
    """
    files = [file for archive in site.archives for file in archive.files]
    rows = [_of_file(site, file, rule, reasons[rule]) for file in files if (rule := rules[id(file)]) in _FILE_RULES]
    return rows + [
        SetAside(
            SOURCE,
            "file",
            fault.name,
            NO_METADATA,
            MORE_RULES[NO_METADATA],
            site.release,
            f"{fault.indicator_id}: {fault.reason}",
        )
        for fault in site.faults
    ]


def _of_file(site: Site, file: DataFile, rule: str, reason: str) -> SetAside:
    return SetAside(SOURCE, "file", file.entry, rule, reason, site.release, file.detail, file.used_instead)


def sites_aside(failed: Iterable[tuple[Snapshot, str]], used: Snapshot | None) -> list[SetAside]:
    """A row for each snapshot of a site that could not be read; `used` is the one that was."""
    return [
        SetAside(
            SOURCE,
            "site",
            str(snapshot.extra.get("site_id") or snapshot.release),
            NO_SITE,
            MORE_RULES[NO_SITE],
            snapshot.release,
            reason,
            used.release if used else None,
        )
        for snapshot, reason in failed
    ]

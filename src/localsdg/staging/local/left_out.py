"""What of local data was left out so that the rest could go on: its rows for `audit.quarantine`."""

from __future__ import annotations

from collections.abc import Iterable

from localsdg.sources.snapshot import Snapshot
from localsdg.staging.ledger import SetAside
from localsdg.staging.local import rules
from localsdg.staging.local.judge import JudgedFile
from localsdg.staging.local.snapshot_content import SnapshotContent


def files_aside(content: SnapshotContent, files: Iterable[JudgedFile]) -> list[SetAside]:
    """A row for each data file that could not be used and each part of the metadata that was left out."""
    rows = [
        SetAside(
            content.source,
            "file",
            judged.file.entry,
            f"{content.rule_prefix}-{judged.rule}",
            rules.ROW_RULES[judged.rule],
            content.release,
            judged.detail,
            judged.file.used_instead,
        )
        for judged in files
        if judged.rule in rules.FILE_ASIDE and not judged.is_listed_only
    ]
    return rows + [
        SetAside(
            content.source,
            "file",
            fault.name,
            f"{content.rule_prefix}-{rules.NO_METADATA}",
            rules.ASIDE_RULES[rules.NO_METADATA],
            content.release,
            f"{fault.indicator_id}: {fault.reason}",
        )
        for fault in content.faults
    ]


def snapshots_aside(rule_prefix: str, failed: Iterable[tuple[Snapshot, str]], used: Snapshot | None) -> list[SetAside]:
    """A row for each snapshot that could not be staged, with the reason; `used` is the one that was."""
    return [
        SetAside(
            snapshot.source,
            "site",
            str(snapshot.extra.get("site_id") or snapshot.release),
            f"{rule_prefix}-{rules.NO_SNAPSHOT}",
            rules.ASIDE_RULES[rules.NO_SNAPSHOT],
            snapshot.release,
            reason,
            used.release if used else None,
        )
        for snapshot, reason in failed
    ]

"""What was read of one snapshot of local data, whatever platform published it: the input of all further steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.reference_area import Home


@dataclass(frozen=True)
class Archive:
    """One raw file that data were read from, and the tables in it."""

    record: FileRecord
    files: list[DataFile]


@dataclass(frozen=True)
class StatedFacts:
    """What the metadata state of one indicator, as text; '' and empty where they state nothing.

    `titles` maps a language (`und` where it is not known) to the title in it,
    the preferred one first; `own_titles` are those that the publisher wrote
    itself. `has_template_title` says that the publisher kept the official
    title. `poverty` and `cell_parts` are stated by bundles alone.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    own_titles: tuple[str, ...] = ()
    has_template_title: bool = False
    template_title: str = ""
    definition: str = ""
    unit: str = ""
    coverage: str = ""
    reporting_status: str = ""
    is_statistical: bool = True
    #: False where the metadata that would state the status cannot be read.
    is_status_known: bool = True
    indicator: str = ""
    target: str = ""
    goal: str = ""
    #: The metadata describe a target in words.
    is_target_in_words: bool = False
    #: Field of the metadata -> the goal that it names.
    goals: Mapping[str, str] = field(default_factory=dict)
    #: Language -> words of a title that was cut.
    cut_words: Mapping[str, str] = field(default_factory=dict)
    #: Cell of the file -> its text, where the publisher keeps cells as translation keys.
    cell_words: Mapping[str, str] = field(default_factory=dict)
    #: What a bundle states of a poverty number in place of texts: part of its meaning -> value and basis,
    #: and cell -> part -> value.
    poverty: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cell_parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class MetadataFault:
    """A metadata file, or the entry of one indicator in it, that was left out, and why."""

    name: str
    indicator_id: str
    reason: str


@dataclass
class SnapshotContent:
    """One snapshot after reading: whose it is, its tables, and what its metadata state.

    `rule_prefix` begins the ids of the rules under which its rows are rejected
    (`OSDG` -> OSDG-R06). `stated` maps an indicator id to its facts, in the order of the
    metadata. `targets` are rows of `staging.local_target` without the columns of the snapshot.
    """

    snapshot: Snapshot
    rule_prefix: str
    site_id: str
    local_government_id: str
    home: Home
    year_pulled: int
    archives: list[Archive]
    stated: dict[str, StatedFacts]
    metadata_sha256: str
    targets: list[dict[str, object]] = field(default_factory=list)
    #: Hashes of tables that are known to be invented: what the platform's starter holds.
    known_placeholders: frozenset[str] = frozenset()
    #: Tables of which a bundle states only the rule that left them out; they hold no rows.
    left_out: Archive | None = None
    #: Parts of the metadata that could not be read.
    faults: list[MetadataFault] = field(default_factory=list)
    #: Raw file -> control characters that were taken out of its texts.
    n_cleaned: Counter[str] = field(default_factory=Counter)

    @property
    def source(self) -> str:
        """The source whose snapshot it is."""
        return self.snapshot.source

    @property
    def release(self) -> str:
        """The release of the snapshot."""
        return self.snapshot.release

    @property
    def files(self) -> list[DataFile]:
        """All tables with rows, in the order of the archives."""
        return [file for archive in self.archives for file in archive.files]

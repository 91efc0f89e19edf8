"""What is compared between what was staged and what is published, and what of it was lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from localsdg.registry.loss_limits import loss_limits

#: A file as the ledger knows it: source, release, sha256.
FileKey = tuple[str, str, str]


@dataclass(frozen=True)
class Pair:
    """A snapshot and the one it replaces: of one series of a release, or (without a series) of a site."""

    source: str
    name: str
    series_code: str | None
    old_release: str
    new_release: str


@dataclass(frozen=True)
class RecordFile:
    """A file of actions or reviews: a new one, or the old one that a new one replaces."""

    side: str  # old or new
    source: str
    name: str
    release: str
    sha256: str
    replaces: str = ""  # of a new one, the release of the old


@dataclass(frozen=True)
class NewData:
    """What is compared; `added` has, by source and name, the files that the published file has not."""

    pairs: tuple[Pair, ...] = ()
    files: tuple[RecordFile, ...] = ()
    added: dict[tuple[str, str], frozenset[FileKey]] = field(default_factory=dict)


def names_of(source: str, name: str, release: str) -> tuple[str, ...]:
    """What `--accept` may call a snapshot: its source, or the source with the name or the release."""
    return source, f"{source}/{name}", f"{source}/{release}"


@dataclass(frozen=True)
class Shrunk:
    """One thing of which a source has fewer than before, such as areas."""

    what: str
    old: int
    new: int

    @property
    def pct(self) -> float:
        """Per cent that went."""
        return 100 * (self.old - self.new) / self.old


@dataclass(frozen=True)
class LostSeries:
    """One series or indicator that lost records: how many, of which years, in how many areas."""

    code: str
    n_lost: int
    first_year: int | None
    last_year: int | None
    n_areas: int
    first_area: str | None

    @property
    def words(self) -> str:
        """In a few words, such as `SI_POV_DAY1 12 (2001 to 2015; 4 areas)`."""
        parts = []
        if self.first_year:
            parts.append(f"{self.first_year}" + (f" to {self.last_year}" if self.last_year != self.first_year else ""))
        if self.first_area:
            parts.append(f"area {self.first_area}" if self.n_areas == 1 else f"{self.n_areas} areas")
        where = f" ({'; '.join(parts)})" if parts else ""
        return f"{self.code or 'records'} {self.n_lost:,}{where}"


@dataclass(frozen=True)
class Loss:
    """What the new snapshot of one source lost; `name` is a site, a release, a register or a list.

    `hold_pct` is the limit in per cent above which the snapshot is not used.
    """

    source: str
    name: str
    old_release: str
    new_release: str
    n_old: int
    n_lost: int
    hold_pct: float
    shrunk: tuple[Shrunk, ...] = ()
    series: tuple[LostSeries, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What `--accept` may call it."""
        return names_of(self.source, self.name, self.new_release)

    @property
    def worst_pct(self) -> float:
        """The largest share that went: of the records, or of what is covered."""
        return max([100 * self.n_lost / self.n_old, *(one.pct for one in self.shrunk)])

    @property
    def is_warned(self) -> bool:
        """Whether it is worth a warning."""
        return self.worst_pct > loss_limits().warn_pct

    @property
    def is_held(self) -> bool:
        """Whether too much went for the snapshot to be used."""
        return self.worst_pct > self.hold_pct

    @property
    def words(self) -> str:
        """What was lost, in one line: numbers, series, years and areas."""
        text = f"{self.n_lost:,} of {self.n_old:,} records of {self.old_release} are gone"
        text += f" ({_in_words(100 * self.n_lost / self.n_old)} %)"
        for one in self.shrunk:
            text += f", {one.new:,} of {one.old:,} {one.what} are left"
        if self.series:
            text += f"; most: {', '.join(one.words for one in self.series)}"
        return f"{text}; limit {_in_words(self.hold_pct)} %"


def _in_words(pct: float) -> str:
    """Per cent with a digit behind the point, a small number with two that count."""
    return f"{pct:.2g}" if pct < 1 else f"{pct:.1f}".removesuffix(".0")

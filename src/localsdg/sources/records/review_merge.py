"""Joins rows of review listings: the same review from two listings is one review.

Rows are one review where government, year and kind are the same, or where
they share an address and nothing that they state differs. What shares an
address and differs is a conflict: it is written down on both sides, and
nothing is decided. An address that three governments share is a listing's
page and joins nobody with another name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from localsdg.registry.local_governments import identities, normal

#: An address that more reviews share is a listing's page: each is held against the first ones.
_COMPARED = 20


@dataclass
class ReviewRow:
    """One row of a listing, typed; `urls` as written, all addresses of the row."""

    key: tuple  # its place: anything that can be compared
    local_government_id: str
    name: str
    iso3: str | None
    year: int | None
    kind: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Two reviews that share an address and differ in a field; neither is believed.

    The two are one where they differ in the name alone, which no list decides.
    """

    field: str
    url: str
    review_a: str
    value_a: str
    review_b: str
    value_b: str

    def __str__(self) -> str:
        return (
            f"{self.field}: {self.review_a} says {self.value_a}, {self.review_b} says "
            f"{self.value_b}, both at {self.url}"
        )


@dataclass
class Merged:
    """What rows became: review and government of each row, and the conflicts."""

    review_of: dict[tuple, str] = field(default_factory=dict)
    government_of: dict[tuple, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def n_reviews(self) -> int:
        """Number of reviews."""
        return len(set(self.review_of.values()))


@dataclass(eq=False)
class _Group:
    """Rows that are one review so far, and the facts that they state together."""

    government: str
    iso3: str | None
    year: int | None
    kind: str
    name: str
    rows: list[ReviewRow]
    joined: _Group | None = None  # the group that took this one in

    @property
    def review_id(self) -> str:
        return f"{self.government}-{self.year or 'undated'}-{self.kind.lower()}"

    @property
    def is_resolved(self) -> bool:
        """The government is in the reviewed list, with its country."""
        identity = identities().get(self.government)
        return identity is not None and identity.iso3 is not None


def merge_reviews(rows: Iterable[ReviewRow]) -> Merged:
    """Join rows into reviews; the result does not depend on the order of the rows.

    A year or country that one row lacks is taken from a row that shares its
    address. A government outside the reviewed list is another spelling of the
    one that shares its address, where year, kind and country agree.
    """
    groups = _by_key(sorted(rows, key=lambda row: row.key))
    differing: list[tuple[str, bool, _Group, _Group]] = []
    renamed: list[tuple[str, _Group, str, str]] = []
    for url, members in sorted(_by_url(groups).items()):
        is_page = len({_top(member).government for member in members}) > 2
        pairs, names = _join(members, is_page)
        differing += [(url, is_page, a, b) for a, b in pairs]
        renamed += [(url, group, a, b) for group, a, b in names]
    tops = _same_ids_joined([group for group in groups if group.joined is None])
    merged = Merged()
    for top in tops:
        for row in top.rows:
            merged.review_of[row.key] = top.review_id
            merged.government_of[row.key] = top.government
    conflicts = {conflict for pair in differing for conflict in _conflicts(*pair)}
    for url, group, a, b in renamed:
        review_id = _top(group).review_id
        conflicts.add(Conflict("local_government", url, review_id, a, review_id, b))
    merged.conflicts = sorted(conflicts, key=str)
    return merged


def normal_url(url: str) -> str:
    """What two spellings of one address share: no scheme, `www.`, fragment, escapes, last slash."""
    text = unquote(url.strip()).split("://", 1)[-1].split("#", 1)[0]
    host, _, path = text.partition("/")
    host = host.lower().removeprefix("www.").removesuffix(":443").removesuffix(":80")
    return f"{host}/{path}".rstrip("/")


def _by_key(rows: list[ReviewRow]) -> list[_Group]:
    groups: dict[tuple, _Group] = {}
    for row in rows:
        key = (row.local_government_id, row.year, row.kind)
        if key in groups:
            groups[key].rows.append(row)
            groups[key].iso3 = groups[key].iso3 or row.iso3
        else:
            groups[key] = _Group(row.local_government_id, row.iso3, row.year, row.kind, row.name, [row])
    # the surest first: it lends its facts to the others
    return sorted(groups.values(), key=lambda g: (not g.is_resolved, g.year is None, g.review_id))


def _by_url(groups: list[_Group]) -> dict[str, list[_Group]]:
    by_url: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for url in dict.fromkeys(normal_url(url) for row in group.rows for url in row.urls):
            by_url[url].append(group)
    return {url: members for url, members in by_url.items() if len(members) > 1}


def _join(members: list[_Group], is_page: bool) -> tuple[list[tuple[_Group, _Group]], list[tuple[_Group, str, str]]]:
    """Join the groups of one address where nothing differs.

    Returns the pairs that differ, and groups that took in one of another name
    with the two names.
    """
    kept = [members[0]]
    pairs: list[tuple[_Group, _Group]] = []
    renamed: list[tuple[_Group, str, str]] = []
    for member in members[1:]:
        near, own = kept[:_COMPARED], _top(member)
        same = next((other for other in near if not _differing(_top(other), own, is_page)), None)
        if same is None:
            pairs += [(other, member) for other in (near if len(kept) < _COMPARED else near[:1])]
            kept.append(member)
        elif (top := _top(same)) is not own:
            if top.government != own.government and normal(top.name) != normal(own.name):
                first, second = sorted((top.name, own.name))
                renamed.append((top, first, second))
            _absorb(top, own)
    return pairs, renamed


def _differing(a: _Group, b: _Group, is_page: bool = False) -> list[str]:
    """The facts that both state and that differ; a name only where both are known or on a page."""
    other = a.government != b.government and (
        (a.is_resolved and b.is_resolved) or (is_page and normal(a.name) != normal(b.name))
    )
    return [
        field
        for field, differs in (
            ("kind", a.kind != b.kind),
            ("review_year", a.year and b.year and a.year != b.year),
            ("country", a.iso3 and b.iso3 and a.iso3 != b.iso3),
            ("local_government", other),
        )
        if differs
    ]


def _absorb(a: _Group, b: _Group) -> None:
    """Make `b` part of `a`, which keeps the surer facts of both."""
    if b.is_resolved and not a.is_resolved:
        a.government = b.government
    a.iso3, a.year = a.iso3 or b.iso3, a.year or b.year
    a.rows += b.rows
    b.rows, b.joined = [], a


def _top(group: _Group) -> _Group:
    while group.joined:
        group = group.joined
    return group


def _same_ids_joined(groups: list[_Group]) -> list[_Group]:
    """A group that learned its year or government may now be another one's review."""
    by_id: dict[str, _Group] = {}
    for group in groups:
        if group.review_id in by_id:
            _absorb(by_id[group.review_id], group)
        else:
            by_id[group.review_id] = group
    return list(by_id.values())


def _conflicts(url: str, is_page: bool, a: _Group, b: _Group) -> list[Conflict]:
    """The records of a pair that differs; none where later rows made the two one review."""
    a, b = sorted((_top(a), _top(b)), key=lambda group: group.review_id)
    values = {
        one.review_id: {
            "kind": one.kind,
            "review_year": str(one.year),
            "country": one.iso3 or "",
            "local_government": one.government,
        }
        for one in (a, b)
    }
    return (
        []
        if a is b
        else [
            Conflict(what, url, a.review_id, values[a.review_id][what], b.review_id, values[b.review_id][what])
            for what in _differing(a, b, is_page)
        ]
    )

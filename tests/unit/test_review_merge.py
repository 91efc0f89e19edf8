"""Joining listings: the same review from two listings is one review, what differs is a conflict."""

from __future__ import annotations

import pytest

from localsdg.registry.local_governments import identities
from localsdg.sources.records.action_cells import split_urls
from localsdg.sources.records.review_merge import ReviewRow, merge_reviews, normal_url


def row(
    n: int,
    who: str = "malaga",
    year: int | None = 2021,
    url: str = "",
    kind: str = "VLR",
    iso3: str | None = "ESP",
    name: str = "",
) -> ReviewRow:
    return ReviewRow((n,), who, name or who, iso3, year, kind, tuple(url.split()))


@pytest.mark.parametrize(
    ("rows", "ids", "conflicts"),
    [
        # the same government, year and kind: one review, whatever the addresses
        ([row(1, url="http://a.org/x"), row(2, url="http://b.org/y")], ["malaga-2021-vlr"] * 2, []),
        # the same address, and a blank year: the year is taken over
        ([row(1, year=None, url="http://WWW.a.org/x/"), row(2, url="https://a.org/x#p2")], ["malaga-2021-vlr"] * 2, []),
        # the same name without a country
        (
            [
                row(1, "malaga-unknown", url="http://a.org/x", iso3=None, name="Málaga"),
                row(2, url="http://a.org/x", name="Malaga"),
            ],
            ["malaga-2021-vlr"] * 2,
            [],
        ),
        # another spelling that no list has: joined, and told
        (
            [row(1, "malagga-esp", url="http://a.org/x"), row(2, url="http://a.org/x")],
            ["malaga-2021-vlr"] * 2,
            ["local_government"],
        ),
        # what differs is a conflict, and nothing is decided
        (
            [row(1, url="http://a.org/x"), row(2, year=2020, url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-2020-vlr"],
            ["review_year"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, kind="VSR", url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-2021-vsr"],
            ["kind"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, "malaga-bra", iso3="BRA", url="http://a.org/x")],
            ["malaga-2021-vlr", "malaga-bra-2021-vlr"],
            ["country"],
        ),
        (
            [row(1, url="http://a.org/x"), row(2, "madrid", url="http://a.org/x")],
            ["malaga-2021-vlr", "madrid-2021-vlr"],
            ["local_government"],
        ),
        # no year and no address in common with a dated one: its own review
        ([row(1, year=None), row(2)], ["malaga-undated-vlr", "malaga-2021-vlr"], []),
        # an undated row cannot join two years together
        (
            [
                row(1, year=None, url="http://a.org/x http://b.org/y"),
                row(2, url="http://a.org/x"),
                row(3, year=2020, url="http://b.org/y"),
            ],
            ["malaga-2021-vlr", "malaga-2021-vlr", "malaga-2020-vlr"],
            ["review_year"],
        ),
        # three governments: a listing's page, which joins nobody with another name
        (
            [
                row(1, url="http://a.org/x"),
                row(2, "m-esp", 2020, "http://a.org/x"),
                row(3, "n-esp", 2020, "http://a.org/x"),
            ],
            ["malaga-2021-vlr", "m-esp-2020-vlr", "n-esp-2020-vlr"],
            ["local_government"] * 3 + ["review_year"] * 2,
        ),
    ],
)
def test_listings_are_joined(rows: list[ReviewRow], ids: list[str], conflicts: list[str]) -> None:
    for given in (rows, rows[::-1]):
        merged = merge_reviews(given)
        assert [merged.review_of[one.key] for one in rows] == ids
        assert [one.field for one in merged.conflicts] == conflicts
        assert merged.n_reviews == len(set(ids))


def test_a_page_that_all_reviews_name_joins_nobody_and_costs_little() -> None:
    towns = [row(n, f"place-{n}-esp", 2021, "http://a.org/list") for n in range(10_000)]
    known = [row(-n, one, url="http://a.org/list") for n, one in enumerate(identities(), start=1)]
    merged = merge_reviews(towns + known)
    assert merged.n_reviews == len(towns) + len(known)
    assert len(merged.conflicts) < 12_000


def test_addresses() -> None:
    assert normal_url("HTTPS://www.Example.org:443/A%20b/#x") == "example.org/A b"
    assert split_urls(" https://a.org/1 - x.pdf http://b.org|http://c.org ;http://d.org") == [
        "https://a.org/1%20-%20x.pdf",
        "http://b.org",
        "http://c.org",
        "http://d.org",
    ]
    assert split_urls("www.example.org/x") == ["http://www.example.org/x"]

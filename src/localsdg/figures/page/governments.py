"""Local governments on the page: a row each for the search, and the records that a profile shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.data import queries
from localsdg.figures.data.compose import breakdown
from localsdg.figures.page.places import plain

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.figures.messages.messages import Words

#: How many actions of one government, and partners of one action, a profile names; it counts all.
ACTIONS, PARTNERS = 30, 6


def governments(con: duckdb.DuckDBPyConnection, settings: Settings, w: Words) -> list[list[Any]]:
    """Local governments as rows: name, country, code of the country, level, reviews (number, first and
    last year), indicators, actions, id, and the site when its address is a web address."""
    places = []
    for row in _ask(con, settings, "page_governments"):
        places.append(
            [
                row["name"] or row["local_government_id"],
                w.area(row["area_code"], row["country"]) if row["area_code"] else "",
                row["area_code"],
                breakdown("level", row["level"], w) if row["level"] else "",
                row["n_reviews"],
                row["first_review"],
                row["last_review"],
                row["n_indicators"],
                row["n_actions"],
                row["local_government_id"],
                web(row["site_url"]),
            ]
        )
    return sorted(places, key=lambda row: (plain(row[0]), row[0]))


def records(con: duckdb.DuckDBPyConnection, settings: Settings, w: Words) -> dict[str, Any]:
    """What profiles show, by kind and id of the government.

    `reviews`: year, kind, address. `beside`: indicator, title, year, own value, value of the nation, its
    year, comparability, both values as numbers. `targets`: own title, target, year of it, latest value, its
    year, status. `actions`: title, year, register, goals, partners, address.
    """
    found: dict[str, dict[str, list[Any]]] = {"reviews": {}, "beside": {}, "targets": {}, "actions": {}}
    for row in _ask(con, settings, "page_reviews"):
        _of(found["reviews"], row).append([row["review_year"], row["kind"], web(row["url"])])
    for row in _ask(con, settings, "page_beside_nation"):
        _of(found["beside"], row).append(
            [
                row["indicator_code"],
                row["title"],
                row["year"],
                w.amount(row["local_value"], row["unit"] or ""),
                w.amount(row["national_value"], row["unit"] or ""),
                row["national_year"],
                w.say(f"breakdown.comparability={row['comparability']}", row["comparability"]),
                row["local_value"],
                row["national_value"],
            ]
        )
    for row in _ask(con, settings, "page_own_targets"):
        unit = row["unit"] or ""
        _of(found["targets"], row).append(
            [
                row["title"],
                w.amount(row["target_value"], unit),
                row["target_year"],
                w.amount(row["latest_value"], unit),
                row["latest_year"],
                w.say(f"progress.{row['status']}", row["status"]),
            ]
        )
    for row in _ask(con, settings, "page_actions"):
        kept = _of(found["actions"], row)
        if len(kept) < ACTIONS:
            partners = row["partners"] or []
            kept.append(
                [row["title"], row["year"], row["register"], row["goals"] or [], partners[:PARTNERS]]
                + [len(partners), web(row["url"])]
            )
    return found


def _of(kind: dict[str, list[Any]], row: dict[str, Any]) -> list[Any]:
    return kind.setdefault(row["local_government_id"], [])


def _ask(con: duckdb.DuckDBPyConnection, settings: Settings, name: str) -> list[dict[str, Any]]:
    return queries.rows(con, (settings.sql / "figures" / f"{name}.sql").read_text(encoding="utf-8"))


def web(url: str | None) -> str:
    """An address of the web; '' for any other text."""
    return url if url and url.startswith(("https://", "http://")) else ""

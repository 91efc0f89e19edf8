"""Adding a site changes no row of another one, except where it proves a copy."""

from __future__ import annotations

import pytest
from test_site_faults import repository

from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.sources.snapshot import SnapshotWriter
from localsdg.warehouse.query import open_published

POOR = "Proportion of population living below the national poverty line, by sex and age"


def csv_of(values: list[object]) -> bytes:
    return b"Year,Value\n" + b"".join(f"{2010 + n},{value}\n".encode() for n, value in enumerate(values))


def meta(title: str, **fields: str) -> bytes:
    lines = {"graph_title": title, "reporting_status": "complete", "computation_units": "Percentage", **fields}
    return "\n".join(["---", *(f"{name}: '{text}'" for name, text in lines.items()), "---", ""]).encode()


SERIES = [21.6, 20.1, 19.5, 18.2, 17.9, 16.4]
WEIRFORD = {
    "data/indicator_1-2-1.csv": csv_of(SERIES),
    "meta/1-2-1.md": meta(POOR),
    # zeros, and all of it: the same at any town
    "data/indicator_3-1-1.csv": csv_of([0] * 8),
    "meta/3-1-1.md": meta("Maternal deaths"),
    "data/indicator_4-a-1.csv": csv_of([100] * 8),
    "meta/4-a-1.md": meta("Schools with electricity"),
    "data/indicator_5-5-1.csv": csv_of([1, 0, 1, 2, 3, 2]),
    "meta/5-5-1.md": meta("Women in the council"),
    "data/indicator_11-2-1.csv": b"Year,City,Value\n"
    + b"".join(b"%d,Weirford,%d.25\n" % (y, y - 2000) for y in range(2010, 2020)),
    "meta/11-2-1.md": meta("Public transport", graph_target_lines="[{value: 40}]"),
}
OTHER = csv_of([31.5, 30.2, 29.9, 28.1, 27.7, 26.3])
#: Site id -> (government id, its name, its country, its files); all are added at once, and each in other ways awkward.
ADDED: dict[str, tuple[str, str, str, dict[str, bytes]]] = {
    # the same ids, titles and constant numbers, three times
    **{
        name: (
            f"{name}-gbr",
            name.title(),
            "GBR",
            {
                **WEIRFORD,
                "data/indicator_1-2-1.csv": OTHER.replace(b".", f".{n}".encode()),
                "data/indicator_11-2-1.csv": OTHER.replace(b".", f".7{n}".encode()),
            },
        )
        for n, name in enumerate(("mereham", "oxbury", "stowley"), 1)
    },
    # the same name in another country
    "weirford-usa": (
        "weirford-usa",
        "Weirford",
        "USA",
        {"data/indicator_1-2-1.csv": csv_of([9.5, 9.1, 8.2, 8.8, 7.1, 6.2])},
    ),
    # a second repository of the same government, with other and with the same numbers
    "weirford-old": (
        "weirford-gbr",
        "Weirford",
        "GBR",
        {**WEIRFORD, "data/indicator_1-2-1.csv": csv_of([99.5, 99.1, 1, 2, 3, 4])},
    ),
    # a copy of a file that names its place
    "copyton": (
        "copyton-gbr",
        "Copyton",
        "GBR",
        {"data/indicator_11-2-1.csv": csv_of([f"{n}.25" for n in range(10, 20)])},
    ),
    # nothing of it can be read, or all of it is a test
    "broken": (
        "broken-gbr",
        "Broken",
        "GBR",
        {"data/indicator_1-2-1.csv": b"\0\0", "meta/1-2-1.md": b"---\n- x\n---\n"},
    ),
    "trial": (
        "trial-gbr",
        "Trial",
        "GBR",
        {"data/indicator_1-2-1.csv": csv_of([1, 2, 3, 4]), "meta/1-2-1.md": meta("prueba")},
    ),
    # impossible years and values, other words for the same things
    "later": (
        "later-gbr",
        "Later",
        "GBR",
        {
            "data/indicator_1-2-1.csv": b"Jahr;Wert\n2019;1\n",
            "data/indicator_4-1-1.csv": b"Year,Value\n2999,5e300\n2098,-7\n",
        },
    ),
}


def add(settings: Settings, site_id: str, government_id: str, name: str, iso3: str, files: dict[str, bytes]) -> None:
    facts = {
        "site_id": site_id,
        "local_government_id": government_id,
        "local_government": name,
        "level": "city",
        "country_iso3": iso3,
        "area_code": {"GBR": "826", "USA": "840"}[iso3],
    }
    writer = SnapshotWriter(
        settings.raw, "opensdg", f"{site_id}@2026-01-02", origin="", licence="", attribution=name, extra=facts
    )
    with writer:
        writer.add("repository.zip", "opensdg_repository", repository(files))
    writer.commit()


def rows_of_weirford(settings: Settings) -> dict[str, list[tuple]]:
    """The rows of the site in every table of facts and of figures that has its id or its government's."""
    with open_published(settings) as con:
        columns = con.execute(
            "select table_schema || '.' || table_name, list(column_name) from information_schema.columns "
            "where table_schema in ('core', 'evidence') group by all order by all"
        ).fetchall()
        found = {}
        for table, names in columns:
            if "site_id" in names:
                where = "site_id = 'weirford'"
            elif "local_government_id" in names:
                # a figure of a government names the site among its dimensions
                site = "regexp_extract(breakdown, 'site=([^/;]+)', 1)" if "breakdown" in names else "''"
                where = f"local_government_id = 'weirford-gbr' and {site} in ('', 'weirford')"
            else:
                continue
            found[table] = sorted(con.execute(f"select * from {table} where {where}").fetchall(), key=repr)
    return found


@pytest.fixture(scope="module")
def homes(tmp_path_factory, add_lists) -> tuple[Settings, Settings]:
    """A home with one site, and one with all of the others beside it; both are published."""
    alone, together = (Settings(home=add_lists(tmp_path_factory.mktemp(name))) for name in ("alone", "together"))
    for settings in (alone, together):
        add(settings, "weirford", "weirford-gbr", "Weirford", "GBR", WEIRFORD)
    for site_id, facts in ADDED.items():
        add(together, site_id, *facts)
    for settings in (alone, together):
        pipeline.run_all(settings, with_bundled=False)
    return alone, together


def test_no_row_of_a_site_changes_when_others_are_added(homes) -> None:
    alone, together = map(rows_of_weirford, homes)
    assert alone.keys() == together.keys()
    assert len(alone["core.local_observation"]) == 38
    assert {"evidence.metric_value", "evidence.local_vs_national", "core.own_indicator"} <= alone.keys()
    assert alone["evidence.metric_value"] and alone["core.local_site"]
    changed = {table: (alone[table], together[table]) for table in alone if alone[table] != together[table]}
    assert changed == {}


def test_each_of_the_others_is_judged_by_its_own_files(homes) -> None:
    with open_published(homes[1]) as con:
        rules = con.execute(
            "select site_id, list(distinct exclusion_rule order by exclusion_rule) from core.local_indicator "
            "where exclusion_rule is not null group by 1 order by 1"
        ).fetchall()
        assert rules == [
            ("broken", ["OSDG-R01"]),
            ("copyton", ["OSDG-C01"]),
            ("trial", ["OSDG-P06"]),
        ]
        assert con.execute("select count(*) from core.local_site").fetchone() == (1 + len(ADDED),)

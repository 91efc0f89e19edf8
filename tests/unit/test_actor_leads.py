"""Which leads of a file are local or regional governments."""

from __future__ import annotations

import csv
import gzip

import pytest

from localsdg.registry.actor_kinds import LOCAL, actor_kind
from localsdg.registry.actor_leads import file_leads, local_leads

STATED_LOCAL = "Local / Regional Government"
NEVER = ("ministr", "universi", "united nations", "undp", "unesco", "foundation", " ltd", " inc", "ngo", "association")


def leads(names, country="", stated=""):
    return local_leads(names, [country] * len(names), [stated] * len(names))


def test_plain_names_are_trusted_in_a_file_of_governments():
    names = ["Abeche", "City of Kiel", "Noda Village", "Boulder, CO", "College Park, MD", "San Miguel", "Fundão", ""]
    assert leads(names) == [True] * 7 + [False]
    assert leads([*names[:-1], "Ministry of Health"])[-1] is False


def test_a_column_that_calls_all_of_them_government_does_not_say_of_which_level():
    names = ["Abeche", "Lugo", "Noda Village", "Ville de Lyon", "Ministry of Health", "Girona"]
    assert leads(names, stated="Government") == [True] * 4 + [False, True]


def test_a_name_from_another_column_is_not_trusted():
    names, blank = ["Abeche", "Lugo", "City of Kiel", "Oceanswell"], [""] * 4
    read = file_leads(names, blank, blank, [True, True, False, False])
    assert [(actor.kind, is_local) for actor, is_local in read] == [
        ("local government", True),
        ("local government", True),
        ("local government", True),
        ("not classified", False),
    ]


def test_a_register_of_others_makes_governments_of_clear_names_alone():
    others = ["Ministry of Health", "UNDP", "Oxfam", "Acme Ltd", "University of Ghana"]
    assert leads([*others, "Abeche", "EIMMS Project", "City of Kiel"]) == [False] * 7 + [True]
    # the register's own word is not enough where most of its names are others
    assert leads([*others, "EIMMS Project", "Junta de Andalucía"], stated=STATED_LOCAL) == [False] * 6 + [True]


def test_several_governments_are_not_one():
    others = ["Ministry of Health", "UNDP", "Oxfam", "Acme Ltd", "University of Ghana"]
    names = [
        "Local governments",
        "Municipalities (Governmental)",
        "State Governments and NGOs in India",
        "18 Cities of Spain",
    ]
    assert leads([*others, *names]) == [False] * 9
    actor, is_one = file_leads([*others, names[0]], [""] * 6, [""] * 6)[-1]
    assert (actor.kind, is_one) == ("local government", False)


def test_a_town_that_is_called_as_a_country_elsewhere_is_a_town():
    assert leads(["Granada", "Lugo"], "ESP") == [True, True]
    assert leads(["Armenia", "Bogotá"], "COL") == [True, True]
    cities = [f"City of {letter}" for letter in "ABCDE"]
    assert leads(["Armenia", *cities], "ARM") == [False] + [True] * 5


def read(path):
    csv.field_size_limit(1 << 24)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="", errors="replace") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(
    ("file", "name", "stated", "least", "most"),
    [
        ("un_partnerships_2018/records.csv", "local_government", "", 15, 30),
        ("un_ocean_commitments_2026/records.csv", "local_government", "", 12, 30),
        ("un_ocean_commitments_2026/commitments.csv.gz", "entity", "entity_type", 12, 30),
    ],
)
def test_real_registers_of_partnerships_name_few_local_governments(data_root, file, name, stated, least, most):
    rows = read(data_root / "local" / "actions" / file)
    names = [row[name] for row in rows]
    found = [
        one
        for one, is_local in zip(
            names, local_leads(names, [""] * len(rows), [row.get(stated, "") for row in rows]), strict=True
        )
        if is_local
    ]
    assert least <= len(found) <= most
    assert [one for one in found if any(word in f" {one.casefold()}" for word in NEVER)] == []


@pytest.mark.parametrize("file", ["cdp_city_targets_2021", "climactor_city_initiatives", "los_angeles_vlr_2021"])
def test_real_registers_of_cities_name_hardly_anybody_else(data_root, file):
    rows = read(data_root / "local" / "actions" / file / "records.csv")
    found = local_leads([row["local_government"] for row in rows], [row["country"] for row in rows], [""] * len(rows))
    assert sum(found) >= 0.995 * len(rows)


def test_what_the_ocean_register_calls_local_is_checked(data_root):
    rows = read(data_root / "local" / "actions" / "un_ocean_commitments_2026" / "commitments.csv.gz")
    called = {row["entity"] for row in rows if row["entity_type"] == STATED_LOCAL}
    kinds = {name: actor_kind(name, STATED_LOCAL) for name in called}
    assert {name for name, actor in kinds.items() if actor.kind in LOCAL and actor.basis != "stated"} == {
        "City of Kiel",
        "Lilongwe City Council",
        "Mansakonko AreaCouncil",
        next(name for name in called if name.startswith("Quebec Government")),
    }

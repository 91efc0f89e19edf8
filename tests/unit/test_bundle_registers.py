"""The bundled registers of actions: what is kept of a raw row, and what is left out and counted."""

from __future__ import annotations

import gzip
from collections import Counter

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.maintenance.bundle.actions import COLUMNS, make_bundle, registers
from localsdg.maintenance.bundle.register_facts import cdp_targets, los_angeles, ocean_commitments, un_partnerships
from localsdg.maintenance.bundle.register_text import facts_only
from localsdg.sources.records.contract import ACTIONS

CDP = {
    "Account.Number": "31154",
    "Organization": "Bogotá Distrito Capital",
    "Country": "Colombia",
    "City.boundary": "City / Municipality",
    "Type.of.target": "Baseline scenario (business as usual) target",
    "Sector": "Other, please specify: Energía y Transporte",
    "Year.target.was.set": "2020",
    "Percentage.reduction.target": "15",
    "Target.year": "2024",
    "Select.the.initiatives.that.this.target.contributes.towards": (
        "Individual City Commitment; We Are Still In; Other, please specify"
    ),
}


@pytest.mark.parametrize(
    ("text", "expected", "counted"),
    [
        ("Clean up &amp; adapt <b>nets</b>\u00a0now", "Clean up & adapt nets now", {"markup": 2}),
        ("\x91sanctuary\x92 at sea", "‘sanctuary’ at sea", {}),
        ("A form\x07 field", "A form field", {"control characters": 1}),
        ("City of Bonn, jane.doe@bonn.example.org", "City of Bonn,", {"e-mail addresses": 1}),
        ("Yayasan IDEP, Tel: +62 361 774488", "Yayasan IDEP,", {"telephone numbers": 1}),
        ("14 goals, 2012 - 2015, 1.5.2", "14 goals, 2012 - 2015, 1.5.2", {}),
    ],
)
def test_a_cell_loses_what_is_no_fact_and_says_how_much(text: str, expected: str, counted: dict) -> None:
    left_out: Counter[str] = Counter()
    assert facts_only(text, left_out, is_list=False) == expected
    assert left_out == counted


def test_a_list_keeps_names_of_any_number_and_loses_prose() -> None:
    left_out: Counter[str] = Counter()
    names = ", ".join(f"Institute number {number}" for number in range(40))
    numbered = " ".join(f"{number}. Ministry of Energy and Environment [Government]" for number in range(1, 9))
    prose = "We work with a broad range of partners in many countries and will invite others to join us " * 2
    text = f"- City of Bonn (Government)_x000B_{names}\x95{numbered}; {prose}"
    assert facts_only(text, left_out, is_list=True).split("\n") == ["- City of Bonn (Government)", names, numbered]
    assert left_out == {"passages of prose among partners": 1}


def test_a_partnership_keeps_the_words_of_its_years_goals_and_countries() -> None:
    row = {
        "Hashtag": "#SDGAction31",
        "Title": "Clean water",
        "Countries": "Fiji,Venezuela, Bolivarian Republic of,European Commission,Samoa",
        "Time_frame": "Time-frame:  - 2015-03-30",
        "Partners": "Tarumitra",
        "Goals": "Goal 1,Goal 11",
        "Description": "prose",
    }
    left_out: Counter[str] = Counter()
    assert un_partnerships([row], left_out) == [
        {
            "action_id": "SDGAction31",
            "title": "Clean water",
            "country": "Fiji; Venezuela, Bolivarian Republic of; Samoa",
            "kind": "partnership",
            "year": "",
            "end_year": "2015-03-30",
            "partners": "Tarumitra",
            "sdgs": "Goal 1,Goal 11",
            "url": "https://sustainabledevelopment.un.org/partnership/?p=31",
        }
    ]
    assert left_out == {"names that are no country": 1}


@pytest.mark.parametrize(
    ("kind", "address", "country"),
    [
        ("Government", "Suva, Fiji", "Fiji"),
        ("Government", "Los Angeles, CA", ""),  # California
        ("Local / Regional Government", "Atlanta, Georgia", ""),  # the state
        ("Local / Regional Government", "London, UK", "UK"),
        ("Government", "New York", ""),
        ("Intergovernmental organization", "Paris, France", ""),  # acts elsewhere
    ],
)
def test_a_commitment_has_the_country_of_a_government_alone(kind: str, address: str, country: str) -> None:
    row = dict.fromkeys(("title", "entity", "start", "end", "partners", "url", "lang"), "")
    row |= {"hashtag": "#OceanAction7", "entity_type": kind, "location": address, "goals": "15 14", "targets14": "14.2"}
    (found,) = ocean_commitments([row], Counter())
    assert (found["country"], found["sdgs"], found["action_id"]) == (country, "15; 14; 14.2", "OceanAction7")


def test_a_row_of_los_angeles_holds_up_to_four_activities() -> None:
    row = {"number": "1"} | {f"doing{n}{field}": "" for n in range(1, 5) for field in ("Title", "Url")}
    row |= {"doing1Title": "RENT", "doing3Title": "PARKING ", "doing3Url": "https://a.org"}
    assert [(one["action_id"], one["sdgs"], one["url"]) for one in los_angeles([row], Counter())] == [
        ("1-1", "1", ""),
        ("1-3", "1", "https://a.org"),
    ]


def test_a_target_is_named_in_the_words_of_the_register() -> None:
    left_out: Counter[str] = Counter()
    (found,) = cdp_targets([CDP], left_out)
    assert found["title"] == "Baseline scenario (business as usual) target 15% by 2024: Energía y Transporte"
    assert (found["local_government"], found["partners"]) == ("Bogotá Distrito Capital", "We Are Still In")
    assert left_out == {"initiatives of the city alone": 1}


def test_a_city_without_a_target_is_no_action_and_a_city_state_is_no_local_government() -> None:
    left_out: Counter[str] = Counter()
    none = {**CDP, "Type.of.target": "No target", "Target.year": "NA"}
    unnamed = {**CDP, "Type.of.target": "No target", "Percentage.reduction.target": "NA", "Sector": "NA"}
    state = {**CDP, "City.boundary": "Sovereign city-state", "Organization": "Singapore Government"}
    named, led = cdp_targets([none, unnamed, state], left_out)
    assert left_out["rows without a target"] == 1 and named["title"] == "Target by 2024"
    assert (led["lead"], led["lead_kind"], led["local_government"]) == ("Singapore Government", "Government", "")


def test_columns_are_those_of_the_contract_without_the_description() -> None:
    assert set(COLUMNS) == set(ACTIONS.column_names) - {"description", "dataset"}


def test_a_missing_file_is_named_before_anything_is_replaced(tmp_path) -> None:
    (tmp_path / "out" / "actions" / "old").mkdir(parents=True)
    with pytest.raises(LocalsdgError, match="a raw file is absent"):
        make_bundle(tmp_path, tmp_path / "out")
    assert (tmp_path / "out" / "actions" / "old").exists()


def test_a_file_without_a_column_is_named(tmp_path) -> None:
    for register in registers():
        path = tmp_path / register.raw
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(b"a\n1\n") if path.suffix == ".gz" else b"a\n1\n")
    with pytest.raises(LocalsdgError, match="lacks a column"):
        make_bundle(tmp_path, tmp_path / "out")


def test_every_register_has_a_day_a_publisher_and_terms() -> None:
    for register in registers():
        assert "" not in register.facts().values(), register.dataset

"""Mappings of tables, and JSON along a way: what is taken, and what each fault is called."""

from __future__ import annotations

import pytest

from localsdg.common.errors import UsageError
from localsdg.sources.table.mapping import EXAMPLE, SHOW_EXAMPLE, parse_mapping
from localsdg.sources.table.nested import flatten, parse_json

GOOD = """
[dataset]
id = "toy"
[government]
name = "Springfield"
country = "United States of America"
level = "city"
[columns]
indicator = "code"
year = "year"
value = "value"
dimensions = ["sex"]
"""


def test_the_example_is_a_mapping() -> None:
    mapping = parse_mapping(EXAMPLE.read_text(encoding="utf-8"), where="example.toml")  # as it is printed
    assert (mapping.site_id, mapping.language) == ("springfield-indicators", "en")


def test_a_government_is_found_by_id_or_by_name_and_country() -> None:
    mapping = parse_mapping(GOOD, where="m")
    government = mapping.government
    assert (government.local_government_id, government.country_iso3) == ("springfield-usa", "USA")
    assert mapping.required == ("code", "year", "value") and mapping.dimensions == ("sex",)
    known = GOOD.replace(
        'name = "Springfield"\ncountry = "United States of America"\nlevel = "city"', 'id = "sao-paulo"'
    )
    assert parse_mapping(known, where="m").government.name == "São Paulo"
    assert parse_mapping(known, where="m").facts()["area_code"] == "076"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id = "toy"', 'id = "Toy City"', "lower-case letters"),
        ('id = "toy"', 'id = "toy"\nlicense = "MIT"', "licence"),  # a typing error is no silence
        ("[dataset]", "[datasets]", "[dataset]"),
        ('country = "United States of America"', 'country = "Atlantis"', "a"),
        ('level = "city"', 'level = "metropolis"', "city"),
        ('name = "Springfield"\n', "", "name and country"),
        ('value = "value"', "", "indicator, value, year"),
        ('dimensions = ["sex"]', 'dimensions = "sex"', '["sex", "age"]'),
        ('indicator = "code"', "indicator = true", "a text in quotes"),
        ('id = "toy"', 'id = "toy"\nlayout = "diagonal"', "long or wide"),
        ('id = "toy"', 'id = "toy', "a TOML file"),
    ],
)
def test_what_does_not_fit_is_named_with_a_next_step(old: str, new: str, expected: str) -> None:
    with pytest.raises(UsageError) as failed:
        parse_mapping(GOOD.replace(old, new), where="m.toml")
    assert expected in str(failed.value.expected)
    assert str(failed.value.where).startswith("m.toml") and failed.value.got is not None
    assert failed.value.next_step == SHOW_EXAMPLE


def test_values_nested_in_json_become_rows() -> None:
    body = parse_json(b'{"01": [{"id": 7, "title": "T", "by": {"Town": {"2020": 1.50, "2021": null}}}, {"id": 8}]}')
    header, rows = flatten(body, "{goal}/[]/by/{place}/{year}")
    assert header == ["goal", "id", "title", "place", "year", "value"]
    assert rows == [["01", "7", "T", "Town", "2020", "1.50"], ["01", "7", "T", "Town", "2021", ""]]


def test_records_of_a_list_are_rows_too() -> None:
    assert flatten([{"code": "a", "value": 1}, {"code": "b", "value": 2}], "[]/value") == (
        ["code", "value"],
        [["a", "1"], ["b", "2"]],
    )


def test_a_way_that_leads_nowhere_is_an_error() -> None:
    with pytest.raises(ValueError, match="no value at"):
        flatten({"a": 1}, "[]/{x}")

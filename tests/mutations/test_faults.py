"""The planted faults fit the code of today: `make mutate` tries them."""

from __future__ import annotations

import re

import plant
import pytest


@pytest.mark.parametrize("fault", plant.read_faults(), ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_its_test_exists(fault) -> None:
    before = (plant.CHECKOUT / fault.file).read_text(encoding="utf-8")
    assert fault.planted(before) != before
    file, _, name = fault.test.partition("::")
    test = (plant.CHECKOUT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^def {name}\(", test, re.MULTILINE)


def test_each_promise_of_the_list_is_in_the_page() -> None:
    page = (plant.CHECKOUT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE)
    assert rows == [(fault.name, fault.promise) for fault in plant.read_faults()]

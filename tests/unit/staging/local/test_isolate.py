"""One bad thing among many costs itself alone."""

from __future__ import annotations

import pytest

from localsdg.staging.local.isolate import fails_alone


def test_the_items_at_fault_are_found_by_halves() -> None:
    attempts = []

    def attempt(items) -> None:
        attempts.append(list(items))
        if bad := [item for item in items if item < 0]:
            raise ValueError(f"{bad[0]} is below zero")

    good, failed = fails_alone([*range(100), -7], attempt)
    assert good == list(range(100))
    assert failed == [(-7, "ValueError: -7 is below zero")]
    assert len(attempts) < 20


def test_where_all_is_well_there_is_one_attempt() -> None:
    attempts = []
    assert fails_alone([1, 2, 3], attempts.append) == ([1, 2, 3], [])
    assert attempts == [[1, 2, 3]]
    assert fails_alone([], attempts.append) == ([], [])


def test_an_interrupt_is_nobodys_fault() -> None:
    def attempt(_) -> None:
        raise RuntimeError("Query interrupted")

    with pytest.raises(RuntimeError):
        fails_alone([1, 2], attempt)

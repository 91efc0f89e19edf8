"""The search for cycles is on again after a block without it, whatever ended the block."""

from __future__ import annotations

import gc

import pytest

from localsdg.common.collection import without_collection


@pytest.mark.parametrize("is_on", [True, False])
def test_it_is_as_it_was_afterwards(is_on: bool) -> None:
    (gc.enable if is_on else gc.disable)()
    try:
        with pytest.raises(ValueError, match="the end"), without_collection():
            assert not gc.isenabled()
            raise ValueError("the end")
        assert gc.isenabled() is is_on
    finally:
        gc.enable()

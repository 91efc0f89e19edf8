"""Every row of a load goes out or is rejected."""

from __future__ import annotations

import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.staging.ledger import Load


@pytest.mark.parametrize(("rows_out", "rows_rejected"), [(97, 2), (98, 3), (100, 1), (0, 0)])
def test_a_load_whose_rows_do_not_add_up_is_an_error(rows_out: int, rows_rejected: int) -> None:
    with pytest.raises(LocalsdgError, match="rows are unaccounted for in unsd 2020-10 a.csv | expected 100 rows in"):
        Load("unsd", "2020-10", "a.csv", "0" * 64, 100, rows_out, rows_rejected)


def test_a_load_whose_rows_add_up_is_kept() -> None:
    assert Load("unsd", "2020-10", "a.csv", "0" * 64, 100, 98, 2).rows_out == 98

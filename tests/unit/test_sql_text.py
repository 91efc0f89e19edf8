"""SQL with its parameters filled in."""

from __future__ import annotations

import duckdb
import pytest

from localsdg.common.sql_text import fill, literal, parameters


def test_parameters_are_filled_as_literals() -> None:
    sql = "-- $note\nselect '$kept', $area, $list, $empty, $most, $nothing"
    values = {"area": "it's", "list": ("a", "b"), "empty": (), "most": 3, "nothing": None}
    assert fill(sql, values) == "-- $note\nselect '$kept', 'it''s', ['a', 'b'], cast([] as varchar[]), 3, null"
    assert parameters(sql) == {"area", "list", "empty", "most", "nothing"}
    with pytest.raises(KeyError):
        fill("select $unknown", values)


@pytest.mark.parametrize("value", [["a'b", "c"], [], {"k": "v", "it's": "$x"}, {}, "--", None, 3])
def test_a_literal_is_its_value(value) -> None:
    assert duckdb.sql(f"select {literal(value)}").fetchone() == (value,)

"""What a model gives is what its table declares, or the build stops."""

from __future__ import annotations

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.registry.tables import Column
from localsdg.warehouse.column_types import check_types, fits


@pytest.mark.parametrize(
    ("given", "declared", "expected"),
    [
        ("VARCHAR", "VARCHAR", True),
        ("HUGEINT", "BIGINT", True),
        ("BIGINT", "INTEGER", True),
        ("INTEGER", "DOUBLE", True),
        ("DECIMAL(38,1)", "DOUBLE", True),
        ("DOUBLE", "INTEGER", False),  # DuckDB would round
        ("DECIMAL(2,1)", "BIGINT", False),
        ("VARCHAR", "INTEGER", False),
        ("INTEGER", "VARCHAR", False),
        ("BOOLEAN", "INTEGER", False),
        ("INTEGER[]", "VARCHAR[]", False),
        ("MAP(VARCHAR, INTEGER)", "MAP(VARCHAR, VARCHAR)", False),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", False),
    ],
)
def test_types_that_convert_without_loss_fit(given, declared, expected) -> None:
    assert fits(given, declared) is expected


def test_a_model_of_another_type_is_stopped_with_what_to_do() -> None:
    columns = [Column("year", "INTEGER", "A year."), Column("value", "DOUBLE", "A value.")]
    assert check_types(duckdb.connect(), "select 2015 as year, 1 as value, 'x' as more", columns, "sql/x.sql") == [
        "year",
        "value",
        "more",
    ]
    with pytest.raises(LocalsdgError) as error:
        check_types(duckdb.connect(), "select 2015.5 as year, '1' as value", columns, "sql/x.sql")
    assert str(error.value) == (
        "a model gives a column of another type than its table declares in sql/x.sql | "
        "expected year INTEGER, value DOUBLE | got year DECIMAL(5,1), value VARCHAR | "
        "next: cast it in sql/x.sql (a bare null or [] counts as INTEGER), then localsdg build"
    )

"""The headline of an indicator and year: its one figure for the own area and the whole population."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def choose_headline(con: duckdb.DuckDBPyConnection) -> None:
    """Set `is_headline` in the temp table `local_row` that `parse_rows` made.

    Candidates are whole years of the own area, not broken down. A file has one
    unit: that of its metadata, else the one with most years, else per cent, else the
    first in the file. Where candidates of a year contradict each other there is none.
    """
    con.execute(_HEADLINE)


_HEADLINE = """
update local_row set is_headline = true
where (file, row) in (
    with candidate as (
        select file, row, first_year, value, unit, published_unit, file_unit from local_row
        where rule is null and area_kind = 'own' and is_whole and not is_part_year
            and value_status in ('number', 'censored')
    ),
    units as (
        select file, unit, published_unit, row_number() over (
            partition by file order by (unit = any_value(file_unit)) desc, count(distinct first_year) desc,
                (unit = 'PERCENT') desc, min(row)) as rank
        from candidate group by file, unit, published_unit
    ),
    chosen as (
        select c.*, count(distinct c.value) over (partition by c.file, c.first_year) as n_values,
            row_number() over (partition by c.file, c.first_year order by c.row) as rank
        from candidate as c join units as u
            on u.file = c.file and u.unit = c.unit
            and u.published_unit is not distinct from c.published_unit and u.rank = 1
    )
    select file, row from chosen where n_values = 1 and rank = 1
)
"""

"""The headline of an indicator, series and year: its one figure for the own area and the whole population."""

from __future__ import annotations

from localsdg.common.context import RunContext


def choose_headline(context: RunContext) -> None:
    """Set `is_headline` in the temp table `local_row` that `parse_rows` made, and make `local_no_headline`.

    Candidates are whole years of the own area, not broken down. A series has
    one unit: that of the metadata, else the one with most years, else per cent, else the
    first in the file. Where candidates of a year contradict each other there is none, nor where
    the whole is 100 % in every year as the sum of shares.
    """
    shares = context.select("staging/local_share_total")
    context.con.execute(f"create or replace temp table local_share_total as {shares}")
    select = context.select("staging/local_headline")
    context.con.execute(f"update local_row set is_headline = true where (file, row) in ({select})")
    without = context.select("staging/local_no_headline")
    context.con.execute(f"create or replace temp table local_no_headline as {without}")

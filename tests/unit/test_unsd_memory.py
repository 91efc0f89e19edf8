"""A bulk file is not held in memory while it is read, however many rows it has."""

from __future__ import annotations

from pathlib import Path

from replay_bodies import FIXED
from unsd_helpers import File, staged

N_ROWS = 300_000


def test_a_file_is_read_within_less_memory_than_it_has(tmp_path: Path) -> None:
    head = ",".join([*FIXED, "[Reporting Type]", "[Units]"])
    row = "1,1.1,1.1.1,SI_POV_DAY1,d,{area},n,{year},{number},,,,,,s,,{number}{note},G,PERCENT"
    note = "x" * 250
    lines = [
        row.format(area=1 + number % 3000, year=1900 + number // 3000, number=number, note=note)
        for number in range(N_ROWS)
    ]
    body = "\n".join([head, *lines]).encode()
    # DuckDB takes two buffers of 64 MB to read a CSV
    con = staged(
        tmp_path, {"2020-01-01": [File("a.csv", "bulk_csv", body, {"rows": N_ROWS})]}, memory="220MB", threads=1
    )
    assert len(body) > 90_000_000
    assert con.execute("select count(*) from staging.observation").fetchone() == (N_ROWS,)

"""Real registers as they were downloaded: each loads with a mapping of at most ten lines, and loses nothing."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from record_helpers import staged

from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import sdg_codes
from localsdg.sources.records.intake import Taken, take_actions

Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    """Rows of a CSV as the csv module reads them: a count and a reading of their own."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace", newline="") as handle:
        return list(csv.DictReader(handle))


def codes(text: str) -> set[str]:
    """Every number of a text that is a code; for columns that hold codes and their words alone."""
    return set(re.findall(r"\d+(?:\.[\da-d]+)?", text)) & sdg_codes()


def take(settings: Settings, path: Path, fixtures: Path, mapping: str) -> Taken:
    lines = (fixtures / "records" / mapping).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 11 and len([line for line in lines if not line.startswith("[")]) <= 10
    return take_actions(settings, path, maps=[str(fixtures / "records" / mapping)])


REGISTERS = [
    ("un_partnerships_2018/registry.csv.gz", "un_partnerships.toml", 2538, lambda row: codes(row["Goals"])),
    (
        "un_ocean_commitments_2026/commitments.csv.gz",
        "un_ocean.toml",
        1789,
        lambda row: codes(row["goals"]) | codes(row["targets14"]),
    ),
    ("climactor_city_initiatives/subnational_contextuals_database_Dec2022.csv", "climactor.toml", 14706, None),
    ("cdp_city_targets_2021/targets.csv", "cdp_targets.toml", 1460, None),
    ("sao_paulo_programa_metas_2025/metas.json", "sao_paulo_metas.toml", 126, None),
    ("sao_paulo_programa_metas_2025/acoes_estrategicas.json", "sao_paulo_acoes.toml", 296, None),
    ("los_angeles_vlr_2021/sdgs.csv", "los_angeles.toml", 46, None),
]


@pytest.mark.parametrize(("file", "mapping", "n", "declared"), REGISTERS, ids=[one[1] for one in REGISTERS])
def test_a_register_as_it_was_downloaded(
    tmp_path: Path,
    fixtures: Path,
    data_root: Path,
    file: str,
    mapping: str,
    n: int,
    declared: Callable[[dict[str, str]], set[str]] | None,
) -> None:
    settings, path = Settings(home=tmp_path / "home"), data_root / "local" / "actions" / file
    taken = take(settings, path, fixtures, mapping)
    con = staged(settings)
    again = 1 if mapping == "climactor.toml" else 0  # `SACILE, BRUGNERA` beside `Sacile, Brugnera`, alike in all else
    assert (taken.rows, taken.rows_rejected) == (n, again)
    load = con.execute("select rows_in, rows_out, rows_rejected from audit.source_load").fetchall()
    assert load == [(n, n - again, again)]
    assert con.execute("select count(distinct action_id) from staging.action").fetchone() == (n - again,)
    read: dict[int, set[str]] = {}
    for number, code in con.execute("select row_number, sdg_code from staging.action_declared").fetchall():
        read.setdefault(number, set()).add(code)
    if declared is not None:
        stated = {number: declared(row) for number, row in enumerate(rows_of(path), start=2)}
        assert read == {number: some for number, some in stated.items() if some}
    elif mapping == "los_angeles.toml":
        stated = {(position + 2) * 100: codes(row["number"]) for position, row in enumerate(rows_of(path))}
        assert all(some == stated[number // 100 * 100] for number, some in read.items()) and len(read) == n
    else:
        assert read == {}


@pytest.mark.parametrize(
    "folder",
    [
        "un_partnerships_2018",
        "un_ocean_commitments_2026",
        "climactor_city_initiatives",
        "cdp_city_targets_2021",
        "los_angeles_vlr_2021",
        "sao_paulo_programa_metas_2025",
    ],
)
def test_a_register_in_the_columns_of_the_contract(tmp_path: Path, data_root: Path, folder: str) -> None:
    settings, path = Settings(home=tmp_path / "home"), data_root / "local" / "actions" / folder / "records.csv"
    taken = take_actions(settings, path)
    rows = rows_of(path)
    assert all(fault.rule_id == "ACT-R10" for fault in taken.rejected) and taken.rows_rejected <= 7
    con = staged(settings)
    load = con.execute("select rows_in, rows_out + rows_rejected from audit.source_load").fetchall()
    assert load == [(len(rows), len(rows))]
    read: dict[int, set[str]] = {}
    for number, code in con.execute("select row_number, sdg_code from staging.action_declared").fetchall():
        read.setdefault(number, set()).add(code)
    assert read == {n: codes(row["sdgs"]) for n, row in enumerate(rows, start=2) if codes(row["sdgs"])}


def test_ministries_and_organisations_are_no_local_governments(tmp_path: Path, data_root: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    for folder in ("un_partnerships_2018", "un_ocean_commitments_2026"):
        take_actions(settings, data_root / "local" / "actions" / folder / "records.csv")
    con = staged(settings)
    names = [name for (name,) in con.execute("select name from core.local_government where is_provisional").fetchall()]
    assert len(names) < 80
    wrong = [name for name in names if re.search(r"minist(?:ry|ère|erio)|foundation|universi", name, re.IGNORECASE)]
    assert wrong == []
    leads = con.execute("select count(*), count(distinct lead) from staging.action where lead is not null").fetchone()
    assert leads[0] == 2244 + 1785 and leads[1] > 2000


def test_a_mapping_beside_the_file_of_the_inbox_is_used(tmp_path: Path, fixtures: Path, data_root: Path) -> None:
    from localsdg.sources.records.intake import take_inbox

    settings = Settings(home=tmp_path / "home")
    inbox = settings.raw / "inbox"
    inbox.mkdir(parents=True)
    source = data_root / "local" / "actions" / "sao_paulo_programa_metas_2025" / "metas.json"
    (inbox / "metas.json").write_bytes(source.read_bytes())
    (inbox / "metas.map.toml").write_bytes((fixtures / "records" / "sao_paulo_metas.toml").read_bytes())
    (result,) = take_inbox(settings)
    assert result.error is None and result.taken is not None
    assert result.taken.rows == len(json.loads(source.read_text(encoding="utf-8")))

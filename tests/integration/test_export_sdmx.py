"""SDMX-CSV of UN observations, beside what the UN itself published with SDMX codes."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import UsageError
from localsdg.common.progress import silent
from localsdg.registry.sdmx import ATTRIBUTES, COMPONENTS, DATAFLOW, DIMENSIONS, SDMX_CSV, sdmx_codes
from localsdg.warehouse.export.folder import Exported, Request, export
from localsdg.warehouse.export.selection import Filters

#: Series of the bundle's 2019.Q3.G.01, the release that the UN published with SDMX codes, and one of cities.
SERIES = ("SI_POV_DAY1", "SI_POV_NAHC", "SI_COV_UEMP", "SI_COV_CHLD", "SI_POV_EMP1", "SP_TRN_PUBL")


@pytest.fixture(scope="module")
def exported(built, tmp_path_factory) -> Exported:
    filters = Filters(series=SERIES, areas=("001", "724", "004", "404", "356"))
    folder = tmp_path_factory.mktemp("sdmx") / "a"
    return export(built, Request("sdmx-csv", ("core.observation",), filters, folder), silent())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_written_or_counted_with_its_reason(exported) -> None:
    (table,) = exported.manifest["tables"]
    files = sorted(exported.folder.glob("DF_SDG_GLH_*.csv"))
    assert len(files) > 3 and table["rows_written"] == sum(len(rows(path)) for path in files)
    left = rows(exported.folder / "left_out.csv")
    assert table["rows_left_out"] == sum(int(row["rows"]) for row in left) > 0
    assert table["rows_in_warehouse"] == table["rows_written"] + table["rows_left_out"]
    assert {row["series_code"] for row in left} == {"SP_TRN_PUBL"}
    assert {row["reason"] for row in left} == {"no SDMX codes for cities", "no SDMX codes for custom_breakdown"}
    assert any("left_out.csv" in note for note in exported.manifest["notes"])


def test_keys_are_unique_and_codes_are_those_of_the_lists(exported) -> None:
    official: dict[str, set[str]] = {}
    for dimension, codes in sdmx_codes().items():
        official.setdefault(COMPONENTS[dimension], {"_T"}).update(codes.values())
    for path in exported.folder.glob("DF_SDG_GLH_*.csv"):
        body = rows(path)
        assert list(body[0]) == ["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES]
        assert {(row["STRUCTURE"], row["STRUCTURE_ID"], row["ACTION"]) for row in body} == {("dataflow", DATAFLOW, "I")}
        keys = [tuple(row[name] for name in DIMENSIONS) for row in body]
        assert len(set(keys)) == len(keys) and all(all(key) for key in keys)
        for component, codes in official.items():
            assert {row[component] for row in body} - {""} <= codes, component


def test_the_codes_are_those_that_the_un_published_for_the_same_rows(built, exported) -> None:
    published = built.bundled / "unsd" / "2019.Q3.G.01" / "goal_1.parquet"
    theirs = duckdb.execute(
        """select distinct "SeriesCode", "GeoAreaCode", "TimePeriod", coalesce("[Sex]", '_T'),
        coalesce("[Location]", '_T'), "[Units]", "[Nature]", "[Reporting Type]", cast("Value" as double)
        from read_parquet(?) where "SeriesCode" in (select unnest(?)) and try_cast("Value" as double) is not null
        and "GeoAreaCode" in ('1', '724', '4', '404', '356')""",
        [str(published), list(SERIES)],
    ).fetchall()
    names = ("SERIES", "REF_AREA", "TIME_PERIOD", "SEX", "URBANISATION", "UNIT_MEASURE", "NATURE", "REPORTING_TYPE")
    ours = {
        (*(row[name] for name in names), float(row["OBS_VALUE"]))
        for row in rows(exported.folder / "DF_SDG_GLH_2019.Q3.G.01.csv")
    }
    assert len(theirs) > 60 and ours == set(theirs)


def test_the_whole_of_a_series_has_the_code_that_the_un_gives_it(exported) -> None:
    body = rows(exported.folder / "DF_SDG_GLH_2023-12-17.csv")
    ages = {row["AGE"] for row in body if row["SERIES"] == "SI_POV_EMP1"}
    assert ages == {"Y_GE15", "Y15T24", "Y_GE25"}
    assert {"_T", "Y_GE65"} <= {row["AGE"] for row in body if row["SERIES"] == "SI_POV_DAY1"}
    assert {row["REF_AREA"] for row in body} == {"1", "4", "724", "404", "356"}


def test_each_code_names_where_the_un_states_it() -> None:
    body = rows(SDMX_CSV)
    assert {row["dimension"] for row in body} <= set(COMPONENTS) and all(row["basis"] for row in body)
    pairs = {(row["dimension"], row["code"]): row["sdmx"] for row in body}
    assert len(pairs) == len(body) > 200
    assert (pairs["sex", "FEMALE"], pairs["units", "PERCENT"], pairs["age", "<5Y"]) == ("F", "PT", "Y0T4")


@pytest.mark.long
def test_the_mapping_is_derived_from_what_the_un_publishes(data_root) -> None:
    from localsdg.maintenance.sdmx_codes import derive

    assert [tuple(row.values()) for row in rows(SDMX_CSV)] == derive(data_root)


def test_other_tables_are_refused_with_a_next_step(built, tmp_path) -> None:
    with pytest.raises(UsageError, match=r"SDMX-CSV is for UN observations.*--format csv"):
        export(built, Request("sdmx-csv", ("review",), Filters(), tmp_path / "a"), silent())
    assert list(tmp_path.iterdir()) == []


def test_pysdmx_reads_the_file(exported) -> None:
    io = pytest.importorskip("pysdmx.io", reason="pysdmx is not installed")
    path = exported.folder / "DF_SDG_GLH_2023-12-17.csv"
    (dataset,) = io.read_sdmx(path).data
    assert dataset.structure == f"Dataflow={DATAFLOW}" and len(dataset.data) == len(rows(path))

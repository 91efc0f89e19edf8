"""Every parser of outside input: no exception but our own, and no row lost by an independent count."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import hostile
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from row_count import count_records
from tried import TRIED, fuzz

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings, load_settings
from localsdg.linking.inputs import read_texts
from localsdg.pipeline.accepted import read_accepted
from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.schedule_state import read_state
from localsdg.registry.corrections import declared_corrections
from localsdg.registry.local_sites import read_sites
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records import action_cells
from localsdg.sources.records.action_rows import read_actions
from localsdg.sources.records.contract import ACTIONS, DECISIONS, REVIEWS
from localsdg.sources.records.decisions import decided_at, read_decisions
from localsdg.sources.records.files import read_records
from localsdg.sources.records.mapping import mapping_for
from localsdg.sources.records.table_file import text_of
from localsdg.sources.snapshot import iter_snapshots
from localsdg.sources.table.mapping import parse_mapping
from localsdg.sources.table.nested import flatten, parse_json
from localsdg.sources.unsd.bulk_file import plain_csv
from localsdg.sources.unsd.workbook import read_sheet
from localsdg.staging.local.data_file import decode, read_csv, separator
from localsdg.staging.local.multiplier import power_of
from localsdg.staging.local.periods import read_periods
from localsdg.staging.local.units import unit_of, unit_power
from localsdg.staging.opensdg.metadata import as_list, read_all_json, read_repository, stated_text
from localsdg.warehouse.keeping import read_cited, read_pins

#: What the readers of sites take out before they split a text; written down here a second time.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def tried(name: str, act: Callable[[], object]) -> object:
    """What the act gives; None where it raises an error of ours. Any other error goes on."""
    TRIED[name] += 1
    try:
        return act()
    except LocalsdgError as error:
        assert "\n" not in str(error), "an error is one line"
        return None


def on_disk(body: bytes, name: str, act: Callable[[Path], object]) -> object:
    """The act with a file of this content."""
    with tempfile.TemporaryDirectory() as folder:
        (path := Path(folder) / name).write_bytes(body)
        return act(path)


@pytest.mark.parametrize("path", hostile.CORPUS, ids=lambda path: path.stem)
def test_the_corpus(path: Path) -> None:
    body = path.read_bytes()
    for name, read in {**CSV_READERS, **JSON_READERS}.items():
        tried(name, lambda read=read: on_disk(body, path.stem, read))
    check_site(body)


def check_site(body: bytes) -> None:
    """A file of a site: nothing is raised, and every record below the header is a row or is named."""
    TRIED["a data file of a site"] += 1
    file = read_csv(body, "x.csv", "1-1-1")
    if file.rule is not None:
        assert file.detail or file.rule == "R02"
        return
    text = _CONTROL.sub("", decode(body)).replace("\r\n", "\n").replace("\r", "\n")
    n_records, is_clear = count_records(text, separator(text.split("\n", 1)[0]))
    assert len(file.row_numbers) + len(file.bad_rows) == file.rows_in
    assert {len(cells) for cells in file.columns.values()} <= {len(file.row_numbers)}
    if is_clear and not file.bad_rows:
        assert n_records == file.rows_in + 1
    elif not is_clear and n_records != file.rows_in + 1:
        assert file.bad_rows, "a quote took lines, and nothing says so"


@fuzz(4)
@given(hostile.csv_files)
def test_data_files_of_sites(body: bytes) -> None:
    check_site(body)


def _records(path: Path) -> None:
    for contract in (ACTIONS, REVIEWS):
        records = read_records(path, contract)
        numbers = [*records.frame.index, *(fault.row for fault in records.unreadable)]
        assert len(set(numbers)) == len(numbers) == records.n_rows
        if contract is ACTIONS:
            rows = read_actions(records, "x")
            assert len(rows.frame) + len(rows.rejected) == len(records.frame)


def _bulk(path: Path) -> None:
    plain = plain_csv(path, path.with_name("plain"))
    text = plain.path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
    n_records, is_clear = count_records(text, ",")
    if is_clear and not plain.dialect.wide:
        assert n_records - 1 + len(plain.rejected) == plain.n_records


def _texts(path: Path) -> None:
    table = read_texts(path).table
    text = text_of(path, path)[0].replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    n_records, is_clear = count_records(text, max(",;\t|", key=first.count))
    if is_clear:
        assert table.num_rows == n_records - 1


def _settings(path: Path) -> None:
    (path.parent / "localsdg.toml").write_bytes(path.read_bytes())
    load_settings({"LOCALSDG_HOME": str(path.parent)})


def _kept_by_the_pipeline(path: Path) -> None:
    """Every file that the pipeline writes and reads again, with this content."""
    home = Settings(home=path.parent)
    body = path.read_bytes()
    for place in (
        "data/accepted.toml", "data/corrections.toml", "data/warehouse/runs.jsonl", "data/warehouse/schedule.json",
        "data/pinned.toml", "data/cited.json", "data/raw/unsd/x/manifest.json",
    ):  # fmt: skip
        (path.parent / place).parent.mkdir(parents=True, exist_ok=True)
        (path.parent / place).write_bytes(body)
    for read in (
        lambda: read_accepted(home), lambda: declared_corrections(path, home.corrections[1]), lambda: read_runs(home),
        lambda: read_state(home), lambda: read_pins(home), lambda: read_cited(home),
        lambda: list(iter_snapshots(home.raw)),
    ):  # fmt: skip
        tried("files of the pipeline", read)


CSV_READERS: dict[str, Callable[[Path], object]] = {
    "actions and reviews": _records,
    "decisions": lambda path: read_decisions(path, contract=DECISIONS),
    "a UN bulk file": _bulk,
    "texts of link --file": _texts,
    "a list of sites": lambda path: read_sites(path, []),
}
JSON_READERS: dict[str, Callable[[Path], object]] = {
    "records in JSON": _records,
    "metadata of a build": read_all_json,
    "nested JSON of a table": lambda path: _nested(path.read_bytes()),
}


def _nested(body: bytes) -> None:
    try:
        flatten(parse_json(body), "{a}/[]/{b}")
    except (ValueError, RecursionError):  # which its callers take for a file that cannot be read
        return


@pytest.mark.parametrize("name", CSV_READERS)
@fuzz()
@given(body=hostile.csv_files)
def test_csv(name: str, body: bytes) -> None:
    tried(name, lambda: on_disk(body, "x.csv", CSV_READERS[name]))


@pytest.mark.parametrize("name", JSON_READERS)
@fuzz()
@given(body=hostile.json_files)
def test_json(name: str, body: bytes) -> None:
    tried(name, lambda: on_disk(body, "x.json", JSON_READERS[name]))


@fuzz(0.3)
@example(b"a = " + b"[" * 3000 + b"]" * 3000)
@example(b'{"a": ' * 3000 + b"1" + b"}" * 3000)
@given(hostile.files_of(hostile.toml_texts) | hostile.json_files)
def test_files_of_the_pipeline(body: bytes) -> None:
    on_disk(body, "project.toml", _kept_by_the_pipeline)
    tried("settings", lambda: on_disk(body, "x.toml", _settings))
    tried("a mapping of records", lambda: on_disk(body, "x.toml", lambda path: mapping_for(path, [str(path)])))


@fuzz()
@example("a = " + "[" * 3000 + "]" * 3000)
@given(hostile.toml_texts)
def test_mappings_of_tables(text: str) -> None:
    tried("a mapping of tables", lambda: parse_mapping(text, where="x"))


@fuzz()
@given(hostile.yaml_texts)
def test_metadata_of_a_repository(text: str) -> None:
    TRIED["metadata of a repository"] += 1
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in ("meta/1-1-1.md", "meta/1-2-1.yml", "csv-meta/1-3-1.csv", "meta/es/1-1-1.md"):
            archive.writestr(f"x/{name}", text.encode("utf-8", "surrogatepass"))
    with zipfile.ZipFile(body) as archive:
        metadata, faults, _ = read_repository(archive)
    named = {fault.indicator_id for fault in faults} | {key for by_id in metadata.values() for key in by_id}
    assert named == {"1-1-1", "1-2-1", "1-3-1"}


@fuzz(8)
@example("٢٠٢٠")
@example("9" * 5000)
@example("[" + "(" * 5000 + "]")
@given(hostile.cells | st.text(alphabet="0123456789٠२２.,-/ aQ'%()€SDG:", max_size=20))
def test_cells(text: str) -> None:
    TRIED["cells"] += 1
    action_cells.years_of(text)
    action_cells.urls_of(text)
    action_cells.sdgs_of(text)
    action_cells.language_of(text)
    action_cells.kind_of(text)
    parse_declared(text)
    power_of(text)
    code = unit_of(text)
    if code:
        unit_power(code)
    for period in read_periods([text], "EGY", 2026).values():
        assert period.first <= period.last
    as_list(text)
    stated_text(json.loads(json.dumps({"a": text}))["a"])
    from datetime import UTC, datetime

    decided_at(text, datetime.now(UTC).replace(tzinfo=None))


@fuzz(0.2)
@given(st.binary(max_size=200), st.integers(0, 3000))
def test_damaged_workbooks(junk: bytes, at: int) -> None:
    body = bytearray(_workbook())
    body[at % len(body) : at % len(body) + len(junk)] = junk  # the same length: offsets stay
    for name, read in (("a workbook of the portal", read_sheet), ("records in a workbook", _records)):
        tried(name, lambda read=read: on_disk(bytes(body), "x.xlsx", read))


def _workbook() -> bytes:
    import xlsxwriter

    if not _WORKBOOK:
        book = xlsxwriter.Workbook(out := io.BytesIO())
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["title", "year", "SeriesCode", "GeoAreaCode", "TimePeriod", "Value"])
        sheet.write_row(1, 0, ["A", 2020, "SI_POV_DAY1", 724, 2015, 1.5])
        book.close()
        _WORKBOOK.append(out.getvalue())
    return _WORKBOOK[0]


_WORKBOOK: list[bytes] = []

"""The bundled registers of actions: small, facts only, and the facts of the files they were made from."""

from __future__ import annotations

import csv
import gzip
import html
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.settings import RESOURCES, Settings
from localsdg.maintenance.bundle import actions as bundle
from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.snapshot import Snapshot, iter_snapshots
from localsdg.staging import ledger
from localsdg.staging.records import stage as records

BUNDLE = RESOURCES / "data" / "raw" / "bundled"
#: The longest title that the UN's forms take.
LONGEST = 255
#: An address or number of a person, markup, or a control character.
NO_FACT = re.compile(
    r"\w@[\w-]+\.\w|\+\d[\d ().-]{6,}\d|</?[a-zA-Z]|&(?:#\d+|amp|lt|gt|quot|nbsp);|[\x00-\x09\x7f-\x9f]"
)
REGISTERS = {one.dataset: one for one in bundle.registers()}


def snapshots() -> dict[str, Snapshot]:
    return {one.files[0].extra["dataset"]: one for one in iter_snapshots(BUNDLE, "actions")}


def bundled(dataset: str) -> list[dict[str, str]]:
    snapshot = snapshots()[dataset]
    text = gzip.decompress(snapshot.file_path(snapshot.files[0]).read_bytes()).decode("utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def raw(data_root: Path, dataset: str) -> list[dict[str, str]]:
    path = data_root / "local" / "actions" / REGISTERS[dataset].raw
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True)))


def letters(text: str) -> str:
    """Letters and digits alone, so that marks, blanks and separators do not count."""
    return "".join(re.findall(r"[^\W_]+", html.unescape(text))).casefold()


def words(text: str) -> set[str]:
    return set(re.findall("[A-Za-z0-9]+", html.unescape(text)))


def declared(dataset: str) -> dict[str, set[str]]:
    return {row["action_id"]: {one.code for one in parse_declared(row["sdgs"])[0]} for row in bundled(dataset)}


# ---- what is in git


def test_each_register_verifies_and_names_its_terms() -> None:
    assert snapshots().keys() == REGISTERS.keys()
    for dataset, snapshot in snapshots().items():
        snapshot.verify()
        (file,) = snapshot.files
        assert file.extra.items() >= REGISTERS[dataset].facts().items()
        assert snapshot.release == file.extra["as_of"] and file.rows == len(bundled(dataset))
        assert (snapshot.licence, snapshot.attribution) == (file.extra["licence"], file.extra["attribution"])


def test_the_registers_stay_under_a_megabyte_in_git() -> None:
    assert sum(path.stat().st_size for path in (BUNDLE / "actions").rglob("*") if path.is_file()) < 1e6


@pytest.mark.parametrize("dataset", REGISTERS)
def test_it_holds_no_description_contact_or_markup(dataset: str) -> None:
    rows = bundled(dataset)
    assert set(rows[0]) == set(ACTIONS.column_names) - {"description", "dataset"}
    cells = [line for row in rows for name, cell in row.items() if name != "url" for line in cell.split("\n")]
    pieces = [one for line in cells for one in re.split(r"[,;()\[\]]", line)]
    assert max(map(len, pieces)) <= LONGEST
    assert not [one for one in cells if NO_FACT.search(one)]


def test_an_id_is_one_record() -> None:
    for dataset in REGISTERS:
        ids = Counter(row["action_id"] for row in bundled(dataset))
        assert "" not in ids and set(ids.values()) == {1}, dataset


def test_what_is_declared_can_all_be_read() -> None:
    for dataset in REGISTERS:
        assert not [row["sdgs"] for row in bundled(dataset) if parse_declared(row["sdgs"])[1]], dataset


# ---- against the files they were made from


def test_un_partnerships_declare_exactly_the_goals_of_the_register(data_root: Path) -> None:
    expected = {
        row["Hashtag"].lstrip("#"): set(re.findall(r"\d+", row["Goals"])) for row in raw(data_root, "un-partnerships")
    }
    assert declared("un-partnerships") == expected and len(expected) == 2538
    assert sum(map(bool, expected.values())) == 2174


def test_ocean_commitments_declare_exactly_the_goals_and_targets_of_the_register(data_root: Path) -> None:
    expected = {
        row["hashtag"].lstrip("#"): {*row["goals"].split(), *row["targets14"].split()}
        for row in raw(data_root, "ocean-commitments")
    }
    assert declared("ocean-commitments") == expected and len(expected) == 1789


def test_los_angeles_declares_the_goal_under_which_the_city_lists_an_activity(data_root: Path) -> None:
    rows = raw(data_root, "los-angeles-review-2021")
    expected = Counter(row["number"] for row in rows for n in range(1, 5) if row[f"doing{n}Title"].strip())
    assert Counter(row["sdgs"] for row in bundled("los-angeles-review-2021")) == expected
    assert expected.total() == 46


@pytest.mark.parametrize(
    ("dataset", "id_column", "columns"),
    [
        ("un-partnerships", "Hashtag", {"title": "Title", "country": "Countries"}),
        ("ocean-commitments", "hashtag", {"title": "title", "lead": "entity", "lead_kind": "entity_type"}),
    ],
)
def test_titles_leads_and_countries_are_those_of_the_register(data_root, dataset, id_column, columns) -> None:
    source = {row[id_column].lstrip("#"): row for row in raw(data_root, dataset)}
    for row in bundled(dataset):
        for ours, theirs in columns.items():
            stated = source[row["action_id"]][theirs]
            stated = stated.replace("European Commission", "") if ours == "country" else stated
            assert letters(row[ours]) == letters(stated), row["action_id"]


@pytest.mark.parametrize(
    ("dataset", "id_column", "column"),
    [("un-partnerships", "Hashtag", "Partners"), ("ocean-commitments", "hashtag", "partners")],
)
def test_partners_are_the_registers_but_for_what_the_manifest_counts(data_root, dataset, id_column, column) -> None:
    source = {row[id_column].lstrip("#"): row[column].replace("_x000B_", " ") for row in raw(data_root, dataset)}
    shorter = [row for row in bundled(dataset) if letters(row["partners"]) != letters(source[row["action_id"]])]
    left_out = snapshots()[dataset].files[0].extra["left_out"]
    contacts = left_out["telephone numbers"] + left_out.get("e-mail addresses", 0)
    assert 0 < len(shorter) <= left_out["passages of prose among partners"] + contacts
    for row in shorter:
        assert words(row["partners"]) <= words(source[row["action_id"]]), row["action_id"]


@pytest.mark.parametrize(("dataset", "columns"), [("ocean-commitments", ("start", "end"))])
def test_years_stay_in_the_words_of_the_register(data_root, dataset, columns) -> None:
    source = [tuple(row[name] for name in columns) for row in raw(data_root, dataset)]
    assert [(row["year"], row["end_year"]) for row in bundled(dataset)] == source
    assert sum("1970" in start for start, _ in source) == 330


def test_city_targets_are_all_rows_that_state_one(data_root: Path) -> None:
    rows = raw(data_root, "cdp-city-targets-2021")
    found, left_out = bundled("cdp-city-targets-2021"), snapshots()["cdp-city-targets-2021"].files[0].extra["left_out"]
    assert len(rows) == 1460 == len(found) + left_out["rows without a target"]
    stated = [row for row in rows if row["Type.of.target"] not in ("NA", "No target") or row["Target.year"] != "NA"]
    assert [row["local_government"] or row["lead"] for row in found] == [
        " ".join(row["Organization"].split()) for row in stated
    ]
    assert [row["end_year"] for row in found] == [row["Target.year"].replace("NA", "") for row in stated]
    assert not any(row["sdgs"] for row in found)


def test_the_command_gives_what_is_in_git(data_root: Path, tmp_path: Path) -> None:
    bundle.main([str(data_root / "local" / "actions"), "--output", str(tmp_path)])
    for snapshot in iter_snapshots(tmp_path, "actions"):
        (file,) = snapshot.files
        kept = snapshots()[file.extra["dataset"]]
        content = gzip.decompress(snapshot.file_path(file).read_bytes())
        assert content == gzip.decompress(kept.file_path(kept.files[0]).read_bytes()), file.name
        assert file.extra == kept.files[0].extra


# ---- staged


def test_every_record_is_staged_with_what_it_declares_and_what_was_blanked_is_counted() -> None:
    con = duckdb.connect()
    ledger.create_ledger(con)
    records.prepare(con)
    for snapshot in snapshots().values():
        (load,) = records.stage_records(RunContext(con, Settings(), "run"), snapshot)
        assert (load.rows_out, load.rows_rejected) == (load.rows_in, 0) == (snapshot.files[0].rows, 0), snapshot.release
    for dataset in REGISTERS:
        found: dict[str, set[str]] = {row["action_id"]: set() for row in bundled(dataset)}
        query = (
            "select split_part(a.action_id, ':', -1), d.sdg_code from staging.action as a "
            "join staging.action_declared as d using (release, snapshot_sha256, row_number) where a.dataset_id = ?"
        )
        for action_id, code in con.execute(query, [dataset]).fetchall():
            found[action_id].add(code)
        assert found == declared(dataset), dataset
    # a form stored the first day of its calendar where no day was given
    assert con.execute(
        "select sum(n_cells) from audit.cell_blanked where column_name = 'year' and file_name like 'ocean%'"
    ).fetchone() == (330,)
    assert con.execute("select count(*) from staging.action where year in (0, 1970)").fetchone() == (0,)

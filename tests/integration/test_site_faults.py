"""One bad file, cell or archive of a site: it is set aside and named, and everything else is published."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging import ledger
from localsdg.staging.opensdg import stage as opensdg
from localsdg.warehouse.query import run_query

GOOD = b"Year,Value\n2019,21.6\n2020,20.1\n"
META = b"---\nindicator_name: A title\nreporting_status: complete\ncomputation_units: Percentage\n---\n"


def repository(files: list[tuple[str, bytes]] | dict[str, bytes]) -> bytes:
    """A zip of the files; a list may name one file twice."""
    body = io.BytesIO()
    warnings.simplefilter("ignore", UserWarning)  # that a name is there twice
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return body.getvalue()


def site(
    raw: Path,
    content: bytes,
    release: str = "weirford@2026-01-02",
    role: str = "opensdg_repository",
    meta: bytes | None = None,
) -> Snapshot:
    """A snapshot of the site Weirford, as a pull keeps it."""
    facts = {
        "site_id": "weirford",
        "local_government_id": "weirford-gb",
        "local_government": "Weirford",
        "level": "city",
        "country_iso3": "GBR",
        "area_code": "826",
    }
    writer = SnapshotWriter(
        raw, "opensdg", release, origin="a folder", licence="not stated", attribution="Weirford", extra=facts
    )
    with writer:
        writer.add("repository.zip", role, content, fetched_at=f"{release[-10:]}T00:00:00+00:00")
        if meta is not None:
            writer.add("en.meta.json", "opensdg_meta", meta, extra={"language": "en"})
    return writer.commit()


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    ledger.create_ledger(con)
    opensdg.prepare(con)
    return con


def stage(con: duckdb.DuckDBPyConnection, *snapshots: Snapshot) -> Snapshot | None:
    (used,) = opensdg.stage_newest_of_each(RunContext(con, Settings(), "run"), [snapshots])
    opensdg.finish(con, [])
    for load in ledger.read_loads(con):  # which hold their balance
        rejects = con.execute("select count(*) from audit.reject where release = ?", [load.release])
        assert rejects.fetchone() == (load.rows_rejected,)
    return used


def staged(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(con.execute("select local_indicator_id, count(*) from staging.local_observation group by 1").fetchall())


def aside(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return [
        (one.set_aside_kind, one.set_aside_name, one.rule_id, one.used_instead) for one in ledger.read_set_aside(con)
    ]


HYPHEN, DOT = "data/indicator_1-1-1.csv", "data/indicator_1.1.1.csv"
OTHER_ROWS = b"Year,Value\n2019,3\n2020,4\n"
EXAMPLE = b"Year,Group,Value\n2015,A,1\n2015,B,3\n2015,,4\n"
LOWER, UPPER = "data/indicator_1-a-1.csv", "data/indicator_1-A-1.csv"


@pytest.mark.parametrize(
    ("files", "rows", "expected"),
    [
        # the same rows under two names: one is used, whatever the line ends
        ({HYPHEN: GOOD, DOT: GOOD.replace(b"\n", b"\r\n")}, {"1-1-1": 2}, [(DOT, HYPHEN)]),
        # other rows: the name that has the form of the site's other files
        (
            {HYPHEN: GOOD, DOT: OTHER_ROWS, "data/indicator_2.1.1.csv": b"Year,Value\n2019,7\n"},
            {"1-1-1": 2, "2-1-1": 1},
            [(HYPHEN, DOT)],
        ),
        (
            {HYPHEN: GOOD, DOT: OTHER_ROWS, "data/indicator_2-1-1.csv": b"Year,Value\n2019,7\n"},
            {"1-1-1": 2, "2-1-1": 1},
            [(DOT, HYPHEN)],
        ),
        # nothing else to tell by: the platform's own form of today
        ({HYPHEN: GOOD, DOT: OTHER_ROWS}, {"1-1-1": 2}, [(DOT, HYPHEN)]),
        ({LOWER: GOOD, UPPER: OTHER_ROWS}, {"1-a-1": 2}, [(UPPER, LOWER)]),
        (
            {LOWER: GOOD, UPPER: OTHER_ROWS, "data/indicator_1-B-1.csv": b"Year,Value\n2019,7\n"},
            {"1-A-1": 2, "1-B-1": 1},
            [(LOWER, UPPER)],
        ),
        # one name twice in an archive, with other rows: neither is used
        (
            [(HYPHEN, GOOD), (HYPHEN, OTHER_ROWS), ("data/indicator_2-1-1.csv", b"Year,Value\n2019,7\n")],
            {"2-1-1": 1},
            [(HYPHEN, None), (HYPHEN, None)],
        ),
        # a file that is no table, the starter's example and a file without rows do not compete
        ({HYPHEN: b"<html>", DOT: GOOD}, {"1-1-1": 2}, None),
        ({HYPHEN: GOOD, DOT: b"<html>"}, {"1-1-1": 2}, None),
        ({HYPHEN: EXAMPLE, DOT: GOOD}, {"1-1-1": 2}, None),
        ({LOWER: GOOD, UPPER: EXAMPLE}, {"1-a-1": 2}, None),
        ({HYPHEN: b"Year,Value\n", DOT: GOOD}, {"1-1-1": 2}, [(HYPHEN, DOT)]),
        (
            {
                "a/data/indicator_1-1-1.csv": GOOD,
                "a/old/data/indicator_1-1-1.csv": OTHER_ROWS,
                "a/data/indicator_2-1-1.csv": b"Year,Value\n2019,7\n",
            },
            {"1-1-1": 2, "2-1-1": 1},
            [("a/old/data/indicator_1-1-1.csv", "a/data/indicator_1-1-1.csv")],
        ),
    ],
)
def test_of_two_files_with_one_id_one_is_used_by_rule(con, tmp_path, files, rows, expected) -> None:
    assert stage(con, site(tmp_path, repository(files)))
    assert staged(con) == rows
    doubles = [(name, used) for _, name, rule, used in aside(con) if rule == "OSDG-R11"]
    assert doubles == ([] if expected is None else expected)
    ids = con.execute("select local_indicator_id from staging.local_indicator").fetchall()
    assert len({one.casefold() for (one,) in ids}) == len(ids), "one row an indicator"
    excluded = con.execute("select local_indicator_id from staging.local_indicator where exclusion_rule is not null")
    assert not {one for (one,) in excluded.fetchall()} & rows.keys(), "the row of an indicator is of the file in use"
    used = con.execute("select entry_name from staging.local_indicator where n_rows_rejected < n_rows")
    assert not {name for (name,) in used.fetchall()} & {name for name, _ in doubles}


NOT_STARTED = META.replace(b"complete", b"notstarted")


@pytest.mark.parametrize(
    ("files", "rule", "faults"),
    [
        # a status is the file's whatever the letters and signs of either id
        ({HYPHEN: GOOD, "meta/1.1.1.md": NOT_STARTED}, "OSDG-X01", []),
        ({DOT: GOOD, "meta/1-1-1.yml": NOT_STARTED.strip(b"-\n")}, "OSDG-X01", []),
        ({UPPER: GOOD, "meta/1-a-1.md": NOT_STARTED}, "OSDG-X01", []),
        ({LOWER: GOOD, "meta/1-A-1.MD": NOT_STARTED}, "OSDG-X01", []),
        ({LOWER: GOOD, "meta/1-A-1.md": b"---\n- x\n---\n"}, "OSDG-R12", ["meta/1-A-1.md"]),
        # two files of metadata with one id: the platform's own form
        ({HYPHEN: GOOD, "meta/1-1-1.md": META, "meta/1.1.1.md": NOT_STARTED}, None, ["meta/1.1.1.md"]),
        ({LOWER: GOOD, "meta/1-A-1.md": NOT_STARTED, "meta/1-a-1.md": META}, None, ["meta/1-A-1.md"]),
        # an older tree below the site's own
        ({HYPHEN: GOOD, "meta/1-1-1.md": META, "old/meta/1-1-1.md": NOT_STARTED}, None, []),
        # one indicator in two formats is one indicator
        ({HYPHEN: GOOD, "meta/1-1-1.md": b"---\nindicator_name: A\n---\n", "meta/1-1-1.yml": b"a: b"}, None, []),
    ],
)
def test_metadata_are_those_of_the_file_with_their_id(con, tmp_path, files, rule, faults) -> None:
    assert stage(con, site(tmp_path, repository(files)))
    rows = con.execute("select exclusion_rule, n_rows from staging.local_indicator").fetchall()
    assert rows == [(rule, 2)], "one indicator, whatever its id is written like"
    assert [name for _, name, one, _ in aside(con) if one == "OSDG-M01"] == faults


def test_in_the_metadata_of_a_build_too(con, tmp_path) -> None:
    meta = json.dumps({"1-A-1": {"reporting_status": "notstarted"}, "1-a-1": {"reporting_status": "complete"}})
    content = repository({"1-A-1.csv": GOOD})
    assert stage(con, site(tmp_path, content, role="opensdg_zip", meta=meta.encode()))
    assert staged(con) == {"1-A-1": 2} and aside(con)[0][1:3] == ("en.meta.json", "OSDG-M01")


def test_in_the_archive_of_a_build_too(con, tmp_path) -> None:
    content = repository({"1-1-1.csv": GOOD, "1.1.1.csv": OTHER_ROWS, "2-1-1.csv": b"Year,Value\n2019,7\n"})
    assert stage(con, site(tmp_path, content, role="opensdg_zip"))
    assert staged(con) == {"1-1-1": 2, "2-1-1": 1}
    assert aside(con) == [("file", "1.1.1.csv", "OSDG-R11", "1-1-1.csv")]


BAD_FILES = {
    "many columns": (b",".join([b"Year", b"Value", *(b"c%d" % n for n in range(100_000))]) + b"\n2019,1\n", "OSDG-R10"),
    "year twice": (b"Year,Value,YEAR\n2019,1,2020\n", "OSDG-R02"),
    "no table": (b"\x00\x01\x02", "OSDG-R01"),
    "a cell too long": (b'Year,Value\n2019,"' + b"x" * (1 << 25) + b'"\n', "OSDG-R10"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_costs_itself(con, tmp_path, name: str) -> None:
    content, rule = BAD_FILES[name]
    assert stage(con, site(tmp_path, repository({HYPHEN: GOOD, "data/indicator_2-1-1.csv": content})))
    assert staged(con) == {"1-1-1": 2}
    assert aside(con) == [("file", "data/indicator_2-1-1.csv", rule, None)]


def test_an_error_of_one_file_names_its_class_and_spares_the_others(con, tmp_path, monkeypatch) -> None:
    """Whatever goes wrong, while a file is split, judged or typed."""
    files = {HYPHEN: GOOD, "data/indicator_2-1-1.csv": OTHER_ROWS}
    for number, (module, function) in enumerate(
        [
            ("data_file", "_fill"),
            ("judge", "is_toy"),
            ("describe", "coverage_of"),
            ("stage", "column_roles"),
            ("parse", "_raw_cells"),
        ]
    ):
        true = getattr(__import__(f"localsdg.staging.local.{module}", fromlist=["x"]), function)

        def failing(first, *rest, true=true, **facts):
            if "2-1-1" in str(first):
                raise ZeroDivisionError("odd")
            return true(first, *rest, **facts)

        con.execute(
            "delete from staging.local_observation; delete from audit.quarantine; "
            "delete from audit.reject; delete from audit.source_load"
        )
        monkeypatch.setattr(f"localsdg.staging.local.{module}.{function}", failing)
        fields = b"---\nreporting_status: complete\nnational_geographical_coverage: 2-1-1\n---\n"
        with_meta = {**files, "meta/2-1-1.md": fields}
        assert stage(con, site(tmp_path, repository(with_meta), f"weirford@2026-01-0{number + 1}"))
        monkeypatch.undo()
        assert staged(con) == {"1-1-1": 2}, function
        (only,) = ledger.read_set_aside(con)
        assert (only.rule_id, only.detail) == ("OSDG-R10", "ZeroDivisionError: odd"), function


def test_an_interrupt_is_no_fault_of_a_file(con, tmp_path, monkeypatch) -> None:
    def interrupted(*_, **__):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("localsdg.staging.local.stage.parse_rows", interrupted)
    with pytest.raises(RuntimeError, match="interrupted"):
        stage(con, site(tmp_path, repository({HYPHEN: GOOD})))
    assert aside(con) == []


BAD_METADATA = {
    "deep": b"---\nindicator_name: x\nlist: " + b"[" * 30_000 + b"]" * 30_000 + b"\n---\n",
    "deep on one line": b"---\nlist:\n " + b"- " * 30_000 + b"x\n---\n",
    "anchors": b"---\na0: &a0 [x, x]\n"
    + b"".join(b"a%d: &a%d [*a%d, *a%d, *a%d]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(1, 40))
    + b"---\n",
    "an anchor in itself": b"---\na: &a [*a]\n---\n",
    "no mapping": b"---\n- one\n- two\n---\n",
}


@pytest.mark.parametrize("name", BAD_METADATA)
def test_metadata_that_cannot_be_read_hide_their_own_indicator_alone(con, tmp_path, name: str) -> None:
    """Without them nobody knows whether the numbers are invented."""
    files = {
        HYPHEN: GOOD,
        "meta/1-1-1.md": META,
        "data/indicator_2-1-1.csv": OTHER_ROWS,
        "meta/2-1-1.md": BAD_METADATA[name],
    }
    assert stage(con, site(tmp_path, repository(files)))
    assert staged(con) == {"1-1-1": 2}
    assert [one[1:3] for one in aside(con)] == [("data/indicator_2-1-1.csv", "OSDG-R12"), ("meta/2-1-1.md", "OSDG-M01")]


def test_a_status_stated_elsewhere_is_enough(con, tmp_path) -> None:
    files = {HYPHEN: GOOD, "meta/1-1-1.md": BAD_METADATA["no mapping"]}
    stated = json.dumps(
        {
            "1-1-1": {"reporting_status": "complete", "indicator_name": "A"},
            "1.1.1": {"indicator_name": "B"},
            "2-1-1": 5,
            "3-1-1": {"n": int("9" * 299)},
        }
    )
    assert stage(con, site(tmp_path, repository(files), meta=stated.replace("9" * 299, "9" * 5000).encode()))
    assert staged(con) == {"1-1-1": 2}
    assert [one[1] for one in aside(con)] == ["en.meta.json", "en.meta.json", "meta/1-1-1.md"]


def test_odd_cells_are_rejects_or_blanks_and_not_errors(con, tmp_path) -> None:
    lists = "[" * 3000 + "]" * 3000
    meta = json.dumps(
        {
            "1-1-1": {"indicator_name": "A\x02 title\ud800\x85", "graph_target_lines": lists},
            "2-1-1": {"graph_target_lines": [{"value": "1e400"}, {"value": "soon"}, {"value": "5"}]},
        }
    )
    rows = "Year,Value,Sex\n2015,1e400\n2016,²\n2017,4\n2018," + "9" * 500 + f"\n{'9' * 5000},1\n²,2\n2019,5\x07\n"
    assert stage(con, site(tmp_path, repository({HYPHEN: rows.encode()}), meta=meta.encode()))
    assert staged(con) == {"1-1-1": 2}
    found = con.execute(
        "select year, value, value_raw, value_status from staging.local_observation where value is not null order by 1"
    ).fetchall()
    assert found == [(2017, 4.0, "4", "number"), (2019, 5.0, "5", "number")]
    assert con.execute(
        "select local_title from staging.local_indicator where local_indicator_id = '1-1-1'"
    ).fetchone() == ("A title",)
    assert con.execute("select target_kind, value from staging.local_target order by sequence, 1").fetchall() == [
        ("target statement", None),
        ("target value", 5.0),
        ("target statement", None),
    ]
    assert con.execute("select file_name, n_characters from staging.local_cleaned order by 1").fetchall() == [
        ("en.meta.json", 3),
        ("repository.zip", 1),
    ]


def test_a_site_that_cannot_be_read_leaves_nothing_and_falls_back(con, tmp_path, monkeypatch) -> None:
    new = site(tmp_path, repository({HYPHEN: GOOD})[:-30], "weirford@2026-03-01")
    middle = site(tmp_path, repository({HYPHEN: OTHER_ROWS}), "weirford@2026-02-01", meta=b'["no fields"]')
    old = site(tmp_path, repository({HYPHEN: GOOD}), "weirford@2026-01-01")
    assert stage(con, new, middle, old) is old
    assert staged(con) == {"1-1-1": 2}
    assert [
        (one.set_aside_kind, one.set_aside_name, one.release, one.used_instead) for one in ledger.read_set_aside(con)
    ] == [
        ("site", "weirford", "weirford@2026-02-01", "weirford@2026-01-01"),
        ("site", "weirford", "weirford@2026-03-01", "weirford@2026-01-01"),
    ]


def test_what_fails_while_rows_are_written_leaves_no_row_behind(con, tmp_path, monkeypatch) -> None:
    def failing(*_):
        raise ZeroDivisionError("odd")

    monkeypatch.setattr("localsdg.staging.local.write.write_targets", failing)
    assert stage(con, site(tmp_path, repository({HYPHEN: GOOD}))) is None
    assert staged(con) == {} and ledger.read_loads(con) == []
    assert con.execute("select count(*) from staging.local_indicator").fetchone() == (0,)
    assert aside(con) == [("site", "weirford", "OSDG-S01", None)]


def test_a_bomb_is_not_unpacked(con, tmp_path, monkeypatch) -> None:
    big = b"Year,Value\n" + b"2019,1\n" * (5 << 20)  # 37 MB in 40 kB
    assert stage(con, site(tmp_path, repository({HYPHEN: GOOD, "data/indicator_2-1-1.csv": big})))
    assert staged(con) == {"1-1-1": 2} and aside(con)[0][1:3] == ("data/indicator_2-1-1.csv", "OSDG-R10")
    monkeypatch.setattr("localsdg.staging.opensdg.archive.ARCHIVE_LIMIT", 1 << 20)
    assert stage(con, site(tmp_path, repository({HYPHEN: big}), "weirford@2026-04-01")) is None


def test_a_changed_archive_is_not_published_under_its_old_hash(small_home: Path) -> None:
    settings = Settings(home=small_home)
    old = site(settings.raw, repository({HYPHEN: OTHER_ROWS}), "weirford@2026-01-01")
    new = site(settings.raw, repository({HYPHEN: GOOD}), "weirford@2026-02-01")
    (new.path / "repository.zip").write_bytes(repository({HYPHEN: b"Year,Value\n2019,99\n"}))
    run = pipeline.run_all(settings, with_bundled=False)
    values = run_query(
        settings, "select value, release, snapshot_sha256 from core.local_observation order by year"
    ).to_pylist()
    assert [(one["value"], one["release"], one["snapshot_sha256"]) for one in values] == [
        (value, old.release, old.files[0].sha256) for value in (3.0, 4.0)
    ]
    assert [one.set_aside_name for one in run.set_aside if one.source == "opensdg"]
    listed = run_query(settings, "select release from meta.dataset where source = 'opensdg'").to_pylist()
    assert listed == [{"release": old.release}]


def test_all_of_it_at_once_is_published(small_home: Path) -> None:
    """Every bad file in one site: staged, checked, built, audited, published."""
    settings = Settings(home=small_home)
    files = {
        HYPHEN: GOOD,
        DOT: OTHER_ROWS,
        "meta/1-1-1.md": META,
        "data/indicator_3-1-1.csv": b"Year,Value,Sex\n2015,1\n2016,1e400\n",
    }
    for number, (content, _) in enumerate(BAD_FILES.values(), start=1):
        files[f"data/indicator_4-1-{number}.csv"] = content
    for number, content in enumerate(BAD_METADATA.values(), start=1):
        files |= {
            f"data/indicator_5-1-{number}.csv": b"Year,Value\n2019,%d\n" % number,
            f"meta/5-1-{number}.md": content,
        }
    site(settings.raw, repository(files))
    run = pipeline.run_all(settings, with_bundled=False)
    assert len(run.set_aside) == 1 + len(BAD_FILES) + 2 * len(BAD_METADATA)
    rows = run_query(
        settings, "select local_indicator_id, count(*) as n from core.local_observation group by 1 order by 1"
    ).to_pylist()
    assert rows == [{"local_indicator_id": "1-1-1", "n": 2}, {"local_indicator_id": "3-1-1", "n": 1}]
    assert run_query(settings, "select count(*) as n from audit.quarantine").to_pylist() == [{"n": len(run.set_aside)}]

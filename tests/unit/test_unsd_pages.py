"""JSON answers: any number and size within the memory limit, and what is not one of them."""

from __future__ import annotations

import json

import pytest
from replay_bodies import envelope, record
from unsd_helpers import File, aside, page_file, staged, values

from localsdg.common.database import in_bytes, open_work
from localsdg.common.settings import Settings
from localsdg.staging.ledger import read_set_aside
from localsdg.staging.unsd import pages


def many(n_pages: int, n_rows: int) -> list[File]:
    """Pages of `n_rows` records, no two of one key."""
    return [
        page_file(
            f"{number:03}.page.json",
            [
                record(
                    area=4 + row % 200,
                    year=1990 + row // 200 % 30,
                    value=str(row),
                    dimensions={"Age": f"{number}-{row // 6000}"},
                )
                for row in range(n_rows)
            ],
        )
        for number in range(n_pages)
    ]


@pytest.mark.parametrize("threads", [1, 2, 16])
def test_pages_are_read_within_the_default_limit(threads, tmp_path) -> None:
    con = staged(tmp_path, {"2024-02": many(3, 10)}, threads=threads)
    assert len(values(con)) == 30
    assert con.execute("select current_setting('threads')").fetchone()[0] == threads


def test_many_pages_on_many_threads_take_little_memory(tmp_path) -> None:
    con = staged(tmp_path, {"2024-02": many(40, 20)}, threads=16, memory="250MB")
    assert len(values(con)) == 800


def test_pages_beyond_a_batch_are_all_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pages, "BATCH", 50_000)
    con = staged(tmp_path, {"2024-02": many(12, 30)})
    assert len(values(con)) == 360


def test_a_large_page_is_read_on_many_threads(tmp_path) -> None:
    con = staged(tmp_path, {"2024-02": many(2, 6000)}, threads=16, memory="300MB")
    assert len(values(con)) == 12_000


@pytest.mark.parametrize(
    ("largest", "limit", "threads", "expected"),
    [
        (1_000, 800_000_000, 2, 2),
        (1_000, 800_000_000, 16, 9),
        (17_000_000, 800_000_000, 16, 1),
        (17_000_000, 8_000_000_000, 16, 16),
        (500_000_000, 800_000_000, 16, 1),
    ],
)
def test_threads_follow_the_limit(largest, limit, threads, expected) -> None:
    assert pages.threads_for(largest, limit, threads) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("762.9 MiB", 799_958_630),
        ("1.8 GiB", 1_932_735_283),
        ("512 bytes", 512),
        ("800MB", 800_000_000),
    ],
)
def test_sizes_are_read_as_duckdb_prints_them(size, expected) -> None:
    assert in_bytes(size) == expected


@pytest.mark.parametrize(
    ("limit", "threads", "expected"), [("800MB", 16, 4), ("800MB", 2, 2), ("4GB", 16, 16), ("100MB", 8, 1)]
)
def test_no_more_threads_than_the_memory_can_feed(limit, threads, expected, tmp_path) -> None:
    con = open_work(":memory:", Settings(home=tmp_path, memory_limit=limit, threads=threads))
    assert con.execute("select current_setting('threads')").fetchone() == (expected,)


BAD = {
    "cut off": b'{"data": [{"series": "SI_P',
    "no json": b"<html>Sign in</html>",
    "no records": b'{"message": "error"}',
    "null": b'{"data": null}',
    "records of another shape": b'{"data": {"series": "SI_POV_DAY1"}}',
    "a list": b'[{"series": "SI_POV_DAY1"}]',
    "empty": b"",
    "other rows than the manifest says": json.dumps(envelope([record()] * 3, 9, 1, 3)).encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_page_of_another_shape_is_set_aside_and_named(name, tmp_path) -> None:
    bad = File("bad.page.json", "series_data", BAD[name], {"rows": 1})
    good = [page_file(f"{n}.page.json", [record(area=n)]) for n in (4, 8)]
    con = staged(tmp_path, {"2024-02": [good[0], bad, good[1]]})
    assert [row[1] for row in values(con)] == ["004", "008"]
    assert aside(con) == [("UNSD-F01", "file", "bad.page.json")]
    detail = read_set_aside(con)[0].detail
    assert str(tmp_path) not in detail and "/tmp" not in detail and "/data" not in detail


@pytest.mark.parametrize("raw", ["Wo\x02rld", "Wo\\u0002rld", "Wo\\ud800rld", "Wo\\u0000rld", "Wo\\uffffrld"])
def test_control_characters_in_a_page_are_taken_out_and_counted(raw, tmp_path) -> None:
    body = json.dumps(envelope([record(area=1, name="@")], 1, 1, 1)).replace("@", raw).encode()
    con = staged(tmp_path, {"2024-02": [File("1.page.json", "series_data", body, {"rows": 1})]})
    assert values(con, "area_name, value") == [("World", 1.0)]
    assert con.execute("select * from staging.cleaned_text").fetchall() == [("2024-02", "1.page.json", 1)]


def test_other_scripts_and_emoji_are_kept(tmp_path) -> None:
    name = "Côte d’Ivoire 🌍 العالم 世界\tx"
    con = staged(tmp_path, {"2024-02": [page_file("1.page.json", [record(area=384, name=name)])]})
    assert values(con, "area_name") == [(name,)]
    assert con.execute("select count(*) from staging.cleaned_text").fetchone() == (0,)

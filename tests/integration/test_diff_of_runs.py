"""Two publications of a small home: what the second changed is kept beside it, printed and found again."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from replay_bodies import bulk_csv
from replay_server import record

from localsdg.common.settings import Settings
from localsdg.pipeline.stages import run_all
from localsdg.warehouse import publication_diff, publication_files

pytestmark = pytest.mark.slow
SERIES, EARLIER, LATER = "SI_POV_DAY1", "2022.Q2.G.02", "2023.Q4.G.01"


@pytest.fixture(scope="module")
def home(tmp_path_factory, add_lists, cli) -> Path:
    """A home that published a release and then a newer one."""
    home = add_lists(tmp_path_factory.mktemp("runs") / "home")
    for release, value in ((EARLIER, "8"), (LATER, "9")):
        file = home / f"{release}.csv"
        file.write_bytes(bulk_csv([record(SERIES, 1, 2019, value), record(SERIES, 404, 2019, "30")]))
        assert cli(home, "pull", "indicators", file, "--release", release).exit_code == 0
        built = cli(home, "build", "--no-bundled")
        assert built.exit_code == 0, built.stderr
        (home / f"{release}.txt").write_text(built.stdout)
    return home


def test_a_publication_names_what_it_changed(home, cli) -> None:
    first, second = sorted((home / "data" / "warehouse" / "releases").iterdir())
    assert not list(first.glob("changes.*"))
    assert sorted(path.name for path in second.glob("changes.*")) == ["changes.html", "changes.json", "changes.md"]
    body = json.loads((second / "changes.json").read_text())
    assert (body["old"]["version"], body["new"]["version"]) == (first.name, second.name)
    line = (
        "People in extreme poverty, World: 8% (2019) -> 9% (2019); $2.15 a day (2017 PPP) instead of "
        f"$1.90 a day (2011 PPP); release {LATER} instead of {EARLIER}"
    )
    assert line in body["lines"] and line in [headline["line"] for headline in body["headlines"]]
    assert f"1 value of the UN series {SERIES} changed" in body["lines"]
    assert f"since version {first.name}" in (home / f"{LATER}.txt").read_text()
    assert line in (home / f"{LATER}.txt").read_text().replace("\n", "")
    assert line in cli(home, "diff", "--last").stdout
    assert json.loads(cli(home, "diff", first.name, "--json").stdout)["lines"] == body["lines"]


def test_the_file_itself_says_what_it_changed(home) -> None:
    with duckdb.connect(str(Settings(home=home).published), read_only=True) as con:
        rows = con.execute(
            "select change_kind, change_of, change_key, old_value, new_value, n_changed, reason "
            "from audit.publication_change "
            "where change_of in ('c01_extreme_poverty', ?) and change_key in ('World', 'unsd') order by all",
            [SERIES],
        ).fetchall()
        versions = con.execute("select distinct old_version, new_version from audit.publication_change").fetchall()
        (version,) = con.execute("select version from meta.release").fetchone()
        (counted,) = con.execute(
            "select n_rows from meta.table_info where table_name = 'audit.publication_change'"
        ).fetchone()
        tables = con.execute("select count(*) from audit.publication_change where change_kind = 'table'").fetchone()
    (metric, series) = rows
    assert metric[:5] == ("metric", "c01_extreme_poverty", "World", 8.0, 9.0) and "definition" in metric[6]
    assert series == ("series", SERIES, "unsd", None, None, 1, f"{LATER} instead of {EARLIER}")
    first = min(path.name for path in (home / "data" / "warehouse" / "releases").iterdir())
    assert versions == [(first, version)] and counted > len(rows) and tables > (0,)


@pytest.mark.parametrize("module", [publication_diff, publication_files])
def test_a_failure_to_compare_or_to_write_stops_no_publication(home, monkeypatch, module) -> None:
    def fail(*args: object, **named: object) -> None:
        raise MemoryError("no room for it")

    if module is publication_diff:
        monkeypatch.setattr(module, "compare_publications", fail)
    else:
        monkeypatch.setitem(module.FORMS, "changes.md", fail)
    run = run_all(Settings(home=home), with_bundled=False, force=True)
    assert run.status == "published" and any("no room for it" in note for note in run.notes)

"""The arithmetic of the measure of official matches, and the file of labels it reads."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path

import duckdb
import pytest

from localsdg.registry.sdg_codes import sdg_codes

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "official_matches.py"


@pytest.fixture(scope="module")
def measure():
    spec = importlib.util.spec_from_file_location("official_matches", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rows(measure):
    """Three labelled official (one lost, one missed), one proxy called official, one placeholder."""
    labels = [
        measure.Labelled("a", "1-1-1", "1.1.1", "official", "same"),
        measure.Labelled("a", "1-2-1", "1.2.1", "official", "same"),
        measure.Labelled("b", "3-4-2", "3.4.2", "proxy", "a count"),
        measure.Labelled("b", "9-9", "", "other", "local"),
        measure.Labelled("b", "2-1-1", "2.1.1", "official", "same"),
    ]
    con = duckdb.connect()
    con.execute(
        "create schema core; create table core.local_indicator as select * from (values "
        "('a', '1-1-1', 'official, title not compared', 'no title', 'ca', 'Pobresa', false, null), "
        "('a', '1-2-1', 'official', null, null, null, true, 'OSDG-OBS-008'), "
        "('b', '3-4-2', 'official', 'near', 'en', 'Suicides', false, null), "
        "('b', '9-9', 'none', null, 'en', 'Trees', false, null)) "
        "as t(site_id, local_indicator_id, match, match_reason, language, title, is_placeholder, placeholder_rule)"
    )
    return measure.with_matches(con, labels)


def test_precision_and_recall_count_every_form_of_official_and_what_is_lost(measure, rows):
    assert measure.counts(rows) == (1, 2, 3)
    by_site = measure.measures(rows, "site", lambda one: one.site_id).splitlines()
    assert by_site[1].split() == "all 5 50.0 (9.5 to 90.5) 1/2 33.3 (6.1 to 79.2) 1/3".split()
    assert by_site[2].split() == "a 2 100.0 (20.7 to 100.0) 1/1 50.0 (9.5 to 90.5) 1/2".split()
    assert [one.match for one in rows][1:] == ["placeholder", "official", "none", "not in the warehouse"]
    assert rows[1].match_reason == "OSDG-OBS-008"


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (97, 100, 91.5, 99.0), (0, 0, 0.0, 100.0)],
)
def test_the_interval_is_that_of_wilson(measure, right, n, low, high):
    assert measure.wilson(right, n) == pytest.approx((low, high), abs=0.06)


def test_each_error_is_listed_once_with_both_reasons(measure, rows):
    text = "\n".join(measure.error_lines(rows))
    assert "called official, and not: 1\nb 3-4-2: label proxy (a count)\n    match official (near)" in text
    assert "official, and not called so: 2\na 1-2-1" in text
    assert text.count(": label ") == 3
    assert "| proxy | 0 | 0 | 1 | 0 | 0 |" in measure.confusion(rows)


@pytest.mark.parametrize(("name", "n", "n_former"), [("", 300, 0), ("_held_out", 150, 2), ("_second", 126, 0)])
def test_the_labels_are_facts_with_real_codes(measure, name, n, n_former):
    path = measure.LABELS.with_stem(f"official_matches{name}")
    labels = measure.read_labels(path)
    codes = sdg_codes()
    assert len({(one.site_id, one.local_indicator_id) for one in labels}) == len(labels) == n
    # codes that the list had before 2020, and no longer has
    assert sum(bool(one.official_code) and one.official_code not in codes for one in labels) == n_former
    assert [one for one in labels if not one.official_code and one.label != "other"] == []
    assert [one for one in labels if not one.reason or len(one.reason) > 100] == []
    with path.open(encoding="utf-8", newline="") as handle:
        basis = {part for row in csv.DictReader(handle) for part in row["basis"].split(";")}
    assert basis == {"title", "definition", "unit", "series"}


def test_other_sets_hold_none_of_the_first_and_two_readers_agree(measure):
    first, held_out, second = (
        {(one.site_id, one.local_indicator_id): one for one in measure.read_labels(path)}
        for path in sorted(measure.LABELS.parent.glob("official_matches*.csv"))
    )
    assert not first.keys() & (held_out.keys() | second.keys())
    both = held_out.keys() & second.keys()
    assert len(both) == 20
    assert [key for key in both if held_out[key].label != second[key].label] == []


def test_a_label_that_is_none_of_the_three_is_refused(measure, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("site_id,local_indicator_id,official_code,label,reason\na,1-1-1,1.1.1,maybe,x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="'maybe' | expected official, proxy or other"):
        measure.read_labels(path)
    assert measure.main([str(tmp_path / "missing.duckdb"), "--labels", str(path)]) == 2

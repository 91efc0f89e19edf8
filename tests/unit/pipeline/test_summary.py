"""What the terminal prints of many values that the evidence leaves out."""

from __future__ import annotations

from localsdg.pipeline.summary import MOST_NAMED, _value_lines, print_summary


def item(rule_id: str, name: str) -> dict:
    return {"rule_id": rule_id, "set_aside_name": name, "reason": "the reason", "line": f"value {name}"}


def test_the_first_of_each_rule_are_named_and_the_rest_by_series():
    items = [item("WH-013", f"SI_COV_PENSN 120 {year}") for year in range(2010, 2014)]
    items += [item("WH-013", "IT_USE_ii99, 26 more"), item("WH-012", "VC_DSR_AFFCT 585 2021")]
    lines = _value_lines(items)
    assert [line for line in lines if line.startswith("value ")] == [
        "value SI_COV_PENSN 120 2010",
        "value SI_COV_PENSN 120 2011",
        "value SI_COV_PENSN 120 2012",
        "value VC_DSR_AFFCT 585 2021",
    ]
    assert lines[3].startswith("more values of IT_USE_ii99, SI_COV_PENSN: the reason; ")
    assert "core.observation_flag" in lines[3]


def test_few_are_all_named():
    items = [item("WH-009", f"SG_DSR_SILS 048 {year}") for year in (2020, 2021, 2022)]
    assert _value_lines(items) == [one["line"] for one in items]
    assert _value_lines([]) == []


def test_a_terminal_names_the_first_things_left_out_and_counts_the_rest(capsys):
    def left_out(n: int) -> dict:
        return {"set_aside_kind": "file", "rule_id": "SNAP-001", "line": f"file number {n}."}

    summary = {
        "status": "published",
        "loads": [],
        "sources": [],
        "set_aside": [left_out(n) for n in range(MOST_NAMED + 1_002)],
        "checks": {},
        "report": "r",
        "warnings": [],
        "notes": [],
        "without_model": "",
        "changes": {},
        "world_extreme_poverty": [],
        "seconds": {},
        "file": "f",
        "bytes": 1,
        "version": "v",
        "last_run": "l",
        "pruned": [],
        "staged_by": {"host:1": 3, "host:2": 2},
        "kept_parts": {"used": 5, "made": 0, "damaged": 0},
    }
    print_summary(summary)
    shown = capsys.readouterr().out
    assert "5 snapshots staged by 2 worker processes" in shown and "5 read from earlier runs" in shown
    assert "file number 39." in shown and "file number 40." not in shown
    assert '1,002 more; all: localsdg query "from audit.quarantine"' in shown

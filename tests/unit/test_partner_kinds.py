"""The measure of kinds of partners, and that the lists do not get worse."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "partner_kinds.py"


@pytest.fixture(scope="module")
def measure():
    spec = importlib.util.spec_from_file_location("partner_kinds", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bracket_is_hidden_from_what_reads_the_name(measure):
    cells = ["Rare (NGO); UNESCO (UN)", "World Health Organization (WHO)", "Bonn (Germany)", "a " * 20 + "(NGO)"]
    assert list(measure.bracketed(cells)) == [("Rare", "civil society"), ("UNESCO", "UN or intergovernmental")]


def test_a_government_is_right_at_every_level_and_silence_is_counted(measure):
    pairs = [
        ("City of Bonn", "nation"),
        ("Ministry of Health", "nation"),
        ("University of Ghana", "business"),
        ("Zzyzx", "business"),
    ]
    numbers = re.findall(r"[\d.]+", measure.summary(pairs))
    assert numbers == ["4", "66.7", "50.0", "25.0"]


def test_most_names_of_the_un_register_get_the_kind_of_their_bracket(measure, data_root):
    rows = measure.read_rows(data_root / "local" / "actions" / measure.PARTNERSHIPS)
    pairs = [pair for pair in measure.bracketed(row["partners"] for row in rows) if pair[1] != "other"]
    assert len(pairs) > 1900
    for some, least_right, most_silent in (
        (pairs, 84, 16),
        ([pair for pair in pairs if measure.is_held_out(pair[0])], 82, 18),
    ):
        _, right, _, silent = map(float, re.findall(r"[\d.]+", measure.summary(some)))
        assert right >= least_right
        assert silent <= most_silent

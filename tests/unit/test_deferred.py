"""Modules that an import leaves out are there for whoever asks for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localsdg.checks.deferred import deferred


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package `late_tools` with a module `charts`, neither imported yet."""
    folder = tmp_path / "late_tools"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "charts.py").write_text("COLOUR = 'blue'\n\ndef draw():\n    return COLOUR\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "late_tools.charts"
    for name in ("late_tools.charts", "late_tools"):
        sys.modules.pop(name, None)


def test_a_deferred_module_is_imported_by_its_first_use(package: str) -> None:
    with deferred(package):
        from late_tools import charts
    assert package not in sys.modules
    assert charts.draw() == "blue" and package in sys.modules
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        charts.paint()


def test_who_looks_through_all_modules_imports_none(package: str) -> None:
    with deferred(package):
        assert not hasattr(sys.modules[package], "__file__")
        assert not hasattr(sys.modules[package], "__wrapped__")
    assert package not in sys.modules


def test_who_imports_it_afterwards_gets_the_module(package: str) -> None:
    with deferred(package):
        from late_tools import charts as stand_in
    import late_tools.charts

    assert late_tools.charts.__file__ and late_tools.charts is not stand_in
    assert stand_in.COLOUR == "blue"


def test_a_module_that_is_there_stays_and_a_failing_import_leaves_nothing(package: str) -> None:
    import late_tools.charts as there

    with pytest.raises(ZeroDivisionError), deferred(package, "late_tools.other"):
        assert sys.modules[package] is there
        raise ZeroDivisionError
    assert sys.modules[package] is there and "late_tools.other" not in sys.modules


def test_great_expectations_comes_without_what_no_suite_uses_and_still_has_it() -> None:
    program = (
        "import sys; from localsdg.checks.gx_duckdb import load_gx; load_gx()\n"
        "assert not {'scipy.stats', 'altair'} & sys.modules.keys()\n"
        "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as kl\n"
        "assert round(kl.stats.entropy([0.5, 0.5]), 4) == 0.6931 and kl.alt.Chart\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr

"""Modules that an import leaves out are there for whoever asks for them, in any thread."""

from __future__ import annotations

import builtins
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localsdg.checks.deferred import deferred

MODULES = {
    "late_tools/__init__.py": "",
    "late_tools/charts.py": "COLOUR = 'blue'\n\ndef draw():\n    return COLOUR\n",
    "late_alone.py": "SIZE = 3\n",
    # the package that imports them and seldom uses them
    "user_of_them/__init__.py": "import late_alone as alone\nfrom late_tools import charts\n",
    "user_of_them/more.py": "from late_tools import charts, __name__ as both\n",
}
NAMES = ("late_tools.charts", "late_alone")


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three packages that nothing has imported yet."""
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [one for one in sys.modules if one.startswith(("late_", "user_of_them"))]:
        del sys.modules[name]


def test_a_deferred_module_is_imported_by_its_first_use() -> None:
    with deferred("user_of_them", *NAMES):
        import user_of_them as user
    assert not set(NAMES) & sys.modules.keys()
    assert not hasattr(user.charts, "__wrapped__") and not hasattr(user.alone, "__file__")
    assert not set(NAMES) & sys.modules.keys(), "who looks through all names imports none"
    assert (user.charts.draw(), user.alone.SIZE) == ("blue", 3) and set(NAMES) <= sys.modules.keys()
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        user.charts.paint()


def test_whoever_else_imports_it_gets_the_module_also_in_another_thread() -> None:
    found = []

    def other() -> None:
        import late_alone
        import late_tools.charts

        found.extend([late_tools.charts.__file__, late_alone.__spec__])

    with deferred("user_of_them", *NAMES):
        import user_of_them as user

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        from late_tools import charts
    assert all(found) and len(found) == 2
    assert charts.__file__ and charts is not user.charts and user.charts.COLOUR == "blue"


def test_an_import_of_more_than_it_is_the_import_of_the_module() -> None:
    with deferred("user_of_them", *NAMES):
        from user_of_them import more
    assert more.charts.__file__ and more.both == "late_tools"


def test_a_module_that_is_there_is_given_and_imports_are_as_before_however_it_ends() -> None:
    import late_alone

    before = builtins.__import__
    with pytest.raises(ZeroDivisionError), deferred("user_of_them", *NAMES):
        import user_of_them as user

        assert user.alone is late_alone
        raise ZeroDivisionError
    assert builtins.__import__ is before


def test_great_expectations_comes_without_what_no_suite_uses_and_still_has_it() -> None:
    program = (
        "import sys; from localsdg.checks.gx_duckdb import load_gx; load_gx()\n"
        "assert not {'scipy.stats', 'altair'} & sys.modules.keys()\n"
        "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as kl\n"
        "assert round(kl.stats.entropy([0.5, 0.5]), 4) == 0.6931 and kl.alt.Chart\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr

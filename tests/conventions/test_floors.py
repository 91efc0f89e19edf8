"""The order of the floors: a module imports only from floors below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src" / "localsdg"
#: From the ground to the roof; what stands in one set may import from one another.
FLOORS: list[set[str]] = [
    {"errors", "clean_text", "public_text", "__init__"},
    {"settings", "progress", "output_files", "interrupts", "processes"},
    {"registry"}, {"duck"}, {"sources"},
    {"staging"}, {"linking"}, {"checks"}, {"warehouse"}, {"figures"},
    {"bundle", "bundle_reviews", "bundle_sites", "documents", "runs"},
    {"pulls"}, {"pipeline"}, {"summary"}, {"flows"}, {"cli_arguments"}, {"cli_base"}, {"cli_link_text"},
    {"cli_explain", "cli_figures", "cli_link", "cli_link_train", "cli_pull", "cli_query"},
    {"cli"}, {"__main__"},
]
HEIGHT = {name: height for height, floor in enumerate(FLOORS) for name in floor}


def imports(path: Path) -> set[str]:
    """Parts of localsdg (and flows) that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "flows":
                found.add("flows")
            elif parts[0] == "localsdg":
                found.add(parts[1] if parts[1] in HEIGHT else "__init__")
    return found


def floor_of(path: Path) -> str:
    """The part of localsdg that a file belongs to."""
    if path.parent.name == "flows":
        return "flows"
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def arrows_back(paths: list[Path]) -> list[str]:
    """Every import of the same floor's neighbour or of a floor above."""
    faults = []
    for path in paths:
        own = floor_of(path)
        for other in imports(path) - {own}:
            if HEIGHT[other] > HEIGHT[own] or (HEIGHT[other] == HEIGHT[own] and own == "registry"):
                faults.append(f"{path.name} ({own}) imports {other}")
    return faults


def modules() -> list[Path]:
    return [*sorted(SOURCE.rglob("*.py")), *sorted((CHECKOUT / "flows").glob("*.py"))]


def test_every_part_has_a_floor() -> None:
    assert {floor_of(path) for path in modules()} - set(HEIGHT) == set()


def test_no_arrow_runs_back() -> None:
    assert arrows_back(modules()) == []


def test_an_arrow_that_runs_back_is_found(tmp_path: Path, monkeypatch) -> None:
    bad = SOURCE / "staging" / "unsd.py"
    seen = {"warehouse"}
    monkeypatch.setattr(f"{__name__}.imports", lambda path: seen)
    assert arrows_back([bad]) == ["unsd.py (staging) imports warehouse"]


def test_the_ground_imports_nothing_of_ours() -> None:
    faults = [f"{p.name}: {found}" for p in (SOURCE / "registry").glob("*.py")
              if (found := imports(p) - {"registry"})]
    assert faults == []


def test_logic_never_imports_prefect() -> None:
    faults = [p.name for p in SOURCE.rglob("*.py") if "prefect" in p.read_text(encoding="utf-8")
              and any(isinstance(n, ast.Import | ast.ImportFrom)
                      and "prefect" in ast.unparse(n) for n in ast.walk(ast.parse(p.read_text())))]
    assert faults == []


@pytest.mark.parametrize("path", [p for p in modules() if p.name != "__init__.py"], ids=lambda p: p.name)
def test_modules_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "split it: is it still one thing?"
    assert ast.get_docstring(ast.parse(text)), "a module says what it is"


def test_public_functions_have_docstrings() -> None:
    faults = []
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) \
                    and not node.name.startswith("_") and not ast.get_docstring(node):
                faults.append(f"{path.name}: {node.name}")
    assert faults == []


def test_no_path_of_a_machine_in_tracked_files() -> None:
    needles = ("/" + "work/", "/" + "home/", "/" + "root/", "file:" + "///opt")
    faults = [
        f"{path.relative_to(CHECKOUT)}: {needle}"
        for folder in ("src", "flows", "sql", "tests", "docs", "benchmarks", "expectations")
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql", ".md", ".toml", ".json", ".j2", ".csv"}
        for needle in needles if needle in path.read_text(encoding="utf-8")
    ]
    assert faults == []

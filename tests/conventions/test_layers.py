"""The order of the layers, and what holds for every module."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src" / "localsdg"
#: From the lowest layer to the entry points: a package imports only from those before it.
LAYERS = [
    "common",
    "registry",
    "sources",
    "staging",
    "linking",
    "checks",
    "warehouse",
    "research",
    "figures",
    "connector",
    "explore",
    "maintenance",
    "pipeline",
    "flows",
    "cli",
]


@cache
def modules() -> list[Path]:
    return [*sorted(SOURCE.rglob("*.py")), *sorted((CHECKOUT / "flows").glob("*.py"))]


def dotted(path: Path) -> str:
    """`localsdg.staging.unsd.lists`, or `flows.pull`."""
    relative = path.relative_to(CHECKOUT if path.parent.name == "flows" else CHECKOUT / "src").with_suffix("")
    return ".".join(part for part in relative.parts if part != "__init__")


def layer_of(module: str) -> str | None:
    """The layer of a dotted name; None for the package's own root and for other packages."""
    parts = module.split(".")
    if parts[0] == "flows":
        return "flows"
    return parts[1] if parts[0] == "localsdg" and len(parts) > 1 and parts[1] in LAYERS else None


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def known_modules() -> frozenset[str]:
    return frozenset(dotted(module) for module in modules())


@cache
def imports(path: Path) -> set[str]:
    """Every module of the project that a file imports: at its top, in functions, for types alone."""
    known = known_modules()
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(dotted(path).split(".")[: -node.level]) if node.level else ""
            module = ".".join(part for part in (package, node.module) if part)
            for alias in node.names:
                full = f"{module}.{alias.name}"
                names.add(full if full in known else module)
    return names & known


def upward(module: str, imported: set[str]) -> list[str]:
    """Imports of a module from a layer above its own."""
    own = layer_of(module)
    return [
        f"{module} ({own}) imports {other}"
        for other in sorted(imported)
        if own and (layer := layer_of(other)) and LAYERS.index(layer) > LAYERS.index(own)
    ]


def test_every_package_is_a_layer() -> None:
    packages = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert packages | {"flows"} == set(LAYERS)
    assert {path.name for path in SOURCE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_no_import_runs_upwards() -> None:
    assert [fault for path in modules() for fault in upward(dotted(path), imports(path))] == []


def test_no_import_cycles_type_only_ones_included() -> None:
    graph = {dotted(path): imports(path) - {dotted(path)} for path in modules() if path.name != "__init__.py"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_an_import_that_runs_upwards_is_found() -> None:
    assert upward("localsdg.staging.unsd.lists", {"localsdg.warehouse.build", "localsdg.common.errors"}) == [
        "localsdg.staging.unsd.lists (staging) imports localsdg.warehouse.build"
    ]


def test_logic_never_imports_prefect() -> None:
    faults = [
        dotted(path)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and "prefect" in ast.unparse(node)
    ]
    assert faults == []


@pytest.mark.parametrize("path", [p for p in modules() if p.name != "__init__.py"], ids=dotted)
def test_modules_are_small_and_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "split it: does it still do one thing?"
    assert ast.get_docstring(parsed(path)), "a module says what it is"


def test_public_functions_have_docstrings() -> None:
    faults = []
    for path in modules():
        for node in parsed(path).body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
                and not node.name.startswith("_")
                and "overload" not in map(ast.unparse, node.decorator_list)
                and not ast.get_docstring(node)
            ):
                faults.append(f"{path.name}: {node.name}")
    assert faults == []


def test_no_two_test_modules_have_one_name() -> None:
    """pytest imports test modules by their bare names: the second of a name is an error of the whole run."""
    names = Counter(path.name for path in (CHECKOUT / "tests").rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_path_of_a_machine_in_tracked_files() -> None:
    needles = ("/" + "work/", "/" + "home/", "/" + "root/", "file:" + "///opt")
    faults = [
        f"{path.relative_to(CHECKOUT)}: {needle}"
        for folder in ("src", "flows", "sql", "tests", "docs", "benchmarks", "expectations")
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql", ".md", ".toml", ".json", ".j2", ".csv"}
        for needle in needles
        if needle in path.read_text(encoding="utf-8")
    ]
    assert faults == []

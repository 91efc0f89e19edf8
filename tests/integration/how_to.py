"""A how-to page is proven by running its commands in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = CHECKOUT / "docs" / "how-to"
#: Neither the data nor the history: parts of the bundle are linked.
PARTS = ("src", "sql", "expectations", "flows", "pyproject.toml", "README.md")


def commands(page: Path, kind: str = "sh") -> list[str]:
    """The code blocks of a page of one kind, in order; `sh` are those to run."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def copy_of_tree(folder: Path, *more: str, bundle: Sequence[str] = ("*/*",)) -> Path:
    """A copy of the tree with the files of `more`; `folder/bin` has the command and Python of these tests.

    `bundle` are patterns of bundled snapshots: a page is proven sooner by few of them.
    """
    tree = folder / "tree"
    for part in (*PARTS, *more):
        source, target = CHECKOUT / part, tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    bundled = CHECKOUT / "data" / "raw" / "bundled"
    for snapshot in (found for pattern in bundle for found in bundled.glob(pattern)):
        link = tree / "data" / "raw" / "bundled" / snapshot.relative_to(bundled)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(snapshot)
    for name, words in (
        ("localsdg", f"{sys.executable} -m localsdg"),
        ("python", sys.executable),
        ("sqlfluff", f"{sys.executable} -m sqlfluff"),
    ):
        tool = folder / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        tool.chmod(0o755)
    return tree


def run_block(block: str, tree: Path, home: Path) -> str:
    """Run a block of a page in a copy of the tree; returns what it printed, and fails where it fails."""
    environment = os.environ | {
        "PATH": f"{tree.parent / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(tree / "src"),
        "LOCALSDG_HOME": str(home),
    }
    done = subprocess.run(
        ["bash", "-euc", block], cwd=tree, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout

"""The notebooks of `docs/notebooks/`: run against the published warehouse, and written with their output."""

from __future__ import annotations

import base64
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: Seconds that a cell may take; the largest query of a notebook takes two.
_CELL_SECONDS = 120
#: What differs between two builds of the same data: version, day of the build, hash, commit.
_BUILD = re.compile(r"\b20\d\d\.\d\d\.\d\d\.\d+\b|(?<=built )20\d\d-\d\d-\d\d|\b[0-9a-f]{64}\b|\+[0-9a-f]{7,}\b")


def notebook_paths(settings: Settings) -> list[Path]:
    """The notebooks, by name."""
    return sorted((settings.resources / "docs" / "notebooks").glob("*.ipynb"))


def run_notebook(path: Path, home: Path, more: str = "") -> Any:
    """The notebook with the output of every cell, and of `more` as its last cell.

    Nothing is written. Raises `LocalsdgError` for a cell that fails or writes to standard error, such as a warning,
    and where nbclient is not installed.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError as error:
        raise LocalsdgError(
            "notebooks cannot be run here",
            got=f"no module {error.name}",
            next_step="pip install nbclient ipykernel altair",
        ) from error
    notebook = nbformat.read(path, as_version=4)
    if more:
        notebook.cells.append(nbformat.v4.new_code_cell(more))
    environment = os.environ | {"LOCALSDG_HOME": str(home), "PYTHONWARNINGS": "default"}
    client = NotebookClient(notebook, timeout=_CELL_SECONDS, kernel_name="python3")
    client.create_kernel_manager().transport = "ipc"  # no port of the machine
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        raise LocalsdgError("a cell of a notebook fails", where=path, got=str(error)[-2000:]) from error
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise LocalsdgError("a cell of a notebook warns", where=path, got=f"{cell.source}\n{output.text}")
    return _tidy(notebook)


def write_notebooks(settings: Settings, *, only_check: bool = False) -> list[str]:
    """Run every notebook and write it where its texts are not those that it has; returns the names of those."""
    import nbformat

    changed = []
    for path in notebook_paths(settings):
        notebook = run_notebook(path, settings.home)
        if texts_of(notebook) != texts_of(nbformat.read(path, as_version=4)):
            changed.append(f"docs/notebooks/{path.name}")
            if not only_check:
                nbformat.write(notebook, path)
    return changed


def texts_of(notebook: Any) -> list[str]:
    """What the cells print, in order, without what differs between two builds of the same data; `picture` for one."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            text = "picture" if "image/png" in data else data.get("text/markdown") or data.get("text/plain")
            texts.append(_BUILD.sub("…", "".join(text or output.get("text", ""))))
    return texts


def _small_picture(encoded: str) -> str:
    """A picture in base64 with 64 colours, which is all that these charts need: a quarter of the bytes."""
    from PIL import Image

    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    target = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return base64.b64encode(target.getvalue()).decode("ascii")


def _tidy(notebook: Any) -> Any:
    """Without times, and with cells counted from 1."""
    number = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = number
                if picture := output.get("data", {}).get("image/png"):
                    output.data["image/png"] = _small_picture(picture)
                    output.data.pop("text/plain", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    return notebook

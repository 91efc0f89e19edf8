"""The scripts of Vega-Lite as a file: the library that carries them takes six seconds to put them together."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from localsdg.common.output_files import write_text


def kept_vega(cache: Path) -> Path:
    """The file of the scripts in a folder, one a version of the library; written where it is not there yet."""
    path = cache / f"vega-{version('vl-convert-python')}.js"
    if not path.exists():
        from localsdg.figures.page.scripts import vega

        write_text(path, vega())
    return path

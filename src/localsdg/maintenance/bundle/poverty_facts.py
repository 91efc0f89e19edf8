"""What a bundle keeps of the texts of a poverty number: the parts of its meaning, and no prose."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from localsdg.staging.local.data_file import DataFile
from localsdg.staging.local.describe import Description
from localsdg.staging.local.poverty import is_poverty_number, parts_of_cell
from localsdg.staging.local.reference_area import Home

#: Fields of a bundle, as `staging/opensdg/stated.py` reads them.
TEXTS, CELLS = "localsdg_poverty", "localsdg_poverty_cells"


def poverty_facts(
    description: Description, files: Iterable[DataFile], home: Home, cut: Callable[[str], str]
) -> dict[str, object]:
    """Field -> what the indicator's texts state, and what those cells state that the bundle cuts or does not translate.

    `cut` gives a cell as the bundle keeps it.
    """
    if not is_poverty_number(description.indicator_id):
        return {}
    words = description.stated.cell_words
    cells: dict[str, dict[str, str]] = {}
    for file in files:
        for header, column in file.columns.items():
            for cell in {cell.strip() for cell in column}:
                full, kept = words.get(cell, cell), cut(cell)
                parts = parts_of_cell(header, full, home)
                if full != kept and parts != parts_of_cell(header, kept, home):
                    cells[kept] = dict(sorted(parts.items()))
    texts = {part: list(pair) for part, pair in sorted(description.poverty.items())}
    return {TEXTS: texts, CELLS: dict(sorted(cells.items()))}

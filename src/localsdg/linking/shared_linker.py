"""One linker for all texts of a run: its tables take half a second to load, and not every run has texts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from localsdg.linking.calibrate import TEXT
from localsdg.linking.links import Elements, Linker
from localsdg.linking.model import Model, find_model, read_model
from localsdg.registry.sdg_codes import sdg_codes

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings


class SharedLinker:
    """A `Linker` that is opened by the first text; a context manager.

    The model is the user's own in `data/linking`, else the shipped one.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._linker: Linker | None = None

    @cached_property
    def model(self) -> Model:
        """The model in use. Raises `LocalsdgError` when it cannot be read."""
        return read_model(find_model(self._settings.linking))

    def __enter__(self) -> SharedLinker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._linker is not None:
            self._linker.__exit__()

    def batches(self, texts: pa.Table, kind: str = TEXT) -> Iterator[tuple[pa.Table, pa.Table]]:
        """`Linker.batches`; nothing where there is no text.

        Raises `LocalsdgError` when the model cannot be read.
        """
        if not texts.num_rows:
            return
        if self._linker is None:
            self._linker = Linker(self._settings, self.model, Elements.of(sdg_codes()))
        yield from self._linker.batches(texts, kind)

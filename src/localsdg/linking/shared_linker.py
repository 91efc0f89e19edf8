"""One linker for all texts of a run: its tables take half a second to load, and not every run has texts.

The links of the same texts, by the same model and code, are kept as a part (`common/kept.py`): most runs bring
no new text, and then neither a model is loaded nor a text read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from localsdg.common.input_hash import PACKAGE, file_lines, hash_file, hash_lines, library_lines
from localsdg.common.kept import KeptParts, part_key
from localsdg.linking.calibrate import TEXT
from localsdg.linking.links import Elements, Linker
from localsdg.linking.model import Model, find_model, read_model
from localsdg.registry.sdg_codes import sdg_codes

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings

#: What links depend on beside texts and model: the modules and lists of these layers, and the SQL.
_LAYERS = ("common", "registry", "linking")
#: A part has two files a batch, numbered.
_LINKS, _READ = "links-{}.parquet", "read-{}.parquet"


#: Links, and what was read of each text: see `Linker.link`.
Batch: TypeAlias = "tuple[pa.Table, pa.Table]"


class SharedLinker:
    """A `Linker` that is opened by the first text without kept links; a context manager.

    The model is the user's own in `data/linking`, else the shipped one. `parts` holds what earlier runs linked;
    without it nothing is kept.
    """

    def __init__(self, settings: Settings, parts: KeptParts | None = None) -> None:
        self._settings = settings
        self._parts = parts or KeptParts(None)
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

    def batches(self, texts: pa.Table, kind: str = TEXT) -> Iterator[Batch]:
        """`Linker.batches`, read from the kept part where there is one; nothing where there is no text.

        Raises `LocalsdgError` when the model cannot be read.
        """
        if not texts.num_rows:
            return
        key = self._key(texts, kind)
        if (kept := self._kept(key)) is not None:
            yield from kept
            return
        if self._linker is None:
            self._linker = Linker(self._settings, self.model, Elements.of(sdg_codes()))
        made = []
        for batch in self._linker.batches(texts, kind):
            made.append(batch)
            yield batch
        self._keep(key, made)

    def _key(self, texts: pa.Table, kind: str) -> str:
        if self._parts.folder is None:
            return ""
        given = hashlib.sha256(json.dumps(texts.to_pydict()).encode()).hexdigest()
        return part_key("links", self._code, hash_file(self.model.path), kind, texts.schema, given)

    @cached_property
    def _code(self) -> str:
        folders = {**{name: PACKAGE / name for name in _LAYERS}, "sql": self._settings.sql / "linking"}
        return hash_lines([*(line for one in folders.items() for line in file_lines(*one)), *library_lines()])

    def _kept(self, key: str) -> list[Batch] | None:
        """The links of a kept part, a batch each; None where there is none that can be read."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with suppress(OSError, pa.ArrowException):  # of a disk that fails, or swept by another process
            if folder := self._parts.get(key):
                n_batches = len(list(folder.glob(_LINKS.format("*"))))
                return [
                    (pq.read_table(folder / _LINKS.format(n)), pq.read_table(folder / _READ.format(n)))
                    for n in range(n_batches)
                ]
        return None

    def _keep(self, key: str, batches: list[Batch]) -> None:
        """Keep links for the next run; a disk that cannot take them stops nothing."""
        import pyarrow.parquet as pq

        if self._parts.folder is None:
            return
        with suppress(OSError), self._parts.put(key) as folder:
            for n, (links, read) in enumerate(batches):
                pq.write_table(links, folder / _LINKS.format(n))
                pq.write_table(read, folder / _READ.format(n))

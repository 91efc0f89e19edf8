"""One linker for all texts of a run: its tables take half a second to load, and not every run has texts.

The links of the same texts, by the same model and code, are kept as a part (`common/kept.py`): most runs bring
no new text, and then neither a model is loaded nor a text read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from localsdg.common.input_hash import PACKAGE, file_lines, hash_file, hash_lines, library_lines
from localsdg.common.kept import LIST, KeptParts, part_key
from localsdg.common.parsed_text import json_of
from localsdg.common.scratch import scratch_folder
from localsdg.linking.calibrate import TEXT
from localsdg.linking.links import BATCH, Elements, Linker
from localsdg.linking.model import Model, find_model, read_model
from localsdg.registry.sdg_codes import sdg_codes

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

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

    @property
    def model(self) -> Model:
        """The model in use. Raises `LocalsdgError` when it cannot be read."""
        return self._hashed_model[1]

    @cached_property
    def _hashed_model(self) -> tuple[str, Model]:
        """The hash of the model's file, taken before it is read, and the model."""
        path = find_model(self._settings.linking)
        sha256 = ""
        with suppress(OSError):  # the reader says what is wrong
            sha256 = hash_file(path)
        return sha256, read_model(path)

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
        batches = self._linker.batches(texts, kind)
        yield from self._keep(key, batches) if key else batches

    def _keep(self, key: str, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The batches, kept for the next run once all are taken; a disk that cannot take them stops nothing."""
        can_keep = True
        with scratch_folder() as folder:
            for number, batch in enumerate(batches):
                can_keep = can_keep and _wrote(folder, number, batch)
                yield batch
            if can_keep and self._is_same_model():
                with suppress(OSError), self._parts.put(key) as part:
                    for file in folder.iterdir():
                        shutil.move(file, part / file.name)

    def _is_same_model(self) -> bool:
        """Whether the file of the model is the one whose hash is in the keys."""
        sha256, model = self._hashed_model
        with suppress(OSError):
            return hash_file(model.path) == sha256
        return False

    def _key(self, texts: pa.Table, kind: str) -> str:
        if self._parts.folder is None:
            return ""
        given = hashlib.sha256()
        for start in range(0, texts.num_rows, BATCH):  # some at a time: they may fill the memory twice
            given.update(json.dumps(texts.slice(start, BATCH).to_pydict()).encode())
        return part_key("links", self._code, self._hashed_model[0], kind, texts.schema, given.hexdigest())

    @cached_property
    def _code(self) -> str:
        folders = {**{name: PACKAGE / name for name in _LAYERS}, "sql": self._settings.sql / "linking"}
        return hash_lines([*(line for one in folders.items() for line in file_lines(*one)), *library_lines()])

    def _kept(self, key: str) -> Iterator[Batch] | None:
        """The links of a kept part, a batch at a time; None where there is none that can be read."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with suppress(OSError, ValueError, pa.ArrowException), ExitStack() as opened:
            if key and (folder := self._parts.get(key)):
                names = json_of((folder / LIST).read_text(encoding="utf-8"))
                # all are open before the first is read: another process may sweep the folder
                files = {name: opened.enter_context(pq.ParquetFile(folder / name)) for name in names}
                return _read(files, opened.pop_all())
        return None


def _wrote(folder: Path, number: int, batch: Batch) -> bool:
    """Write the two files of a batch; False where the disk cannot take them."""
    import pyarrow.parquet as pq

    try:
        for name, table in zip((_LINKS, _READ), batch, strict=True):
            pq.write_table(table, folder / name.format(number))
    except OSError:
        return False
    return True


def _read(files: Mapping[str, pq.ParquetFile], opened: ExitStack) -> Iterator[Batch]:
    with opened:
        for number in range(len(files) // 2):
            yield files[_LINKS.format(number)].read(), files[_READ.format(number)].read()

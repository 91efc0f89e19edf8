"""Links of the same texts are read from what an earlier run kept; anything else is linked."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from localsdg.common.kept import KeptParts
from localsdg.common.settings import Settings
from localsdg.linking import shared_linker
from localsdg.linking.calibrate import RECORD, TEXT
from localsdg.linking.links import Linker
from localsdg.linking.model import SHIPPED
from localsdg.linking.shared_linker import SharedLinker

TEXTS = ("Afforestation of degraded hillsides, for SDG 15.2", "Cash transfers to poor households", "Zzz")


def texts(*given: str) -> pa.Table:
    return pa.table(
        {
            "text_id": pa.array(range(len(given)), pa.int64()),
            "text": pa.array(given, pa.string()),
            "language": pa.array(["en"] * len(given), pa.string()),
        }
    )


def linked(settings: Settings, given: pa.Table, kind: str = TEXT) -> tuple[KeptParts, list]:
    parts = KeptParts(settings.parts_folder)
    with SharedLinker(settings, parts) as linker:
        return parts, [(links.to_pydict(), read.to_pydict()) for links, read in linker.batches(given, kind)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, parts=str(tmp_path / "parts"))


@pytest.fixture
def n_linked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of texts of each call of the linker."""
    counts: list[int] = []
    link = Linker.link
    monkeypatch.setattr(
        Linker, "link", lambda self, given, *more: (counts.append(given.num_rows), link(self, given, *more))[1]
    )
    return counts


def test_the_links_of_the_same_texts_are_those_of_the_first_run(settings: Settings, n_linked: list[int]) -> None:
    fresh, (batch,) = linked(settings, texts(*TEXTS))
    assert batch[0]["target_code"] and batch[1]["text_id"] == [0, 1, 2]
    again, same = linked(settings, texts(*TEXTS))
    assert same == [batch] and n_linked == [3]
    assert (fresh.used, fresh.made, again.used, again.made) == (0, 1, 1, 0)


def test_every_batch_is_kept_in_its_place(settings: Settings, n_linked: list[int], monkeypatch) -> None:
    from localsdg.linking import links

    monkeypatch.setattr(links, "BATCH", 1)
    many = texts(*(f"{text} {number}" for number in range(4) for text in TEXTS))
    assert linked(settings, many)[1] == linked(settings, many)[1]
    assert n_linked == [1] * 12


@pytest.mark.parametrize("change", ["text", "language", "kind", "model", "code"])
def test_what_links_depend_on_is_in_the_key(settings: Settings, n_linked, change: str, monkeypatch) -> None:
    linked(settings, texts(*TEXTS))
    given, kind = texts(*TEXTS), TEXT
    if change == "text":
        given = texts(*TEXTS[:2], "zzz")
    elif change == "language":
        given = given.set_column(2, "language", pa.array(["en", "en", "es"]))
    elif change == "kind":
        kind = RECORD
    elif change == "model":
        settings.linking.mkdir(parents=True)
        (settings.linking / "links.parquet").write_bytes(
            (shared_linker.PACKAGE / "linking/model/links_free.parquet").read_bytes()
        )
    else:
        monkeypatch.setattr(shared_linker, "library_lines", lambda: ["duckdb 9.9"])
    assert linked(settings, given, kind)[0].made == 1 and n_linked == [3, 3]


def test_a_damaged_part_is_made_again(settings: Settings, n_linked: list[int]) -> None:
    _, before = linked(settings, texts(*TEXTS))
    for file in (settings.home / "parts").glob("*/links-0.parquet"):
        file.write_bytes(file.read_bytes()[:-9])
    parts, after = linked(settings, texts(*TEXTS))
    assert after == before and n_linked == [3, 3] and len(parts.corrupt) == 1


@pytest.mark.parametrize("gone", ["*", "links-0.parquet", "part.json"])
def test_a_part_that_another_process_sweeps_is_made_again(settings: Settings, n_linked, gone: str, monkeypatch) -> None:
    _, before = linked(settings, texts(*TEXTS))
    get = KeptParts.get

    def swept(self: KeptParts, key: str) -> Path | None:
        folder = get(self, key)
        for file in folder.glob(gone) if folder else ():
            file.unlink()
        return folder

    with monkeypatch.context() as patched:
        patched.setattr(KeptParts, "get", swept)
        assert linked(settings, texts(*TEXTS))[1] == before
    assert n_linked == [3, 3]


@pytest.mark.parametrize("when", ["before the first text", "between two lists of texts"])
def test_links_of_a_model_that_is_replaced_meanwhile_are_not_kept(settings: Settings, when: str, monkeypatch) -> None:
    own, free = settings.linking / "links.parquet", shared_linker.PACKAGE / "linking" / "model" / "links_free.parquet"
    own.parent.mkdir(parents=True)
    own.write_bytes(SHIPPED.read_bytes())
    parts = KeptParts(settings.parts_folder)
    with SharedLinker(settings, parts) as linker:
        assert linker.model.languages
        if when != "before the first text":
            list(linker.batches(texts("Schools with clean water")))
        made = parts.made
        own.write_bytes(free.read_bytes())
        list(linker.batches(texts(*TEXTS)))
    assert parts.made == made
    after = linked(settings, texts(*TEXTS))[1]
    assert after == linked(Settings(home=settings.home, fresh=True), texts(*TEXTS))[1]


def test_a_reader_that_stops_early_keeps_nothing(settings: Settings, n_linked: list[int], monkeypatch) -> None:
    from localsdg.linking import links

    monkeypatch.setattr(links, "BATCH", 1)
    parts = KeptParts(settings.parts_folder)
    with SharedLinker(settings, parts) as linker:
        next(iter(linker.batches(texts(*TEXTS))))
    assert parts.made == 0 and len(linked(settings, texts(*TEXTS))[1]) == 3


def test_nothing_is_kept_without_a_folder(settings: Settings, n_linked: list[int]) -> None:
    with SharedLinker(settings) as linker:
        assert all(len(list(linker.batches(texts(*TEXTS)))) == 1 for _ in range(2))
        assert list(linker.batches(texts())) == []
    assert n_linked == [3, 3] and not (settings.home / "parts").exists()

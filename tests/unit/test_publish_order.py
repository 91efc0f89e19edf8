"""A file is on the disk before it has the published name, and its name is before the run goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_publish import built, settings

from localsdg.common.settings import Settings
from localsdg.warehouse.publish import publish

__all__ = ("settings",)


def test_the_bytes_are_synced_before_the_name_and_the_folder_after(
    settings: Settings,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = built(settings, "2026.11.27.1")
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append(f"sync {os.path.basename(os.readlink(f'/proc/self/fd/{handle}'))}")
        sync(handle)

    def put(source: Path, target: Path) -> None:
        replace(source, target)
        if Path(target) == settings.published:
            done.append("published")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", put)
    publish(path, settings, "2026.11.27.1", "2026-11-27 10:00:00")
    at = done.index("published")
    assert f"sync {path.name}" in done[:at], done
    assert f"sync {settings.warehouse.name}" in done[at:], done

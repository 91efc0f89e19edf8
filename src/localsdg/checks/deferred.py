"""Modules that a library imports for a part of it that nobody here uses: left out until they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Within it, an import of one of the modules gives a stand-in, which imports the module when it is first used.

    Afterwards nothing but what was imported within it has the stand-ins: who imports a module then gets the module.
    A module that is there already stays as it is.
    """
    missing = [name for name in names if name not in sys.modules]
    stands_in = {name: _stand_in(name) for name in missing}
    for name, module in stands_in.items():
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(import_module(parent), last, module)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name, module in stands_in.items():
            _take_away(name, module)


def _stand_in(name: str) -> ModuleType:
    module = ModuleType(name)

    def attribute(asked: str) -> object:
        if asked.startswith("__"):  # what looks through all modules, as `inspect` does, asks for nothing of this one
            raise AttributeError(asked)
        _take_away(name, module)
        return getattr(import_module(name), asked)

    module.__getattr__ = attribute  # type: ignore[method-assign]
    return module


def _take_away(name: str, module: ModuleType) -> None:
    """Let the next import of a name be that of the module."""
    parent, _, last = name.rpartition(".")
    if sys.modules.get(name) is module:
        del sys.modules[name]
    if parent and (above := sys.modules.get(parent)) and vars(above).get(last) is module:
        delattr(above, last)

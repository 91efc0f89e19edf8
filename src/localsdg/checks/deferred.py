"""Modules that a library imports for a part of it that nobody here uses: left out until they are asked for."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def deferred(package: str, *names: str) -> Iterator[None]:
    """Within it, the modules of a package that import one of `names` get a stand-in, which imports it at its first use.

    Whoever else imports them, in any thread, gets the modules: nothing but the package has the stand-ins. They
    take the place of `import name` and `from parent import name`; a module that is there already is given as it is.
    """
    before = builtins.__import__
    stands_in = {name: _StandIn(name) for name in names if name not in sys.modules}

    def find(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and str((globals or {}).get("__name__", "")).partition(".")[0] == package:
            if not fromlist and "." not in name and name in stands_in:
                return stands_in[name]
            if fromlist and all(f"{name}.{one}" in stands_in for one in fromlist):
                parent = ModuleType(name)
                vars(parent).update({one: stands_in[f"{name}.{one}"] for one in fromlist})
                return parent
        return before(name, globals, locals, fromlist or (), level)

    builtins.__import__ = find
    try:
        yield
    finally:
        if builtins.__import__ is find:  # who replaced it in the meantime goes on through it
            builtins.__import__ = before
        stands_in.clear()


class _StandIn(ModuleType):
    """A module that is imported when one of its names is asked for."""

    def __getattr__(self, asked: str) -> Any:
        if asked.startswith("__"):  # what looks at all names of a module asks for nothing of this one
            raise AttributeError(asked)
        return getattr(import_module(self.__name__), asked)

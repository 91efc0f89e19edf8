"""localsdg: a data pipeline that links local actions to SDG indicators.

In Python: `import localsdg as ls`, then `ls.series("SI_POV_DAY1", area="Kenya")` (docs/how-to/use-from-python.md).
What the package offers is imported when it is first used: `import localsdg` itself loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localsdg.common.errors import LocalsdgError, UsageError
    from localsdg.research.actions import actions
    from localsdg.research.citing import cite
    from localsdg.research.connect import Warehouse, connect
    from localsdg.research.describe import describe
    from localsdg.research.frames import DataNotice
    from localsdg.research.local import LocalGovernment, local
    from localsdg.research.metrics import metric
    from localsdg.research.progress import progress
    from localsdg.research.saving import save
    from localsdg.research.search_frame import search
    from localsdg.research.series import series

__version__ = "0.1.0"

__all__ = [
    "DataNotice",
    "LocalGovernment",
    "LocalsdgError",
    "UsageError",
    "Warehouse",
    "actions",
    "cite",
    "connect",
    "describe",
    "local",
    "metric",
    "progress",
    "save",
    "search",
    "series",
]

#: Name -> the module that has it.
_MODULES = {
    "DataNotice": "research.frames",
    "LocalGovernment": "research.local",
    "LocalsdgError": "common.errors",
    "UsageError": "common.errors",
    "Warehouse": "research.connect",
    "actions": "research.actions",
    "cite": "research.citing",
    "connect": "research.connect",
    "describe": "research.describe",
    "local": "research.local",
    "metric": "research.metrics",
    "progress": "research.progress",
    "save": "research.saving",
    "search": "research.search_frame",
    "series": "research.series",
}


def __getattr__(name: str) -> Any:
    """The function or class of a name, imported at its first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Every public name, for completion."""
    return sorted({*globals(), *__all__})

"""Datasette, imported so that no plugin of the environment is loaded with it.

Datasette loads every installed package that calls itself its plugin, at
import. This page promises that nothing but the code of this project and of
Datasette answers: plugins are skipped by the one switch that Datasette 0.65
has for it, and what another import of this process has registered is removed.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

#: Parts of Datasette that have no use here: publishing to clouds, and its handler that prints tracebacks.
_NOT_NEEDED = ("datasette.publish.heroku", "datasette.publish.cloudrun", "datasette.handle_exception")


@cache
def datasette_class() -> Any:
    """The class `Datasette`, with the hooks of `localsdg.explore.hooks` and no others beside its own."""
    # Datasette sees this as being under test, in which it loads no entry points
    was_set = hasattr(sys, "_called_from_test")
    if not was_set:
        sys._called_from_test = True  # type: ignore[attr-defined]
    try:
        from datasette.app import Datasette
        from datasette.plugins import pm
    finally:
        if not was_set:
            del sys._called_from_test  # type: ignore[attr-defined]
    for plugin, _ in pm.list_plugin_distinfo():
        pm.unregister(plugin)
    for name in _NOT_NEEDED:
        if pm.has_plugin(name):
            pm.unregister(name=name)
    from localsdg.explore import hooks

    pm.register(hooks, "localsdg.explore")
    return Datasette


def plugin_names() -> list[str]:
    """Names of all that is registered with Datasette in this process."""
    datasette_class()
    from datasette.plugins import pm

    return sorted(name for name, plugin in pm.list_name_plugin() if plugin is not None)

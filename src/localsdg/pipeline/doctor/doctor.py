"""All checks, side by side; one that itself fails is a problem with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from localsdg.pipeline.doctor.finding import CheckContext, Finding, problem

#: Module and function of each check, in the order in which they are shown.
CHECKS = (
    ("libraries", "check_python"),
    ("libraries", "check_libraries"),
    ("libraries", "check_prefect_server"),
    ("libraries", "check_encoding"),
    ("libraries", "check_time_zones"),
    ("folders", "check_settings"),
    ("folders", "check_permissions"),
    ("folders", "check_space"),
    ("folders", "check_file_system"),
    ("published", "check_published"),
    ("published", "check_snapshots"),
    ("processes", "check_lock"),
    ("processes", "check_orphans"),
    ("processes", "check_clock"),
    ("processes", "check_schedule"),
    ("alerts", "check_channels"),
    ("endpoints", "check_endpoints"),
    ("endpoints", "check_prefect_api"),
)


def examine(context: CheckContext) -> list[Finding]:
    """The findings of every check, in the order of `CHECKS`; never raises."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        waiting = [pool.submit(_run_check, module, name, context) for module, name in CHECKS]
    return [finding for one in waiting for finding in one.result()]


def _run_check(module: str, name: str, context: CheckContext) -> list[Finding]:
    found: list[Finding] = []
    try:
        # imported here: a library that is missing or broken is a finding too
        for finding in _check_of(module, name)(context):
            found.append(finding)
    except Exception as error:
        shown = name.removeprefix("check_").replace("_", " ")
        # the channels hold passwords, which an error may repeat
        reason = type(error).__name__ if module == "alerts" else f"{type(error).__name__}: {error}"
        found.append(problem(shown, f"the check itself failed: {reason}", remedy="LOCALSDG_DEBUG=1 localsdg doctor"))
    return found


def _check_of(module: str, name: str) -> Callable[[CheckContext], Iterator[Finding]]:
    from importlib import import_module

    return getattr(import_module(f"localsdg.pipeline.doctor.{module}"), name)

"""Python, the libraries within their bounds, and the Prefect server that must import.

The bounds are those of the installed package, and of the packages that it
needs, as their own metadata state them; nothing is typed a second time.
"""

from __future__ import annotations

import hashlib
import locale
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning

#: The distribution whose requirements are followed.
PACKAGE = "localsdg"
#: What a scheduled run needs and a mere look at versions does not show: with an unfit FastAPI it fails to import.
SERVER = "prefect.server.api.server"
#: Seconds for that import; it takes 4 on a quiet machine.
_IMPORT_SECONDS = 60


def check_python(context: CheckContext) -> Iterator[Finding]:
    """The version of Python against what the package takes."""
    bound = ", ".join(_metadata_of(PACKAGE).get_all("Requires-Python") or [])
    version = platform.python_version()
    if bound and not SpecifierSet(bound).contains(version, prereleases=True):
        yield problem(
            "python", f"Python {version}, expected {bound}", remedy=f"install Python {bound} and install again"
        )
    else:
        yield ok("python", f"Python {version} ({platform.system()} {platform.release()})")


def check_libraries(context: CheckContext) -> Iterator[Finding]:
    """Every library that the package needs, directly or through another, within the bounds that are stated for it."""
    unfit: list[tuple[str, Requirement, str]] = []
    seen: dict[str, str | None] = {}
    for needed_by, requirement in _needed():
        name = canonicalize_name(requirement.name)
        version = _version(name)
        seen[name] = version
        if version is None:
            unfit.append((needed_by, requirement, "is not installed"))
        elif not requirement.specifier.contains(version, prereleases=True):
            unfit.append((needed_by, requirement, f"is {version}"))
    for needed_by, requirement, state in unfit:
        bound = f"{requirement.name}{requirement.specifier}"
        yield problem(
            "libraries",
            f"{requirement.name} {state}, and {needed_by} needs {requirement.specifier or 'it'}",
            remedy=f"{shlex.quote(sys.executable)} -m pip install {shlex.quote(bound)}",
        )
    if not unfit:
        names = ("prefect", "fastapi", "sqlalchemy", "great-expectations", "duckdb", "certifi")
        known = [f"{name} {seen[name]}" for name in names if seen.get(name)]
        yield ok("libraries", f"{len(seen)} within their bounds ({', '.join(known)})")


def check_prefect_server(context: CheckContext) -> Iterator[Finding]:
    """Whether the Prefect server imports; asked in a process of its own, and once for a set of versions."""
    state = hashlib.sha256("\n".join([sys.version, *sorted(_every_version())]).encode()).hexdigest()
    noted = context.settings.prefect_home / "server-imports.txt"
    if noted.is_file() and noted.read_text(encoding="utf-8").strip() == state:
        yield ok("prefect server", "it imports (tried before with the same libraries)")
        return
    call = [sys.executable, "-c", f"import {SERVER}"]
    environment = {
        **context.environ,
        "PREFECT_HOME": str(context.settings.prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    try:
        tried = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=_IMPORT_SECONDS)
    except subprocess.TimeoutExpired:
        yield warning("prefect server", f"it did not import within {_IMPORT_SECONDS} s", remedy="localsdg doctor")
        return
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or ["no reason"])[-1]
        yield problem("prefect server", f"it does not import: {last}", remedy="localsdg run --plain, which needs none")
        return
    with suppress(OSError):  # then it is tried again next time
        noted.parent.mkdir(parents=True, exist_ok=True)
        noted.write_text(state + "\n", encoding="utf-8")
    yield ok("prefect server", "it imports")


def check_encoding(context: CheckContext) -> Iterator[Finding]:
    """Names of places are in every script: files, their names and the output must be UTF-8."""
    found = {
        "file names": sys.getfilesystemencoding(),
        "files": locale.getpreferredencoding(False),
        "output": getattr(sys.stdout, "encoding", None) or "utf-8",
    }
    other = [
        f"{what} {encoding}" for what, encoding in found.items() if canonicalize_name(encoding) not in ("utf-8", "utf8")
    ]
    if other:
        yield warning("encoding", f"not UTF-8: {in_short(other)}", remedy="export PYTHONUTF8=1 LC_ALL=C.UTF-8")
    else:
        yield ok("encoding", "UTF-8")


def check_time_zones(context: CheckContext) -> Iterator[Finding]:
    """A schedule in a time zone needs the database of zones."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Africa/Nairobi")
    except (ZoneInfoNotFoundError, OSError):
        yield warning(
            "time zones",
            "no database of time zones: a schedule works in UTC alone",
            remedy=f"{shlex.quote(sys.executable)} -m pip install tzdata",
        )
    else:
        yield ok("time zones", "available")


def _needed() -> Iterator[tuple[str, Requirement]]:
    """Each requirement that holds here, with the package that states it."""
    waiting, seen = [PACKAGE], {PACKAGE}
    while waiting:
        needed_by = waiting.pop()
        for text in _metadata_of(needed_by).get_all("Requires-Dist") or []:
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue
            if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
                continue
            yield needed_by, requirement
            name = canonicalize_name(requirement.name)
            if name not in seen and _version(name):
                seen.add(name)
                waiting.append(name)


def _metadata_of(name: str) -> metadata.PackageMetadata:
    return metadata.metadata(name)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _every_version() -> set[str]:
    return {f"{one.name}=={one.version}" for one in metadata.distributions()}

"""Names of what is being written beside its target, and removal of what killed processes left there.

`.exported.4711-88123.part` is the draft of `exported` that process 4711, begun at 88123, writes.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from localsdg.common import processes


def draft_of(target: Path, ending: str = "part") -> Path:
    """The name under which this process writes a file or folder, until it gets its own.

    With the ending `old`, the name of the earlier one until the new one is there.
    """
    pid = os.getpid()
    owner = (processes.identity(pid) or str(pid)).replace(":", "-")
    return target.with_name(f".{target.name}.{owner}.{ending}")


def clear_drafts(target: Path) -> None:
    """Remove what killed processes left beside a target; an earlier target that lost its name gets it back.

    Of drafts of other machines in a shared folder nothing is known: theirs are removed, too.
    """
    if not target.parent.is_dir():
        return
    for path in target.parent.iterdir():
        owner, _, ending = path.name.removeprefix(f".{target.name}.").rpartition(".")
        pid, _, _ = owner.partition("-")
        is_draft = path.name.startswith(f".{target.name}.") and ending in ("part", "old") and pid.isdecimal()
        if not is_draft or processes.is_running(int(pid), owner.replace("-", ":") if "-" in owner else None):
            continue
        with suppress(OSError):
            if ending == "old" and not target.exists():
                path.rename(target)
            else:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

"""What a publication changed, kept beside its file: for programs, for mail and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.output_files import write_text
from localsdg.warehouse.publication_diff_text import as_json, html, markdown
from localsdg.warehouse.releases import releases_folder

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.warehouse.publication_diff import PublicationDiff

#: Names of the files in `releases/<version>/`, and what writes each.
FORMS = {"changes.json": as_json, "changes.md": markdown, "changes.html": html}


def keep_changes(diff: PublicationDiff, settings: Settings, version: str) -> str:
    """Write the files of `FORMS` into the folder of a kept version; returns why that failed, or nothing.

    The publication does not depend on it: nothing is raised.
    """
    folder = releases_folder(settings) / version
    try:
        if not folder.is_dir():
            return ""  # the version is not kept
        for name, form in FORMS.items():
            write_text(folder / name, form(diff))
    except Exception as error:
        return f"the changes could not be written into {folder.name}: {' '.join(str(error).split())}"
    return ""

"""Hooks of the documentation site (`mkdocs.yml`): what its pages need beyond Markdown.

The same Markdown is read in the repository and on the site. A link to a file that the
site does not have (code, data) becomes the path of that file there, as the site has no address
of a repository. Called by MkDocs; no run needs it.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def on_config(config: Any) -> Any:
    """Put the pages of a folder where `nav` names the folder with a `/` at its end."""
    docs = Path(config["docs_dir"])
    named = set(_named_pages(config["nav"] or []))
    config["nav"] = [entry for entry in (_unfold(one, docs, named) for one in config["nav"] or []) if entry]
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Show a link to a file outside the site as the path of that file in the repository."""

    def shown(match: re.Match[str]) -> str:
        text, target = match.group(1), match.group(2)
        if "://" in target or target.startswith("mailto:"):
            return match.group(0)
        path = _path_from_root(PurePosixPath("docs", page.file.src_uri).parent, target)
        if path.startswith("docs/"):
            return match.group(0)
        return f"`{path}`" if text.strip("`") == path else f"{text} (`{path}`)"

    parts, end = [], 0
    for block in _FENCED.finditer(markdown):  # code is shown as it is
        parts += [_LINK.sub(shown, markdown[end : block.start()]), block.group(0)]
        end = block.end()
    return _indented("".join([*parts, _LINK.sub(shown, markdown[end:])]))


def _indented(markdown: str) -> str:
    """What belongs to a list item by two blanks, as CommonMark has it, by the four that Python-Markdown needs."""
    lines, is_code, is_inner = [], False, False
    for line in markdown.split("\n"):
        if line.lstrip().startswith("```"):
            is_inner = line.startswith("  ") if not is_code else is_inner
            is_code = not is_code
            inner = is_inner
        else:
            inner = is_inner if is_code else bool(re.match(r" {2,3}\S", line))
        lines.append(f"  {line}" if inner and line else line)
    return "\n".join(lines)


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Give each table a frame of its own that scrolls, so that a wide one never widens the page."""
    return _TABLE.sub(lambda table: f'<div class="wide" tabindex="0">{table.group(0)}</div>', html)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """State the language of the page: that of its folder."""
    folder = page.file.src_uri.partition("/")[0]
    return output.replace('<html lang="en"', '<html lang="es"', 1) if folder == "es" else output


def _named_pages(entries: Iterable[Any]) -> Iterable[str]:
    """Every page that a part of `nav` names."""
    for entry in entries:
        value = next(iter(entry.values())) if isinstance(entry, dict) else entry
        if isinstance(value, list):
            yield from _named_pages(value)
        else:
            yield value


def _unfold(entry: Any, docs: Path, named: set[str]) -> Any:
    """An entry of `nav` with the pages of its folders; None where nothing is in them."""
    title, value = next(iter(entry.items())) if isinstance(entry, dict) else (None, entry)
    if isinstance(value, list):
        inner: list[Any] = []
        for one in value:
            unfolded = _unfold(one, docs, named)
            inner += unfolded if isinstance(unfolded, list) else [unfolded] if unfolded else []
        return {title: inner} if inner else None
    if not value.endswith("/"):
        return entry
    pages = sorted((docs / value).glob("*.md"), key=lambda path: (path.name != "index.md", path.name))
    listed = [name for path in pages if (name := f"{value}{path.name}") not in named]
    if title is None:
        return listed
    return {title: listed} if listed else None


def _path_from_root(folder: PurePosixPath, target: str) -> str:
    """A relative link of a page as a path from the root of the repository."""
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

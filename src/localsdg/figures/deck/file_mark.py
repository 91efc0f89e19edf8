"""A mark in a deck by which a later run sees whether a person has changed it.

The mark is a custom document property with the SHA-256 of the whole content.
PowerPoint and LibreOffice keep the property and write every part anew, so a
deck that was edited, or only saved again, no longer has the content that its
mark states. Such a deck, one that is open in an office program, and a file
without our mark are never replaced: the new deck gets the next free name.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

from localsdg.common.output_files import write_whole
from localsdg.common.zip_files import UNREADABLE_ZIP, zip_bytes

PROPERTY = "localsdg.content"
_PART, _TYPES, _RELS = "docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
#: Every custom property has this id of its format.
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_BLANK = "0" * 64
_MARK = re.compile(rb'name="' + PROPERTY.encode() + rb'"[^>]*>\s*<[^>]*>([0-9a-f]{64})<')
#: The last line of a text file with our mark.
_TEXT_MARK = re.compile(r"\n<!-- localsdg content ([0-9a-f]{64}) -->\n\Z")


def marked(archive: bytes) -> bytes:
    """The same presentation with the mark of its content; the same bytes for the same content."""
    files = _files(archive)
    _declare(files)
    files[_PART] = _with_property(files.get(_PART))
    digest = _digest(files)
    files[_PART] = files[_PART].replace(_BLANK.encode(), digest.encode())
    return zip_bytes(files, level=6)


def marked_text(text: str) -> str:
    """A Markdown text with the mark of its content as its last line."""
    return f"{text.rstrip()}\n\n<!-- localsdg content {_text_digest(text)} -->\n"


def why_kept(path: Path) -> str:
    """Why the file must not be replaced; '' where it may be, or is not there."""
    if not path.exists():
        return ""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if any(lock.exists() for lock in locks):
        return "it is open in an office program"
    stated, found = _marks(path)
    if not stated:
        return "localsdg did not write it"
    return "" if stated == found else "it was changed after localsdg wrote it"


def free_path(path: Path) -> Path:
    """`path` where a new file may have it, else the first of `name-2`, `name-3` … that a new file may have."""
    number, candidate = 1, path
    while why_kept(candidate):
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate


def write_marked(path: Path, content: bytes) -> Path:
    """Write a marked presentation or text whole, under `free_path(path)`; returns where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = free_path(path)
    write_whole(target, lambda draft: draft.write_bytes(content))
    return target


def remove_unchanged(path: Path) -> bool:
    """Delete a file that localsdg wrote and nobody changed; whether it is gone."""
    if why_kept(path):
        return False
    path.unlink(missing_ok=True)
    return True


def _marks(path: Path) -> tuple[str, str]:
    """The mark that a file states ('' for none), and the one that its content has."""
    try:
        content = path.read_bytes()
    except OSError:
        return "", ""
    if path.suffix != ".pptx":
        text = content.decode("utf-8", "replace")
        match = _TEXT_MARK.search(text)
        return (match[1], _text_digest(text[: match.start()])) if match else ("", "")
    try:
        files = _files(content)
    except UNREADABLE_ZIP:
        return "", ""
    found = _MARK.search(files.get(_PART, b""))
    if found is None:
        return "", ""
    files[_PART] = files[_PART].replace(found[1], _BLANK.encode())
    return found[1].decode(), _digest(files)


def _files(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _digest(files: dict[str, bytes]) -> str:
    content = hashlib.sha256()
    for name in sorted(files):
        content.update(f"{name}\0{len(files[name])}\0".encode())
        content.update(files[name])
    return content.hexdigest()


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.rstrip().encode()).hexdigest()


def _with_property(part: bytes | None) -> bytes:
    """The part of custom properties with ours, blank, beside those that a template has."""
    from lxml import etree

    root = etree.fromstring(part) if part else etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES})
    for old in [one for one in root if one.get("name") == PROPERTY]:
        root.remove(old)
    number = max([1, *(int(one.get("pid", 1)) for one in root)]) + 1
    ours = etree.SubElement(
        root, f"{{{_PROPERTIES}}}property", {"fmtid": _FORMAT, "pid": str(number), "name": PROPERTY}
    )
    etree.SubElement(ours, f"{{{_VALUES}}}lpwstr", nsmap={"vt": _VALUES}).text = _BLANK
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _declare(files: dict[str, bytes]) -> None:
    """Name the part of custom properties in the archive's lists, once."""
    from lxml import etree

    types = etree.fromstring(files[_TYPES])
    name = etree.QName(types).namespace
    if not any(one.get("PartName") == f"/{_PART}" for one in types):
        etree.SubElement(types, f"{{{name}}}Override", {"PartName": f"/{_PART}", "ContentType": _TYPE})
    relations = etree.fromstring(files[_RELS])
    name = etree.QName(relations).namespace
    if not any(one.get("Type") == _RELATION for one in relations):
        taken = {one.get("Id") for one in relations}
        own = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
        etree.SubElement(relations, f"{{{name}}}Relationship", {"Id": own, "Type": _RELATION, "Target": _PART})
    for part, tree in ((_TYPES, types), (_RELS, relations)):
        files[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)

"""The encoding of a text file, found by its bytes: UTF-8, UTF-16 or Windows-1252.

Excel saves a CSV as Windows-1252 in western Europe and the Americas, and
"Unicode text" as UTF-16. Every file of bytes is some Windows-1252 text, so
that reading is taken only where it makes words: other alphabets, DOS code
pages and a mix of encodings are refused, since they would give wrong names.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from localsdg.common.errors import LocalsdgError

UTF_8, WINDOWS = "utf-8", "cp1252"
UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = (UTF_8, *UTF_16, WINDOWS)

_NAMES = {UTF_8: "UTF-8", WINDOWS: "Windows-1252"}
_TWO_BYTE = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})")
#: Four accented letters in a row are a word of another alphabet.
_OTHER_ALPHABET = re.compile(rb"[\xc0-\xff]{4}")
#: Signs that no Windows-1252 text has between two letters, and DOS has for letters there.
_OTHER_PAGE = re.compile(rb"[A-Za-z][\x80-\x89\x8b\x8d\x8f\x90\x93\x94\x98\x99\x9b\x9d\xa1-\xa4][a-z]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def encoding_name(encoding: str) -> str:
    """The name that people know: `cp1252` -> `Windows-1252`."""
    return _NAMES.get(encoding, "UTF-16")


def sniff_utf16(start: bytes) -> str | None:
    """The UTF-16 codec of a file by its first bytes (32 or more), None for any other text."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    half = len(start) // 2
    if half >= 8 and start[:2] != b"\x00\x00":
        if start[1::2].count(0) == half and start[::2].count(0) == 0:
            return "utf-16-le"
        if start[::2].count(0) >= half and start[1::2].count(0) == 0:
            return "utf-16-be"
    return None


def utf8_with_odd_lines(body: bytes) -> tuple[str, list[int]] | None:
    """A text that is UTF-8 but for some lines, and the numbers of these; None for any other text.

    What cannot be read in them becomes U+FFFD: which encoding they have is not known. None
    too where as many lines are no UTF-8 as have letters beyond ASCII that are.
    """
    if sniff_utf16(body[:64]):
        return None
    texts, odd, letters = [], [], 0
    for number, line in enumerate(body.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        try:
            text = line.decode(UTF_8)
            letters += not text.isascii()
        except UnicodeDecodeError:
            text = line.decode(UTF_8, "replace")
            odd.append(number)
        texts.append(text)
    is_cut_off = odd == [len(texts)]
    return ("\n".join(texts), odd) if odd and len(odd) < letters and not is_cut_off else None


def require_windows_text(chunks: Iterable[bytes], *, where: object) -> None:
    """Raise `LocalsdgError` where the bytes make no words as Windows-1252, with the line."""
    line, tail = 1, b""
    for chunk in chunks:
        text = tail + chunk
        for pattern, found in (
            (_TWO_BYTE, "UTF-8 in some lines and another encoding in others"),
            (_OTHER_ALPHABET, "an alphabet other than the Latin one"),
            (_UNDEFINED, "bytes that Windows-1252 does not have"),
            (_OTHER_PAGE, "an encoding other than Windows-1252"),
        ):
            if match := pattern.search(text):
                at = line + text.count(b"\n", 0, match.start())
                raise LocalsdgError(
                    "the encoding of the file is not clear",
                    where=where,
                    expected="UTF-8, UTF-16 or Windows-1252",
                    got=f"{found}, such as {match[0]!r} in line {at:,}",
                    next_step="save it as CSV UTF-8 and run the same command",
                )
        keep = min(3, len(chunk))
        line += text.count(b"\n", 0, len(text) - keep)
        tail = text[-keep:] if keep else b""


def as_utf8(chunks: Iterable[bytes], encoding: str, *, where: object) -> Iterator[bytes]:
    """The chunks as UTF-8, without a byte order mark; lone surrogates become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    first = True
    for chunk in chain_end(chunks):
        text = decoder.decode(chunk, final=not chunk)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        if text:
            yield text.encode("utf-8", "replace")


def chain_end(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks that hold something, and an empty one behind them."""
    yield from filter(None, chunks)
    yield b""

"""Free text of registers as facts: plain names, without markup, contacts of persons and prose."""

from __future__ import annotations

import html
import re
from collections import Counter

from localsdg.common.clean_text import clean_text

#: In a list of partners, more letters than this between two separators are no name.
LONGEST_NAME = 120
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?:\b(?:tel|phone|fax|mobile|cell|whatsapp)\b[\s.:]*)?(?:\+|\b00)\d[\d\s().-]{6,}\d", re.IGNORECASE
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
#: What Excel and old forms write for a line break.
_BREAK = re.compile(r"_x000[ABD]_|[\x0b\x0c]|\r\n?")
#: Quotes, dashes and bullets of Windows, which a form stored as control characters.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_SEGMENT = re.compile(r"[;\n|•]")
#: Where one name may end and the next begin within a segment: people write lists in many ways.
_PIECE = re.compile(r"[,()\[\]\uff08\uff09\uff0c]|\s\d{1,2}[.)]\s|\s[-\u2013\u2014/]\s")


def facts_only(text: str, left_out: Counter[str], *, is_list: bool) -> str:
    """A cell without what is no fact; `left_out` counts what is taken out, by kind.

    In a list, what lies between two separators and is longer than a name is prose.
    """
    plain = _BREAK.sub("\n", html.unescape(text).replace("\xa0", " ")).translate(_WINDOWS)
    plain, n_markup = _MARKUP.subn(" ", plain)
    plain, n_emails = _EMAIL.subn("", plain)
    plain, n_phones = _PHONE.subn("", plain)
    cleaned = clean_text(plain)
    counts = {
        "markup": n_markup,
        "e-mail addresses": n_emails,
        "telephone numbers": n_phones,
        "control characters": len(plain) - len(cleaned),
    }
    left_out.update({kind: n for kind, n in counts.items() if n})
    if not is_list:
        return " ".join(cleaned.split())
    lines = [" ".join(part.split()) for part in _SEGMENT.split(cleaned)]
    kept = [line for line in lines if max(map(len, _PIECE.split(line))) <= LONGEST_NAME]
    left_out.update({"passages of prose among partners": len(lines) - len(kept)} if len(kept) < len(lines) else {})
    return "\n".join(line for line in kept if line)

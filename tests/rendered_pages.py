"""What is on the pages of a PDF: words with their boxes and sizes, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: Points: ink that touches by less is two letters side by side.
TOUCH = 0.8
#: Letters farther apart than this share of their size are of two words.
_APART = 1.5


@dataclass(frozen=True)
class Word:
    """Letters in a row: their ink's box in points from the lower left corner, and the smallest size."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    def overlaps(self, other: Word) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > TOUCH and down > TOUCH


@dataclass(frozen=True)
class Page:
    """A page, its size in points, and its words in the order in which they are drawn."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def read_pages(path: Path) -> list[Page]:
    """The pages of a PDF; needs pypdfium2."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [_read_page(number, document[number - 1]) for number in range(1, len(document) + 1)]


def _read_page(number: int, page) -> Page:
    from pypdfium2 import raw

    text_page = page.get_textpage()
    words: list[list[tuple]] = [[]]
    for index in range(text_page.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text_page.raw, index))
        if letter.isspace() or ord(letter) < 32:
            words.append([])
            continue
        box = text_page.get_charbox(index)
        size = round(raw.FPDFText_GetFontSize(text_page.raw, index), 2)
        if words[-1] and _distance(words[-1][-1][1], box) > _APART * size:
            words.append([])
        words[-1].append((letter, box, size))
    width, height = page.get_size()
    return Page(number, width, height, tuple(_word(letters) for letters in words if letters))


def _distance(one: tuple, other: tuple) -> float:
    """Between the middles of two boxes, along the farther side."""
    return max(abs((one[n] + one[n + 2] - other[n] - other[n + 2]) / 2) for n in (0, 1))


def _word(letters: list[tuple]) -> Word:
    boxes = [box for _, box, _ in letters]
    return Word(
        "".join(letter for letter, _, _ in letters),
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
        min(size for _, _, size in letters),
    )


def page_faults(page: Page, smallest: float) -> list[str]:
    """Words over each other, off the page, or smaller than `smallest` points, in words."""
    found = [
        f"page {page.number}: “{one.text}” over “{other.text}”"
        for place, one in enumerate(page.words)
        for other in page.words[place + 1 :]
        if one.overlaps(other)
    ]
    found += [
        f"page {page.number}: “{word.text}” is off the page"
        for word in page.words
        if word.left < 0 or word.bottom < 0 or word.right > page.width or word.top > page.height
    ]
    small = [word for word in page.words if word.size < smallest - 0.05]
    return found + [f"page {page.number}: “{word.text}” has {word.size} pt" for word in small]

"""Files that attack, by promise: each is made when it is asked for."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

COLUMNS = ("action_id", "title", "local_government", "country", "year", "partners", "sdgs")
MAP = """[dataset]
id = "attacked"
language = "en"
licence = "CC0"
[government]
name = "Springfield"
country = "USA"
level = "city"
[columns]
indicator = "code"
title = "name"
year = "year"
value = "value"
unit = "unit"
place = "district"
"""
TABLE = "code,name,year,value,unit,district\n1.2.1,Population below the poverty line,2019,12.5,%,\n"
ROWS = TABLE.encode()
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def record(number: int, title: str = "Shelter") -> list[str]:
    return [f"a{number}", title, "Barcelona", "ESP", "2023", "Red Cross", "11.1"]


def actions_csv(n: int, title: str = "Shelter") -> bytes:
    """A CSV of `n` good actions."""
    lines = [",".join(COLUMNS), *(",".join(record(number, title)) for number in range(n))]
    return ("\n".join(lines) + "\n").encode()


def actions_json(**changes: object) -> str:
    return json.dumps([dict(zip(COLUMNS, record(1), strict=True)) | changes])


class Runs:
    """What a reader of pickles would run."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple:
        return open, (str(self.target), "w")


def bomb(megabytes: int) -> bytes:
    """A gzip of so many megabytes of one letter, a hundredth as large."""
    packer = zlib.compressobj(1, wbits=31)
    body = [packer.compress(actions_csv(1))]
    body += [packer.compress(b"a" * 1_000_000) for _ in range(megabytes)]
    return b"".join([*body, packer.flush()])


def archive(names: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    """A zip with members of any name, and links to any place."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in names.items():
            packed.writestr(zipfile.ZipInfo(name), body)
        for name, target in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o120777 << 16
            packed.writestr(entry, target)
    return out.getvalue()


def tar_with_link(target: str) -> bytes:
    """A tar.gz whose link points out and whose file goes through it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        link = tarfile.TarInfo("data")
        link.type, link.linkname = tarfile.SYMTYPE, target
        packed.addfile(link)
        body = ROWS
        file = tarfile.TarInfo("data/out.csv")
        file.size = len(body)
        packed.addfile(file, io.BytesIO(body))
    return out.getvalue()


def workbook(cells: str, before: str = "") -> bytes:
    """A workbook of one sheet with these rows as XML, and a document type before it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="rels" ContentType="{kinds}-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}-officedocument.spreadsheetml.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return archive({name: body.encode() for name, body in parts.items()})


def sheet_rows(rows: list[list[str]]) -> str:
    """Rows of texts as XML."""
    cells = [[f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row] for row in rows]
    return "".join(f"<row>{''.join(row)}</row>" for row in cells)


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {letter} "{f"&{before};" * 10}">' for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)

#: Files of actions by promise: the name of the file, and its bytes for a folder outside.
ACTIONS: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "null bytes in the middle lose nothing": ("a.csv", lambda _: actions_csv(50) + b"\x00" * 9 + actions_csv(50)),
    "an open quote swallows nothing": ("a.csv", lambda _: actions_csv(40, 'He said "x') + actions_csv(40, '"open')),
    "a bomb of gzip is not unpacked": ("a.csv.gz", lambda _: bomb(150)),
    "a far cell fills no memory": (
        "a.xlsx",
        lambda _: workbook(sheet_rows([list(COLUMNS), record(1)]) + FAR),
    ),
    "entities are not expanded": (
        "a.xlsx",
        lambda _: workbook(sheet_rows([list(COLUMNS), record(1, "&i;")]), ENTITIES),
    ),
    "an outer entity is not read": (
        "a.xlsx",
        lambda out: workbook(
            sheet_rows([list(COLUMNS), record(1, "&x;")]),
            f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{out}/canary.txt">]>',
        ),
    ),
    "JSON may be 200,000 deep": ("a.json", lambda _: b"[" * 200_000 + b"]" * 200_000),
    "a record may be 3,000 deep": (
        "a.json",
        lambda _: actions_json(title="@").replace('"@"', "[" * 3000 + "]" * 3000).encode(),
    ),
    "a lone surrogate is no traceback": (
        "a.json",
        lambda _: actions_json(title="x").replace('"x"', '"\\ud800x"').encode(),
    ),
    "1e400 is no number": ("a.json", lambda _: actions_json(year="y").replace('"y"', "1e400").encode()),
    "NaN is no number": ("a.json", lambda _: actions_json(year="y").replace('"y"', "NaN").encode()),
    "a number of 5,000 digits is no traceback": (
        "a.json",
        lambda _: actions_json(year="y").replace('"y"', "9" * 5000).encode(),
    ),
    "a title is no escape sequence": ("a.csv", lambda _: actions_csv(1, "\x1b]0;owned\x07\u202eShelter")),
    "a title is no formula": ("a.csv", lambda _: actions_csv(1, "=cmd|' /C calc'!A1")),
    "a title is no markup": (
        "a.csv",
        lambda _: actions_csv(1, "<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ),
    "a pickle is not run": ("a.csv", lambda out: pickle.dumps(Runs(out / "ran"))),
    "a pickle is no workbook": ("a.xlsx", lambda out: pickle.dumps(Runs(out / "ran"))),
    "a zip is no CSV": ("a.csv", lambda _: archive({"../../out.csv": actions_csv(1)})),
    "an empty file is no traceback": ("a.csv", lambda _: b""),
    "other bytes are no traceback": ("a.csv", lambda _: bytes(range(256)) * 40),
    "a file that is cut off is noticed": ("a.csv.gz", lambda _: gzip.compress(actions_csv(2000))[:-40]),
    "a cell of ten megabytes is no traceback": ("a.csv", lambda _: actions_csv(1, "x" * 10_000_000)),
    "columns of one name are no traceback": (
        "a.csv",
        lambda _: b"title," * 1000 + b"x\n" + b"a," * 1000 + b"b\n",
    ),
}
#: Tables with a mapping, the same way.
TABLES: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "a zip writes nothing outside": (
        "a.zip",
        lambda _: archive({"../../outside/slip.csv": ROWS, "b.csv": ROWS}),
    ),
    "a zip writes nothing to a whole path": ("a.zip", lambda out: archive({f"{out}/slip.csv": ROWS})),
    "a zip with backslashes writes nothing outside": ("a.zip", lambda _: archive({"..\\..\\slip.csv": ROWS})),
    "a link in a zip shows no file": (
        "a.zip",
        lambda out: archive({"b.csv": ROWS}, {"c.csv": f"{out}/canary.txt"}),
    ),
    "a link in a tar leads nowhere": ("a.tar.gz", lambda out: tar_with_link(str(out))),
    "a bomb of zip is not unpacked": ("a.zip", lambda _: archive({"b.csv": ROWS + b"a" * 150_000_000})),
    "twenty thousand members do no harm": ("a.zip", lambda _: archive({f"{n}.csv": b"" for n in range(20_000)})),
    "null bytes in a table lose nothing": ("a.csv", lambda _: ROWS * 2 + b"\x00\x00" + ROWS),
    "a table 200,000 deep is refused": ("a.json", lambda _: b"[" * 200_000 + b"]" * 200_000),
    "a cell of 1e400 is no traceback": ("a.csv", lambda _: TABLE.replace("12.5", "1e400").encode()),
    "a lone surrogate in a table is no traceback": (
        "a.json",
        lambda _: b'[{"code": "\\ud800", "name": "x", "year": 2019, "value": 1, "unit": "%", "district": ""}]',
    ),
}

"""The scripts of the page and the policy that lets nothing else run.

The page's own script is written in modules by subject and joined into one,
so that they share one scope. Vega is kept gzipped: it is a quarter of its
size, and the script puts it in when the first chart is near. Its hash in the
policy is that of the unpacked text, so the browser checks what it runs.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from pathlib import Path

FILES = Path(__file__).parent / "files"
#: The modules of the page's script, in the order in which they are joined.
MODULES = (
    "core",
    "state",
    "packs",
    "compare",
    "chart",
    "figure",
    "top",
    "areas",
    "governments",
    "search",
    "save",
    "share",
    "keyboard",
    "start",
)


def read(name: str) -> str:
    """A file of the page as text."""
    return (FILES / name).read_text(encoding="utf-8")


@cache
def own_script() -> str:
    """The page's own script: its modules in one function."""
    modules = "\n".join(read(f"script/{name}.js") for name in MODULES)
    return f'"use strict";\n(async () => {{\n{modules}}})();\n'


@cache
def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, as vl-convert holds them."""
    import vl_convert

    # the script that is put in must have the bytes of the hash: no end tag, no carriage return that a parser changes
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub has no default
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def packed_vega() -> str:
    """Vega as the page holds it: gzipped, in base64; equal bytes for the same version."""
    return packed_text(vega())


def packed_text(text: str) -> str:
    """A text in a tenth to a third of the room, in letters and digits alone: no HTML parser can leave it."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode("ascii")


def policy(scripts: list[str], css: str) -> str:
    """Only these scripts and this style run; nothing is loaded or sent, but pictures made here."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {' '.join(map(hashed, scripts))}; style-src {hashed(css)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )

"""A home under attack: real commands as processes, and what they must never do."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from localsdg.common.settings import Settings
from localsdg.sources.snapshot import sha256_of

#: What a file outside of the home holds, and no command may show.
CANARY = "canary-that-no-command-may-show"
#: A password of an address, a token of a query and a variable of the environment, which no file may hold.
SECRETS = ("pa55word-of-the-test", "t0ken-of-the-test", "variable-of-the-test")
#: Seconds that a command under attack may take.
PATIENCE = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def words(self) -> str:
        """The last line that it printed, in short."""
        lines = [line for line in (self.stderr or self.stdout).splitlines() if line.strip()]
        return " ".join((lines[-1] if lines else "").split())[:90]


@dataclass
class Home:
    """A home, a folder beside it that holds the canary, and what both held before the attack."""

    settings: Settings
    outside: Path
    before: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outside.mkdir(parents=True, exist_ok=True)
        self.canary.write_text(CANARY, encoding="utf-8")
        (self.outside / "kept.csv").write_text("a\n1\n", encoding="utf-8")
        self.before = self.state()

    @property
    def canary(self) -> Path:
        """The file outside."""
        return self.outside / "canary.txt"

    def state(self) -> dict[str, str]:
        """The sha256 of the published file and of each file outside."""
        paths = [path for path in self.outside.rglob("*") if path.is_file() or path.is_symlink()]
        paths += [self.settings.published] if self.settings.published.exists() else []
        return {str(path): sha256_of(path) if path.is_file() else "link" for path in paths}

    def environment(self, **more: str) -> dict[str, str]:
        """What a command sees: few variables, one of them secret."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR")}
        return {
            **kept,
            "HOME": str(self.settings.home),
            "LOCALSDG_HOME": str(self.settings.home),
            "SECRET_TOKEN": SECRETS[2],
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }

    def run(self, *args: object, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> Ended:
        """Run a command to its end; fails the test where it takes longer than `PATIENCE`."""
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "localsdg", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd=cwd or self.outside,
            env=self.environment(**environment),
            timeout=PATIENCE,
            check=False,
        )
        text = [stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr)]
        return Ended(done.returncode, *text, time.monotonic() - began)

    def on_terminal(self, *args: object) -> bytes:
        """What a command writes on a pseudo terminal."""
        primary, secondary = pty.openpty()
        child = subprocess.Popen(
            [sys.executable, "-m", "localsdg", *map(str, args)],
            stdin=secondary,
            stdout=secondary,
            stderr=secondary,
            cwd=self.outside,
            env=self.environment(TERM="dumb", COLUMNS="120"),
        )
        os.close(secondary)
        shown, end = b"", time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not select.select([primary], [], [], 1)[0]:
                if child.poll() is not None:
                    break
                continue
            try:
                piece = os.read(primary, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(primary)
        child.wait(10)
        return shown

    def harm(self, ended: Ended | None = None) -> list[str]:
        """What an attack did: changed or new files outside, the published file, secrets kept, a traceback."""
        after = self.state()
        done = [f"changed {Path(name).name}" for name in self.before if after.get(name) != self.before[name]]
        done += [f"wrote {name}" for name in after if name not in self.before]
        done += [f"{path.name} holds a secret" for path in self.written() if holds_secret(path.read_bytes())]
        if ended:
            printed = ended.stdout + ended.stderr
            done += ["a traceback"] if "Traceback (most recent call last)" in printed else []
            done += ["the canary was shown"] if CANARY in printed else []
            done += ["a secret was shown"] if holds_secret(printed.encode()) else []
            done += ["a control character was printed"] if _CONTROL.search(ended.stderr) else []
        return done

    def written(self) -> list[Path]:
        """Every file below the home."""
        return [path for path in self.settings.home.rglob("*") if path.is_file() and not path.is_symlink()]


def holds_secret(body: bytes) -> bool:
    """Whether one of `SECRETS` or the canary is in it."""
    return any(one.encode() in body for one in (*SECRETS, CANARY))

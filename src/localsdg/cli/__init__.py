"""The command line: it wires, it does not compute."""

from localsdg.cli.app import main

__all__ = ["main"]

"""`python -m localsdg`: the same as the command `localsdg`."""

from localsdg.cli import main

main(prog_name="localsdg")

"""`python -m localsdg`: the same as the command `localsdg`."""

from localsdg.cli.app import main

main(prog_name="localsdg")

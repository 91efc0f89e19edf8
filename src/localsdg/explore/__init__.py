"""`localsdg explore`: the published tables as a local page, by Datasette on a SQLite copy."""

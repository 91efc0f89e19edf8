"""The warehouse as files to take away: one module a format, one selection of tables and rows for all of them."""

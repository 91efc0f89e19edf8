"""The base layer: what every column, table, code, series and source is, declared once.

Imports only from `common`. Data are in TOML and CSV beside this file; the
modules here only read them.
"""

"""The ground: what every column, table, code, series and source is, declared once.

Imports nothing of ours. Data stand in TOML and CSV beside this file; the
modules here only read them.
"""

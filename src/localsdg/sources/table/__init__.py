"""Indicators of a local government in plain tables (CSV, or values nested in JSON), described by a mapping."""

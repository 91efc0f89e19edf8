"""Staging tables -> one DuckDB file: built from nothing, audited, published by one rename."""

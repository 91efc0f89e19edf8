"""Plain tables of local governments -> the staging tables of local data."""

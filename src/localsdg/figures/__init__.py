"""The published warehouse, read-only -> figures: chart, and the numbers behind it."""

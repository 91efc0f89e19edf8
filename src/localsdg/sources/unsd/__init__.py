"""The UN SDG Global Database, from its service or from files -> snapshots."""

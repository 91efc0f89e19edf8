"""Open SDG sites of local governments -> snapshots."""

"""Reviews, actions and decisions as files of people -> snapshots."""

"""The world -> data/raw: bytes as served, in immutable snapshots."""

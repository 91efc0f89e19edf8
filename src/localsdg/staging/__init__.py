"""data/raw -> typed tables and rejects: rename, cast, trim, decode; no joins between sources."""

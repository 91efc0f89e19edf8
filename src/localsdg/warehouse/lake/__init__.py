"""The warehouse in a DuckLake: Parquet files with a catalogue in PostgreSQL, for several writers."""

"""An archive of a version, ready for a repository of research data."""

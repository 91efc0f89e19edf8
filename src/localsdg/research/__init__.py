"""What people ask of the published warehouse beside SQL: from Python, from a search, from an assistant."""

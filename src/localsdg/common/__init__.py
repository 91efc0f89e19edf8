"""What every layer uses: errors, settings, progress, the database, clean text."""

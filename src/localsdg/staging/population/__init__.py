"""Population of countries by year, as a source of a build."""

"""The HTTP client: retries, limits, and addresses without their secrets."""

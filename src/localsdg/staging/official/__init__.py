"""Official series of any publisher, once they are in `staging.observation`."""

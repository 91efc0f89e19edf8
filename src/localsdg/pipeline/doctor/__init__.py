"""The state of an installation and of its data, each finding with its remedy."""

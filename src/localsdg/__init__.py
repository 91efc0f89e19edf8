"""localsdg: a data pipeline that links local actions to SDG indicators."""

__version__ = "0.1.0"

"""Snapshots of UN observations and lists -> staging tables."""

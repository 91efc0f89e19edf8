"""Snapshots of Open SDG sites -> staging tables."""

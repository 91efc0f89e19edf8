"""Snapshots of reviews, actions and decisions -> staging tables."""

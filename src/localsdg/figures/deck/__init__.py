"""Figures -> a PowerPoint deck with native charts."""

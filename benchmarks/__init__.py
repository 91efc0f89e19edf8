"""Benchmarks: speed, memory and how often a result is right, each as a command (see README.md)."""

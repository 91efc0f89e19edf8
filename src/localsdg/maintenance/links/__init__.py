"""Labelled texts -> the model of links, its measures and its card."""

"""Corrections of published values, applied to staged official and local observations alike."""

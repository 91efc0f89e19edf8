"""Rows of the published warehouse -> figures: what there is, its numbers and its finding."""

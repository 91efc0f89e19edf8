"""Profiles: a country on one page and six slides, a local government on one page and four."""

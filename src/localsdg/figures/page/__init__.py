"""Figures -> one web page that works offline."""

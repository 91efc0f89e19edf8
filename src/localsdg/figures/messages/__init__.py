"""The words of the figures in English, Spanish and French."""

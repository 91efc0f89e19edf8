"""What `data/raw/bundled/` is made from: UN data, reviews, local sites. Each module is a command."""

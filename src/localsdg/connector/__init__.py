"""A read-only connector by which an assistant asks the published warehouse (Model Context Protocol)."""

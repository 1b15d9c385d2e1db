"""Sessions, queries and migrations."""

"""Backups of a store: the database, its files, and the settings without keys, in one file."""

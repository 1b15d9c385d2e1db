"""Reads one cell: repairs it, or drops it with a note; an odd cell never costs the lead."""

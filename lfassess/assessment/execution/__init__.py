"""One check of one lead: its lease, its provider calls, its retries, its end."""

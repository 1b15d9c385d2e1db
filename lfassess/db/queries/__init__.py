"""What the pages read: one file per page."""

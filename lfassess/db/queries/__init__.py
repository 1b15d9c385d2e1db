"""What commands, API, pages and metrics read: the one read side."""

"""One file per page: reads, then renders."""

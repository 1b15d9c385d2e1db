"""What the load test and the plain design it is compared with have in common."""

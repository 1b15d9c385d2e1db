"""Lists of leads as files: what a file is, which column holds what, and what each cell says."""

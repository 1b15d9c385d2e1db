"""Where the programs that open strangers' pages run: little to see, nothing to reach."""

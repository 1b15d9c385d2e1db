"""What several checks use: what a visit met, platforms, bot walls."""

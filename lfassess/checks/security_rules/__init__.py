"""The security check's rules: what its evidence says of a site."""

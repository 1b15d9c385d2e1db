"""The pages: what operators and reviewers see in a browser."""

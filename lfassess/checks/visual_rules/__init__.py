"""Rules of the visual check: what is measured in the page, and what it means."""

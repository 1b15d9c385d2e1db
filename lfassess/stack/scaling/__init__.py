"""How many workers there are, and who starts and ends them."""

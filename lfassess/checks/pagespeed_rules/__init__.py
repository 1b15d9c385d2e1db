"""How a Lighthouse result is read and what is made of it; pure."""

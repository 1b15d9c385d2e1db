"""One client per provider: talks to it, and turns its failures into ours."""

"""Emulators of the paid providers: each module offers a ``router``."""

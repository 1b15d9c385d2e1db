"""Offline emulators of the paid providers, and demo business sites."""

"""Faults of real stores, by where they sit."""

"""Rounds of observations kept on disk, and read back exactly. The format stands in ``docs/recordings.md``."""

"""Recorded telemetry read again in the order it arrived: what would have been said, and when."""

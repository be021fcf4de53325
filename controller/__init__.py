"""Who decides, remembers and tells."""

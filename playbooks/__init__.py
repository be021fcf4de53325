"""What we know how to do: actions that plan a change, and the rungs that order them."""

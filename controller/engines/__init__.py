"""What carries a workflow to its end, through restarts."""

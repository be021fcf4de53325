"""Models in the small: made, judged on a frozen replay set, kept signed, asked, watched, and taken back."""

"""Records: who did what and when, and how much; never with what data."""

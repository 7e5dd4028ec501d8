"""Fonts that towns bring: kept, told of, and laid out for their offices."""

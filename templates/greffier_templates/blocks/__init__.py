"""Blocks: templates that are put into others, with all they bring along."""

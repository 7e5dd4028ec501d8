"""Codes for machines on documents: what they say (payments), and how they are drawn."""

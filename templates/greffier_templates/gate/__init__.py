"""The gate: decides whether hostile bytes may be opened, and takes out what may not stay."""

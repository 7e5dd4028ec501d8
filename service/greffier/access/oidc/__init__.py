"""Bearer tokens of other people's identity services: JWT access tokens, checked by discovery."""

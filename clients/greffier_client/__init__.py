"""The Python client of a Greffier service, and the HTTP half of the command line."""

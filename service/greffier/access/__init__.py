"""Who may do what: keys, tokens of others' identity services, roles."""

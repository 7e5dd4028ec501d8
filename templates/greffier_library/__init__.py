"""Ready-made ODT templates, a folder each with its sample data: data only, no code."""

"""What expressions in a template may call, grouped by subject; :mod:`.offered` lists them all."""

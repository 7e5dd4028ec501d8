"""Documents that are kept: to be fetched later, asked for twice, or made later."""

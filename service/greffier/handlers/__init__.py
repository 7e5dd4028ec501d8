"""One file for each group of addresses: read the request, have it done, answer."""

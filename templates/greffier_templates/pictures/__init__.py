"""Pictures and codes of a template: their frames, and what of the data is put into them."""

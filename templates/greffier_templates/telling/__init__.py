"""How mistakes are told: found, placed, worded, translated, put into the designer's own file."""

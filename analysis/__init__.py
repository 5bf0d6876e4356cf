"""Pure mathematics on arrays. Knows no graph and no file."""

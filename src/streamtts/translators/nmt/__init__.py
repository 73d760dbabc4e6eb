"""What the networks for translation have in common: their shape, files, pieces of words."""

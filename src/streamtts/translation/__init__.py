"""What surrounds every translator: names that survive, output that is checked, and who translates what."""

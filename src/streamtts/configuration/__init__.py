"""The settings: their meaning, their values, where they come from."""

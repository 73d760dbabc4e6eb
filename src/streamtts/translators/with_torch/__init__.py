"""The network for translation on torch."""

"""Kokoro, whatever computes it: a text to phrases of phonemes, and their sounds to one row."""

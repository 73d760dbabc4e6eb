"""NLLB and Marian models as Core ML packages; made anywhere, run by a Mac alone."""

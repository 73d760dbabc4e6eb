"""Servers that engines ask: where they may be, how they are asked, and what their answers are worth."""

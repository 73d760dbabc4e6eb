"""Kokoro-82M in MLX: the network of the package mlx-audio, read from a folder and asked for phonemes alone.

What else that package does, reading text and fetching voices, is ours: its reader needs a library under the
GPL, and would fetch models while it speaks.
"""

from streamtts.synthesizers.kokoro_mlx.description import engine

__all__ = ["engine"]

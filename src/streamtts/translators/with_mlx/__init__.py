"""The network for translation on MLX."""

"""Our kernels as MLX launches them, where they do in one dispatch what MLX does in several."""
